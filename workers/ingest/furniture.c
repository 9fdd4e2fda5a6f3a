/* furniture.c - goes through the lines above and below the text proper, label by label. A label's
 * value ends where the next label begins, since the blanks between them may be lost. No state.
 */
#include "workers/ingest/furniture.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/lines.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

enum { LINE_BYTES = 1200, LIST_OF_PLACES = 5, BARE_DATE_REACH = 90 };

/* Six digits of a region code at `at`; 0 if they are none. */
static uint32_t code_at(const struct reader *reader, struct slice text, size_t at)
{
    uint32_t code = 0;
    for (size_t i = 0; i < 6; i++) {
        if (at + i >= text.len || text.data[at + i] < '0' || text.data[at + i] > '9')
            return 0;
        code = code * 10 + (uint32_t)(text.data[at + i] - '0');
    }
    return gazetteer_region(reader->gazetteer, code) ? code : 0;
}

/* An index number begins with the region's code, or with a check digit pair and then the code. */
static void hint_index(const struct reader *reader, struct slice value, struct hints *hints)
{
    uint32_t code = code_at(reader, value, 0);
    if (!code || (slice_starts(value, SLICE("11")) && code_at(reader, value, 2)))
        code = code_at(reader, value, 2) ? code_at(reader, value, 2) : code;
    if (!code)
        return;
    hint_add(hints, code, WEIGHT_INDEX);
    if (code_digits(code) == 6)
        hint_add(hints, code / 100 * 100, 1);
    hint_add(hints, code / 10000 * 10000, 1);
}

static void hint_site_code(const struct reader *reader, struct slice value, struct hints *hints)
{
    size_t at = 0;
    while (at < value.len && (value.data[at] < '0' || value.data[at] > '9'))
        at++;
    uint32_t code = code_at(reader, value, at);
    hint_add(hints, code, WEIGHT_SITE);
    if (code && code_digits(code) == 6)
        hint_add(hints, code / 100 * 100, 2);
}

static struct date date_in(struct slice value)
{
    struct date date = {0};
    size_t len;
    return date_find(value, 0, &date, &len) == SIZE_MAX ? (struct date){0} : date;
}

static void take_value(const struct reader *reader, enum word_class class, struct slice value,
                       struct furniture *furniture, struct hints *hints)
{
    struct issuer issuer;
    struct slice number;
    value = line_trim(value);
    if (value.len == 0)
        return;
    switch (class) {
    case WORD_LABEL_TITLE:
        if (furniture->title.len == 0)
            furniture->title = value;
        break;
    case WORD_LABEL_PUBLISHED:
        if (!furniture->published.year)
            furniture->published = date_in(value);
        break;
    case WORD_LABEL_SIGNED:
        if (!furniture->signed_on.year)
            furniture->signed_on = date_in(value);
        break;
    case WORD_LABEL_NUMBER:
        if (furniture->number.len == 0 && doc_number_find(value, &number))
            furniture->number = number;
        break;
    case WORD_LABEL_PUBLISHER:
        if (furniture->publisher.len == 0 &&
            issuer_read(reader->gazetteer, reader->words, value, &issuer) && issuer.organ.len)
            furniture->publisher = value;
        break;
    case WORD_LABEL_INDEX:
        hint_index(reader, value, hints);
        break;
    case WORD_LABEL_CODE:
        hint_site_code(reader, value, hints);
        break;
    default:
        break;
    }
}

static size_t next_mark(struct slice line, size_t from, size_t *len)
{
    for (size_t at = from; at < line.len; at++) {
        if (line.data[at] == ':' || line.data[at] == '\t') {
            *len = 1;
            return at;
        }
        if (slice_starts(slice_range(line, at, line.len), SLICE("："))) {
            *len = 3;
            return at;
        }
    }
    return SIZE_MAX;
}

/* "发布日期: 2023-02-08发布机构: 县司法局": each label ends at a colon, its value at the next
 * label. */
