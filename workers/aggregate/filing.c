/* filing.c - writes a report into its stored form and reads it in place. No state but the caller's
 * scratch; any thread with scratch of its own. Happy path: filing_write once, filing_read and
 * filing_find for every row that a reader wants. */
#include "workers/aggregate/filing.h"

#include "workers/aggregate/choose.h"
#include "workers/aggregate/filing_private.h"

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

/* ---- writing ---- */

static int by_indicator(const void *left, const void *right, void *context)
{
    const struct fact *facts = context;
    uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
    int order = slice_compare(facts[i].indicator, facts[j].indicator);
    if (order)
        return order;
    if (facts[i].text.start != facts[j].text.start)
        return facts[i].text.start < facts[j].text.start ? -1 : 1;
    return i < j ? -1 : i > j;
}

void filing_scratch_reserve(struct filing_scratch *scratch, size_t count)
{
    if (count <= scratch->capacity)
        return;
    scratch->capacity = count * 2;
    size_t bytes = scratch->capacity * sizeof(uint32_t);
    scratch->order = memory_resize(scratch->order, bytes);
    scratch->sentence_of = memory_resize(scratch->sentence_of, bytes);
    scratch->section_of = memory_resize(scratch->section_of, bytes);
}

static void reserve_order(struct filing_scratch *scratch, size_t count)
{
    filing_scratch_reserve(scratch, count);
    for (size_t i = 0; i < count; i++)
        scratch->order[i] = (uint32_t)i;
}

/* Facts come in order of appearance, so one that shares its sentence stands next to the other. */
static void write_texts(const struct report *report, struct filing_scratch *scratch,
                        struct buffer *out)
{
    struct slice sentence = {NULL, 0}, section = {NULL, 0};
    uint32_t count = 0, sentence_at = 0, section_at = 0;
    for (size_t i = 0; i < report->fact_count; i++) {
        const struct fact *fact = &report->facts[i];
        if (i == 0 || !slice_equal(fact->sentence, sentence)) {
            sentence = fact->sentence;
            sentence_at = count++;
            buffer_add(&scratch->bytes, sentence);
            run_end(scratch);
        }
        if (i == 0 || !slice_equal(fact->section, section)) {
            section = fact->section;
            section_at = count++;
            buffer_add(&scratch->bytes, section);
            run_end(scratch);
        }
        scratch->sentence_of[i] = sentence_at;
        scratch->section_of[i] = section_at;
    }
    runs_write(scratch, out);
}

static void write_mention(const struct fact *fact, uint32_t sentence, uint32_t section,
                          struct buffer *out)
{
    code_number(out, fact->text.start);
    code_number(out, fact->text.end);
    code_text(out, fact->written);
    code_double(out, fact->value);
    code_text(out, fact->unit);
    code_byte(out, (uint8_t)fact->bound);
    code_number(out, sentence);
    code_number(out, section);
    code_text(out, fact->rule);
    code_number(out, fact->offset);
}

static void write_row(const struct report *report, const struct filing_scratch *scratch,
                      const uint32_t *mentions, size_t count, struct buffer *out)
{
    struct choice choice = choose_value(report->facts, mentions, count);
    const struct fact *value = &report->facts[choice.chosen];
    code_text(out, value->indicator);
    code_text(out, value->label);
    code_double(out, value->value);
    code_text(out, value->unit);
    code_byte(out, (uint8_t)value->bound);
    code_byte(out, choice.conflict);
    code_number(out, count);
    for (size_t i = 0; i < count; i++)
        write_mention(&report->facts[mentions[i]], scratch->sentence_of[mentions[i]],
                      scratch->section_of[mentions[i]], out);
}

static void write_rows(const struct report *report, struct filing_scratch *scratch,
                       struct buffer *out)
{
    if (report->fact_count > 1)
        qsort_r(scratch->order, report->fact_count, sizeof *scratch->order, by_indicator,
                report->facts);
    for (size_t start = 0, end; start < report->fact_count; start = end) {
        struct slice indicator = report->facts[scratch->order[start]].indicator;
        for (end = start + 1; end < report->fact_count; end++)
            if (!slice_equal(report->facts[scratch->order[end]].indicator, indicator))
                break;
        write_row(report, scratch, scratch->order + start, end - start, &scratch->bytes);
        run_end(scratch);
    }
    runs_write(scratch, out);
}

