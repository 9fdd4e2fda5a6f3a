/* parts.c - assigns the required parts (Art. 24: measures, shortcomings, leaders' duty, plan).
 *
 * In a worker's thread, can't fail. Headings of the first level decide; one may open two parts
 * (存在的问题和下一步打算), then its sentences tell them apart by how they begin. What has no
 * heading is looked for in the text: a last paragraph that begins 下一步 is the plan.
 */
#include "workers/segment/parts.h"

struct assigner {
    struct report *report;
    const struct part_rules *rules;
    unsigned *opened; /* a heading: bits of the parts its title (or its parent's) opens */
    unsigned top;     /* the level of the outermost headings */
};

static bool is_bit(unsigned bits, enum part part)
{
    return bits >> part & 1;
}

static unsigned bit_count(unsigned bits)
{
    unsigned count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

static enum part first_part(unsigned bits)
{
    for (enum part part = PART_MEASURES; part < PART_COUNT; part++)
        if (is_bit(bits, part))
            return part;
    return PART_NONE;
}

/* A section inside a part changes it only where the part's heading leaves it open (merged titles)
 * or where the section is about the heads' duty: 整改措施 among the measures is no plan. */
static unsigned opened_by(const struct assigner *assigner, size_t index)
{
    const struct report *report = assigner->report;
    const struct heading *heading = &report->headings[index];
    unsigned above = heading->parent >= 0 ? assigner->opened[heading->parent] : 0;
    if (heading->level > 2)
        return above;
    unsigned own = part_rules_title(assigner->rules, heading->title, report->meta.year);
    const unsigned other = 1u << PART_NONE;
    if (heading->level == assigner->top || heading->parent < 0)
        return own & ~other ? own & ~other : own ? 0 : 1u << PART_MEASURES;
    if (bit_count(above) > 1)
        return own & above ? own & above : above;
    return is_bit(own, PART_LEADERS_DUTY) && above == 1u << PART_MEASURES ? 1u << PART_LEADERS_DUTY
                                                                          : above;
}

static void assign_headings(struct assigner *assigner)
{
    struct report *report = assigner->report;
    assigner->top = 5;
    for (size_t i = 0; i < report->heading_count; i++)
        if (report->headings[i].level < assigner->top)
            assigner->top = report->headings[i].level;
    for (size_t i = 0; i < report->heading_count; i++) {
        assigner->opened[i] = opened_by(assigner, i);
        report->headings[i].part = first_part(assigner->opened[i]);
        for (enum part part = PART_MEASURES; part < PART_COUNT; part++)
            report->parts[part] = report->parts[part] || is_bit(assigner->opened[i], part);
    }
}

static bool begins_paragraph(const struct report *report, size_t index)
{
    return index == 0 ||
           report->sentences[index].paragraph != report->sentences[index - 1].paragraph;
}

/* The last part of the text, where a plan without a heading stands. */
static bool is_late(const struct report *report, size_t index)
{
    return index * 10 >= report->sentence_count * 7;
}

/* The part that sentence `index` changes to by how it begins, or PART_NONE: a merged heading leaves
 * it to the sentences; elsewhere only a new paragraph may, and shortcomings may end in a plan. */
static enum part turn_at(const struct assigner *assigner, size_t index, enum part now)
{
    const struct report *report = assigner->report;
    const struct sentence *sentence = &report->sentences[index];
    unsigned opened = sentence->heading >= 0 ? assigner->opened[sentence->heading] : 0;
    bool merged = bit_count(opened) > 1, begins = begins_paragraph(report, index);
    if (now == PART_PLAN || !(merged || begins || now == PART_SHORTCOMINGS))
        return PART_NONE;
    struct slice text = slice_range(report->clean, sentence->clean.start, sentence->clean.end);
    enum part lead = part_rules_lead(assigner->rules, text, report->meta.year);
    if (lead == PART_NONE || lead == now || (merged && is_bit(opened, lead)))
        return lead == now ? PART_NONE : lead;
    if (lead == PART_PLAN)
        return lead;
    return begins && is_late(report, index) && !report->parts[PART_SHORTCOMINGS] ? lead : PART_NONE;
}

/* 附表1, 附件：, 附：: what hangs behind the last part (tables of this year's figures, most often)
 * is no longer said under its heading. */
static bool opens_annex(const struct report *report, size_t index)
{
    static const char *const starts[] = {"附表", "附件", "附:", "附："};
    struct span span = report->sentences[index].clean;
    struct slice text = slice_range(report->clean, span.start, span.end);
    bool opens = false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        opens = opens || slice_starts(text, slice_of(starts[i]));
    bool table = index + 1 < report->sentence_count && report->sentences[index + 1].table;
    return opens && begins_paragraph(report, index) && (table || is_late(report, index));
}

static void assign_sentences(struct assigner *assigner)
{
    struct report *report = assigner->report;
    enum part now = report->heading_count ? PART_NONE : PART_MEASURES;
    int32_t heading = -1;
    bool annex = false;
    for (size_t i = 0; i < report->sentence_count; i++) {
        struct sentence *sentence = &report->sentences[i];
        annex = sentence->heading == heading && (annex || opens_annex(report, i));
        if (annex) {
            sentence->heading = -1;
            sentence->part = PART_NONE;
            continue;
        }
        if (sentence->heading != heading) {
            unsigned opened = assigner->opened[sentence->heading];
            bool goes_on = heading >= 0 && opened == assigner->opened[heading] &&
                           bit_count(opened) > 1 && report->headings[sentence->heading].level > 1;
            heading = sentence->heading;
            now = goes_on ? now : report->headings[heading].part;
        }
        enum part turn = turn_at(assigner, i, now);
        if (turn != PART_NONE) {
            now = turn;
            report->parts[turn] = report->parts[turn] || is_late(report, i);
        }
        sentence->part = now;
    }
}

/* Parts that no heading opens but a sentence states outright. */
static void find_in_text(struct assigner *assigner)
{
    struct report *report = assigner->report;
    for (size_t i = 0; i < report->sentence_count; i++) {
        if (report->parts[PART_SHORTCOMINGS] && report->parts[PART_LEADERS_DUTY])
            return;
        struct sentence *sentence = &report->sentences[i];
        struct slice text = slice_range(report->clean, sentence->clean.start, sentence->clean.end);
        enum part part = part_rules_stated(assigner->rules, text);
        if (part == PART_NONE || report->parts[part] || sentence->part == PART_PLAN)
            continue;
        report->parts[part] = true;
        sentence->part = part;
    }
}

/* A report without headings, or with none that says so, still reports what was done. */
static void assume_measures(struct report *report)
{
    size_t bytes = 0;
    for (size_t i = 0; i < report->sentence_count; i++)
        if (report->sentences[i].part == PART_MEASURES)
            bytes += report->sentences[i].clean.end - report->sentences[i].clean.start;
    enum { ENOUGH_BYTES = 300 };
    report->parts[PART_MEASURES] = report->parts[PART_MEASURES] || bytes >= ENOUGH_BYTES;
}

void parts_assign(struct report *report, const struct part_rules *rules)
{
    struct assigner assigner = {.report = report, .rules = rules};
    assigner.opened = arena_alloc(&report->arena, (report->heading_count + 1) * sizeof(unsigned));
    memset(report->parts, 0, sizeof report->parts);
    assign_headings(&assigner);
    assign_sentences(&assigner);
    find_in_text(&assigner);
    assume_measures(report);
}
