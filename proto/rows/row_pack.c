/* row_pack.c - rows to MessagePack and back. No state, any thread. What fails: reading what is no
 * row. */
#include "proto/rows/row_pack.h"

#include "proto/base/digest.h"
#include "proto/loci.h"
#include "proto/rows/fields.h"

#include <stdio.h>

/* ---- writing ---- */

void fields_pack(const struct row_field_list *fields, const void *record, struct buffer *out);

static void pack_text_or_nil(struct buffer *out, struct slice text)
{
    if (text.len)
        pack_text(out, text);
    else
        pack_nil(out);
}

static void pack_region(struct buffer *out, uint32_t region)
{
    char code[16];
    snprintf(code, sizeof code, "%06u", region);
    pack_text(out, slice_of(code));
}

static void pack_evidence(const struct row *row, struct buffer *out)
{
    pack_array(out, (uint32_t)row->evidence_count);
    for (size_t i = 0; i < row->evidence_count; i++)
        fields_pack(&evidence_fields, &row->evidence[i], out);
}

/* As in JSON, so that a client prints it as it comes. */
static void pack_date(struct date date, struct buffer *out)
{
    struct buffer text = {0};
    date_text(date, &text);
    pack_text_or_nil(out, buffer_slice(&text));
    buffer_release(&text);
}

static void pack_digest(const uint8_t digest[32], struct buffer *out)
{
    struct buffer text = {0};
    digest_text(digest, &text);
    pack_text(out, buffer_slice(&text));
    buffer_release(&text);
}

static void pack_texts(const struct text_list *texts, struct buffer *out)
{
    pack_array(out, texts->count);
    for (uint32_t i = 0; i < texts->count; i++)
        pack_text(out, texts->items[i]);
}

/* As one of the places of a record. */
static void pack_place(const struct locus *place, struct buffer *out)
{
    struct locus where = *place;
    where.text = 0;
    loci_pack(out, &where, where.page || where.paragraph);
}

static void pack_field(const struct row_field *field, const void *record, struct buffer *out)
{
    const void *place = row_field_at(field, record);
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SECTION:
        pack_text(out, *(const struct slice *)place);
        break;
    case FIELD_TEXT_OR_NULL:
        pack_text_or_nil(out, *(const struct slice *)place);
        break;
    case FIELD_REGION:
        pack_region(out, *(const uint32_t *)place);
        break;
    case FIELD_BOOL:
        pack_bool(out, *(const bool *)place);
        break;
    case FIELD_YEAR:
        pack_uint(out, *(const uint16_t *)place);
        break;
    case FIELD_NUMBER:
        pack_uint(out, *(const uint32_t *)place);
        break;
    case FIELD_FIGURE:
        pack_double(out, *(const double *)place);
        break;
    case FIELD_LONG:
        pack_uint(out, *(const uint64_t *)place);
        break;
    case FIELD_DATE:
        pack_date(*(const struct date *)place, out);
        break;
    case FIELD_DIGEST:
        pack_digest(place, out);
        break;
    case FIELD_TEXTS:
        pack_texts(place, out);
        break;
    case FIELD_PLACE:
        pack_place(place, out);
        break;
    case FIELD_EVIDENCE:
        pack_evidence(record, out);
        break;
    default:
        pack_text_or_nil(out, slice_of(row_field_word(field, place)));
    }
}

void fields_pack(const struct row_field_list *fields, const void *record, struct buffer *out)
{
    pack_map(out, (uint32_t)fields->count);
    for (size_t i = 0; i < fields->count; i++) {
        pack_text(out, fields->items[i].name);
        pack_field(&fields->items[i], record, out);
    }
}

static void pack_audits(const struct row *row, struct buffer *out)
{
    PACK_KEY(out, "audits"), pack_array(out, (uint32_t)row->audit_count);
    for (size_t i = 0; i < row->audit_count; i++)
        fields_pack(&audit_fields, &row->audits[i], out);
}

void row_pack(const struct row *row, struct buffer *out)
{
    uint32_t count = 1 + (row->audit_count > 0);
    for (size_t i = 0; i < row_fields.count; i++)
        count += (row_fields.items[i].pack & rows_of(row)) != 0;
    pack_map(out, count);
    PACK_KEY(out, "gone"), pack_bool(out, row->gone);
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        if (!(field->pack & rows_of(row)))
            continue;
        pack_text(out, field->name);
        pack_field(field, row, out);
    }
    if (row->audit_count)
        pack_audits(row, out);
}

/* ---- reading ---- */

static uint32_t region_of(struct slice code)
{
    uint32_t region = 0;
    for (size_t i = 0; i < code.len && i < 6; i++)
        if (code.data[i] >= '0' && code.data[i] <= '9')
            region = region * 10 + (uint32_t)(code.data[i] - '0');
    return region;
}

