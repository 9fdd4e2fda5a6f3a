/* outline.c - headings and their order; in a worker's thread, can't fail.
 *
 * A heading is a line with a mark. Conversion drops automatic numbers, so where a count skips one
 * (a report that begins with 二、) the first line in the gap that looks like a title is taken for
 * the missing one. A report that lost all its numbers keeps its short lines as headings.
 */
#include "workers/segment/outline.h"

#include "workers/segment/text.h"
#include "workers/segment/wrap.h"

enum {
    TITLE_MIN_BYTES = 12,    /* 4 hanzi */
    TITLE_MAX_BYTES = 135,   /* 45 hanzi: a longer line without a mark is text */
    RUN_IN_LONG_BYTES = 180, /* a first sentence as long as this may hide a title before its ： */
    RUN_IN_COLON_BYTES = 90, /* and this is where that ： has to be */
    MARKED_TITLE_MAX_BYTES = 300 /* a marked line without any 。 is cut at a comma beyond this */
};

enum { LEVELS = 5 };

struct outliner {
    struct report *report;
    struct lines lines;
    struct outlined *outlined;
    uint8_t *given; /* level of lines that are headings without a mark, else 0 */
    size_t capacity;
    int32_t open[LEVELS]; /* innermost heading of each level, -1: none */
};

