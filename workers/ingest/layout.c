/* layout.c - splits a page into lines and finds out what each part of it is for.
 *
 * The title is the window of one to three short lines above the first prose that scores best as a
 * title of such a report; the text proper begins behind what belongs to it (number, box of labels,
 * addressee) and ends before the signature, or before the page furniture where nobody signed.
 * Any thread; can't fail.
 */
#include "workers/ingest/layout.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/lines.h"
#include "workers/ingest/signature.h"
#include "workers/text/utf8.h"

enum {
    HEAD_LINES = 80,
    TITLE_LINES = 3,
    TITLE_LINE_BYTES = 150,
    ADDRESSEE_BYTES = 260,
    BYLINE_BYTES = 90,
    SPEAKER_BYTES = 48,
    TITLE_ENOUGH = 4, /* score */
    ANNEX_ROWS = 2,
    PARAGRAPH_BYTES = 36,
    TRAIL_ENOUGH = 8, /* in a trail of links it has to say region and year, too */
};

static void split_lines(struct arena *arena, struct layout *layout)
{
    size_t capacity = 0;
    const char *at = layout->clean.data, *end = at + layout->clean.len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        struct slice line = line_trim((struct slice){at, (size_t)(stop - at)});
        while (line.len > 0 && line.data[0] == '#') /* a heading of Markdown */
            line = line_trim(slice_range(line, 1, line.len));
        *ARENA_PUSH(arena, layout->lines, layout->count, capacity) = line;
        at = newline ? newline + 1 : end;
    }
}

/* ---- title ---- */

static bool may_be_title_line(const struct reader *reader, struct slice line)
{
    struct slice number;
    return line.len > 0 && line.len <= TITLE_LINE_BYTES && !slice_has(line, SLICE("。")) &&
           !slice_ends(line, SLICE("：")) && !slice_ends(line, SLICE(":")) &&
           !slice_has(line, SLICE(">")) && !slice_has(line, SLICE("|")) &&
           !words_in(reader->words, WORD_TITLE_NOT, line) && !line_is_heading(line) &&
           !line_has_label(reader, line) && !line_is_date(line) &&
           !slice_ends(line, SLICE("文件")) &&
           !(doc_number_find(line, &number) && number.len + 12 > line.len);
}

static int title_score(const struct reader *reader, struct slice title, size_t lines)
{
    struct slice hit;
    struct issuer issuer;
    uint16_t year;
    bool has_year = false;
    for (size_t at = 0; at < title.len && !has_year; at += utf8_length(title.data + at))
        has_year = year_at(title, at, &year) > 0;
    int score = 4; /* it has a word of titles */
    if (words_end(reader->words, WORD_TITLE_END, title, &hit) || slice_ends(title, SLICE("）")))
        score += 2;
    else if (words_in(reader->words, WORD_TITLE_END, title))
        score += 1;
    score += has_year ? 2 : 0;
    if (issuer_read(reader->gazetteer, reader->words, title, &issuer) &&
        (issuer.path_count || issuer.township.len || issuer.kind != KIND_UNKNOWN))
        score += 2;
    if (slice_has(title, SLICE("通知")) || slice_has(title, SLICE("，")))
        score -= 2;
    return score - (int)(lines - 1);
}

static struct slice join(struct arena *arena, const struct slice *lines, size_t first, size_t end)
{
    size_t len = 0, at = 0;
    for (size_t i = first; i < end; i++)
        len += lines[i].len;
    char *joined = arena_alloc(arena, len + 1);
    for (size_t i = first; i < end; i++) {
        memcpy(joined + at, lines[i].data, lines[i].len);
        at += lines[i].len;
    }
    return (struct slice){joined, at};
}

/* "法治政府建设年报 | 三门县2022年…报告", "首页 > … > 三门县…报告": the title in a trail of links.
 */
