/* record_read.c - report records back into reports: the mirror of record_write.c.
 *
 * The bytes may come from anywhere, so every span is checked against the text it counts in and
 * every index against its list: a stage may rely on what it gets. No state, any thread.
 */
#include "proto/decision.h"
#include "proto/loci.h"
#include "proto/record_private.h"

static enum status wrong(struct error *error, const char *key, const char *what)
{
    return fail(error, STATUS_BAD, "report record: \"%s\" %s", key, what);
}

static bool read_span(const struct packed *list, uint32_t index, size_t limit, struct span *span)
{
    uint64_t start = packed_uint(packed_at(list, index), UINT64_MAX);
    uint64_t end = packed_uint(packed_at(list, index + 1), UINT64_MAX);
    if (start > end || end > limit)
        return false;
    *span = (struct span){(uint32_t)start, (uint32_t)end};
    return true;
}

static bool read_enum(const struct packed *value, unsigned count, unsigned *into)
{
    uint64_t number = packed_uint(value, UINT64_MAX);
    *into = (unsigned)number;
    return number < count;
}

static bool read_index(const struct packed *value, size_t count, int32_t *into)
{
    int64_t number = packed_int(value, INT64_MIN);
    *into = (int32_t)number;
    return number >= -1 && number < (int64_t)count;
}

static struct date read_date(const struct packed *value)
{
    uint64_t number = packed_uint(value, 0) % 100000000u;
    return (struct date){(uint16_t)(number / 10000), (uint8_t)(number / 100 % 100),
                         (uint8_t)(number % 100)};
}

static enum status read_meta(const struct packed *map, struct report *report, struct error *error)
{
    struct metadata *meta = &report->meta;
    unsigned level, kind;
    if (!packed_is_map(map))
        return wrong(error, "meta", "is missing");
    if (!read_enum(packed_get(map, "level"), LEVEL_TOWNSHIP + 1, &level) ||
        !read_enum(packed_get(map, "issuer_kind"), KIND_COUNT, &kind))
        return wrong(error, "meta", "has a level or kind that doesn't exist");
    meta->title = packed_text(packed_get(map, "title"));
    meta->region = (uint32_t)packed_uint(packed_get(map, "region"), 0);
    meta->region_name = packed_text(packed_get(map, "region_name"));
    meta->level = level;
    meta->township = packed_text(packed_get(map, "township"));
    meta->issuer = packed_text(packed_get(map, "issuer"));
    meta->kind = kind;
    meta->year = (uint16_t)packed_uint(packed_get(map, "year"), 0);
    meta->published = read_date(packed_get(map, "published"));
    meta->signed_on = read_date(packed_get(map, "signed_on"));
    meta->doc_number = packed_text(packed_get(map, "doc_number"));
    meta->placed_by = packed_text(packed_get(map, "placed_by"));
    size_t limit = report->clean.data ? report->clean.len : UINT32_MAX;
    if (!read_span(packed_get(map, "body"), 0, limit, &meta->body))
        return wrong(error, "meta.body", "lies outside of the text");
    return STATUS_OK;
}

static enum status read_shifts(const struct packed *list, struct report *report,
                               struct error *error)
{
    uint32_t count = packed_count(list) / 2;
    report->shifts = arena_alloc(&report->arena, count * sizeof *report->shifts);
    report->shift_count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t clean = packed_uint(packed_at(list, 2 * i), UINT64_MAX);
        uint64_t text = packed_uint(packed_at(list, 2 * i + 1), UINT64_MAX);
        bool rises =
            i == 0 ? clean == 0
                   : clean >= report->shifts[i - 1].clean && text >= report->shifts[i - 1].text;
        if (!rises || clean > report->clean.len || text > report->text.len)
            return wrong(error, "shifts", "don't rise within the text");
        report->shifts[i] = (struct shift){(uint32_t)clean, (uint32_t)text};
    }
    return STATUS_OK;
}

static enum status read_headings(const struct packed *list, struct report *report,
                                 struct error *error)
{
    report->heading_count = packed_count(list);
    report->headings =
        arena_alloc(&report->arena, report->heading_count * sizeof *report->headings);
    for (uint32_t i = 0; i < report->heading_count; i++) {
        const struct packed *item = packed_at(list, i);
        struct heading *heading = &report->headings[i];
        unsigned level, part;
        if (!read_enum(packed_at(item, 0), 16, &level) ||
            !read_enum(packed_at(item, 1), PART_COUNT, &part) ||
            !read_span(item, 4, report->clean.len, &heading->clean) ||
            !read_index(packed_at(item, 6), i, &heading->parent))
            return wrong(error, "headings", "holds a value out of range");
        heading->level = (uint8_t)level;
        heading->part = part;
        heading->number = packed_text(packed_at(item, 2));
        heading->title = packed_text(packed_at(item, 3));
    }
    return STATUS_OK;
}

