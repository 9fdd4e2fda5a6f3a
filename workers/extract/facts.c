/* facts.c - quantities that bear an indicator, made to stand on their own.
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

struct slice excerpt_of(const struct report *report, const struct quantity *quantity)
{
    struct span whole = report->sentences[quantity->sentence].clean;
    if (whole.end - whole.start > EXCERPT_MAX_BYTES) {
        uint32_t half = EXCERPT_MAX_BYTES / 2, at = quantity->clean.start;
        if (at - whole.start > half)
            whole.start = character_at(report->clean, at - half);
        if (whole.end - at > half)
            whole.end = character_at(report->clean, at + half);
    }
    return slice_range(report->clean, whole.start, whole.end);
}

static const struct catalogue_indicator *indicator_of(const struct catalogue *catalogue,
                                                      struct slice id)
{
    size_t i = 0;
    while (!slice_equal(catalogue->indicators[i].id, id))
        i++; /* the matcher took it from there */
    return &catalogue->indicators[i];
}

void facts_gather(const struct catalogue *catalogue, struct report *report)
{
    size_t count = 0;
    int32_t last_heading = -1;
    struct slice section = {0};
    for (size_t i = 0; i < report->quantity_count; i++)
        count += report->quantities[i].indicator.len > 0;
    report->facts = arena_alloc(&report->arena, (count + 1) * sizeof *report->facts);
    report->fact_count = 0;
    for (size_t i = 0; i < report->quantity_count; i++) {
        const struct quantity *quantity = &report->quantities[i];
        if (!quantity->indicator.len)
            continue;
        const struct sentence *sentence = &report->sentences[quantity->sentence];
        if (sentence->heading != last_heading) {
            section = section_of(report, sentence->heading);
            last_heading = sentence->heading;
        }
        report->facts[report->fact_count++] = (struct fact){
            .indicator = quantity->indicator,
            .label =
                arena_copy(&report->arena, indicator_of(catalogue, quantity->indicator)->label),
            .value = quantity->value,
            .unit = quantity->unit,
            .bound = quantity->bound,
            .total = quantity->total,
            .text = quantity->text,
            .written = slice_range(report->text, quantity->text.start, quantity->text.end),
            .sentence = excerpt_of(report, quantity),
            .section = section,
            .rule = quantity->rule,
            .offset = quantity->clean.start - sentence->clean.start,
        };
    }
}
