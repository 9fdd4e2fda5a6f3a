/* reading.c - questions and answers as MessagePack. A row is a map with the keys of
 * `query --format jsonl`, so that a client in any language prints it as it comes. */
#include "proto/reading.h"

#include "proto/pack.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_ANSWER_DEPTH = 8, MAX_ANSWER_NODES = 4 * 1024 * 1024, MAX_REQUEST_NODES = 128 };

/* ---- request ---- */

static void pack_texts(struct buffer *out, const struct slice *texts, uint32_t count)
{
    pack_array(out, count);
    for (uint32_t i = 0; i < count; i++)
        pack_text(out, texts[i]);
}

void request_encode(const struct request *request, struct buffer *out)
{
    const struct filter *filter = &request->filter;
    pack_map(out, 10);
    PACK_KEY(out, "changes"), pack_bool(out, request->changes);
    PACK_KEY(out, "since"), pack_uint(out, request->since);
    PACK_KEY(out, "after"), pack_bytes(out, request->after);
    PACK_KEY(out, "limit_rows"), pack_uint(out, request->limit_rows);
    PACK_KEY(out, "audits"), pack_bool(out, request->audits);
    PACK_KEY(out, "indicator"), pack_text(out, filter->indicator);
    PACK_KEY(out, "indicators"), pack_texts(out, filter->indicators, filter->indicator_count);
    PACK_KEY(out, "regions"), pack_texts(out, filter->regions, filter->region_count);
    PACK_KEY(out, "year"), pack_uint(out, filter->year);
    PACK_KEY(out, "level"), pack_uint(out, filter->level);
}

static bool read_texts(const struct packed *list, struct slice *texts, uint32_t max,
                       uint32_t *count)
{
    *count = packed_count(list);
    for (uint32_t i = 0; i < *count && i < max; i++)
        texts[i] = packed_text(packed_at(list, i));
    return *count <= max;
}

enum status request_decode(struct arena *arena, struct slice bytes, struct request *request,
                           struct error *error)
{
    *request = (struct request){0};
    const struct packed *root;
    struct pack_limits limits = {.depth = 4, .nodes = MAX_REQUEST_NODES};
    enum status status = packed_read(arena, bytes, limits, &root, error);
    if (status)
        return status;
    struct filter *filter = &request->filter;
    request->changes = packed_bool(packed_get(root, "changes"), false);
    request->since = packed_uint(packed_get(root, "since"), 0);
    request->after = packed_text(packed_get(root, "after"));
    request->limit_rows = (uint32_t)packed_uint(packed_get(root, "limit_rows"), 0);
    request->audits = packed_bool(packed_get(root, "audits"), false);
    filter->indicator = packed_text(packed_get(root, "indicator"));
    filter->year = (uint16_t)packed_uint(packed_get(root, "year"), 0);
    uint64_t level = packed_uint(packed_get(root, "level"), 0);
    if (level > LEVEL_TOWNSHIP)
        return fail(error, STATUS_BAD, "request: there is no level %u", (unsigned)level);
    filter->level = (enum level)level;
    if (!read_texts(packed_get(root, "regions"), filter->regions, 16, &filter->region_count) ||
        !read_texts(packed_get(root, "indicators"), filter->indicators, 16,
                    &filter->indicator_count))
        return fail(error, STATUS_BAD, "request: at most 16 regions and 16 indicators");
    return STATUS_OK;
}

/* ---- answer ---- */

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

static void pack_evidence(struct buffer *out, const struct evidence *evidence)
{
    pack_map(out, 12);
    PACK_KEY(out, "doc"), pack_text(out, evidence->doc);
    PACK_KEY(out, "path"), pack_text(out, evidence->path);
    PACK_KEY(out, "start"), pack_uint(out, evidence->span.start);
    PACK_KEY(out, "end"), pack_uint(out, evidence->span.end);
    PACK_KEY(out, "text"), pack_text(out, evidence->text);
    PACK_KEY(out, "value"), pack_double(out, evidence->value);
    PACK_KEY(out, "unit"), pack_text(out, evidence->unit);
    PACK_KEY(out, "bound"), pack_text(out, slice_of(bound_name(evidence->bound)));
    PACK_KEY(out, "sentence"), pack_text(out, evidence->sentence);
    PACK_KEY(out, "section"), pack_text(out, evidence->section);
    PACK_KEY(out, "rule"), pack_text(out, evidence->rule);
    PACK_KEY(out, "offset"), pack_uint(out, evidence->offset);
}

static void pack_audits(struct buffer *out, const struct row *row)
{
    PACK_KEY(out, "audits"), pack_array(out, (uint32_t)row->audit_count);
    for (size_t i = 0; i < row->audit_count; i++) {
        const struct audit *audit = &row->audits[i];
        pack_map(out, 4);
        PACK_KEY(out, "type"), pack_text(out, slice_of(audit_name(audit->type)));
        PACK_KEY(out, "note"), pack_text(out, audit->note);
        PACK_KEY(out, "start"), pack_uint(out, audit->text.start);
        PACK_KEY(out, "end"), pack_uint(out, audit->text.end);
    }
}