static void read_labels(const struct reader *reader, struct slice line, struct slice next_line,
                        struct furniture *furniture, struct hints *hints)
{
    enum word_class class = WORD_CLASS_COUNT, found;
    size_t value = 0, mark_len = 0, start, from = 0, mark;
    while ((mark = next_mark(line, from, &mark_len)) != SIZE_MAX) {
        found = line_label_before(reader, line, mark, &start);
        if (found != WORD_CLASS_COUNT && start >= value) {
            take_value(reader, class, slice_range(line, value, start), furniture, hints);
            class = found;
            value = mark + mark_len;
        }
        from = mark + mark_len;
    }
    if (class == WORD_CLASS_COUNT) { /* label and value on lines of their own */
        class = line_label_before(reader, line, line.len, &start);
        if (class != WORD_CLASS_COUNT && start == 0)
            take_value(reader, class, next_line, furniture, hints);
        return;
    }
    take_value(reader, class, slice_range(line, value, line.len), furniture, hints);
}

/* ---- dates among labels ---- */

static void set_date(enum word_class class, struct date date, struct furniture *furniture)
{
    if (class == WORD_LABEL_PUBLISHED && !furniture->published.year)
        furniture->published = date;
    else if (class == WORD_LABEL_SIGNED && !furniture->signed_on.year)
        furniture->signed_on = date;
}

/* The label right in front of byte `end`, past colons, brackets and bars: 发布日期 ] | 2023-03-10.
 */
static enum word_class label_before(const struct reader *reader, struct slice line, size_t end)
{
    static const struct slice marks[] = {{"：", 3}, {"】", 3}, {"·", 2}, {"•", 3}};
    for (bool more = true; more && end > 0;) {
        more = strchr(" :]|\t-", line.data[end - 1]) != NULL;
        end -= more;
        for (size_t i = 0; i < sizeof marks / sizeof *marks && !more; i++)
            if (slice_ends(slice_range(line, 0, end), marks[i])) {
                end -= marks[i].len;
                more = true;
            }
    }
    size_t start;
    return line_label_before(reader, line, end, &start);
}

/* 发布日期2026-01-27, [ 成文日期 ] 2026-02-06, 生成日期 2023-02-03 发布日期 2023-02-03: whatever
 * stands between a label and its date. */
static void read_labelled_dates(const struct reader *reader, struct slice line,
                                struct furniture *furniture)
{
    struct date date;
    size_t len;
    for (size_t at = 0; (at = date_find(line, at, &date, &len)) != SIZE_MAX; at += len)
        set_date(label_before(reader, line, at), date, furniture);
}

/* A line that begins with a date, under a line that is a label: 发布日期 / 2025-03-17. */
static void read_date_below(const struct reader *reader, const struct layout *layout, size_t i,
                            struct furniture *furniture)
{
    struct date date;
    size_t above = i;
    struct slice line = layout->lines[i];
    if (!date_at(line, 0, &date))
        return;
    while (above > 0 && layout->lines[above - 1].len == 0)
        above--;
    if (above > 0)
        set_date(label_before(reader, layout->lines[above - 1], layout->lines[above - 1].len), date,
                 furniture);
}

/* • 2025-01-24 */
static struct slice without_bullet(struct slice line)
{
    static const struct slice bullets[] = {{"•", 3}, {"·", 2}, {"-", 1}};
    size_t len = slice_starts_any(line, bullets, sizeof bullets / sizeof *bullets);
    return len ? line_trim(slice_from(line, len)) : line;
}

/* 2024年虹口区法治政府建设工作情况报告 2025-02-21 */
static void read_date_behind_title(const struct reader *reader, const struct layout *layout,
                                   struct furniture *furniture)
{
    for (size_t i = layout->title_first; i < layout->title_end && i < layout->count; i++) {
        struct slice line = layout->lines[i];
        struct date date;
        size_t len, at = date_find(line, 0, &date, &len);
        if (at != SIZE_MAX && date.day && at + len == line.len &&
            words_end(reader->words, WORD_TITLE_END, line_trim(slice_range(line, 0, at)), NULL))
            furniture->published = date;
    }
}

/* 2025年03月12日, 2023-02-16 10:31, 26.02.2016  09:30 alone under the title: when it went online. A
 * date in brackets there is the report's own. */
static void read_date_under_title(const struct layout *layout, struct furniture *furniture)
{
    for (size_t i = layout->title_end;
         i <= layout->body_first && i < layout->count && !furniture->published.year; i++) {
        struct slice line = without_bullet(layout->lines[i]);
        struct date date;
        size_t len = date_at(line, 0, &date);
        if (!len)
            len = reversed_date_at(line, 0, &date);
        bool alone = len > 0 && date.day > 0;
        for (size_t at = len; at < line.len && alone; at++)
            alone = strchr(" \t:0123456789", line.data[at]) != NULL;
        if (alone)
            furniture->published = date;
    }
}