static enum status read_sentences(const struct packed *list, struct report *report,
                                  struct error *error)
{
    report->sentence_count = packed_count(list);
    report->sentences =
        arena_alloc(&report->arena, report->sentence_count * sizeof *report->sentences);
    for (uint32_t i = 0; i < report->sentence_count; i++) {
        const struct packed *item = packed_at(list, i);
        struct sentence *sentence = &report->sentences[i];
        unsigned part;
        if (!read_span(item, 0, report->clean.len, &sentence->clean) ||
            !read_index(packed_at(item, 2), report->heading_count, &sentence->heading) ||
            !read_enum(packed_at(item, 4), PART_COUNT, &part) ||
            !read_index(packed_at(item, 6), report->sentence_count, &sentence->table_head))
            return wrong(error, "sentences", "holds a value out of range");
        sentence->paragraph = (uint32_t)packed_uint(packed_at(item, 3), 0);
        sentence->part = part;
        sentence->table = packed_bool(packed_at(item, 5), false);
    }
    return STATUS_OK;
}

static void read_parts(const struct packed *value, struct report *report)
{
    for (unsigned part = 0; part < PART_COUNT; part++)
        report->parts[part] = packed_uint(value, 0) >> part & 1;
}

/* A record of before 1.2 has neither state nor origin: asserted, from text. */
static bool read_state(const struct packed *item, struct fact *fact)
{
    unsigned state = STATE_ASSERTED, origin = ORIGIN_TEXT, rollup = ROLLUP_UNKNOWN;
    const struct packed *list = packed_at(item, 15);
    if (packed_count(item) > 13 && (!read_enum(packed_at(item, 13), STATE_COUNT, &state) ||
                                    !read_enum(packed_at(item, 14), ORIGIN_COUNT, &origin) ||
                                    packed_count(list) > 2 * MAX_CANDIDATES))
        return false;
    if (packed_count(item) > 17 && !read_enum(packed_at(item, 17), ROLLUP_COUNT, &rollup))
        return false;
    fact->rollup = rollup;
    fact->state = state;
    fact->origin = origin;
    fact->candidate_count = (uint8_t)(packed_count(list) / 2);
    for (uint32_t i = 0; i < fact->candidate_count; i++) {
        fact->candidates[i].indicator = packed_text(packed_at(list, 2 * i));
        fact->candidates[i].label = packed_text(packed_at(list, 2 * i + 1));
        if (fact->candidates[i].indicator.len == 0)
            return false;
    }
    return true;
}

/* Where in the original it stands; none before 1.2, and where the text itself is the file. */
static void read_where(struct arena *arena, const struct packed *item, struct fact *fact)
{
    struct locus *loci;
    size_t count;
    if (loci_read(arena, packed_at(item, 16), UINT32_MAX, &loci, &count) && count == 1)
        fact->where = loci[0];
}

/* What it counts for: an asserted one has its indicator, a proposed one candidates for it. */
static const char *wrong_with(const struct fact *fact)
{
    if (fact->state == STATE_NONE)
        return "holds one that states nothing";
    if (fact->state == STATE_ASSERTED && fact->indicator.len == 0)
        return "holds one without an indicator";
    if (fact->state == STATE_PROPOSED && (fact->indicator.len || fact->candidate_count == 0))
        return "holds a proposed one with an indicator, or without candidates";
    return fact->offset > fact->sentence.len ? "holds one outside its sentence" : NULL;
}

static enum status read_fact(struct arena *arena, const struct packed *item, struct fact *fact,
                             struct error *error)
{
    unsigned bound;
    if (!read_enum(packed_at(item, 4), BOUND_ABOUT + 1, &bound) ||
        !read_span(item, 6, UINT32_MAX, &fact->text) || !read_state(item, fact))
        return wrong(error, "facts", "holds a value out of range");
    fact->indicator = packed_text(packed_at(item, 0));
    fact->label = packed_text(packed_at(item, 1));
    fact->value = packed_double(packed_at(item, 2), 0);
    fact->unit = packed_text(packed_at(item, 3));
    fact->bound = bound;
    fact->total = packed_bool(packed_at(item, 5), false);
    fact->written = packed_text(packed_at(item, 8));
    fact->sentence = packed_text(packed_at(item, 9));
    fact->section = packed_text(packed_at(item, 10));
    fact->rule = packed_text(packed_at(item, 11));
    fact->offset = (uint32_t)packed_uint(packed_at(item, 12), 0);
    read_where(arena, item, fact);
    const char *mistake = wrong_with(fact);
    return mistake ? wrong(error, "facts", mistake) : STATUS_OK;
}