static void find_title_in_trail(const struct reader *reader, struct layout *layout, size_t head_end)
{
    for (size_t i = 0; i < head_end; i++) {
        struct slice line = layout->lines[i];
        size_t start = 0;
        for (size_t at = 0; at < line.len; at++)
            if (strchr(">|/_", line.data[at]))
                start = at + 1;
        struct slice last = line_trim(slice_range(line, start, line.len));
        if (start > 0 && may_be_title_line(reader, last) &&
            words_in(reader->words, WORD_TITLE, last) &&
            title_score(reader, last, 1) >= TRAIL_ENOUGH) {
            layout->title = last;
            layout->title_first = i;
            layout->title_end = i + 1;
        }
    }
}

static void find_title(const struct reader *reader, struct arena *arena, struct layout *layout,
                       size_t head_end)
{
    int best = TITLE_ENOUGH - 1;
    for (size_t first = 0; first < head_end; first++) {
        size_t lines = 0;
        for (size_t i = first; i < head_end && lines < TITLE_LINES; i++) {
            if (layout->lines[i].len == 0 && lines > 0)
                continue;
            if (!may_be_title_line(reader, layout->lines[i]))
                break;
            lines++;
            struct slice title = join(arena, layout->lines, first, i + 1);
            if (!words_in(reader->words, WORD_TITLE, title))
                continue;
            int score = title_score(reader, title, lines);
            if (score < best || (score == best && lines > 1))
                continue;
            best = score;
            layout->title = title;
            layout->title_first = first;
            layout->title_end = i + 1;
        }
    }
}

/* The spaces that a title kept between its words belong to its typography. */
static struct slice without_blanks(struct arena *arena, struct slice title)
{
    char *out = arena_alloc(arena, title.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < title.len; i++)
        if (title.data[i] != ' ' && title.data[i] != '\t')
            out[len++] = title.data[i];
    return (struct slice){out, len};
}

/* ---- text proper ---- */

static bool is_addressee(const struct reader *reader, struct slice line)
{
    return line.len <= ADDRESSEE_BYTES &&
           (slice_ends(line, SLICE("：")) || slice_ends(line, SLICE(":"))) &&
           !slice_has(line, SLICE("。")) && !slice_has(line, SLICE("如下")) &&
           words_in(reader->words, WORD_ADDRESSEE, line);
}

/* ——2023年1月5日在县人大常委会第八次会议上; 县司法局局长 张三. Items of a list end with ；. */
static bool is_speaker(const struct reader *reader, struct slice line)
{
    return !slice_ends(line, SLICE("。")) && !slice_ends(line, SLICE("；")) &&
           (slice_starts(line, SLICE("——")) ||
            (line.len < SPEAKER_BYTES && words_in(reader->words, WORD_SPEAKER, line)));
}

static bool belongs_to_title(const struct reader *reader, struct layout *layout, struct slice line)
{
    struct slice number;
    struct issuer issuer;
    if (line.len == 0 || line_is_date(line))
        return true;
    if (is_addressee(reader, line)) {
        layout->addressee = line;
        return true;
    }
    if (line_is_heading(line))
        return false;
    if (line.len < BYLINE_BYTES &&
        issuer_read_whole(reader->gazetteer, reader->words, line, &issuer)) {
        layout->byline = issuer;
        return true;
    }
    return line_is_furniture(reader, line) || is_speaker(reader, line) ||
           (doc_number_find(line, &number) && line.len < BYLINE_BYTES && !line_is_prose(line));
}

/* 中共…市委员会、市人民政府、 with the rest of the addressee on the next line */
static bool begins_addressee(const struct reader *reader, const struct layout *layout, size_t i)
{
    struct slice line = layout->lines[i];
    return line.len <= ADDRESSEE_BYTES && i + 1 < layout->count &&
           (slice_ends(line, SLICE("、")) || slice_ends(line, SLICE("，"))) &&
           !slice_has(line, SLICE("。")) && words_in(reader->words, WORD_ADDRESSEE, line) &&
           is_addressee(reader, layout->lines[i + 1]);
}

