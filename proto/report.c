/* report.c - offsets back to the published text, and the words of the public formats. */
#include "proto/report.h"

uint32_t clean_to_text(const struct report *report, uint32_t clean)
{
    size_t low = 0, high = report->shift_count;
    if (high == 0)
        return clean;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (report->shifts[middle].clean <= clean)
            low = middle;
        else
            high = middle;
    }
    return clean - report->shifts[low].clean + report->shifts[low].text;
}

/* The end of the last character in the original: a full-width digit is one byte clean, three in the
 * text, so the byte behind it has to be found by its length there. */
static uint32_t end_of_character(const struct report *report, uint32_t text_offset)
{
    uint32_t end = text_offset + 1;
    while (end < report->text.len && ((unsigned char)report->text.data[end] & 0xC0) == 0x80)
        end++;
    return end;
}

static uint32_t start_of_character(struct slice text, uint32_t offset)
{
    while (offset > 0 && ((unsigned char)text.data[offset] & 0xC0) == 0x80)
        offset--;
    return offset;
}

struct span span_to_text(const struct report *report, struct span clean)
{
    uint32_t start = clean_to_text(report, clean.start);
    if (clean.end <= clean.start)
        return (struct span){start, start};
    uint32_t last = start_of_character(report->clean, clean.end - 1);
    return (struct span){start, end_of_character(report, clean_to_text(report, last))};
}

const struct locus *report_locus(const struct report *report, uint32_t text)
{
    size_t low = 0, high = report->locus_count;
    if (high == 0 || report->loci[0].text > text)
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (report->loci[middle].text <= text)
            low = middle;
        else
            high = middle;
    }
    return &report->loci[low];
}

enum origin origin_at(const struct report *report, uint32_t text)
{
    const struct locus *locus = report_locus(report, text);
    return locus && locus->ocr ? ORIGIN_OCR : ORIGIN_TEXT;
}

void report_reset(struct report *report)
{
    struct arena arena = report->arena;
    arena_reset(&arena);
    *report = (struct report){.arena = arena};
}

void report_release(struct report *report)
{
    arena_release(&report->arena);
    *report = (struct report){0};
}

#define NAME_OF(names, value)                                                                      \
    ((unsigned)(value) < sizeof(names) / sizeof *(names) ? (names)[value] : "unknown")

static const char *const stage_names[] = {"ingest", "ocr", "segment", "extract", "aggregate"};
static const char *const level_names[] = {"unknown",    "nation", "province",
                                          "prefecture", "county", "township"};
static const char *const kind_names[] = {"unknown",   "government", "department",
                                         "committee", "zone",       "institution"};
static const char *const bound_names[] = {"exact", "over", "at_least", "at_most", "about"};
static const char *const state_names[] = {"none", "proposed", "asserted"};
static const char *const origin_names[] = {"text", "ocr"};
static const char *const rollup_names[] = {"unknown", "sum", "mean", "latest"};
static const char *const part_names[] = {"none", "measures", "shortcomings", "leaders_duty",
                                         "plan"};
static const char *const audit_names[] = {
    "sum",        "rate",           "concluded_exceeds_accepted",
    "stale_year", "level_mismatch", "missing_part",
    "late",       "signed_early",   "duplicate_text",
    "conflict"};

const char *stage_name(enum stage_id stage)
{
    return NAME_OF(stage_names, stage);
}

const char *level_name(enum level level)
{
    return NAME_OF(level_names, level);
}

const char *kind_name(enum issuer_kind kind)
{
    return NAME_OF(kind_names, kind);
}

const char *bound_name(enum bound bound)
{
    return NAME_OF(bound_names, bound);
}

const char *state_name(enum state state)
{
    return NAME_OF(state_names, state);
}

const char *origin_name(enum origin origin)
{
    return NAME_OF(origin_names, origin);
}

const char *rollup_name(enum rollup_rule rollup)
{
    return NAME_OF(rollup_names, rollup);
}

enum rollup_rule rollup_by_name(struct slice name)
{
    enum rollup_rule rollup = ROLLUP_COUNT;
    while (--rollup > ROLLUP_UNKNOWN && !slice_equal(name, slice_of(rollup_names[rollup])))
        ;
    return rollup;
}

const char *audit_name(enum audit_type type)
{
    return NAME_OF(audit_names, type);
}

const char *part_name(enum part part)
{
    return NAME_OF(part_names, part);
}

static unsigned index_of(const char *const *names, unsigned count, struct slice name)
{
    unsigned i = 0;
    while (i < count && !slice_equal(slice_of(names[i]), name))
        i++;
    return i;
}

enum level level_by_name(struct slice name)
{
    return index_of(level_names, sizeof level_names / sizeof *level_names, name);
}

enum issuer_kind kind_by_name(struct slice name)
{
    return index_of(kind_names, sizeof kind_names / sizeof *kind_names, name);
}
