/* row_json.c - rows as JSON, by the table of fields. By hand, not by a library: keys, their order
 * and every digit are a promise, the texts were checked to be UTF-8 when they came in, and a
 * nation's rows are some millions. No state, any thread. */
#include "proto/rows/row_json.h"

#include "proto/base/json_text.h"
#include "proto/loci.h"
#include "proto/rows/fields.h"

static void put_section(struct slice section, struct buffer *out)
{
    buffer_append(out, "[", 1);
    for (size_t from = 0; from < section.len;) {
        size_t end = slice_find(section, SLICE("\n"), from);
        end = end == SIZE_MAX ? section.len : end;
        buffer_add(out, from ? SLICE(", ") : SLICE(""));
        json_text(slice_range(section, from, end), out);
        from = end + 1;
    }
    buffer_append(out, "]", 1);
}

void row_json_evidence(const struct row *row, struct buffer *out)
{
    buffer_append(out, "[", 1);
    for (size_t i = 0; i < row->evidence_count; i++) {
        buffer_add(out, i ? SLICE(", ") : SLICE(""));
        fields_json(&evidence_fields, &row->evidence[i], out);
    }
    buffer_append(out, "]", 1);
}

static void put_text_or_null(struct slice text, struct buffer *out)
{
    if (text.len)
        json_text(text, out);
    else
        buffer_add(out, SLICE("null"));
}

static void put_date(struct date date, struct buffer *out)
{
    struct buffer text = {0};
    date_text(date, &text);
    put_text_or_null(buffer_slice(&text), out);
    buffer_release(&text);
}

static void put_texts(const struct text_list *texts, struct buffer *out)
{
    buffer_append(out, "[", 1);
    for (uint32_t i = 0; i < texts->count; i++) {
        buffer_add(out, i ? SLICE(", ") : SLICE(""));
        json_text(texts->items[i], out);
    }
    buffer_append(out, "]", 1);
}

static void put_place(const struct locus *place, struct buffer *out)
{
    if (place->page || place->paragraph)
        locus_json(place, out);
    else
        buffer_add(out, SLICE("null"));
}

static void put_field(const struct row_field *field, const void *record, struct buffer *out)
{
    const void *place = row_field_at(field, record);
    switch (field->type) {
    case FIELD_TEXT:
        json_text(*(const struct slice *)place, out);
        break;
    case FIELD_TEXT_OR_NULL:
        put_text_or_null(*(const struct slice *)place, out);
        break;
    case FIELD_SECTION:
        put_section(*(const struct slice *)place, out);
        break;
    case FIELD_REGION:
        buffer_format(out, "\"%06u\"", *(const uint32_t *)place);
        break;
    case FIELD_BOOL:
        buffer_add(out, *(const bool *)place ? SLICE("true") : SLICE("false"));
        break;
    case FIELD_YEAR:
        json_unsigned(*(const uint16_t *)place, out);
        break;
    case FIELD_NUMBER:
        json_unsigned(*(const uint32_t *)place, out);
        break;
    case FIELD_FIGURE:
        json_number(*(const double *)place, out);
        break;
    case FIELD_LONG:
        json_unsigned(*(const uint64_t *)place, out);
        break;
    case FIELD_DATE:
        put_date(*(const struct date *)place, out);
        break;
    case FIELD_DIGEST:
        buffer_add(out, SLICE("\""));
        digest_text(place, out);
        buffer_add(out, SLICE("\""));
        break;
    case FIELD_TEXTS:
        put_texts(place, out);
        break;
    case FIELD_PLACE:
        put_place(place, out);
        break;
    case FIELD_EVIDENCE:
        row_json_evidence(record, out);
        break;
    default:
        put_text_or_null(slice_of(row_field_word(field, place)), out);
    }
}

/* The first key without its comma. */
static void put_key(const struct row_field *field, bool first, struct buffer *out)
{
    struct slice key = field->json_key;
    buffer_add(out, first ? slice_range(key, 2, key.len) : key);
}

void fields_json(const struct row_field_list *fields, const void *record, struct buffer *out)
{
    bool first = true;
    buffer_append(out, "{", 1);
    for (size_t i = 0; i < fields->count; i++) {
        if (!fields->items[i].json)
            continue;
        put_key(&fields->items[i], first, out);
        put_field(&fields->items[i], record, out);
        first = false;
    }
    buffer_append(out, "}", 1);
}

/* Those fields that are for what `parts` says, a set of 1 << enum row_part. */
static void put_row(const struct row *row, unsigned parts, struct buffer *out)
{
    buffer_append(out, "{", 1);
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        if (!(field->json & rows_of(row)) || !(parts >> field->part & 1))
            continue;
        put_key(field, i == 0, out);
        put_field(field, row, out);
    }
}

enum {
    OF_KEY = 1 << ROW_KEY,
    OF_GONE = OF_KEY | 1 << ROW_NAME,
    OF_FIGURE = OF_GONE | 1 << ROW_FIGURE,
    OF_ALL = OF_FIGURE | 1 << ROW_SOURCE,
};

void row_json(const struct row *row, uint64_t version, struct slice store, struct buffer *out)
{
    put_row(row, row->gone ? OF_GONE : OF_ALL, out);
    if (row->gone)
        buffer_add(out, SLICE(", \"gone\": true"));
    if (version)
        buffer_add(out, SLICE(", \"version\": ")), json_unsigned(version, out);
    if (version && store.len)
        buffer_add(out, SLICE(", \"store\": ")), json_text(store, out);
    buffer_add(out, SLICE("}\n"));
}

void row_json_figure(const struct row *row, struct buffer *out)
{
    put_row(row, OF_FIGURE, out);
    buffer_add(out, SLICE("}\n"));
}

void row_json_key(const struct row *row, struct buffer *out)
{
    put_row(row, OF_KEY, out);
    buffer_append(out, "}", 1);
}
