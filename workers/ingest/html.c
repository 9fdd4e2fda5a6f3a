/* html.c - a saved web page: its text without tags, a line a block, cells parted by tabs.
 *
 * Decoded like plain text first, then one pass: tags vanish, those of blocks end the line, script
 * and style vanish with what they hold, entities become their characters. In a table of data a row
 * is a line whatever blocks its cells hold (html_table.c); a table that a page is laid out in is
 * blocks. Offsets count bytes of the text that results. No state; fails as plain text does.
 */
#include "workers/ingest/document.h"

#include "workers/ingest/html_table.h"
#include "workers/utf8.h"

#include <stdlib.h>
#include <strings.h>

static bool starts_with_tag(struct slice text, const char *tag)
{
    return text.len >= strlen(tag) && strncasecmp(text.data, tag, strlen(tag)) == 0;
}

static bool matches_html(struct slice raw)
{
    size_t at = slice_starts(raw, SLICE("\xEF\xBB\xBF")) ? 3 : 0;
    while (at < raw.len && strchr(" \t\r\n", raw.data[at]) && raw.data[at])
        at++;
    struct slice rest = slice_range(raw, at, raw.len);
    return starts_with_tag(rest, "<!doctype html") || starts_with_tag(rest, "<html") ||
           starts_with_tag(rest, "<head");
}

static bool tag_is(struct slice name, const char *const *list)
{
    for (; *list; list++)
        if (name.len == strlen(*list) && strncasecmp(name.data, *list, name.len) == 0)
            return true;
    return false;
}

enum tag_kind { TAG_OTHER, TAG_BLOCK, TAG_TABLE, TAG_ROW, TAG_CELL };

struct tag {
    enum tag_kind kind;
    bool closes;
    struct slice inside; /* between < and > */
};

static enum tag_kind kind_of(struct slice name)
{
    static const char *const blocks[] = {
        "p",  "div",   "br",      "li", "h1",     "h2",     "h3",      "h4",  "h5",      "h6", "ul",
        "ol", "title", "section", "hr", "header", "footer", "article", "nav", "caption", NULL};
    static const char *const cells[] = {"td", "th", NULL};
    static const char *const rows[] = {"tr", NULL}, *const tables[] = {"table", NULL};
    return tag_is(name, cells)    ? TAG_CELL
           : tag_is(name, rows)   ? TAG_ROW
           : tag_is(name, tables) ? TAG_TABLE
           : tag_is(name, blocks) ? TAG_BLOCK
                                  : TAG_OTHER;
}

/* End of a tag, comment, script or style that begins at `at`. */
static size_t skip_tag(struct slice html, size_t at, struct tag *tag)
{
    struct slice rest = slice_range(html, at, html.len);
    *tag = (struct tag){0};
    size_t end;
    if (slice_starts(rest, SLICE("<!--"))) {
        end = slice_find(html, SLICE("-->"), at);
        return end == SIZE_MAX ? html.len : end + 3;
    }
    static const char *const whole[][2] = {{"<script", "</script"}, {"<style", "</style"}};
    for (int i = 0; i < 2; i++)
        if (starts_with_tag(rest, whole[i][0]))
            while (++at < html.len &&
                   !starts_with_tag(slice_range(html, at, html.len), whole[i][1]))
                ;
    end = slice_find(html, SLICE(">"), at);
    end = end == SIZE_MAX ? html.len : end;
    size_t name = at + 1;
    if (name < end && html.data[name] == '/') {
        tag->closes = true;
        name++;
    }
    size_t name_end = name;
    while (name_end < end && !strchr(" \t\r\n/", html.data[name_end]))
        name_end++;
    if (name < name_end) {
        tag->kind = kind_of(slice_range(html, name, name_end));
        tag->inside = slice_range(html, name_end, end);
    }
    return end < html.len ? end + 1 : html.len;
}