static bool looks_like_end_matter(struct slice line)
{
    static const char *const endings[] = {"报告", "人民政府", "委员会", "办公室", "日"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (slice_ends(line, slice_of(endings[i])))
            return true;
    static const char *const starts[] = {"现将", "特此",   "附件", "附：", "注：", "（",
                                         "(",    "图",     "来源", "联系", "发布", "索引",
                                         "上一", "下一篇", "主办", "此件"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (slice_starts(line, slice_of(starts[i])))
            return true;
    return false;
}

/* Digits are for text; a year may stand in a title. */
static bool has_figures(struct slice line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (!is_digit((unsigned char)line.data[i]))
            continue;
        if (i + 7 <= line.len && memcmp(line.data + i + 4, "年", 3) == 0 && line.data[i] == '2')
            i += 6;
        else
            return true;
    }
    return false;
}

/* Bytes of the line without the 。 it may end with. */
static uint32_t without_stop(struct slice line)
{
    while (ends_with_one_of(line, "。；：，") ||
           (line.len && strchr(";:", line.data[line.len - 1])))
        line.len -= line.data[line.len - 1] == ';' || line.data[line.len - 1] == ':' ? 1 : 3;
    return (uint32_t)line.len;
}

/* A line without a mark that could be a title. `stop`: may it end with 。? */
static bool could_be_title(const struct report *report, const struct line *line, bool stop)
{
    struct slice text = line_text(report, line);
    if (line->mark.level || line->table || line->inline_mark || text.len < TITLE_MIN_BYTES ||
        text.len > TITLE_MAX_BYTES)
        return false;
    if (ends_with_one_of(text, "：；，、！？”") || strchr(":;,!?\"", text.data[text.len - 1]))
        return false;
    if (ends_with_one_of(text, "。")) {
        if (!stop)
            return false;
        text.len -= 3;
    }
    return !slice_has(text, SLICE("。")) && !slice_has(text, SLICE("；")) &&
           !begins_enumeration(text) && !has_figures(text) && !looks_like_end_matter(text);
}

/* Title lines that ingest did not recognise stand in front of all text and are no headings of it.
 */
static size_t behind_front_matter(const struct outliner *outliner)
{
    enum { TEXT_COLUMNS = 100 };
    for (size_t i = 0; i < outliner->lines.count; i++)
        if (outliner->lines.items[i].columns >= TEXT_COLUMNS)
            return i;
    return 0;
}

/* Gives level `level` to the first `missing` lines in [from, to) that could be titles. */
static void fill_gap(struct outliner *outliner, size_t from, size_t to, unsigned level,
                     unsigned missing)
{
    if (from == 0)
        from = behind_front_matter(outliner);
    for (int stop = 0; stop <= 1 && missing; stop++)
        for (size_t i = from; i < to && missing; i++)
            if (!outliner->given[i] &&
                could_be_title(outliner->report, &outliner->lines.items[i], stop)) {
                outliner->given[i] = (uint8_t)level;
                missing--;
            }
}

/* Where a count skips a number, its heading lost it: looks between the heading before and this. */
static void find_lost_numbers(struct outliner *outliner)
{
    unsigned last[LEVELS] = {0};
    size_t since[LEVELS] = {0}; /* line behind the last heading of that level or above */
    for (size_t i = 0; i < outliner->lines.count; i++) {
        struct mark mark = outliner->lines.items[i].mark;
        if (!mark.level)
            continue;
        unsigned expected = last[mark.level] + 1;
        if (mark.level <= 3 && mark.value > expected && mark.value - expected <= 3)
            fill_gap(outliner, since[mark.level], i, mark.level, mark.value - expected);
        last[mark.level] = mark.value;
        for (unsigned level = 1; level < LEVELS; level++) {
            if (level > mark.level)
                last[level] = 0;
            if (level >= mark.level)
                since[level] = i + 1;
        }
    }
}

static bool opens_part(const struct outliner *outliner, const struct part_rules *rules,
                       const struct line *line)
{
    struct slice text = line_text(outliner->report, line);
    return part_rules_title(rules, text, outliner->report->meta.year) != 0;
}

/* Lines that title a required part though they lost their number; in a report without any marks of
 * parts or sections, every line that looks like a title. */
static void find_unmarked(struct outliner *outliner, const struct part_rules *rules)
{
    size_t marks = 0, ones = 0;
    for (size_t i = 0; i < outliner->lines.count; i++) {
        unsigned level = outliner->lines.items[i].mark.level;
        marks += level == 1 || level == 2;
        ones += level == 1 || outliner->given[i] == 1;
    }
    for (size_t i = 0; i < outliner->lines.count; i++) {
        const struct line *line = &outliner->lines.items[i];
        if (outliner->given[i] || !could_be_title(outliner->report, line, false))
            continue;
        bool followed = i + 1 < outliner->lines.count &&
                        !could_be_title(outliner->report, &outliner->lines.items[i + 1], false);
        if (ones == 0 && opens_part(outliner, rules, line))
            outliner->given[i] = 1;
        else if (marks == 0 && followed)
            outliner->given[i] = 2;
    }
}

/* Where the title that begins at `start` of `text` ends: at its first 。, before the ： of a very
 * long first sentence, or with the line. */
static size_t title_end(struct slice text, size_t start)
{
    size_t stop = slice_find(text, SLICE("。"), start);
    size_t end = stop == SIZE_MAX ? text.len : stop;
    if (end - start > RUN_IN_LONG_BYTES) {
        size_t colon = slice_find(text, SLICE("："), start);
        if (colon != SIZE_MAX && colon - start <= RUN_IN_COLON_BYTES)
            return colon;
    }
    if (stop == SIZE_MAX && end - start > MARKED_TITLE_MAX_BYTES) {
        size_t comma = start;
        while (comma < text.len && !one_of_at(text, comma, "，；") && text.data[comma] != ',')
            comma += char_bytes((unsigned char)text.data[comma]);
        return comma < end ? comma : end;
    }
    return end;
}

static int32_t parent_of(const struct outliner *outliner, unsigned level)
{
    while (--level > 0)
        if (outliner->open[level] >= 0)
            return outliner->open[level];
    return -1;
}

static void add_heading(struct outliner *outliner, size_t index, unsigned level)
{
    struct report *report = outliner->report;
    const struct line *line = &outliner->lines.items[index];
    struct slice text = line_text(report, line);
    size_t start = line->mark.level ? line->mark.title : 0;
    size_t end = title_end(text, start);
    size_t title = start + without_stop(slice_range(text, start, end));
    struct heading *heading =
        ARENA_PUSH(&report->arena, report->headings, report->heading_count, outliner->capacity);
    *heading = (struct heading){
        .level = (uint8_t)level,
        .number = slice_range(text, 0, line->mark.level ? line->mark.bytes : 0),
        .title = slice_range(text, start, title),
        .clean = {line->clean.start, line->clean.start + (uint32_t)title},
        .parent = parent_of(outliner, level),
    };
    int32_t self = (int32_t)report->heading_count - 1;
    outliner->open[level] = self;
    for (unsigned deeper = level + 1; deeper < LEVELS; deeper++)
        outliner->open[deeper] = -1;
    if (end < text.len) /* the 。 or ： belongs to the title's sentence */
        end += one_of_at(text, end, "。：") ? 3 : 0;
    outliner->outlined[index] = (struct outlined){self, line->clean.start + (uint32_t)end};
}

/* Where 第一部分 stands above 一、, everything below it is a level deeper. */
static void lower_below_chapters(struct lines lines)
{
    bool chapters = false, parts = false;
    for (size_t i = 0; i < lines.count; i++) {
        chapters = chapters || lines.items[i].mark.chapter;
        parts = parts || (lines.items[i].mark.level == 1 && !lines.items[i].mark.chapter);
    }
    for (size_t i = 0; i < lines.count && chapters && parts; i++) {
        struct mark *mark = &lines.items[i].mark;
        if (mark->level && !mark->chapter && mark->level < LEVELS - 1)
            mark->level++;
    }
}

struct outlined *outline_build(struct report *report, struct lines lines,
                               const struct part_rules *rules)
{
    struct outliner outliner = {.report = report, .lines = lines};
    outliner.outlined = arena_alloc(&report->arena, (lines.count + 1) * sizeof *outliner.outlined);
    outliner.given = arena_alloc(&report->arena, lines.count + 1);
    for (unsigned level = 0; level < LEVELS; level++)
        outliner.open[level] = -1;
    report->headings = NULL;
    report->heading_count = 0;
    lower_below_chapters(lines);
    find_lost_numbers(&outliner);
    find_unmarked(&outliner, rules);
    for (size_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.items[i];
        unsigned level = line->mark.level ? line->mark.level : outliner.given[i];
        outliner.outlined[i] = (struct outlined){-1, line->clean.start};
        if (level && line->mark.title < line->clean.end - line->clean.start)
            add_heading(&outliner, i, level);
    }
    return outliner.outlined;
}
