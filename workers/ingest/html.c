/* html.c - a saved web page: its text without tags, a line a block, cells parted by tabs.
 *
 * Decoded like plain text first, then one pass: tags vanish, those of blocks end the line, script
 * and style vanish with what they hold, entities become their characters. Offsets count bytes of
 * the text that results. No state; fails as plain text does.
 */
#include "workers/ingest/document.h"

#include "workers/ingest/utf8.h"

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

/* What stands in for a tag: "\n", "\t" or nothing. */
static struct slice tag_becomes(struct slice name)
{
    static const char *const blocks[] = {
        "p",  "div", "br",    "tr",    "li",      "h1", "h2",     "h3",     "h4",      "h5",  "h6",
        "ul", "ol",  "table", "title", "section", "hr", "header", "footer", "article", "nav", NULL};
    static const char *const cells[] = {"td", "th", NULL};
    if (name.len > 0 && name.data[0] == '/') {
        name.data++;
        name.len--;
        if (tag_is(name, cells))
            return SLICE("\t");
    }
    return tag_is(name, blocks) ? SLICE("\n") : SLICE("");
}

/* End of a tag, comment, script or style that begins at `at`. */
static size_t skip_tag(struct slice html, size_t at, struct slice *becomes)
{
    struct slice rest = slice_range(html, at, html.len);
    *becomes = SLICE("");
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
    size_t name = at + 1, name_end = name;
    while (name_end < html.len && !strchr(" \t\r\n>", html.data[name_end]))
        name_end++;
    if (name < name_end) {
        struct slice tag = slice_range(html, name, name_end);
        if (tag.len > 1 && tag.data[tag.len - 1] == '/')
            tag.len--;
        *becomes = tag_becomes(tag);
    }
    return end == SIZE_MAX ? html.len : end + 1;
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

static struct slice strip_tags(struct arena *arena, struct slice html)
{
    char *out = arena_alloc(arena, html.len + 1);
    size_t len = 0, at = 0;
    while (at < html.len) {
        char c = html.data[at];
        size_t entity_len = 0, taken;
        if (c == '<' && at + 1 < html.len && !strchr(" =\n", html.data[at + 1])) {
            struct slice becomes;
            at = skip_tag(html, at, &becomes);
            memcpy(out + len, becomes.data, becomes.len);
            len += becomes.len;
        } else if (c == '&' && (taken = read_entity(html, at, out + len, &entity_len))) {
            len += entity_len;
            at += taken;
        } else { /* line breaks of the source mean nothing */
            if (c != '\n' && c != '\r' && c != '\t')
                out[len++] = c;
            at++;
        }
    }
    return (struct slice){out, len};
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
