/* wrap.c - joins hard-wrapped lines; in a worker's thread, can't fail.
 *
 * Three kinds occur. A page set to a fixed width breaks every paragraph: most lines are about as
 * wide as the widest, and only those that begin a paragraph are indented. A block of such lines may
 * stand in a text that is otherwise unbroken: neighbours of one width. And a single break may have
 * slipped into a paragraph: the line ends in the middle of a sentence and the next carries it on.
 * When in doubt a break stays: a paragraph in two pieces costs less than two that became one.
 */
#include "workers/segment/wrap.h"

#include "workers/segment/cuts.h"
#include "workers/segment/text.h"

enum {
    PAGE_MIN_COLUMNS = 40,  /* 20 hanzi; narrower "pages" are lists and addresses */
    PAGE_MAX_COLUMNS = 120, /* 60 hanzi */
    PAGE_SLACK_COLUMNS = 6, /* a break never splits 1234 or parts 。 from its sentence */
    PAGE_MIN_LINES = 5,
    STRAY_MIN_COLUMNS = 60, /* a line as wide as this is no heading that forgot its full stop */
    TAIL_MAX_COLUMNS = 44,  /* the rest of a wrapped heading */
};

struct page {
    unsigned width; /* columns of a full line; 0: the text isn't hard-wrapped */
    bool indents;   /* paragraphs begin indented */
};

bool begins_enumeration(struct slice line)
{
    unsigned value;
    size_t at = literal_at(line, 0, "其", 3);
    size_t bytes = chinese_number_at(line, at, &value);
    if (bytes && (at || literal_at(line, bytes, "是", 3) || literal_at(line, bytes, "要", 3)))
        return true;
    if (literal_at(line, 0, "第", 3) && (bytes = chinese_number_at(line, 3, &value)) != 0)
        return one_of_at(line, 3 + bytes, "，、");
    return literal_at(line, 0, "首先", 6) || literal_at(line, 0, "另外", 6);
}

/* The width that most lines come close to without passing it. */
static unsigned page_width(struct lines lines)
{
    unsigned at_width[PAGE_MAX_COLUMNS + 1] = {0}, wide = 0, total = 0;
    for (size_t i = 0; i < lines.count; i++) {
        unsigned columns = lines.items[i].columns;
        total += columns >= 10;
        if (columns > PAGE_MAX_COLUMNS)
            wide++;
        else
            at_width[columns]++;
    }
    unsigned best = 0, width = 0;
    for (unsigned w = PAGE_MIN_COLUMNS; w <= PAGE_MAX_COLUMNS; w++) {
        unsigned near = 0;
        for (unsigned c = w - PAGE_SLACK_COLUMNS; c <= w; c++)
            near += at_width[c];
        if (near > best) {
            best = near;
            width = w;
        }
    }
    bool wrapped = best >= PAGE_MIN_LINES && best * 10 >= total * 4 && wide * 20 <= total;
    return wrapped ? width : 0;
}

static bool ends_sentence(struct slice line)
{
    return ends_with_one_of(line, "。！？；：…") ||
           (line.len && strchr("!?;:", line.data[line.len - 1]));
}

static struct slice last_part(struct slice line)
{
    enum { BYTES = 12 };
    return line.len > BYTES ? slice_range(line, line.len - BYTES, line.len) : line;
}

/* As above, or with a closing mark behind: 。” ；） */
static bool is_closed(struct slice line)
{
    struct slice end = last_part(line);
    return ends_sentence(end) || ends_with_one_of(end, "”’）》】」") ||
           (end.len && strchr(")]\"", end.data[end.len - 1]));
}

static struct page page_of(const struct report *report, struct lines lines)
{
    size_t starts = 0, indented = 0;
    for (size_t i = 0; i < lines.count; i++) {
        bool start = lines.items[i].mark.level ||
                     (i > 0 && ends_sentence(line_text(report, &lines.items[i - 1])) &&
                      lines.items[i - 1].columns == LONG_LINE_COLUMNS);
        starts += start;
        indented += start && lines.items[i].indented;
    }
    return (struct page){page_width(lines), starts > 0 && indented * 10 >= starts * 7};
}

/* A 《 that the line opens and leaves open: nobody ends a paragraph there. */
static bool leaves_title_open(struct slice line)
{
    size_t open = 0, at = 0, hit;
    while ((hit = slice_find(line, SLICE("《"), at)) != SIZE_MAX) {
        open = hit + 3;
        at = open;
    }
    return open && line.len - open < 240 && slice_find(line, SLICE("》"), open) == SIZE_MAX;
}