/* A row of a table: cells parted by tabs, one of them a figure. */
static bool is_row(const struct reader *reader, struct slice line)
{
    enum { FIGURE_BYTES = 24 };
    bool figure = false;
    size_t tabs = 0;
    for (size_t i = 0, start = 0; i <= line.len; i++) {
        if (i < line.len && line.data[i] != '\t')
            continue;
        struct slice cell = line_trim(slice_range(line, start, i));
        figure = figure || (cell.len > 0 && cell.len <= FIGURE_BYTES && cell.data[0] >= '0' &&
                            cell.data[0] <= '9');
        tabs += i < line.len;
        start = i + 1;
    }
    return tabs > 0 && figure && !line_has_label(reader, line);
}

/* Line `i` heads a table: two rows of figures follow it. */
static bool begins_table(const struct reader *reader, const struct layout *layout, size_t i)
{
    return i + 2 < layout->count && slice_has(layout->lines[i], SLICE("\t")) &&
           is_row(reader, layout->lines[i + 1]) && is_row(reader, layout->lines[i + 2]);
}

static void find_body_start(const struct reader *reader, struct layout *layout, size_t head_end)
{
    size_t i = layout->title_end;
    while (
        i < layout->count && !begins_table(reader, layout, i) &&
        (belongs_to_title(reader, layout, layout->lines[i]) || begins_addressee(reader, layout, i)))
        i++;
    /* Without a title, everything short above the first prose or table is page furniture or an
     * addressee. */
    if (layout->title.len == 0)
        for (; i < head_end && !begins_table(reader, layout, i); i++)
            belongs_to_title(reader, layout, layout->lines[i]);
    layout->body_first = i;
}

static bool ends_a_sentence(struct slice line)
{
    static const struct slice marks[] = {{"。", 3}, {"！", 3}, {"；", 3}, {"？", 3},
                                         {"”", 3},  {"）", 3}, {";", 1},  {"。》", 6}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_ends(line, marks[i]))
            return true;
    return line_is_prose(line);
}

/* Tables are often annexed behind the signature: the text goes on to the last of their rows. */
static void take_annexed_tables(const struct reader *reader, struct layout *layout)
{
    size_t rows = 0;
    for (size_t i = layout->body_end; i < layout->count; i++) {
        bool row = is_row(reader, layout->lines[i]);
        rows = row ? rows + 1 : slice_has(layout->lines[i], SLICE("\t")) ? rows : 0;
        if (row && rows >= ANNEX_ROWS)
            layout->body_end = i + 1;
    }
}

/* 45件: a digit with a hanzi behind that makes no date of it. */
static bool has_count(struct slice line)
{
    static const struct slice dates[] = {{"年", 3}, {"月", 3}, {"日", 3}, {"号", 3}};
    for (size_t i = 1; i < line.len; i++) {
        if (line.data[i - 1] < '0' || line.data[i - 1] > '9' || (unsigned char)line.data[i] < 0xE4)
            continue;
        struct slice rest = slice_range(line, i, line.len);
        bool date = false;
        for (size_t k = 0; k < sizeof dates / sizeof *dates; k++)
            date = date || slice_starts(rest, dates[k]);
        if (!date)
            return true;
    }
    return false;
}

/* A last paragraph that has lost its full stop is no page furniture. */
static bool may_be_text(struct slice line)
{
    return (line.len >= PARAGRAPH_BYTES || has_count(line)) && !slice_has(line, SLICE("|")) &&
           !slice_has(line, SLICE(">")) && !slice_starts(line, SLICE("附"));
}