static enum status read_facts(const struct packed *list, struct report *report, struct error *error)
{
    enum status status = STATUS_OK;
    report->fact_count = packed_count(list);
    report->facts = arena_alloc(&report->arena, report->fact_count * sizeof *report->facts);
    for (uint32_t i = 0; !status && i < report->fact_count; i++)
        status = read_fact(&report->arena, packed_at(list, i), &report->facts[i], error);
    return status;
}

static enum status read_audits(const struct packed *list, struct report *report,
                               struct error *error)
{
    report->audit_count = packed_count(list);
    report->audits = arena_alloc(&report->arena, report->audit_count * sizeof *report->audits);
    for (uint32_t i = 0; i < report->audit_count; i++) {
        const struct packed *item = packed_at(list, i);
        unsigned type;
        if (!read_enum(packed_at(item, 0), AUDIT_TYPE_COUNT, &type) ||
            !read_span(item, 2, UINT32_MAX, &report->audits[i].text))
            return wrong(error, "audits", "holds a value out of range");
        report->audits[i].type = type;
        report->audits[i].note = packed_text(packed_at(item, 1));
    }
    return STATUS_OK;
}

static enum status read_passages(const struct packed *list, struct report *report,
                                 struct error *error)
{
    report->passage_count = packed_count(list);
    report->passages =
        arena_alloc(&report->arena, report->passage_count * sizeof *report->passages);
    for (uint32_t i = 0; i < report->passage_count; i++) {
        const struct packed *item = packed_at(list, i);
        if (!read_span(item, 0, UINT32_MAX, &report->passages[i].text))
            return wrong(error, "passages", "holds a value out of range");
        for (unsigned j = 0; j < 8; j++)
            report->passages[i].sketch[j] = packed_uint(packed_at(item, 2 + j), 0);
    }
    return STATUS_OK;
}

static enum status read_identity(const struct packed *root, struct report *report,
                                 struct error *error)
{
    struct slice sha256 = packed_text(packed_get(root, "sha256"));
    if (sha256.len != sizeof report->sha256)
        return wrong(error, "sha256", "is not 32 bytes");
    memcpy(report->sha256, sha256.data, sha256.len);
    report->encoding = packed_text(packed_get(root, "encoding"));
    return STATUS_OK;
}

static enum status check_raw(const struct report *report, struct error *error)
{
    if (report->raw.len > MAX_DOCUMENT_BYTES)
        return fail(error, STATUS_BAD, "the document has %zu bytes, the limit is %d: split it",
                    report->raw.len, MAX_DOCUMENT_BYTES);
    return STATUS_OK;
}

static enum status decode_document(const struct packed *root, struct report *report,
                                   struct error *error)
{
    if (!packed_is_text(packed_get(root, "raw")))
        return wrong(error, "raw", "is missing");
    report->raw = packed_text(packed_get(root, "raw"));
    return check_raw(report, error);
}

static enum status decode_scan(const struct packed *root, struct report *report,
                               struct error *error)
{
    const struct packed *list = packed_get(root, "scans");
    report->raw = packed_text(packed_get(root, "raw"));
    report->format = packed_text(packed_get(root, "format"));
    report->scan_count = packed_count(list) / 3;
    report->scans = arena_alloc(&report->arena, (report->scan_count + 1) * sizeof *report->scans);
    for (uint32_t i = 0; i < report->scan_count; i++)
        report->scans[i] = (struct scan){
            .page = (uint32_t)packed_uint(packed_at(list, i * 3), 0),
            .done = packed_bool(packed_at(list, i * 3 + 1), false),
            .words = packed_text(packed_at(list, i * 3 + 2)),
        };
    if (report->scan_count == 0)
        return wrong(error, "scans", "is missing");
    enum status status = check_raw(report, error);
    return status ? status : read_identity(root, report, error);
}