static void write_audits(const struct report *report, struct filing_scratch *scratch,
                         struct buffer *out)
{
    for (size_t i = 0; i < report->audit_count; i++) {
        const struct audit *audit = &report->audits[i];
        code_byte(&scratch->bytes, (uint8_t)audit->type);
        code_number(&scratch->bytes, audit->text.start);
        code_number(&scratch->bytes, audit->text.end);
        code_text(&scratch->bytes, audit->note);
        run_end(scratch);
    }
    runs_write(scratch, out);
}

static void write_passages(const struct report *report, struct filing_scratch *scratch,
                           struct buffer *out)
{
    for (size_t i = 0; i < report->passage_count; i++) {
        struct filed_passage passage;
        if (!passage_file(&report->passages[i], &passage))
            continue;
        passage_write(&passage, &scratch->bytes);
        run_end(scratch);
    }
    runs_write(scratch, out);
}

static void write_date(struct date date, struct buffer *out)
{
    code_number(out, date.year);
    code_byte(out, date.month);
    code_byte(out, date.day);
}

void filing_write(const struct report *report, uint64_t seq, uint64_t path_seq, struct slice path,
                  struct filing_scratch *scratch, struct buffer *out)
{
    reserve_order(scratch, report->fact_count);
    code_number(out, seq);
    code_number(out, path_seq);
    buffer_append(out, report->sha256, sizeof report->sha256);
    code_text(out, report->catalogue);
    code_text(out, path);
    code_text(out, report->meta.region_name);
    code_text(out, report->meta.title);
    code_text(out, report->meta.doc_number);
    code_byte(out, (uint8_t)report->meta.level);
    write_date(report->meta.published, out);
    write_date(report->meta.signed_on, out);
    write_texts(report, scratch, out);
    write_rows(report, scratch, out);
    write_audits(report, scratch, out);
    write_passages(report, scratch, out);
}

void filing_scratch_release(struct filing_scratch *scratch)
{
    free(scratch->order);
    free(scratch->sentence_of);
    free(scratch->section_of);
    buffer_release(&scratch->ends);
    buffer_release(&scratch->bytes);
    buffer_release(&scratch->rows);
    *scratch = (struct filing_scratch){0};
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
    filing->texts = runs_read(&in);
    filing->rows = runs_read(&in);
    filing->audits = runs_read(&in);
    filing->passages = runs_read(&in);
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
    row->conflict = read_byte(&in) != 0;
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

bool filed_mention(const struct filing *filing, struct filed_row *row, struct evidence *mention)
{
    struct coded *in = &row->mentions;
    if (row->mention_count == 0)
        return false;
    row->mention_count--;
    *mention = (struct evidence){.span.start = (uint32_t)coded_number(in)};
    mention->span.end = (uint32_t)coded_number(in);
    mention->text = coded_text(in);
    mention->value = coded_double(in);
    mention->unit = coded_text(in);
    mention->bound = read_byte(in);
    uint64_t sentence = coded_number(in), section = coded_number(in);
    mention->rule = coded_text(in);
    mention->offset = (uint32_t)coded_number(in);
    return !in->bad && mention->bound <= BOUND_ABOUT &&
           run_at(&filing->texts, sentence, &mention->sentence) &&
           mention->offset <= mention->sentence.len &&
           run_at(&filing->texts, section, &mention->section);
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

static bool mentions_equal(const struct evidence *a, const struct evidence *b)
{
    return a->span.start == b->span.start && a->span.end == b->span.end &&
           slice_equal(a->text, b->text) && a->value == b->value && a->offset == b->offset &&
           slice_equal(a->unit, b->unit) && a->bound == b->bound &&
           slice_equal(a->sentence, b->sentence) && slice_equal(a->section, b->section) &&
           slice_equal(a->rule, b->rule);
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