/* Whether the label nearest in front of byte `at` says what the date there is. */
static bool dated_by_label(const struct reader *reader, struct slice line, size_t at)
{
    enum word_class class = WORD_CLASS_COUNT;
    size_t mark_len = 0, start;
    for (size_t mark = 0; (mark = next_mark(line, mark, &mark_len)) < at; mark += mark_len) {
        enum word_class found = line_label_before(reader, line, mark, &start);
        class = found == WORD_CLASS_COUNT ? class : found;
    }
    return class == WORD_LABEL_SIGNED || class == WORD_LABEL_OTHER || class == WORD_LABEL_NUMBER ||
           class == WORD_LABEL_INDEX;
}

/* "2023-03-27 10:36 来源：…", "来源：县司法局 2023-03-27": a date among the labels without its own.
 */
static void read_bare_date(const struct reader *reader, struct slice line,
                           struct furniture *furniture)
{
    struct date date;
    struct slice number;
    size_t len, at = date_find(line, 0, &date, &len);
    if (furniture->published.year || at == SIZE_MAX || at > BARE_DATE_REACH || !date.day)
        return;
    if (!dated_by_label(reader, line, at) && line_is_furniture(reader, line) &&
        !doc_number_find(line, &number))
        furniture->published = date;
}

/* （县人民政府办公室 2020年3月30日公布） under the title: it may pass for the text's first line. */
static void read_note(const struct layout *layout, struct furniture *furniture)
{
    static const struct slice ends[] = {{"公布）", 9}, {"发布）", 9}, {"公布)", 7}, {"发布)", 7}};
    for (size_t i = layout->title_end; i <= layout->body_first && i < layout->count; i++) {
        struct slice line = line_trim(layout->lines[i]);
        if (!slice_starts(line, SLICE("（")) && !slice_starts(line, SLICE("(")))
            continue;
        struct date date;
        size_t len, at = date_find(line, 0, &date, &len);
        for (size_t e = 0; at != SIZE_MAX && date.day && e < sizeof ends / sizeof *ends; e++)
            if (slice_equal(slice_range(line, at + len, line.len), ends[e]))
                furniture->published = date;
    }
}

static unsigned count_places(const struct reader *reader, struct slice line)
{
    unsigned count = 0;
    struct place place;
    for (size_t at = 0; at < line.len; at += utf8_length(line.data + at))
        if (gazetteer_match(reader->gazetteer, line, at, &place) && place_is_certain(&place)) {
            count++;
            at += place.text.len - utf8_length(line.data + at);
        }
    return count;
}

/* 安化县人民政府门户网站, or failing that 安化县人民政府 somewhere on the page. */
static void take_site(const struct reader *reader, struct slice rest, const struct place *place,
                      struct furniture *furniture, struct hints *hints)
{
    bool site = words_start(reader->words, WORD_SITE, rest, NULL);
    bool government = slice_starts(rest, SLICE("人民政府")) || slice_ends(rest, SLICE("网站")) ||
                      slice_ends(rest, SLICE("官网"));
    if (site || (government && furniture->site.count == 0))
        furniture->site = *place;
    hint_add_place(hints, place, site ? WEIGHT_SITE : WEIGHT_PAGE, 0);
}

/* A line that is nothing but a government's name, or that and today's date. */
static void read_owner(const struct reader *reader, struct slice line, struct furniture *furniture)
{
    struct issuer issuer;
    if (furniture->owner.text.len || line.len > 150 ||
        !issuer_read(reader->gazetteer, reader->words, line, &issuer) ||
        issuer.kind != KIND_GOVERNMENT || !issuer.path_count)
        return;
    struct slice rest = slice_from(line, issuer.text.len);
    furniture->letterhead = slice_equal(rest, SLICE("文件"));
    if (rest.len == 0 || rest.data[0] == ' ' || furniture->letterhead)
        furniture->owner = issuer;
}

