/* private.h - what the store's own files share; nobody outside workers/aggregate includes it. */
#ifndef XIANZHI_AGGREGATE_PRIVATE_H
#define XIANZHI_AGGREGATE_PRIVATE_H

#include "workers/aggregate/filing.h"
#include "workers/aggregate/group.h"
#include "workers/aggregate/keys.h"
#include "workers/aggregate/names.h"
#include "workers/aggregate/regions.h"
#include "workers/aggregate/store.h"

enum store_family { FAMILY_META, FAMILY_REPORTS, FAMILY_VALUES, FAMILY_CHILDREN, FAMILY_CHANGES };

/* Keys that a batch changes, in one buffer. */
struct changed_key {
    size_t offset;
    uint32_t len;
};

struct key_list {
    struct buffer bytes;
    struct changed_key *keys;
    size_t count, capacity;
};

/* The change log holds versions first … version. */
struct log_extent {
    uint64_t version, first, bytes;
};

/* A unit's filing kept decoded for the rows around it (store_read). */
enum { FILING_SLOTS = 64 };
struct filing_slot {
    struct buffer seat_key, seat;
};

struct store {
    struct kv *kv;
    struct kv_batch *batch;
    struct store_options options;
    struct regions *regions;
    char id[STORE_ID_CHARS + 1];
    struct log_extent log;
    struct names indicators, units;
    struct buffer *labels; /* by number of the indicator: as last written to meta */
    uint32_t label_count;
    struct groups groups;
    bool broken; /* a batch failed half-way: memory and disk no longer agree */
    struct error why_broken;
    struct kv_cursor *children; /* of this batch: for groups that have to be read */

    /* scratch, kept from batch to batch */
    struct key_list changed;
    struct filing_scratch scratch;
    struct buffer key, row_key, value, seat_keys, old_seat, seat, next_seat, filing;
    struct filing_slot slots[FILING_SLOTS];
};

/* ---- log.c ---- */
enum status log_load(struct store *store, struct error *error);
void log_note(struct key_list *list, struct slice key); /* copies */
/* Puts the changed keys into the batch as the next version, and drops old versions. */
enum status log_append(struct store *store, struct log_extent *next, struct error *error);
void log_key(uint64_t version, char key[8]);
/* Takes the next key out of a version's record; `key` holds the one before and becomes it. */
bool log_next(struct coded *record, struct buffer *key);

/* ---- rollup.c ---- */
/* The seat's principal figures before and after: adjusts children and the groups above. */
enum status rollup_move(struct store *store, const struct unit_name *unit, struct slice old_seat,
                        struct slice new_seat, struct error *error);
/* Writes the rows of every dirty group whose statistics changed. */
void rollup_write(struct store *store);

/* ---- evidence.c ---- */
/* Fills in what the unit's filing knows of the row: evidence, region_name. Texts go to the arena.
 * Returns the bytes that took, or sets *status. */
size_t row_evidence(struct store *store, const struct row_key *key, struct arena *arena,
                    struct row *row, enum status *status, struct error *error);
void store_forget_filings(struct store *store); /* cached ones: they have changed */

/* ---- filter.c ---- */
struct matcher {
    const struct filter *filter;
    struct buffer indicator; /* the last one asked about, as a C string */
    bool indicator_matches;
    struct prefix {
        uint32_t first, last; /* codes */
    } prefixes[17];
    unsigned prefix_count;
};

enum match { MATCH_YES, MATCH_NO, MATCH_SEEK, MATCH_END };

/* STATUS_BAD: a region that isn't a code or its beginning. */
enum status matcher_init(struct matcher *matcher, const struct filter *filter, struct error *error);
void matcher_release(struct matcher *matcher);
/* By key alone. MATCH_SEEK: no row before `seek` matches, look there next (key order). */
enum match matcher_match(struct matcher *matcher, const struct row_key *key, struct buffer *seek);

/* ---- labels.c ---- */
enum status labels_load(struct store *store, struct error *error);
void label_note(struct store *store, uint32_t indicator, struct slice label);
struct slice label_of(const struct store *store, uint32_t indicator);

#endif
