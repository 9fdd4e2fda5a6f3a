/* fields.h - the one table of a row's fields: to add one, add it to struct row and here. */
#ifndef XIANZHI_PROTO_ROWS_FIELDS_H
#define XIANZHI_PROTO_ROWS_FIELDS_H

#include "proto/base/memory.h"
#include "proto/decision.h"
#include "proto/rows/row.h"

enum row_field_type {
    FIELD_TEXT, /* struct slice */
    FIELD_TEXT_OR_NULL,
    FIELD_SECTION, /* struct slice, parts parted by '\n'; a list in JSON */
    FIELD_REGION,  /* uint32_t: "140522" */
    FIELD_LEVEL,   /* the words of enums */
    FIELD_KIND,
    FIELD_BOUND,
    FIELD_ORIGIN,
    FIELD_STATE,
    FIELD_ROLLUP,
    FIELD_REVIEW, /* or null */
    FIELD_AUDIT,
    FIELD_VERDICT,  /* or null */
    FIELD_COVERAGE, /* enum coverage */
    FIELD_STANDING, /* enum standing */
    FIELD_BOOL,
    FIELD_YEAR,   /* uint16_t */
    FIELD_NUMBER, /* uint32_t */
    FIELD_LONG,   /* uint64_t, below 2^53 */
    FIELD_FIGURE, /* double */
    FIELD_DATE,   /* struct date: "2024-02-29", or null */
    FIELD_DIGEST, /* 32 bytes: 64 hex digits */
    FIELD_TEXTS,  /* struct text_list */
    FIELD_PLACE,  /* struct locus: {"page": 3, "box": [x0, y0, x1, y1]}, or null */
    FIELD_EVIDENCE,
    FIELD_SHOWN, /* text of the first evidence: offset in struct evidence */
};

/* Which rows bear it, as a set. */
enum { OF_NONE = 0, OF_VALUES = 1, OF_ROLLUPS = 2, OF_BOTH = 3 };

/* What a field is for. */
enum row_part {
    ROW_FIGURE,
    ROW_KEY,   /* tells the row from others: a row that is gone has it, too */
    ROW_NAME,  /* what is said of the key: a row that is gone has it, too */
    ROW_SOURCE /* where the value comes from and who stands for it, not what it is */
};

struct row_field {
    struct slice name;     /* indicator */
    struct slice json_key; /* , "indicator":  */
    const char *head;      /* what a person calls it: 指标 */
    enum row_field_type type;
    uint16_t offset;
    uint8_t pack, json, table; /* sets of rows; table: csv and sheets */
    enum row_part part;
};

struct row_field_list {
    const struct row_field *items;
    size_t count;
};

/* Texts in a row, borrowed. */
struct text_list {
    const struct slice *items;
    uint32_t count;
};

extern const struct row_field_list row_fields, evidence_fields, audit_fields;

/* For tables like that of fields.c. */
#define FIELD_NAMED(text)                                                                          \
    .name = {text, sizeof(text) - 1}, .json_key = {", \"" text "\": ", sizeof(text) + 5}
#define FIELD_IN(pack_, json_, table_) .pack = OF_##pack_, .json = OF_##json_, .table = OF_##table_

static inline unsigned rows_of(const struct row *row)
{
    return is_rollup(row) ? OF_ROLLUPS : OF_VALUES;
}

static inline const void *row_field_at(const struct row_field *field, const void *record)
{
    return (const char *)record + field->offset;
}

const char *verdict_name(enum verdict verdict); /* "confirm" … "choose_document"; NULL for none */

/* The word of an enum's field; NULL: null. */
const char *row_field_word(const struct row_field *field, const void *place);
/* All of them, parted by ", "; nothing where the field is no enum's. */
void row_field_words(const struct row_field *field, struct buffer *out);
/* The other way; false: no such word. */
bool row_field_take_word(const struct row_field *field, struct slice word, void *place);

void date_text(struct date date, struct buffer *out); /* nothing for no date */
/* "page 3", "paragraph 12"; nothing where it isn't known. */
void place_text(const struct locus *place, struct buffer *out);
void digest_text(const uint8_t digest[32], struct buffer *out);

/* As a cell of a table: appends the text, and says in *is_number whether it is a figure. A
 * section's parts are parted by " / ", texts by "、". */
void row_field_cell(const struct row_field *field, const void *record, struct buffer *out,
                    bool *is_number);
/* Of a row: nothing is appended where it doesn't bear the field. */
void row_table_cell(const struct row_field *field, const struct row *row, struct buffer *out,
                    bool *is_number);

#endif
