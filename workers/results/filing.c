/* filing.c - reads a filing in place: filing_read once, filing_find for every row that a reader
 * wants. No state, any thread. */
#include "workers/results/filing_private.h"

#include <stdlib.h>

enum { END_BYTES = 4 };

/* ---- runs ---- */

void run_end(struct filing_scratch *scratch)
{
    uint32_t end = (uint32_t)scratch->bytes.len;
    buffer_append(&scratch->ends, &end, sizeof end);
}

void runs_write(struct filing_scratch *scratch, struct buffer *out)
{
    code_number(out, scratch->ends.len / END_BYTES);
    code_number(out, scratch->bytes.len);
    buffer_add(out, buffer_slice(&scratch->ends));
    buffer_add(out, buffer_slice(&scratch->bytes));
    buffer_clear(&scratch->ends);
    buffer_clear(&scratch->bytes);
}

static struct runs runs_read(struct coded *in)
{
    struct runs runs = {.count = coded_number(in)};
    uint64_t len = coded_number(in);
    if (runs.count > (size_t)(in->end - in->at) / END_BYTES)
        in->bad = true;
    runs.ends = coded_bytes(in, runs.count * END_BYTES).data;
    runs.bytes = coded_bytes(in, len);
    if (in->bad)
        runs.count = 0;
    return runs;
}

bool run_at(const struct runs *runs, size_t index, struct slice *run)
{
    uint32_t start = 0, end;
    if (index >= runs->count)
        return false;
    memcpy(&end, runs->ends + index * END_BYTES, sizeof end);
    if (index > 0)
        memcpy(&start, runs->ends + (index - 1) * END_BYTES, sizeof start);
    if (start > end || end > runs->bytes.len)
        return false;
    *run = slice_range(runs->bytes, start, end);
    return true;
}

/* ---- places ---- */

static const float steps = 4; /* to a point */

void code_place(struct buffer *out, const struct locus *place)
{
    code_number(out, place->page);
    code_number(out, place->paragraph);
    for (unsigned i = 0; i < 4; i++) {
        float at = place->box[i] > 0 && place->box[i] < 1e6f ? place->box[i] : 0;
        code_number(out, (uint64_t)(at * steps + 0.5f));
    }
}

void coded_place(struct coded *in, struct locus *place)
{
    place->page = (uint32_t)coded_number(in);
    place->paragraph = (uint32_t)coded_number(in);
    for (unsigned i = 0; i < 4; i++)
        place->box[i] = (float)(coded_number(in) & 0xFFFFFF) / steps;
}

/* ---- reading ---- */

static uint8_t read_byte(struct coded *in)
{
    struct slice byte = coded_bytes(in, 1);
    return byte.len ? (uint8_t)byte.data[0] : 0;
}

static struct date read_date(struct coded *in)
{
    struct date date = {.year = (uint16_t)coded_number(in)};
    date.month = read_byte(in);
    date.day = read_byte(in);
    return date;
}

static void read_end(struct coded *in, struct filing *filing)
{
    filing->lineage = (struct lineage){0};
    filing->scanned = false;
    if (in->at == in->end)
        return;
    filing->lineage.origin = coded_text(in);
    filing->lineage.order = coded_number(in);
    filing->lineage.again = coded_number(in);
    filing->lineage.sent = coded_number(in);
    if (in->at != in->end)
        filing->scanned = read_byte(in);
}

enum status filing_read(struct slice bytes, struct filing *filing, struct error *error)
{
    struct coded in = coded_of(bytes);
    filing->seq = coded_number(&in);
    filing->path_seq = coded_number(&in);
    filing->sha256 = coded_bytes(&in, 32);
    filing->catalogue = coded_text(&in);
    filing->path = coded_text(&in);
    filing->region_name = coded_text(&in);
    filing->title = coded_text(&in);
    filing->doc_number = coded_text(&in);
    uint8_t level = read_byte(&in);
    filing->level = level;
    filing->published = read_date(&in);
    filing->signed_on = read_date(&in);
    filing->filed_ms = coded_number(&in);
    filing->texts = runs_read(&in);
    filing->rows = runs_read(&in);
    filing->asides = runs_read(&in);
    filing->decisions = runs_read(&in);
    filing->audits = runs_read(&in);
    filing->passages = runs_read(&in);
    read_end(&in, filing);
    if (in.bad || in.at != in.end || level > LEVEL_TOWNSHIP)
        return fail(error, STATUS_FATAL,
                    "the store holds a filing that makes no sense: it is damaged; restore it from "
                    "a backup");
    return STATUS_OK;
}

