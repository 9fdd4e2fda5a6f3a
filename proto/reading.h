/* reading.h - questions to the results and their answers: the same whether asked of a folder or
 * through a broker.
 *
 * Two questions. A query walks rows in order, page by page. Changes returns the rows changed since a
 * version, complete and in order; with since 0, or when the log no longer reaches back that far, the
 * answer says `snapshot` and the reader drops what it has: pages of all rows follow, then changes.
 *
 * Versions: rows are always given as they stand when the page is made. All pages of a snapshot bear
 * the version of the first; the last has no `more`, and changes since that version complete the
 * picture: they may bring a row again that a later page already showed in its newer state, or mark
 * one gone that was never shown, but none is lost. Changes come in order of version, then of key;
 * a row that changed several times comes once a page. While there is `more`, the answer's version is
 * the last one that was given whole, so that a reader that breaks off there resumes with it. A
 * store's first version is 1, so `since` 0 never means an empty store.
 */
#ifndef XIANZHI_PROTO_READING_H
#define XIANZHI_PROTO_READING_H

#include "proto/memory.h"
#include "proto/report.h"
#include "proto/status.h"

struct filter {
    struct slice indicator; /* glob, empty = all */
    struct slice regions[16]; /* code prefixes; none = all */
    uint32_t region_count;
    struct slice indicators[16]; /* more globs (subscribe takes several); any may match */
    uint32_t indicator_count;
    uint16_t year;    /* 0 = all */
    enum level level; /* LEVEL_UNKNOWN = all */
};

struct request {
    bool changes;         /* else a query */
    uint64_t since;       /* changes: version seen so far; 0 = none, begin with a snapshot */
    struct slice after;   /* page: opaque, from the previous answer; empty = first */
    uint32_t limit_rows;  /* of a page; 0 = 1000 */
    bool audits;          /* with each unit's value the audits of its report; pages are shorter */
    struct filter filter;
};

/* One mention of a value. Offsets: text offsets of the document. */
struct evidence {
    struct slice doc;  /* hex SHA-256 */
    struct slice path;
    struct span span;
    struct slice text; /* 3万余份 */
    double value;
    struct slice unit;
    enum bound bound;
    struct slice sentence;
    struct slice section; /* headings above it, parted by '\n' */
    struct slice rule;
    uint32_t offset; /* of the figure in `sentence`, bytes */
};

/* A row of `query --format jsonl`: a unit's value, or a roll-up (children_level set). */
struct row {
    bool gone; /* changes only: the row no longer exists; just its key fields are set */
    struct slice indicator, label;
    uint32_t region;
    struct slice region_name;
    enum level level;
    struct slice township;   /* empty: null */
    enum issuer_kind kind;   /* of a unit's value */
    struct slice issuer;
    uint16_t year;
    double value;
    struct slice unit;
    enum bound bound;
    bool conflict;
    struct evidence *evidence;
    size_t evidence_count;
    struct audit *audits; /* of the whole report, where the request asked for them */
    size_t audit_count;

    enum level children_level; /* LEVEL_UNKNOWN: not a roll-up */
    uint32_t children, reporting;
    double sum, mean, min, median, max;
};

struct answer {
    uint64_t version; /* the rows are those of this version; ask for changes since it */
    bool snapshot;    /* changes: start from nothing, this is the first page of everything */
    bool more;        /* ask again with `after` */
    struct slice after;
    struct row *rows;
    size_t row_count;
};

void request_encode(const struct request *request, struct buffer *out);
enum status request_decode(struct arena *arena, struct slice bytes, struct request *request,
                           struct error *error);
void answer_encode(const struct answer *answer, struct buffer *out);
enum status answer_decode(struct arena *arena, struct slice bytes, struct answer *answer,
                          struct error *error);

#endif
