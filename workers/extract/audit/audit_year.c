/* audit_year.c - a year that does not belong: text left standing from an earlier report.
 *
 * Most years in a report are right though they are not its own: plans, comparisons, documents,
 * history, last year's report being heard. So only four things are said: a yearly event with
 * another year in front of it, a counting statement that opens with another year and compares
 * nothing, a plan whose title names the year that is over, and another part whose title names the
 * year before.
 */
#include "workers/extract/audit/audit_view.h"

enum { OLDEST_YEARS = 4 }; /* further back is history */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Next "20XX年" at or behind `from`; SIZE_MAX: none. */
static size_t find_year(struct slice text, size_t from, unsigned *year)
{
    while (from + 7 <= text.len) {
        const char *two = memchr(text.data + from, '2', text.len - from - 6);
        if (!two)
            break;
        from = (size_t)(two - text.data);
        if (two[1] == '0' && is_digit(two[2]) && is_digit(two[3]) &&
            memcmp(two + 4, "年", 3) == 0 && (from == 0 || !is_digit(two[-1]))) {
            *year = 2000u + (unsigned)(two[2] - '0') * 10 + (unsigned)(two[3] - '0');
            return from;
        }
        from++;
    }
    return SIZE_MAX;
}

static bool inside_title(struct slice text, size_t at)
{
    size_t open = SIZE_MAX;
    for (size_t hit = 0; (hit = slice_find(text, SLICE("《"), hit)) < at; hit += 3)
        open = hit;
    return open != SIZE_MAX && slice_find(text, SLICE("》"), open) >= at;
}

static bool is_stale(const struct audit_view *view, unsigned year)
{
    unsigned own = view->report->meta.year;
    return year < own && year + OLDEST_YEARS >= own;
}

static bool names_stale_year(const struct audit_view *view, struct slice text)
{
    unsigned year;
    for (size_t at = 0; (at = find_year(text, at, &year)) != SIZE_MAX; at += 7)
        if (is_stale(view, year))
            return true;
    return false;
}

/* 2023年度学法考试 in a report on 2024. */
static void audit_yearly(struct audit_view *view, struct span sentence)
{
    struct slice text = audit_text(view, sentence);
    size_t length, event = audit_find(&view->rules->yearly, text, 0, &length);
    if (event == SIZE_MAX || audit_says(&view->rules->yearly_unless, text))
        return;
    enum { REACH_BYTES = 48 };
    unsigned year;
    for (size_t at = 0; (at = find_year(text, at, &year)) < event; at += 7) {
        struct slice between = slice_range(text, at + 7, event);
        if (!is_stale(view, year) || event - at > REACH_BYTES || inside_title(text, at) ||
            slice_has(between, SLICE("，")) || slice_has(between, SLICE("月")))
            continue;
        struct span span = {sentence.start + (uint32_t)at,
                            sentence.start + (uint32_t)(event + length)};
        audit_add(view, AUDIT_STALE_YEAR, span,
                  "这是%u年度的报告，这里写的却是“%.*s”，年份可能沿用了往年的文字。",
                  view->report->meta.year, SLICE_ARGS(audit_text(view, span)));
        return;
    }
}

/* 2021年，全县共受理…件 in a report on 2023, with nothing that compares. */
static void audit_counting(struct audit_view *view, size_t index)
{
    const struct report *report = view->report;
    struct slice text = audit_text(view, report->sentences[index].clean);
    unsigned year, other;
    size_t at = find_year(text, 0, &year);
    if (at != 0 || !is_stale(view, year) || find_year(text, 7, &other) != SIZE_MAX)
        return;
    struct slice rest = slice_range(text, 7, text.len);
    if (rest.len && is_digit(rest.data[0])) /* 2021年3月 */
        return;
    if (!audit_says(&view->rules->counted, rest) || audit_says(&view->rules->compares, rest))
        return;
    audit_add(
        view, AUDIT_STALE_YEAR, report->sentences[index].clean,
        "这是%u年度的报告，这句话说的却是%u年的情况，又没有作比较，年份可能沿用了往年的文字。",
        report->meta.year, year);
}

static bool has_quantity(const struct audit_view *view, const struct period *period,
                         struct span sentence)
{
    for (size_t i = period->first; i < period->end; i++)
        if (view->report->quantities[i].clean.start >= sentence.start &&
            view->report->quantities[i].clean.end <= sentence.end)
            return true;
    return false;
}

/* 四、2023年工作安排 in a report on 2023. */
static void audit_plan_title(struct audit_view *view, const struct heading *heading)
{
    unsigned year;
    size_t at = find_year(heading->title, 0, &year);
    if (heading->part != PART_PLAN || heading->level > 1 || at != 0 ||
        year != view->report->meta.year || find_year(heading->title, 7, &year) != SIZE_MAX ||
        !audit_says(&view->rules->plan_words, heading->title) ||
        slice_has(heading->title, SLICE("情况")))
        return;
    audit_add(view, AUDIT_STALE_YEAR, heading->clean,
              "这是%u年度的报告，下一年度安排的标题却写着%u年。", view->report->meta.year,
              view->report->meta.year);
}

/* 三、2023年存在的不足和原因 in a report on 2024: a part's title is of the year reported on. Only a
 * year in front of everything counts, and one that is not part of a span or a comparison. */
static void audit_part_title(struct audit_view *view, const struct heading *heading)
{
    unsigned year, other;
    if (heading->part == PART_NONE || heading->part == PART_PLAN || heading->level > 1 ||
        find_year(heading->title, 0, &year) != 0 || year + 1 != view->report->meta.year ||
        find_year(heading->title, 7, &other) != SIZE_MAX ||
        audit_says(&view->rules->compares, heading->title) ||
        slice_has(heading->title, SLICE("整改")))
        return;
    audit_add(view, AUDIT_STALE_YEAR, heading->clean,
              "这是%u年度的报告，这一部分的标题却写着%u年，年份可能沿用了往年的文字。",
              view->report->meta.year, year);
}

static void audit_sentence(struct audit_view *view, size_t index, size_t *period)
{
    const struct sentence *sentence = &view->report->sentences[index];
    if (sentence->part == PART_PLAN || sentence->part == PART_SHORTCOMINGS || sentence->table ||
        !names_stale_year(view, audit_text(view, sentence->clean)))
        return;
    audit_yearly(view, sentence->clean);
    while (*period < view->period_count && view->periods[*period].clean.end < sentence->clean.end)
        ++*period;
    if (*period < view->period_count &&
        has_quantity(view, &view->periods[*period], sentence->clean))
        audit_counting(view, index);
}

void audit_years(struct audit_view *view)
{
    const struct report *report = view->report;
    if (report->meta.year == 0)
        return;
    for (size_t i = 0; i < report->heading_count; i++) {
        audit_plan_title(view, &report->headings[i]);
        audit_part_title(view, &report->headings[i]);
    }
    size_t period = 0;
    for (size_t i = 0; i < report->sentence_count; i++)
        audit_sentence(view, i, &period);
}