bool filing_row(const struct filing *filing, size_t index, struct filed_row *row)
{
    struct slice bytes;
    if (!run_at(&filing->rows, index, &bytes))
        return false;
    struct coded in = coded_of(bytes);
    row->indicator = coded_text(&in);
    row->label = coded_text(&in);
    row->value = coded_double(&in);
    row->unit = coded_text(&in);
    uint8_t bound = read_byte(&in);
    row->bound = bound <= BOUND_ABOUT ? bound : BOUND_EXACT;
    uint8_t says = read_byte(&in);
    row->conflict = says & 1;
    row->rollup = says >> 1 & TWO_BITS;
    row->mention_count = (uint32_t)coded_number(&in);
    row->mentions = in;
    return !in.bad && bound <= BOUND_ABOUT;
}

bool filing_find(const struct filing *filing, struct slice indicator, struct filed_row *row)
{
    size_t low = 0, high = filing->rows.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (!filing_row(filing, middle, row))
            return false;
        int order = slice_compare(row->indicator, indicator);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* What of a fact its evidence doesn't say. */
struct aspect {
    bool total;
    enum rollup_rule rollup;
};

/* False: damaged. */
static bool read_mention(const struct filing *filing, struct coded *in, struct evidence *mention,
                         struct aspect *aspect)
{
    *mention = (struct evidence){.span.start = (uint32_t)coded_number(in)};
    mention->span.end = (uint32_t)coded_number(in);
    mention->text = coded_text(in);
    mention->value = coded_double(in);
    mention->unit = coded_text(in);
    uint8_t bound = read_byte(in);
    mention->bound = bound & ~PLACE_FOLLOWS;
    uint64_t sentence = coded_number(in), section = coded_number(in);
    mention->rule = coded_text(in);
    mention->offset = (uint32_t)coded_number(in);
    uint8_t says = read_byte(in);
    mention->state = says & TWO_BITS;
    mention->origin = says >> ORIGIN_SHIFT & 1;
    aspect->total = says >> TOTAL_SHIFT & 1;
    aspect->rollup = says >> ROLLUP_SHIFT & TWO_BITS;
    mention->review = says >> REVIEW_SHIFT & TWO_BITS;
    if (mention->review != REVIEW_NONE)
        mention->by = coded_text(in);
    if (bound & PLACE_FOLLOWS)
        coded_place(in, &mention->where);
    mention->where.ocr = mention->origin == ORIGIN_OCR;
    return !in->bad && mention->bound <= BOUND_ABOUT && mention->state < STATE_COUNT &&
           mention->review < REVIEW_COUNT && run_at(&filing->texts, sentence, &mention->sentence) &&
           mention->offset <= mention->sentence.len &&
           run_at(&filing->texts, section, &mention->section);
}

bool filed_mention(const struct filing *filing, struct filed_row *row, struct evidence *mention)
{
    struct aspect aspect;
    if (row->mention_count == 0)
        return false;
    row->mention_count--;
    return read_mention(filing, &row->mentions, mention, &aspect);
}

static bool read_aside(const struct filing *filing, size_t index, struct filed_aside *aside,
                       struct aspect *aspect)
{
    struct slice bytes;
    if (!run_at(&filing->asides, index, &bytes))
        return false;
    struct coded in = coded_of(bytes);
    uint8_t verdict = read_byte(&in);
    *aside = (struct filed_aside){.verdict = verdict};
    aside->indicator = coded_text(&in);
    aside->label = coded_text(&in);
    if (!read_mention(filing, &in, &aside->mention, aspect))
        return false;
    uint64_t count = coded_number(&in);
    for (uint64_t i = 0; i < count && i < MAX_CANDIDATES; i++) {
        aside->candidates[i].indicator = coded_text(&in);
        aside->candidates[i].label = coded_text(&in);
    }
    aside->candidate_count = (unsigned)count;
    return !in.bad && verdict < VERDICT_COUNT && count <= MAX_CANDIDATES;
}

bool filing_aside(const struct filing *filing, size_t index, struct filed_aside *aside)
{
    struct aspect aspect;
    return read_aside(filing, index, aside, &aspect);
}

bool filing_is_scanned(const struct filing *filing)
{
    struct filed_row row;
    struct evidence mention;
    struct filed_aside aside;
    size_t count = 0, scanned = 0;
    for (size_t i = 0; filing_row(filing, i, &row); i++)
        while (filed_mention(filing, &row, &mention)) {
            count += mention.review == REVIEW_NONE; /* what a person says stands beside it */
            scanned += mention.review == REVIEW_NONE && mention.origin == ORIGIN_OCR;
        }
    for (size_t i = 0; filing_aside(filing, i, &aside); i++, count++)
        scanned += aside.mention.origin == ORIGIN_OCR;
    return count ? scanned * 2 > count : filing->scanned;
}

bool filing_decisions(const struct filing *filing, struct arena *arena, struct decision **decisions,
                      bool **stale, size_t *count)
{
    *count = filing->decisions.count;
    *decisions = arena_alloc(arena, *count * sizeof **decisions);
    *stale = arena_alloc(arena, *count * sizeof **stale);
    for (size_t i = 0; i < *count; i++) {
        struct slice bytes;
        if (!run_at(&filing->decisions, i, &bytes) || bytes.len == 0 ||
            decision_decode(arena, slice_range(bytes, 1, bytes.len), &(*decisions)[i], NULL))
            return false;
        (*stale)[i] = bytes.data[0] != 0;
    }
    return true;
}

uint32_t filing_stale(const struct filing *filing)
{
    uint32_t count = 0;
    struct slice bytes;
    for (size_t i = 0; run_at(&filing->decisions, i, &bytes); i++)
        count += bytes.len && bytes.data[0];
    return count;
}

bool filing_audit(const struct filing *filing, size_t index, struct audit *audit)
{
    struct slice bytes;
    if (!run_at(&filing->audits, index, &bytes))
        return false;
    struct coded in = coded_of(bytes);
    uint8_t type = read_byte(&in);
    *audit = (struct audit){.type = type};
    audit->text.start = (uint32_t)coded_number(&in);
    audit->text.end = (uint32_t)coded_number(&in);
    audit->note = coded_text(&in);
    return !in.bad && type < AUDIT_TYPE_COUNT;
}

bool filing_passage(const struct filing *filing, size_t index, struct filed_passage *passage)
{
    struct slice bytes;
    return run_at(&filing->passages, index, &bytes) && passage_read(bytes, passage);
}

static bool places_equal(const struct locus *a, const struct locus *b)
{
    return a->page == b->page && a->paragraph == b->paragraph &&
           memcmp(a->box, b->box, sizeof a->box) == 0;
}

static bool mentions_equal(const struct evidence *a, const struct evidence *b)
{
    return a->span.start == b->span.start && a->span.end == b->span.end &&
           slice_equal(a->text, b->text) && a->value == b->value && a->offset == b->offset &&
           slice_equal(a->unit, b->unit) && a->bound == b->bound &&
           slice_equal(a->sentence, b->sentence) && slice_equal(a->section, b->section) &&
           slice_equal(a->rule, b->rule) && a->origin == b->origin && a->state == b->state &&
           a->review == b->review && slice_equal(a->by, b->by) &&
           places_equal(&a->where, &b->where);
}

bool filed_rows_equal(const struct filing *a, struct filed_row left, const struct filing *b,
                      struct filed_row right)
{
    if (!slice_equal(a->sha256, b->sha256) || !slice_equal(a->path, b->path) ||
        a->level != b->level || !slice_equal(left.label, right.label) ||
        left.value != right.value || !slice_equal(left.unit, right.unit) ||
        left.bound != right.bound || left.conflict != right.conflict ||
        left.mention_count != right.mention_count)
        return false;
    struct evidence one, other;
    while (filed_mention(a, &left, &one))
        if (!filed_mention(b, &right, &other) || !mentions_equal(&one, &other))
            return false;
    return true;
}

/* ---- back to a report ---- */

static struct fact fact_of(const struct evidence *mention, struct slice indicator,
                           struct slice label, struct aspect aspect)
{
    return (struct fact){.indicator = indicator,
                         .label = label,
                         .value = mention->value,
                         .unit = mention->unit,
                         .bound = mention->bound,
                         .total = aspect.total,
                         .rollup = aspect.rollup,
                         .text = mention->span,
                         .written = mention->text,
                         .sentence = mention->sentence,
                         .section = mention->section,
                         .rule = mention->rule,
                         .offset = mention->offset,
                         .state = mention->state,
                         .origin = mention->origin,
                         .where = mention->where};
}

/* What stands in rows by the program's own word; a person's stands in the decisions. */
static bool restore_rows(const struct filing *filing, struct report *report, size_t *capacity)
{
    struct filed_row row;
    for (size_t i = 0; i < filing->rows.count; i++) {
        if (!filing_row(filing, i, &row))
            return false;
        for (; row.mention_count; row.mention_count--) {
            struct evidence mention;
            struct aspect aspect;
            if (!read_mention(filing, &row.mentions, &mention, &aspect))
                return false;
            if (mention.review == REVIEW_NONE)
                *ARENA_PUSH(&report->arena, report->facts, report->fact_count, *capacity) =
                    fact_of(&mention, row.indicator, row.label, aspect);
        }
    }
    return true;
}

static bool restore_asides(const struct filing *filing, struct report *report, size_t *capacity)
{
    for (size_t i = 0; i < filing->asides.count; i++) {
        struct filed_aside aside;
        struct aspect aspect;
        if (!read_aside(filing, i, &aside, &aspect))
            return false;
        struct fact *fact =
            ARENA_PUSH(&report->arena, report->facts, report->fact_count, *capacity);
        *fact = fact_of(&aside.mention, aside.indicator, aside.label, aspect);
        fact->candidate_count = (uint8_t)aside.candidate_count;
        memcpy(fact->candidates, aside.candidates, sizeof fact->candidates);
    }
    return true;
}

static int by_place(const void *left, const void *right)
{
    const struct fact *a = left, *b = right;
    if (a->text.start != b->text.start)
        return a->text.start < b->text.start ? -1 : 1;
    return slice_compare(a->indicator, b->indicator);
}

static bool restore_rest(const struct filing *filing, struct report *report)
{
    report->audits = arena_alloc(&report->arena, filing->audits.count * sizeof *report->audits);
    for (; report->audit_count < filing->audits.count; report->audit_count++)
        if (!filing_audit(filing, report->audit_count, &report->audits[report->audit_count]))
            return false;
    report->passages =
        arena_alloc(&report->arena, filing->passages.count * sizeof *report->passages);
    for (; report->passage_count < filing->passages.count; report->passage_count++) {
        struct filed_passage filed;
        struct passage *passage = &report->passages[report->passage_count];
        if (!filing_passage(filing, report->passage_count, &filed))
            return false;
        passage->text = filed.text;
        for (unsigned i = 0; i < MARKS; i++)
            passage->sketch[i] = filed.marks[i];
    }
    return true;
}

bool filing_restore(const struct filing *filing, struct report *report)
{
    size_t capacity = 0;
    memcpy(report->sha256, filing->sha256.data, sizeof report->sha256);
    report->catalogue = filing->catalogue;
    report->meta.region_name = filing->region_name;
    report->meta.title = filing->title;
    report->meta.doc_number = filing->doc_number;
    report->meta.level = filing->level;
    report->meta.published = filing->published;
    report->meta.signed_on = filing->signed_on;
    report->scanned = filing->scanned;
    bool good = restore_rows(filing, report, &capacity) &&
                restore_asides(filing, report, &capacity) && restore_rest(filing, report);
    if (report->fact_count > 1)
        qsort(report->facts, report->fact_count, sizeof *report->facts, by_place);
    return good;
}