static enum status decode_text(const struct packed *root, struct report *report,
                               struct error *error)
{
    const struct packed *edits = packed_get(root, "edits");
    report->text = packed_text(packed_get(root, "text"));
    report->clean = packed_text(packed_get(root, "clean"));
    if (!report->text.data || (!report->clean.data && !edits))
        return wrong(error, report->text.data ? "clean" : "text", "is missing");
    if (edits && !record_read_length(edits, report))
        return wrong(error, "edits", "makes more of the text than there is");
    enum status status = read_identity(root, report, error);
    if (!status)
        status = read_shifts(packed_get(root, "shifts"), report, error);
    report->format = packed_text(packed_get(root, "format"));
    if (!status && !loci_read(&report->arena, packed_get(root, "loci"), report->text.len,
                              &report->loci, &report->locus_count))
        status = wrong(error, "loci", "leads outside of the text");
    if (!status && edits && !record_read_edits(edits, report))
        status = wrong(error, "edits", "leads outside of the text");
    return status ? status : read_meta(packed_get(root, "meta"), report, error);
}

static enum status decode_outline(const struct packed *root, struct report *report,
                                  struct error *error)
{
    enum status status = decode_text(root, report, error);
    if (!status)
        status = read_headings(packed_get(root, "headings"), report, error);
    if (!status)
        status = read_sentences(packed_get(root, "sentences"), report, error);
    read_parts(packed_get(root, "parts"), report);
    return status;
}

static enum status decode_facts(const struct packed *root, struct report *report,
                                struct error *error)
{
    enum status status = read_identity(root, report, error);
    if (!status)
        status = read_meta(packed_get(root, "meta"), report, error);
    if (!status)
        status = read_facts(packed_get(root, "facts"), report, error);
    if (!status)
        status = read_audits(packed_get(root, "audits"), report, error);
    if (!status)
        status = read_passages(packed_get(root, "passages"), report, error);
    read_parts(packed_get(root, "parts"), report);
    report->catalogue = packed_text(packed_get(root, "catalogue"));
    report->format = packed_text(packed_get(root, "format"));
    report->scanned = packed_bool(packed_get(root, "scanned"), false);
    return status;
}

static enum status (*const readers[STAGE_COUNT])(const struct packed *, struct report *,
                                                 struct error *) = {
    decode_document, decode_scan, decode_text, decode_outline, decode_facts};

/* Every stage takes it, all but the last pass it on. */
static enum status read_decision(struct slice bytes, struct report *report, struct error *error)
{
    struct decision *decision = arena_alloc(&report->arena, sizeof *decision);
    report->decision = decision;
    return decision_decode(&report->arena, bytes, decision, error);
}

static const struct pack_limits record_limits = {.depth = MAX_RECORD_DEPTH,
                                                 .nodes = MAX_RECORD_NODES};

enum status record_fits(struct slice bytes, struct error *error)
{
    struct error ignored;
    if (bytes.len > MAX_RECORD_BYTES)
        return fail(error, STATUS_BAD, "%zu bytes, %d are the most", bytes.len, MAX_RECORD_BYTES);
    bool few = bytes.len <= MAX_RECORD_NODES; /* a value has a byte at least */
    if (few || packed_check(bytes, record_limits, &ignored) == STATUS_OK)
        return STATUS_OK;
    return fail(error, STATUS_BAD, "more than %d values, which is the most", MAX_RECORD_NODES);
}

enum status record_decode(struct slice bytes, enum stage_id next, struct report *report,
                          struct error *error)
{
    if (decision_is(bytes))
        return read_decision(bytes, report, error);
    if (bytes.len > MAX_RECORD_BYTES)
        return fail(error, STATUS_BAD, "report record: %zu bytes, the limit is %d", bytes.len,
                    MAX_RECORD_BYTES);
    const struct packed *root;
    enum status status = packed_read(&report->arena, bytes, record_limits, &root, error);
    if (status)
        return status;
    uint64_t major = packed_uint(packed_at(packed_get(root, "v"), 0), 0);
    if (major != RECORD_MAJOR)
        return fail(error, STATUS_BAD,
                    "report record of format %llu, this program reads %d: upgrade this worker",
                    (unsigned long long)major, RECORD_MAJOR);
    if (!slice_equal(packed_text(packed_get(root, "kind")), slice_of(record_kind(next))))
        return fail(
            error, STATUS_BAD, "report record: stage %s reads a \"%s\" record, not a \"%.*s\"",
            stage_name(next), record_kind(next), SLICE_ARGS(packed_text(packed_get(root, "kind"))));
    report->seq = packed_uint(packed_get(root, "seq"), 0);
    report->path = packed_text(packed_get(root, "path"));
    return readers[next](root, report, error);
}
