/* listing.h - lists over the store beside its rows: documents, audits, who reported, figures, what
 * waits for a person, decisions. Each item is a record with a table of fields (fields.h), which is
 * all that packing, JSON, CSV and tables know of it.
 */
#ifndef XIANZHI_PROTO_ROWS_LISTING_H
#define XIANZHI_PROTO_ROWS_LISTING_H

#include "proto/rows/fields.h"

enum list {
    LIST_ROWS, /* not a list: the rows themselves */
    LIST_DOCUMENTS,
    LIST_AUDITS,
    LIST_COVERAGE,
    LIST_FIGURES,   /* of the documents asked for, proposed and decided ones among them */
    LIST_REVIEW,    /* those that a person should look at, what costs most first */
    LIST_DECISIONS, /* all that were ever made, by document and number */
    LIST_COUNT
};

enum coverage { COVERAGE_MISSING, COVERAGE_LATE, COVERAGE_REPORTED, COVERAGE_COUNT };
const char *coverage_name(enum coverage coverage); /* "missing", "late", "reported" */

/* Whether a document's figures are counted. */
enum standing {
    STANDING_COUNTED,
    STANDING_CONTESTED, /* one of several of its unit and year: none is, until somebody chooses */
    STANDING_ASIDE,     /* another one was chosen */
    STANDING_REPLACED,  /* a later version has taken its place: shown to who asks for it by hash */
    STANDING_COUNT
};
const char *standing_name(enum standing standing); /* "counted", "contested", "aside", "replaced" */

/* Whose report of which year. */
struct filed_unit {
    uint32_t region;
    struct slice region_name;
    enum level level;
    struct slice township;
    enum issuer_kind kind;
    struct slice issuer;
    uint16_t year;
};

struct document_item {
    struct slice sha256, path, title, doc_number;
    struct filed_unit unit;
    struct date published, signed_on;
    struct slice catalogue; /* version of the rules that read it */
    uint64_t filed_ms;      /* unix; 0: not known */
    uint32_t figures, proposed, audits, decisions, stale;
    enum standing standing;
    struct slice placed_by;   /* "person", "list": who said whose it is; empty: its text */
    struct slice version_of;  /* lineage.origin; empty: nobody has said */
    uint64_t order;           /* lineage.order */
    struct slice replaced_by; /* SHA-256 of the later version, or empty */
};

struct audit_item {
    struct slice sha256, path;
    struct filed_unit unit;
    enum audit_type type;
    struct slice note;
    struct span span;
};

/* One region of the gazetteer that owes a report. */
struct coverage_item {
    uint32_t region;
    struct slice region_name;
    enum level level;
    uint16_t year;
    enum coverage coverage;
    struct date published;
    struct slice issuer, sha256, path;
};

struct figure_item {
    struct slice id; /* twelve digits of the document, the span: 3f2a0c9d4e11:1200-1206 */
    struct slice sha256, path;
    struct filed_unit unit;
    struct span span;
    struct slice text, sentence, section;
    uint32_t offset;
    struct claim holds; /* now */
    struct claim said;  /* by the program */
    enum state state;   /* how sure the program was */
    enum origin origin;
    struct slice rule, catalogue;
    struct text_list candidates, candidate_labels;
    enum verdict verdict; /* of the decision in force */
    struct slice by, note;
    uint64_t at_ms, decision; /* its number: a new decision's base; 0: none */
    bool stale; /* the decision no longer finds its sentence: it is applied to nothing */
    struct text_list reasons; /* why a person should look */
    struct slice lease_by;
    uint64_t lease_until_ms;
};

struct listing_kind {
    const char *name; /* "documents" */
    struct row_field_list fields;
    size_t item_bytes;
};

extern const struct listing_kind listing_kinds[LIST_COUNT];
/* LIST_COUNT: there is none of that name. */
enum list list_by_name(struct slice name);

#endif