static bool joins_on_page(struct page page, const struct line *line, const struct line *next,
                          struct slice text)
{
    if (next->gap || (page.indents && next->indented))
        return false;
    bool full = line->columns + 2u + PAGE_SLACK_COLUMNS >= page.width;
    bool ended = ends_sentence(text);
    if (next->mark.level)
        return page.indents && full && !ended;
    if (page.indents)
        return full || (!ended && line->columns * 10 >= page.width * 6);
    return full && !ended;
}

static bool joins_stray(struct page page, const struct report *report, const struct line *line,
                        const struct line *next)
{
    struct slice text = line_text(report, line), after = line_text(report, next);
    if (next->mark.level || begins_enumeration(after) || line->columns < TAIL_MAX_COLUMNS)
        return false;
    if (page.indents && next->indented)
        return false;
    if (leaves_title_open(text) && slice_has(after, SLICE("》")))
        return true;
    if (ends_with_one_of(text, "，、") || text.data[text.len - 1] == ',')
        return true;
    if (next->gap || is_closed(text) || line->columns < STRAY_MIN_COLUMNS)
        return false;
    bool heading = line->mark.level && !slice_has(text, SLICE("。"));
    if (heading)
        return page.indents && next->columns <= TAIL_MAX_COLUMNS && !slice_has(after, SLICE("。"));
    return page.indents || line->columns == LONG_LINE_COLUMNS;
}

static bool same_width(const struct line *line, const struct line *other)
{
    return line->columns <= other->columns + PAGE_SLACK_COLUMNS &&
           other->columns <= line->columns + PAGE_SLACK_COLUMNS;
}

/* A line of a block set to one width: it stops in the middle of a sentence, nothing parts it from
 * the next line, which is no wider, and it is wide itself or one of several of its width. */
static bool joins_block(const struct report *report, const struct line *line,
                        const struct line *next, const struct line *neighbour)
{
    struct slice text = line_text(report, line), after = line_text(report, next);
    bool heading = line->mark.level && !slice_has(text, SLICE("。"));
    if (next->gap || next->mark.level || next->indented || heading || is_closed(text) ||
        begins_enumeration(after) || line->columns > PAGE_MAX_COLUMNS)
        return false;
    if (line->columns < PAGE_MIN_COLUMNS || next->columns > line->columns + PAGE_SLACK_COLUMNS)
        return false;
    return line->columns >= STRAY_MIN_COLUMNS || same_width(line, next) ||
           (neighbour && same_width(line, neighbour));
}

static bool joins(struct page page, const struct report *report, const struct line *line,
                  const struct line *next, const struct line *neighbour)
{
    if (line->table || next->table || next->inline_mark)
        return false;
    struct slice text = line_text(report, line);
    if (line->mark.level && line->mark.title >= text.len) /* （一） alone on its line */
        return next->mark.level == 0;
    return (page.width && joins_on_page(page, line, next, text)) ||
           joins_stray(page, report, line, next) || joins_block(report, line, next, neighbour);
}

/* 120000 on a line of its own in the middle of a sentence: its unit begins the next. */
static bool joins_figure(const struct report *report, const struct line *line,
                         const struct line *next)
{
    struct slice text = line_text(report, line), after = line_text(report, next);
    if (line->table || next->table || next->gap || next->mark.level || next->inline_mark)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit((unsigned char)text.data[i]) && text.data[i] != '.' && text.data[i] != ',')
            return false;
    return after.len && (unsigned char)after.data[0] >= 0x80;
}

bool wraps_join(struct report *report, struct lines lines)
{
    struct page page = page_of(report, lines);
    struct span *cuts = NULL;
    size_t count = 0, capacity = 0;
    bool joined = false; /* the line to the one before */
    for (size_t i = 0; i + 1 < lines.count; i++) {
        const struct line *line = &lines.items[i];
        const struct line *before = i > 0 && !line->gap && !line[-1].table ? line - 1 : NULL;
        joined = joins(page, report, line, line + 1, before) ||
                 (joined && joins_figure(report, line, line + 1));
        if (joined)
            *ARENA_PUSH(&report->arena, cuts, count, capacity) =
                (struct span){lines.items[i].clean.end, lines.items[i + 1].clean.start};
    }
    clean_cut(report, cuts, count);
    return count > 0;
}