/* An entity at `at`: its bytes into `out`, its length there; 0 if it is none. */
static size_t read_entity(struct slice html, size_t at, char *out, size_t *out_len)
{
    static const struct {
        const char *name;
        uint32_t c;
    } known[] = {{"nbsp", 0xA0},     {"amp", '&'},      {"lt", '<'},        {"gt", '>'},
                 {"quot", '"'},      {"ensp", 0x2002},  {"emsp", 0x2003},   {"ldquo", 0x201C},
                 {"rdquo", 0x201D},  {"lsquo", 0x2018}, {"rsquo", 0x2019},  {"mdash", 0x2014},
                 {"ndash", 0x2013},  {"middot", 0xB7},  {"hellip", 0x2026}, {"times", 0xD7},
                 {"permil", 0x2030}, {"apos", '\''}};
    size_t end = at + 1;
    while (end < html.len && end < at + 12 && html.data[end] != ';')
        end++;
    if (end >= html.len || html.data[end] != ';')
        return 0;
    struct slice name = slice_range(html, at + 1, end);
    uint32_t c = 0;
    if (name.len > 1 && name.data[0] == '#')
        c = (uint32_t)(name.data[1] == 'x' || name.data[1] == 'X'
                           ? strtoul(name.data + 2, NULL, 16)
                           : strtoul(name.data + 1, NULL, 10));
    for (size_t i = 0; !c && i < sizeof known / sizeof *known; i++)
        if (slice_equal(name, slice_of(known[i].name)))
            c = known[i].c;
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *out_len = utf8_put(c, out);
    return end + 1 - at;
}

/* Inside a table of data: blocks in a cell only part words. */
static void take_in_table(struct html_table *table, const struct tag *tag, struct buffer *out)
{
    if (tag->kind == TAG_TABLE && tag->closes)
        html_table_close(table, out);
    else if (tag->kind == TAG_ROW && !tag->closes)
        html_table_row(table, out);
    else if (tag->kind == TAG_CELL && tag->closes)
        html_table_cell_end(table, out);
    else if (tag->kind == TAG_CELL)
        html_table_cell(table, tag->inside, out);
    else if (tag->kind == TAG_BLOCK && !table->in_cell)
        buffer_append(out, "\n", 1);
    else if (tag->kind == TAG_BLOCK && out->len && !strchr("\n\t ", out->data[out->len - 1]))
        buffer_append(out, " ", 1);
}

static void take_tag(struct html_table *table, struct slice html, size_t at, const struct tag *tag,
                     struct buffer *out)
{
    if (table->open)
        take_in_table(table, tag, out);
    else if (tag->kind == TAG_TABLE && !tag->closes && html_table_holds_data(html, at))
        html_table_open(table, out);
    else if (tag->kind == TAG_CELL && tag->closes)
        buffer_append(out, "\t", 1);
    else if (tag->kind != TAG_OTHER && tag->kind != TAG_CELL)
        buffer_append(out, "\n", 1);
}

static struct slice strip_tags(struct arena *arena, struct slice html)
{
    struct html_table table = {0};
    struct buffer out = {0};
    buffer_reserve(&out, html.len + 1);
    for (size_t at = 0; at < html.len;) {
        char c = html.data[at], bytes[4];
        size_t len = 0, taken;
        if (c == '<' && at + 1 < html.len && !strchr(" =\n", html.data[at + 1])) {
            struct tag tag;
            size_t behind = skip_tag(html, at, &tag);
            take_tag(&table, html, at, &tag, &out);
            at = behind;
        } else if (c == '&' && (taken = read_entity(html, at, bytes, &len))) {
            buffer_append(&out, bytes, len);
            at += taken;
        } else { /* line breaks of the source mean nothing */
            bool stray = table.open && !table.in_cell && c == ' ';
            if (c != '\n' && c != '\r' && c != '\t' && !stray)
                buffer_append(&out, &c, 1);
            at++;
        }
    }
    struct slice text = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

static enum status decode_html(struct arena *arena, struct slice raw, struct slice *text,
                               struct slice *encoding, struct error *error)
{
    struct slice html;
    enum status status = plain_format.decode(arena, raw, &html, encoding, error);
    if (status == STATUS_OK)
        *text = strip_tags(arena, html);
    return status;
}

const struct document_format html_format = {"HTML", matches_html, decode_html};
