/* row.h - a row of results: a unit's value with what it rests on, or a roll-up of its parent.
 *
 * What a row's fields are called, how each is written and in which format is said once, in
 * fields.c; row_pack, row_json, row_csv and what else writes rows go by that table.
 */
#ifndef XIANZHI_PROTO_ROWS_ROW_H
#define XIANZHI_PROTO_ROWS_ROW_H

#include "proto/base/memory.h"
#include "proto/report.h"

/* What a person has said of a figure. */
enum review { REVIEW_NONE, REVIEW_CONFIRMED, REVIEW_CORRECTED, REVIEW_COUNT };
const char *review_name(enum review review); /* "confirmed", "corrected"; NULL for none */

/* One mention of a value. Offsets: text offsets of the document. */
struct evidence {
    struct slice doc; /* hex SHA-256 */
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
    enum origin origin;
    enum state state;
    enum review review;
    struct slice by;    /* who reviewed it */
    struct locus where; /* in the original; page and paragraph 0: not known */
};

struct row {
    bool gone; /* changes only: the row no longer exists; just its key fields are set */
    struct slice indicator, label;
    uint32_t region;
    struct slice region_name;
    enum level level;
    struct slice township; /* empty: null */
    enum issuer_kind kind; /* of a unit's value */
    struct slice issuer;
    uint16_t year;
    double value;
    struct slice unit;
    enum bound bound;
    bool conflict;
    struct evidence *evidence; /* the first is the one that the value comes from */
    size_t evidence_count;
    struct audit *audits; /* of the whole report, where the request asked for them */
    size_t audit_count;

    enum level children_level; /* LEVEL_UNKNOWN: not a roll-up */
    uint32_t children, reporting;
    double sum, mean, min, median, max;

    struct slice rule, section, sha256; /* of the value: those of its first evidence */
    struct slice catalogue;             /* version of the rules that read the report */
    enum origin origin;
    enum state state;
    enum review reviewed;
    struct slice reviewed_by;
    enum rollup_rule rollup; /* of the indicator: how values of several units become one */
};

static inline bool is_rollup(const struct row *row)
{
    return row->children_level != LEVEL_UNKNOWN;
}

/* A copy of the row with all that it points to, in the arena; audits are left behind. */
void row_copy(struct arena *arena, const struct row *from, struct row *to);

/* Adds the version of the rules that read its report to those met, one a line. */
void row_note_catalogue(const struct row *row, struct buffer *versions);

/* Fills in what a unit's value takes from its first evidence. */
void row_show_evidence(struct row *row);

#endif
