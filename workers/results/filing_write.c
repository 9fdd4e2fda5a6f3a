/* filing_write.c - writes a report, with what people have decided of it, into its stored form. No
 * state but the caller's scratch; any thread with scratch of its own. */
#include "workers/results/choose.h"
#include "workers/results/filing_private.h"

#include <stdlib.h>

static int by_indicator(const void *left, const void *right, void *context)
{
    const struct figure *figures = context;
    uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
    const struct fact *a = &figures[i].fact, *b = &figures[j].fact;
    int order = slice_compare(a->indicator, b->indicator);
    if (order)
        return order;
    if (a->text.start != b->text.start)
        return a->text.start < b->text.start ? -1 : 1;
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

/* A text is written once where it is the same as the one before: figures come in order of
 * appearance, so one that shares its sentence stands next to the other. */
struct last_text {
    struct slice text;
    uint32_t place;
    bool any;
};

static uint32_t put_text(struct last_text *last, struct slice text, uint32_t *count,
                         struct filing_scratch *scratch)
{
    if (last->any && slice_equal(last->text, text))
        return last->place;
    *last = (struct last_text){text, (*count)++, true};
    buffer_add(&scratch->bytes, text);
    run_end(scratch);
    return last->place;
}

static void write_texts(struct filing_scratch *scratch, struct buffer *out)
{
    const struct figures *figures = &scratch->figures;
    struct last_text sentence = {.any = false}, section = {.any = false};
    uint32_t count = 0;
    size_t all = figures->counted_count + figures->aside_count;
    for (size_t i = 0; i < all; i++) {
        bool counted = i < figures->counted_count;
        const struct fact *fact =
            counted ? &figures->counted[i].fact : &figures->asides[i - figures->counted_count].fact;
        scratch->sentence_of[i] = put_text(&sentence, fact->sentence, &count, scratch);
        scratch->section_of[i] = put_text(&section, fact->section, &count, scratch);
    }
    runs_write(scratch, out);
}

static void write_mention(const struct figure *figure, uint32_t sentence, uint32_t section,
                          struct buffer *out)
{
    const struct fact *fact = &figure->fact;
    code_number(out, fact->text.start);
    code_number(out, fact->text.end);
    code_text(out, fact->written);
    code_double(out, fact->value);
    code_text(out, fact->unit);
    bool placed = fact->where.page || fact->where.paragraph;
    code_byte(out, (uint8_t)(fact->bound | (placed ? PLACE_FOLLOWS : 0)));
    code_number(out, sentence);
    code_number(out, section);
    code_text(out, fact->rule);
    code_number(out, fact->offset);
    code_byte(out, (uint8_t)(fact->state | (unsigned)fact->origin << ORIGIN_SHIFT |
                             (unsigned)fact->total << TOTAL_SHIFT |
                             (unsigned)figure->review << REVIEW_SHIFT |
                             (unsigned)fact->rollup << ROLLUP_SHIFT));
    if (figure->review != REVIEW_NONE)
        code_text(out, figure->by);
    if (placed)
        code_place(out, &fact->where);
}

static void write_row(const struct filing_scratch *scratch, const uint32_t *mentions, size_t count,
                      struct buffer *out)
{
    const struct figure *figures = scratch->figures.counted;
    struct choice choice = choose_value(figures, mentions, count);
    const struct fact *value = &figures[choice.chosen].fact;
    code_text(out, value->indicator);
    code_text(out, value->label);
    code_double(out, value->value);
    code_text(out, value->unit);
    code_byte(out, (uint8_t)value->bound);
    code_byte(out, (uint8_t)(choice.conflict | (unsigned)value->rollup << 1));
    code_number(out, count);
    write_mention(&figures[choice.chosen], scratch->sentence_of[choice.chosen],
                  scratch->section_of[choice.chosen], out);
    for (size_t i = 0; i < count; i++)
        if (mentions[i] != choice.chosen)
            write_mention(&figures[mentions[i]], scratch->sentence_of[mentions[i]],
                          scratch->section_of[mentions[i]], out);
}

static void write_rows(struct filing_scratch *scratch, struct buffer *out)
{
    const struct figures *figures = &scratch->figures;
    for (size_t i = 0; i < figures->counted_count; i++)
        scratch->order[i] = (uint32_t)i;
    if (figures->counted_count > 1)
        qsort_r(scratch->order, figures->counted_count, sizeof *scratch->order, by_indicator,
                figures->counted);
    for (size_t start = 0, end; start < figures->counted_count; start = end) {
        struct slice indicator = figures->counted[scratch->order[start]].fact.indicator;
        for (end = start + 1; end < figures->counted_count; end++)
            if (!slice_equal(figures->counted[scratch->order[end]].fact.indicator, indicator))
                break;
        write_row(scratch, scratch->order + start, end - start, &scratch->bytes);
        run_end(scratch);
    }
    runs_write(scratch, out);
}

static void write_asides(struct filing_scratch *scratch, struct buffer *out)
{
    const struct figures *figures = &scratch->figures;
    for (size_t i = 0; i < figures->aside_count; i++) {
        const struct figure *aside = &figures->asides[i];
        size_t at = figures->counted_count + i;
        struct buffer *bytes = &scratch->bytes;
        code_byte(bytes, (uint8_t)aside->verdict);
        code_text(bytes, aside->fact.indicator);
        code_text(bytes, aside->fact.label);
        write_mention(aside, scratch->sentence_of[at], scratch->section_of[at], bytes);
        code_number(bytes, aside->fact.candidate_count);
        for (unsigned j = 0; j < aside->fact.candidate_count; j++) {
            code_text(bytes, aside->fact.candidates[j].indicator);
            code_text(bytes, aside->fact.candidates[j].label);
        }
        run_end(scratch);
    }
    runs_write(scratch, out);
}

static void write_decisions(const struct filing_source *source, struct filing_scratch *scratch,
                            struct buffer *out)
{
    for (size_t i = 0; i < source->decision_count; i++) {
        code_byte(&scratch->bytes, scratch->figures.stale[i]);
        decision_encode(&source->decisions[i], &scratch->bytes);
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

/* Last, and only where something is said. */
static void write_end(const struct lineage *lineage, bool scanned, struct buffer *out)
{
    if (!lineage->origin.len && !lineage->order && !lineage->again && !lineage->sent && !scanned)
        return;
    code_text(out, lineage->origin);
    code_number(out, lineage->order);
    code_number(out, lineage->again);
    code_number(out, lineage->sent);
    if (scanned)
        code_byte(out, scanned);
}

void filing_write(const struct filing_source *source, struct filing_scratch *scratch,
                  struct buffer *out)
{
    const struct report *report = source->report;
    struct figures *figures = &scratch->figures;
    figures_make(figures, report, source->decisions, source->decision_count);
    filing_scratch_reserve(scratch, figures->counted_count + figures->aside_count);
    code_number(out, source->seq);
    code_number(out, source->path_seq);
    buffer_append(out, report->sha256, sizeof report->sha256);
    code_text(out, report->catalogue);
    code_text(out, source->path);
    code_text(out, report->meta.region_name);
    code_text(out, report->meta.title);
    code_text(out, report->meta.doc_number);
    code_byte(out, (uint8_t)report->meta.level);
    write_date(report->meta.published, out);
    write_date(report->meta.signed_on, out);
    code_number(out, source->filed_ms);
    write_texts(scratch, out);
    write_rows(scratch, out);
    write_asides(scratch, out);
    write_decisions(source, scratch, out);
    write_audits(report, scratch, out);
    write_passages(report, scratch, out);
    write_end(&source->lineage, report->scanned, out);
}

void filing_scratch_release(struct filing_scratch *scratch)
{
    figures_release(&scratch->figures);
    free(scratch->order);
    free(scratch->sentence_of);
    free(scratch->section_of);
    buffer_release(&scratch->ends);
    buffer_release(&scratch->bytes);
    buffer_release(&scratch->rows);
    *scratch = (struct filing_scratch){0};
}