static void pack_unit_value(struct buffer *out, const struct row *row)
{
    PACK_KEY(out, "township"), pack_text_or_nil(out, row->township);
    PACK_KEY(out, "kind"), pack_text(out, slice_of(kind_name(row->kind)));
    PACK_KEY(out, "issuer"), pack_text_or_nil(out, row->issuer);
    PACK_KEY(out, "value"), pack_double(out, row->value);
    PACK_KEY(out, "bound"), pack_text(out, slice_of(bound_name(row->bound)));
    PACK_KEY(out, "conflict"), pack_bool(out, row->conflict);
    PACK_KEY(out, "evidence"), pack_array(out, (uint32_t)row->evidence_count);
    for (size_t i = 0; i < row->evidence_count; i++)
        pack_evidence(out, &row->evidence[i]);
    if (row->audit_count)
        pack_audits(out, row);
}

static void pack_rollup(struct buffer *out, const struct row *row)
{
    PACK_KEY(out, "children_level"), pack_text(out, slice_of(level_name(row->children_level)));
    PACK_KEY(out, "children"), pack_uint(out, row->children);
    PACK_KEY(out, "reporting"), pack_uint(out, row->reporting);
    PACK_KEY(out, "sum"), pack_double(out, row->sum);
    PACK_KEY(out, "mean"), pack_double(out, row->mean);
    PACK_KEY(out, "min"), pack_double(out, row->min);
    PACK_KEY(out, "median"), pack_double(out, row->median);
    PACK_KEY(out, "max"), pack_double(out, row->max);
}

static void pack_row(struct buffer *out, const struct row *row)
{
    bool rollup = row->children_level != LEVEL_UNKNOWN;
    pack_map(out, 8 + (rollup ? 8 : row->audit_count ? 8 : 7));
    PACK_KEY(out, "gone"), pack_bool(out, row->gone);
    PACK_KEY(out, "indicator"), pack_text(out, row->indicator);
    PACK_KEY(out, "label"), pack_text(out, row->label);
    PACK_KEY(out, "region"), pack_region(out, row->region);
    PACK_KEY(out, "region_name"), pack_text_or_nil(out, row->region_name);
    PACK_KEY(out, "level"), pack_text(out, slice_of(level_name(row->level)));
    PACK_KEY(out, "year"), pack_uint(out, row->year);
    PACK_KEY(out, "unit"), pack_text(out, row->unit);
    if (rollup)
        pack_rollup(out, row);
    else
        pack_unit_value(out, row);
}

void answer_encode(const struct answer *answer, struct buffer *out)
{
    pack_map(out, 5);
    PACK_KEY(out, "version"), pack_uint(out, answer->version);
    PACK_KEY(out, "snapshot"), pack_bool(out, answer->snapshot);
    PACK_KEY(out, "more"), pack_bool(out, answer->more);
    PACK_KEY(out, "after"), pack_bytes(out, answer->after);
    PACK_KEY(out, "rows"), pack_array(out, (uint32_t)answer->row_count);
    for (size_t i = 0; i < answer->row_count; i++)
        pack_row(out, &answer->rows[i]);
}

static enum bound bound_by_name(struct slice name)
{
    for (enum bound bound = BOUND_EXACT; bound <= BOUND_ABOUT; bound++)
        if (slice_equal(name, slice_of(bound_name(bound))))
            return bound;
    return BOUND_EXACT;
}

static void read_evidence(const struct packed *map, struct evidence *evidence)
{
    evidence->doc = packed_text(packed_get(map, "doc"));
    evidence->path = packed_text(packed_get(map, "path"));
    evidence->span.start = (uint32_t)packed_uint(packed_get(map, "start"), 0);
    evidence->span.end = (uint32_t)packed_uint(packed_get(map, "end"), 0);
    evidence->text = packed_text(packed_get(map, "text"));
    evidence->value = packed_double(packed_get(map, "value"), 0);
    evidence->unit = packed_text(packed_get(map, "unit"));
    evidence->bound = bound_by_name(packed_text(packed_get(map, "bound")));
    evidence->sentence = packed_text(packed_get(map, "sentence"));
    evidence->section = packed_text(packed_get(map, "section"));
    evidence->rule = packed_text(packed_get(map, "rule"));
    evidence->offset = (uint32_t)packed_uint(packed_get(map, "offset"), 0);
}

static enum audit_type audit_by_name(struct slice name)
{
    enum audit_type type = 0;
    while (type < AUDIT_TYPE_COUNT && !slice_equal(name, slice_of(audit_name(type))))
        type++;
    return type;
}