/* Furniture at the end, with the short lines among it that nobody can name. */
static void find_body_end(const struct reader *reader, struct layout *layout)
{
    size_t end = layout->body_end, cut = end;
    for (size_t i = end; i > layout->body_first; i--) {
        struct slice line = layout->lines[i - 1];
        bool furniture =
            line.len == 0 || line_is_furniture(reader, line) || slice_starts(line, SLICE("附件"));
        if (furniture)
            cut = i - 1;
        else if (ends_a_sentence(line) || line_is_heading(line) || is_row(reader, line) ||
                 may_be_text(line))
            break;
    }
    layout->body_end = cut;
}

static void measure_body(struct layout *layout)
{
    while (layout->body_first < layout->body_end && layout->lines[layout->body_first].len == 0)
        layout->body_first++;
    if (layout->body_first >= layout->body_end)
        return;
    struct slice first = layout->lines[layout->body_first];
    struct slice last = layout->lines[layout->body_end - 1];
    layout->body.start = (uint32_t)(first.data - layout->clean.data);
    layout->body.end = (uint32_t)(last.data + last.len - layout->clean.data);
}

void layout_read(const struct reader *reader, struct arena *arena, struct slice clean,
                 struct layout *layout)
{
    *layout = (struct layout){.clean = clean};
    split_lines(arena, layout);
    size_t head_end = 0;
    while (head_end < layout->count && head_end < HEAD_LINES) {
        struct slice line = layout->lines[head_end];
        if ((line_is_prose(line) && !line_is_furniture(reader, line) &&
             !is_addressee(reader, line)) ||
            line_is_heading(line))
            break;
        head_end++;
    }
    find_title(reader, arena, layout, head_end);
    if (layout->title.len == 0)
        find_title_in_trail(reader, layout, head_end);
    layout->title = without_blanks(arena, layout->title);
    find_body_start(reader, layout, head_end);
    layout->body_end = layout->count;
    signature_read(reader, layout);
    take_annexed_tables(reader, layout);
    find_body_end(reader, layout);
    measure_body(layout);
}

/* ---- document numbers ---- */

/* Bytes of 〔2024〕18号 at `at`. */
static size_t number_part(struct slice line, size_t at)
{
    static const struct slice opens[] = {{"〔", 3}, {"[", 1},  {"【", 3}, {"（", 3},
                                         {"(", 1},  {"［", 3}, {"﹝", 3}};
    static const struct slice closes[] = {{"〕", 3}, {"]", 1},  {"】", 3}, {"）", 3},
                                          {")", 1},  {"］", 3}, {"﹞", 3}};
    static const unsigned char leads[] = {'[', '(', 0xE3, 0xEF, '\0'}; /* of all that open */
    if (!strchr((const char *)leads, line.data[at]))
        return 0;
    size_t end = at + slice_starts_any(slice_from(line, at), opens, 7);
    if (end == at)
        return 0;
    size_t digits = end;
    while (digits < line.len && line.data[digits] >= '0' && line.data[digits] <= '9')
        digits++;
    size_t close = digits - end == 4 ? slice_starts_any(slice_from(line, digits), closes, 7) : 0;
    if (!close)
        return 0;
    end = digits + close;
    if (slice_starts(slice_range(line, end, line.len), SLICE("第")))
        end += 3;
    digits = end;
    while (digits < line.len && line.data[digits] >= '0' && line.data[digits] <= '9')
        digits++;
    if (digits == end || !slice_starts(slice_range(line, digits, line.len), SLICE("号")))
        return 0;
    return digits + 3 - at;
}

bool doc_number_find(struct slice line, struct slice *number)
{
    for (size_t at = 0; at < line.len; at += utf8_length(line.data + at)) {
        size_t len = number_part(line, at);
        if (!len)
            continue;
        size_t start = at;
        while (start > 0) {
            size_t before = (size_t)(utf8_before(line.data, line.data + start) - line.data);
            if (!utf8_is_hanzi(utf8_at(line.data + before)))
                break;
            start = before;
        }
        if (start < at) {
            *number = slice_range(line, start, at + len);
            return true;
        }
    }
    return false;
}
