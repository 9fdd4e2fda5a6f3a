/* quantities.c - sentences and the figures in them, lined up by column. No state, any thread. */
#include "deploy/commands/quantities.h"

#include "deploy/commands/columns.h"
#include "deploy/commands/marked.h"
#include "proto/base/json_text.h"
#include "workers/extract/extract.h"

enum { VALUE_COLUMNS = 14, UNIT_COLUMNS = 6, BOUND_COLUMNS = 8, INDICATOR_COLUMNS = 34 };

struct listing {
    struct buffer *out;
    struct report *report;
    bool all, colour;
    int32_t heading; /* printed last; -2: none yet */
};

static bool is_listed(const struct listing *listing, const struct quantity *quantity)
{
    return listing->all || quantity->indicator.len > 0;
}

/* The headings above, when they aren't those of the sentence before. */
static void put_section(struct listing *listing, int32_t heading)
{
    if (heading == listing->heading)
        return;
    listing->heading = heading;
    struct slice section = section_of(listing->report, heading);
    buffer_add(listing->out, slice_of(listing->colour ? "\n\033[1m" : "\n"));
    for (size_t from = 0; from < section.len;) {
        size_t end = slice_find(section, SLICE("\n"), from);
        end = end == SIZE_MAX ? section.len : end;
        buffer_add(listing->out, from ? SLICE(" › ") : SLICE(""));
        buffer_add(listing->out, slice_range(section, from, end));
        from = end + 1;
    }
    buffer_add(listing->out, section.len ? SLICE("") : SLICE("（标题之前）"));
    buffer_add(listing->out, slice_of(listing->colour ? "\033[0m\n" : "\n"));
}

/* Quantities first … end - 1 are the sentence's. */
static void put_sentence(struct listing *listing, size_t first, size_t end)
{
    struct report *report = listing->report;
    const struct quantity *quantities = report->quantities;
    struct span whole = report->sentences[quantities[first].sentence].clean;
    struct sentence_mark *marks = arena_alloc(&report->arena, (end - first) * sizeof *marks);
    for (size_t i = first; i < end; i++)
        marks[i - first] = (struct sentence_mark){.span = {quantities[i].clean.start - whole.start,
                                                           quantities[i].clean.end - whole.start},
                                                  .strong = is_listed(listing, &quantities[i])};
    buffer_add(listing->out, SLICE("  "));
    put_marked(listing->out, slice_range(report->clean, whole.start, whole.end), marks, end - first,
               listing->colour);
    buffer_add(listing->out, SLICE("\n"));
}

/* What it states, or what it may with a question mark. */
static void put_indicator(struct buffer *out, const struct quantity *quantity)
{
    struct buffer text = {0};
    buffer_add(&text, quantity->indicator.len ? quantity->indicator : SLICE(""));
    for (size_t i = 0; i < quantity->proposed_count; i++)
        buffer_format(&text, "%s%.*s?", i ? " " : "", SLICE_ARGS(quantity->proposed[i]));
    put_cell(out, text.len ? buffer_slice(&text) : SLICE("-"), INDICATOR_COLUMNS, false);
    buffer_release(&text);
}

static void put_quantity(struct listing *listing, const struct quantity *quantity)
{
    struct buffer *out = listing->out;
    const char *bound = quantity->bound == BOUND_EXACT ? "" : bound_name(quantity->bound);
    struct slice rule = quantity->rule;
    if (quantity->indicator.len && slice_starts(rule, quantity->indicator))
        rule = slice_range(rule, quantity->indicator.len, rule.len);
    char value[32];
    number_text(quantity->value, value);
    buffer_add(out, SLICE("  "));
    put_cell(out, slice_of(value), VALUE_COLUMNS, true);
    buffer_add(out, SLICE("  "));
    put_cell(out, quantity->unit, UNIT_COLUMNS, false);
    buffer_add(out, SLICE("  "));
    put_cell(out, slice_of(bound), BOUND_COLUMNS, false);
    buffer_add(out, SLICE("  "));
    put_indicator(out, quantity);
    buffer_format(out, "  %.*s\n", SLICE_ARGS(rule));
}

/* Numbers that were left out, each in what stands around it. */
static void put_omissions(struct listing *listing)
{
    enum { AROUND_BYTES = 60 };
    const struct report *report = listing->report;
    if (report->omission_count)
        buffer_add(listing->out, SLICE("\n（数字不完整，未读取）\n"));
    for (size_t i = 0; i < report->omission_count; i++) {
        const struct omission *left = &report->omissions[i];
        struct slice around = window_of(report->clean, left->clean, AROUND_BYTES);
        uint32_t from = (uint32_t)(around.data - report->clean.data);
        struct sentence_mark mark = {.span = {left->clean.start - from, left->clean.end - from},
                                     .strong = true};
        buffer_add(listing->out, SLICE("  "));
        put_marked(listing->out, around, &mark, 1, listing->colour);
        buffer_format(listing->out, "\n    %s\n", left->why);
    }
}

/* Why: the sums of the leading indicators, a line each. */
static void put_terms(struct buffer *out, struct slice terms)
{
    for (size_t from = 0, end; from < terms.len; from = end + 1) {
        end = slice_find(terms, SLICE("\n"), from);
        end = end == SIZE_MAX ? terms.len : end;
        buffer_format(out, "      %.*s\n", SLICE_ARGS(slice_range(terms, from, end)));
    }
}

void put_quantities(struct buffer *out, struct report *report, bool all, bool colour)
{
    struct listing listing = {out, report, all, colour, -2};
    buffer_format(out, "%.*s\n", SLICE_ARGS(report->path));
    for (size_t first = 0, end; first < report->quantity_count; first = end) {
        bool any = false;
        int32_t sentence = report->quantities[first].sentence;
        for (end = first; end < report->quantity_count; end++) {
            if (report->quantities[end].sentence != sentence)
                break;
            any = any || is_listed(&listing, &report->quantities[end]);
        }
        if (!any)
            continue;
        put_section(&listing, report->sentences[sentence].heading);
        put_sentence(&listing, first, end);
        for (size_t i = first; i < end; i++)
            if (is_listed(&listing, &report->quantities[i])) {
                put_quantity(&listing, &report->quantities[i]);
                put_terms(out, report->quantities[i].terms);
            }
    }
    if (all)
        put_omissions(&listing);
    buffer_add(out, SLICE("\n"));
}
