/* furniture.c - goes through the lines above and below the text proper, label by label. A label's
 * value ends where the next label begins, since the blanks between them may be lost. No state.
 */
#include "workers/ingest/furniture.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/lines.h"
#include "workers/utf8.h"

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
    hint_add_place(hints, place, site ? WEIGHT_SITE : WEIGHT_PAGE);
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

static void read_licence(const struct reader *reader, struct slice line, struct hints *hints)
{
    struct slice hit;
    for (size_t i = 0; i < words_count(reader->words, WORD_LICENCE); i++) {
        hit = words_get(reader->words, WORD_LICENCE, i);
        if (slice_has(line, hit))
            hint_add(hints,
                     (uint32_t)strtoul(words_value(reader->words, WORD_LICENCE, i).data, NULL, 10),
                     WEIGHT_LICENCE);
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
        read_bare_date(reader, line, furniture);
        bool title = i >= layout->title_first && i < layout->title_end;
        if (!title && !slice_ends(line, SLICE("：")) && !slice_ends(line, SLICE(":")))
            read_places(reader, line, furniture, hints);
        read_licence(reader, line, hints);
    }
    if (!furniture->published.year)
        read_note(layout, furniture);
}
