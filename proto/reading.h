/* reading.h - questions to the results and their answers: the same whether asked of a folder or
 * through a broker.
 *
 * Two questions. A query walks rows in order, page by page. Changes returns the rows changed since
 * a version, complete and in order; with since 0, or when the log no longer reaches back that far,
 * the answer says `snapshot` and the reader drops what it has: pages of all rows follow, then
 * changes.
 *
 * Versions: rows are always given as they stand when the page is made. All pages of a snapshot bear
 * the version of the first; the last has no `more`, and changes since that version complete the
 * picture: they may bring a row again that a later page already showed in its newer state, or mark
 * one gone that was never shown, but none is lost. Changes come in order of version, then of key;
 * a row that changed several times comes once a page. While there is `more`, the answer's version
 * is the last one that was given whole, so that a reader that breaks off there resumes with it. A
 * store's first version is 1, so `since` 0 never means an empty store.
 *
 * Versions and places count in one store. Whoever asks says which; when another answers by now
 * (a reader has gone over to another host, a store was made anew) changes begin with a snapshot,
 * and a further page is refused.
 */
#ifndef XIANZHI_PROTO_READING_H
#define XIANZHI_PROTO_READING_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"
#include "proto/rows/listing.h"

struct filter {
    struct slice indicator;   /* glob, empty = all */
    struct slice regions[16]; /* code prefixes; none = all */
    uint32_t region_count;
    struct slice indicators[16]; /* more globs (subscribe takes several); any may match */
    uint32_t indicator_count;
    uint16_t year;      /* 0 = all */
    enum level level;   /* LEVEL_UNKNOWN = all */
    uint16_t years[16]; /* more years; any may match */
    uint32_t year_count;
    uint32_t kinds;        /* bits 1 << enum issuer_kind; 0 = all. Roll-ups are of no kind */
    bool units_only;       /* no roll-ups */
    bool rollups_only;     /* no units */
    struct slice document; /* lists: SHA-256 in hex, or its beginning (12 digits at least) */
    struct slice figure;   /* figures: id of one (rows/listing.h) */
    struct slice reason;   /* review: only for that reason */
};

struct request {
    bool changes;        /* else a query */
    uint64_t since;      /* changes: version seen so far; 0 = none, begin with a snapshot */
    struct slice store;  /* in which `since` and `after` count; empty: whichever answers */
    struct slice after;  /* page: opaque, from the previous answer; empty = first */
    uint32_t limit_rows; /* of a page; 0 = 1000 */
    bool audits;         /* with each unit's value the audits of its report; pages are shorter */
    enum list list;      /* another list than that of the rows */
    struct slice lease;  /* review: by whom the first that nobody has is to be leased; gives it */
    bool release;        /* review: what `lease` has is free again */
    struct filter filter;
};

struct answer {
    uint64_t version; /* the rows are those of this version; ask for changes since it */
    bool snapshot;    /* changes: start from nothing, this is the first page of everything */
    bool more;        /* ask again with `after` */
    struct slice after;
    struct slice store; /* identity of the one that answers; empty: an older worker doesn't say */
    struct row *rows;
    size_t row_count;
    enum list list; /* what items are: listing_kinds says their size and fields */
    void *items;
    size_t item_count;
    uint64_t left; /* review: how many are left, this page included; 0: not counted */
};

void request_encode(const struct request *request, struct buffer *out);
enum status request_decode(struct arena *arena, struct slice bytes, struct request *request,
                           struct error *error);
void answer_encode(const struct answer *answer, struct buffer *out);
enum status answer_decode(struct arena *arena, struct slice bytes, struct answer *answer,
                          struct error *error);

#endif
