/* aside.h - what a seat remembers beside the filings that it counts: other documents of the same
 * unit and year, versions that were replaced, and who has chosen.
 *
 * Two documents that are no versions of each other are lines of their own. Where nobody has chosen
 * one, none is counted: each stands here whole, and the seat holds an empty filing in their place.
 * Behind each document stand its versions that a later one has replaced, by their hashes (of older
 * programs as they came). Stands in the store's meta under "aside" 0 and the seat's key; most seats
 * have none. Whose former version a document is stands there, too, under "former" 0 and its hash.
 */
#ifndef XIANZHI_RESULTS_ASIDE_H
#define XIANZHI_RESULTS_ASIDE_H

#include "proto/base/memory.h"
#include "proto/reading.h"

enum aside_kind {
    ASIDE_IN_FORCE, /* the one in the seat, where there is something to say of it (who has chosen
                       it, versions before it); has no filing here */
    ASIDE_RIVAL,    /* another document, whole */
    ASIDE_REPLACED, /* a version that a later one has replaced: its hash alone, and in `filing`
                       numbers: lineage.again, its seq, lineage.sent; older stores end before */
    ASIDE_FORMER,   /* a version that a later one has replaced, whole, for when that is taken out */
    ASIDE_KIND_COUNT
};

/* Who says that this document is the unit's report; the higher goes before the lower. */
enum chosen_by {
    CHOSEN_BY_NOBODY,
    CHOSEN_BY_LIST,
    CHOSEN_BY_PLACING,
    CHOSEN_BY_REVIEW,
    CHOSEN_COUNT
};

struct aside_entry {
    struct slice issuer;
    enum aside_kind kind;
    enum chosen_by chosen;
    struct slice sha256; /* 32 bytes */
    struct slice filing; /* of rivals and former versions, whole */
};

/* Reads the entry at `*at` (0: the first) and moves on; false at the end. *bad: damaged. */
bool aside_next(struct slice aside, size_t *at, struct aside_entry *entry, bool *bad);
void aside_put(struct buffer *out, const struct aside_entry *entry);
/* Whether an older program has written the issuer's: versions may stand anywhere then, behind
 * another document, too. It has noted each of them by its hash, with less than our notes say. */
bool aside_is_loose(struct slice aside, struct slice issuer);
/* Appends the key under which a seat's stands in meta. */
void aside_key_put(struct buffer *out, struct slice seat_key);
/* Appends the key under which a former version's unit stands in meta; `sha256`: or its beginning.
 */
void former_key_put(struct buffer *out, struct slice sha256);

/* "list", "person"; empty for nobody. */
struct slice chosen_name(enum chosen_by chosen);

#endif
