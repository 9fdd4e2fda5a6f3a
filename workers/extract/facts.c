/* facts.c - quantities that bear an indicator, or may, made to stand on their own.
 *
 * Any thread; nothing can fail. Sentences are slices of the clean text, not copies: the arena holds
 * it.
 */
#include "workers/extract/extract.h"
#include "workers/extract/rule/catalogue.h"

enum { MAX_HEADING_DEPTH = 16 };

struct slice section_of(struct report *report, int32_t heading)
{
    int32_t path[MAX_HEADING_DEPTH];
    size_t depth = 0, bytes = 0, len = 0;
    for (; heading >= 0 && depth < MAX_HEADING_DEPTH; heading = report->headings[heading].parent) {
        path[depth++] = heading;
        bytes += report->headings[heading].number.len + report->headings[heading].title.len + 1;
    }
    if (depth == 0)
        return (struct slice){0};
    char *text = arena_alloc(&report->arena, bytes);
    while (depth-- > 0) {
        const struct heading *at = &report->headings[path[depth]];
        if (at->number.len)
            memcpy(text + len, at->number.data, at->number.len);
        len += at->number.len;
        if (at->title.len)
            memcpy(text + len, at->title.data, at->title.len);
        len += at->title.len;
        if (depth)
            text[len++] = '\n';
    }
    return (struct slice){text, len};
}

static uint32_t character_at(struct slice text, uint32_t offset)
{
    while (offset > 0 && offset < text.len && ((unsigned char)text.data[offset] & 0xC0) == 0x80)
        offset--;
    return offset;
}

static struct slice window_in(struct slice text, struct span whole, struct span around,
                              uint32_t reach)
{
    if (around.start - whole.start > reach)
        whole.start = character_at(text, around.start - reach);
    if (whole.end > around.end && whole.end - around.end > reach)
        whole.end = character_at(text, around.end + reach);
    return slice_range(text, whole.start, whole.end);
}

struct slice window_of(struct slice text, struct span around, uint32_t reach)
{
    return window_in(text, (struct span){0, (uint32_t)text.len}, around, reach);
}

struct slice excerpt_of(const struct report *report, const struct quantity *quantity)
{
    struct span whole = report->sentences[quantity->sentence].clean;
    if (whole.end - whole.start <= EXCERPT_MAX_BYTES)
        return slice_range(report->clean, whole.start, whole.end);
    struct span figure = {quantity->clean.start, quantity->clean.start};
    return window_in(report->clean, whole, figure, EXCERPT_MAX_BYTES / 2);
}

static const struct catalogue_indicator *indicator_of(const struct catalogue *catalogue,
                                                      struct slice id)
{
    size_t i = 0;
    while (!slice_equal(catalogue->indicators[i].id, id))
        i++; /* the matcher took it from there */
    return &catalogue->indicators[i];
}

static struct locus where_of(const struct report *report, uint32_t text)
{
    const struct locus *locus = report_locus(report, text);
    return locus ? *locus : (struct locus){0};
}

static struct fact fact_of(const struct catalogue *catalogue, struct report *report,
                           const struct quantity *quantity)
{
    struct slice excerpt = excerpt_of(report, quantity);
    struct fact fact = {
        .value = quantity->value,
        .unit = quantity->unit,
        .bound = quantity->bound,
        .total = quantity->total,
        .text = quantity->text,
        .written = slice_range(report->text, quantity->text.start, quantity->text.end),
        .sentence = excerpt,
        .rule = quantity->rule,
        .offset = quantity->clean.start - (uint32_t)(excerpt.data - report->clean.data),
        .state = quantity->state,
        .origin = origin_at(report, quantity->text.start),
        .where = where_of(report, quantity->text.start),
    };
    if (quantity->indicator.len) {
        const struct catalogue_indicator *indicator = indicator_of(catalogue, quantity->indicator);
        fact.indicator = quantity->indicator;
        fact.label = arena_copy(&report->arena, indicator->label);
        fact.rollup = rollup_by_name(indicator->rollup);
        return fact;
    }
    for (size_t i = 0; i < quantity->proposed_count; i++)
        fact.candidates[fact.candidate_count++] = (struct candidate){
            quantity->proposed[i],
            arena_copy(&report->arena, indicator_of(catalogue, quantity->proposed[i])->label)};
    return fact;
}

/* Asserted or proposed. */
static bool is_fact(const struct quantity *quantity)
{
    return quantity->indicator.len > 0 || quantity->proposed_count > 0;
}

void facts_gather(const struct catalogue *catalogue, struct report *report)
{
    size_t count = 0;
    int32_t last_heading = -1;
    struct slice section = {0};
    for (size_t i = 0; i < report->quantity_count; i++)
        count += is_fact(&report->quantities[i]);
    report->facts = arena_alloc(&report->arena, (count + 1) * sizeof *report->facts);
    report->fact_count = 0;
    for (size_t i = 0; i < report->quantity_count; i++) {
        const struct quantity *quantity = &report->quantities[i];
        if (!is_fact(quantity))
            continue;
        const struct sentence *sentence = &report->sentences[quantity->sentence];
        if (sentence->heading != last_heading) {
            section = section_of(report, sentence->heading);
            last_heading = sentence->heading;
        }
        struct fact *fact = &report->facts[report->fact_count++];
        *fact = fact_of(catalogue, report, quantity);
        fact->section = section;
    }
}