/* The next part of 首页 > 淮安市司法局 > 法治政府建设, taken off the front of `line`. */
static struct slice next_part(struct slice *line)
{
    static const struct slice marks[] = {{" ", 1},  {"\t", 1}, {"|", 1}, {"｜", 3}, {">", 1},
                                         {"》", 3}, {"»", 2},  {"/", 1}, {"-", 1}};
    size_t end = line->len, len = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = slice_find(*line, marks[i], 0);
        if (at < end) {
            end = at;
            len = marks[i].len;
        }
    }
    struct slice part = slice_range(*line, 0, end);
    *line = slice_from(*line, end + len);
    return part;
}

static bool is_head(const struct reader *reader, struct slice part, struct issuer *issuer)
{
    return issuer_read_whole(reader->gazetteer, reader->words, part, issuer) &&
           issuer->path_count > 0 && !issuer->township.len &&
           ((issuer->kind == KIND_DEPARTMENT && place_is_certain(issuer_place(issuer))) ||
            issuer->kind == KIND_ZONE);
}

/* 连云港市交通运输局 首页 > 政务公开: whose site it is, above the report. */
static void read_head(const struct reader *reader, struct slice line, struct furniture *furniture)
{
    struct issuer issuer;
    while (line.len > 0) {
        struct slice part = next_part(&line);
        if (part.len == 0 || !is_head(reader, part, &issuer))
            continue;
        furniture->many_heads |=
            furniture->head.text.len > 0 && !slice_equal(furniture->head.text, issuer.text);
        if (!furniture->head.text.len)
            furniture->head = issuer;
    }
}

static void read_places(const struct reader *reader, struct slice line, struct furniture *furniture,
                        struct hints *hints)
{
    if (count_places(reader, line) >= LIST_OF_PLACES) /* links to all the neighbours */
        return;
    struct place place;
    for (size_t at = 0; at < line.len;) {
        if (!gazetteer_match(reader->gazetteer, line, at, &place) || !place_is_certain(&place)) {
            at += utf8_length(line.data + at);
            continue;
        }
        at += place.text.len;
        take_site(reader, slice_range(line, at, line.len), &place, furniture, hints);
    }
}

/* A footer says its licence twice or thrice; it is one piece of evidence. */
static void read_licence(const struct reader *reader, struct slice line, struct hints *hints)
{
    const struct words *words = reader->words;
    struct slice word;
    uint32_t last = 0;
    bool any = slice_has(line, SLICE("ICP")); /* they all have it */
    for (size_t at = 0; any && (at = words_find(words, WORD_LICENCE, line, at, &word)) != SIZE_MAX;
         at += word.len) {
        struct slice text = words_value(words, WORD_LICENCE, word);
        uint32_t code = (uint32_t)strtoul(text.data, NULL, 10);
        if (code != last)
            hint_add(hints, code, WEIGHT_LICENCE);
        last = code;
    }
    size_t at = slice_find(line, SLICE("公网安备"), 0);
    if (at != SIZE_MAX)
        hint_site_code(reader, slice_range(line, at, line.len), hints);
}

void furniture_read(const struct reader *reader, const struct layout *layout,
                    struct furniture *furniture, struct hints *hints)
{
    *furniture = (struct furniture){0};
    for (size_t i = 0; i < layout->count; i++) {
        if (i == layout->body_first && layout->body_end > i)
            i = layout->body_end;
        if (i >= layout->count)
            break;
        struct slice line = layout->lines[i];
        if (line.len == 0 || line.len > LINE_BYTES)
            continue;
        struct slice next = i + 1 < layout->count ? layout->lines[i + 1] : (struct slice){0};
        read_labels(reader, line, next, furniture, hints);
        read_labelled_dates(reader, line, furniture);
        read_date_below(reader, layout, i, furniture);
        read_bare_date(reader, line, furniture);
        bool title = i >= layout->title_first && i < layout->title_end;
        if (!title)
            read_owner(reader, line, furniture);
        if (!title && i < layout->body_first)
            read_head(reader, line, furniture);
        if (!title && !slice_ends(line, SLICE("：")) && !slice_ends(line, SLICE(":")))
            read_places(reader, line, furniture, hints);
        read_licence(reader, line, hints);
    }
    if (!furniture->published.year)
        read_date_behind_title(reader, layout, furniture);
    if (!furniture->published.year)
        read_date_under_title(layout, furniture);
    if (!furniture->published.year)
        read_note(layout, furniture);
}
