/* title.c - which line is the title where the layout shows none, and whom title and file name name.
 * No state, can't fail.
 */
#include "workers/ingest/dates.h"
#include "workers/ingest/inquiry.h"
#include "workers/ingest/lines.h"
#include "workers/text/utf8.h"

enum { TITLE_BYTES = 150, LEAD_BYTES = 900 };

static bool begins_a_word(struct slice before)
{
    static const struct slice words[] = {
        {"关于", 6}, {"年度", 6}, {"年", 3}, {"报送", 6}, {"上报", 6}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_ends(before, words[i]))
            return true;
    return before.len == 0 ||
           !utf8_is_hanzi(utf8_at(utf8_before(before.data, before.data + before.len)));
}

static bool begins_no_name(struct slice rest)
{
    static const struct slice words[] = {{"年", 3}, {"度", 3}, {"报送", 6}, {"上报", 6}};
    return slice_starts_any(rest, words, sizeof words / sizeof *words) > 0;
}

/* A path's letters and figures, with which no name begins but those of regiments (143团). */
static bool is_latin(struct slice text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.data[end] >= '0' && text.data[end] <= '9')
        end++;
    return (unsigned char)text.data[at] < 0x80 && !slice_starts(slice_from(text, end), SLICE("团"));
}

/* "关于安化县2022年度…的报告": the name stands further in. */
static void read_name_in(const struct inquiry *inquiry, struct slice text, struct issuer *found)
{
    const struct reader *reader = inquiry->reader;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        struct place place;
        if (is_latin(text, at))
            continue;
        /* 宁县 inside 景宁县 is none: in the middle of a word only longer names are believed */
        bool starts = begins_a_word(slice_range(text, 0, at)) ||
                      (gazetteer_match(reader->gazetteer, text, at, &place) &&
                       place_is_certain(&place) && place.text.len >= 9);
        if (starts && !begins_no_name(slice_from(text, at)) &&
            issuer_read(reader->gazetteer, reader->words, slice_from(text, at), found))
            return;
    }
    *found = (struct issuer){0};
}

/* 砀山县司法局2021年工作推进情况: a name in full and its year, whatever the report calls itself. */
static bool names_unit_and_year(const struct inquiry *inquiry, struct slice line)
{
    struct issuer issuer;
    struct slice rest;
    uint16_t year;
    if (line.len > TITLE_BYTES || line_is_prose(line) || slice_ends(line, SLICE("。")) ||
        !issuer_read(inquiry->reader->gazetteer, inquiry->reader->words, line, &issuer) ||
        !issuer.path_count || !issuer.organ.len || issuer.kind == KIND_UNKNOWN)
        return false;
    rest = slice_from(line, issuer.text.len);
    rest = slice_starts(rest, SLICE("关于")) ? slice_from(rest, 6) : rest;
    return year_at(rest, 0, &year) > 0;
}

/* What stands in the place of a title that no word tells: the first line, or 编制《…年度报告》. */
static struct slice untold_title(const struct inquiry *inquiry)
{
    static const struct slice makes = {"编制《", 9};
    const struct layout *layout = &inquiry->layout;
    struct slice body = inquiry_body(inquiry);
    if (layout->count && names_unit_and_year(inquiry, layout->lines[0]))
        return layout->lines[0];
    size_t at = slice_find(body, makes, 0), end;
    if (at == SIZE_MAX || at > LEAD_BYTES)
        return (struct slice){0};
    end = slice_find(body, SLICE("》"), at);
    body = slice_range(body, at + makes.len, end == SIZE_MAX ? at + makes.len : end);
    return names_unit_and_year(inquiry, body) ? body : (struct slice){0};
}

/* 【柳北区】城市管理行政执法局：…: the region in the brackets heads the name behind them. */
static struct slice without_brackets(const struct inquiry *inquiry, struct slice title)
{
    struct place place;
    if (!slice_starts(title, SLICE("【")) ||
        !gazetteer_match(inquiry->reader->gazetteer, title, 3, &place) ||
        !slice_starts(slice_from(title, 3 + place.text.len), SLICE("】")))
        return title;
    return arena_format(&inquiry->report->arena, "%.*s%.*s", SLICE_ARGS(place.text),
                        SLICE_ARGS(slice_from(title, 6 + place.text.len)));
}

void title_find(struct inquiry *inquiry)
{
    if (!inquiry->layout.title.len && !inquiry->furniture.title.len)
        inquiry->furniture.title = untold_title(inquiry);
    struct slice title = inquiry->layout.title;
    if (title.len == 0)
        title = inquiry->furniture.title;
    size_t quoted = slice_find(title, SLICE("印发《"), 0); /* the report, not who sends it round */
    if (quoted != SIZE_MAX)
        title = slice_from(title, quoted + 9);
    read_name_in(inquiry, without_brackets(inquiry, title), &inquiry->title);
}

/* The file's own name, without folders and extension: 安阳县2022年法治政府建设报告.docx. */
void file_name_find(struct inquiry *inquiry)
{
    struct slice name = inquiry->report->path;
    for (size_t at = name.len; at > 0; at--)
        if (name.data[at - 1] == '/') {
            name = slice_from(name, at);
            break;
        }
    read_name_in(inquiry, name, &inquiry->file);
}