/* "2024", "2024-02", "2024-02-29"; anything else is no date. */
static struct date date_of(struct slice text)
{
    unsigned parts[3] = {0}, part = 0;
    for (size_t i = 0; i < text.len && part < 3; i++) {
        if (text.data[i] == '-')
            part++;
        else if (text.data[i] >= '0' && text.data[i] <= '9' && parts[part] < 1000)
            parts[part] = parts[part] * 10 + (unsigned)(text.data[i] - '0');
    }
    return (struct date){(uint16_t)parts[0], (uint8_t)parts[1], (uint8_t)parts[2]};
}

static void read_texts(struct arena *arena, const struct packed *list, struct text_list *texts)
{
    uint32_t count = packed_count(list);
    struct slice *items = arena_alloc(arena, count * sizeof *items);
    for (uint32_t i = 0; i < count; i++)
        items[i] = packed_text(packed_at(list, i));
    *texts = (struct text_list){items, count};
}

static void read_place(struct arena *arena, const struct packed *list, struct locus *place)
{
    struct locus *loci;
    size_t count;
    if (loci_read(arena, list, UINT32_MAX, &loci, &count) && count == 1)
        *place = loci[0];
}

/* False: a word that this program doesn't know. */
static bool read_field(struct arena *arena, const struct row_field *field,
                       const struct packed *value, void *record)
{
    void *place = (char *)record + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_SECTION:
    case FIELD_TEXT_OR_NULL:
        *(struct slice *)place = packed_text(value);
        return true;
    case FIELD_REGION:
        *(uint32_t *)place = region_of(packed_text(value));
        return true;
    case FIELD_BOOL:
        *(bool *)place = packed_bool(value, false);
        return true;
    case FIELD_YEAR:
        *(uint16_t *)place = (uint16_t)packed_uint(value, 0);
        return true;
    case FIELD_NUMBER:
        *(uint32_t *)place = (uint32_t)packed_uint(value, 0);
        return true;
    case FIELD_FIGURE:
        *(double *)place = packed_double(value, 0);
        return true;
    case FIELD_LONG:
        *(uint64_t *)place = packed_uint(value, 0);
        return true;
    case FIELD_DATE:
        *(struct date *)place = date_of(packed_text(value));
        return true;
    case FIELD_DIGEST:
        return digest_parse(packed_text(value), place);
    case FIELD_TEXTS:
        read_texts(arena, value, place);
        return true;
    case FIELD_PLACE:
        read_place(arena, value, place);
        return true;
    case FIELD_EVIDENCE:
    case FIELD_SHOWN:
        return true;
    default:
        return !packed_is_text(value) || row_field_take_word(field, packed_text(value), place);
    }
}

bool fields_unpack(struct arena *arena, const struct row_field_list *fields,
                   const struct packed *map, void *record)
{
    bool known = true;
    for (size_t i = 0; i < fields->count; i++) {
        const struct packed *value = packed_get(map, fields->items[i].name.data);
        known = read_field(arena, &fields->items[i], value, record) && known;
    }
    return known;
}

static void read_evidence(struct arena *arena, const struct packed *list, struct row *row)
{
    row->evidence_count = packed_count(list);
    row->evidence = arena_alloc(arena, row->evidence_count * sizeof *row->evidence);
    for (uint32_t i = 0; i < row->evidence_count; i++) {
        row->evidence[i].state = STATE_ASSERTED; /* of before 1.3 */
        fields_unpack(arena, &evidence_fields, packed_at(list, i), &row->evidence[i]);
    }
}

static void read_audits(struct arena *arena, const struct packed *list, struct row *row)
{
    row->audits = arena_alloc(arena, packed_count(list) * sizeof *row->audits);
    for (uint32_t i = 0; i < packed_count(list); i++) {
        struct audit audit = {0};
        if (fields_unpack(arena, &audit_fields, packed_at(list, i), &audit))
            row->audits[row->audit_count++] = audit;
    }
}

enum status row_unpack(struct arena *arena, const struct packed *map, struct row *row,
                       struct error *error)
{
    *row =
        (struct row){.gone = packed_bool(packed_get(map, "gone"), false), .state = STATE_ASSERTED};
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        const struct packed *value = packed_get(map, field->name.data);
        if (field->pack && !read_field(arena, field, value, row))
            return fail(error, STATUS_BAD, "answer: there is no %s %.*s", field->name.data,
                        SLICE_ARGS(packed_text(value)));
    }
    if (row->indicator.len == 0 || !packed_is_text(packed_get(map, "level")))
        return fail(error, STATUS_BAD, "answer: a row without indicator or level");
    read_evidence(arena, packed_get(map, "evidence"), row);
    read_audits(arena, packed_get(map, "audits"), row);
    return STATUS_OK;
}