/* An audit of a type that only a newer writer knows is left out. */
static void read_audits(struct arena *arena, const struct packed *list, struct row *row)
{
    row->audits = arena_alloc(arena, packed_count(list) * sizeof *row->audits);
    for (uint32_t i = 0; i < packed_count(list); i++) {
        const struct packed *item = packed_at(list, i);
        struct audit audit = {.type = audit_by_name(packed_text(packed_get(item, "type"))),
                              .note = packed_text(packed_get(item, "note")),
                              .text.start = (uint32_t)packed_uint(packed_get(item, "start"), 0),
                              .text.end = (uint32_t)packed_uint(packed_get(item, "end"), 0)};
        if (audit.type < AUDIT_TYPE_COUNT)
            row->audits[row->audit_count++] = audit;
    }
}

static void read_unit_value(struct arena *arena, const struct packed *map, struct row *row)
{
    const struct packed *list = packed_get(map, "evidence");
    row->township = packed_text(packed_get(map, "township"));
    row->kind = kind_by_name(packed_text(packed_get(map, "kind")));
    row->issuer = packed_text(packed_get(map, "issuer"));
    row->value = packed_double(packed_get(map, "value"), 0);
    row->bound = bound_by_name(packed_text(packed_get(map, "bound")));
    row->conflict = packed_bool(packed_get(map, "conflict"), false);
    row->evidence_count = packed_count(list);
    row->evidence = arena_alloc(arena, row->evidence_count * sizeof *row->evidence);
    for (uint32_t i = 0; i < row->evidence_count; i++)
        read_evidence(packed_at(list, i), &row->evidence[i]);
    read_audits(arena, packed_get(map, "audits"), row);
}

static void read_rollup(const struct packed *map, struct row *row)
{
    row->children = (uint32_t)packed_uint(packed_get(map, "children"), 0);
    row->reporting = (uint32_t)packed_uint(packed_get(map, "reporting"), 0);
    row->sum = packed_double(packed_get(map, "sum"), 0);
    row->mean = packed_double(packed_get(map, "mean"), 0);
    row->min = packed_double(packed_get(map, "min"), 0);
    row->median = packed_double(packed_get(map, "median"), 0);
    row->max = packed_double(packed_get(map, "max"), 0);
}

static uint32_t read_region(struct slice code)
{
    uint32_t region = 0;
    for (size_t i = 0; i < code.len && i < 6; i++)
        if (code.data[i] >= '0' && code.data[i] <= '9')
            region = region * 10 + (uint32_t)(code.data[i] - '0');
    return region;
}

static enum status read_row(struct arena *arena, const struct packed *map, struct row *row,
                            struct error *error)
{
    row->gone = packed_bool(packed_get(map, "gone"), false);
    row->indicator = packed_text(packed_get(map, "indicator"));
    row->label = packed_text(packed_get(map, "label"));
    row->region = read_region(packed_text(packed_get(map, "region")));
    row->region_name = packed_text(packed_get(map, "region_name"));
    row->level = level_by_name(packed_text(packed_get(map, "level")));
    row->year = (uint16_t)packed_uint(packed_get(map, "year"), 0);
    row->unit = packed_text(packed_get(map, "unit"));
    if (row->indicator.len == 0 || row->level > LEVEL_TOWNSHIP)
        return fail(error, STATUS_BAD, "answer: a row without indicator or level");
    struct slice children = packed_text(packed_get(map, "children_level"));
    if (children.len == 0) {
        read_unit_value(arena, map, row);
        return STATUS_OK;
    }
    row->children_level = level_by_name(children);
    if (row->children_level > LEVEL_TOWNSHIP)
        return fail(error, STATUS_BAD, "answer: there is no level %.*s", SLICE_ARGS(children));
    read_rollup(map, row);
    return STATUS_OK;
}

enum status answer_decode(struct arena *arena, struct slice bytes, struct answer *answer,
                          struct error *error)
{
    *answer = (struct answer){0};
    const struct packed *root;
    struct pack_limits limits = {.depth = MAX_ANSWER_DEPTH, .nodes = MAX_ANSWER_NODES};
    enum status status = packed_read(arena, bytes, limits, &root, error);
    if (status)
        return status;
    const struct packed *rows = packed_get(root, "rows");
    answer->version = packed_uint(packed_get(root, "version"), 0);
    answer->snapshot = packed_bool(packed_get(root, "snapshot"), false);
    answer->more = packed_bool(packed_get(root, "more"), false);
    answer->after = packed_text(packed_get(root, "after"));
    answer->row_count = packed_count(rows);
    answer->rows = arena_alloc(arena, answer->row_count * sizeof *answer->rows);
    for (uint32_t i = 0; !status && i < answer->row_count; i++)
        status = read_row(arena, packed_at(rows, i), &answer->rows[i], error);
    return status;
}
