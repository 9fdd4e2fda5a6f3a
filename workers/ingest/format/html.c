/* html.c - a saved web page: its charset, then its text as a browser shows it.
 *
 * The charset is told by the bytes, as for plain text; what the page declares is often wrong and
 * only asked where the bytes don't tell. Parsed by libxml2 behind proto/doors/html.h, so it runs in
 * a child. Fails (STATUS_BAD) as plain text does, and for a page without any text (a frame set, a
 * page that a script writes).
 */
#include "proto/doors/html.h"

#include "proto/base/tr.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/html_text.h"
#include "workers/ingest/format/html_western.h"

#include <strings.h>

static bool starts_with(struct slice text, const char *word)
{
    return text.len >= strlen(word) && strncasecmp(text.data, word, strlen(word)) == 0;
}

/* Behind blanks, comments and an XML declaration. */
static struct slice first_tag(struct slice raw)
{
    size_t at = slice_starts(raw, SLICE("\xEF\xBB\xBF")) ? 3 : 0;
    for (;;) {
        while (at < raw.len && strchr(" \t\r\n", raw.data[at]) && raw.data[at])
            at++;
        struct slice rest = slice_range(raw, at, raw.len);
        size_t end;
        if (slice_starts(rest, SLICE("<!--")))
            end = slice_find(raw, SLICE("-->"), at);
        else if (slice_starts(rest, SLICE("<?")))
            end = slice_find(raw, SLICE(">"), at);
        else
            return rest;
        if (end == SIZE_MAX)
            return (struct slice){0};
        at = end + 1;
        at += slice_starts(slice_range(raw, at, raw.len), SLICE("->")) ? 2 : 0;
    }
}

/* UTF-16 with its zero bytes taken out, as far as a tag can reach. */
static struct slice narrowed(struct slice raw, size_t mark, char bytes[64])
{
    size_t len = 0;
    for (size_t i = mark; i < raw.len && len < 64; i++)
        if (raw.data[i])
            bytes[len++] = raw.data[i];
    return (struct slice){bytes, len};
}

/* With its byte order mark or without one. */
static bool is_utf16(struct slice raw, size_t *mark)
{
    bool marked = slice_starts(raw, SLICE("\xFF\xFE")) || slice_starts(raw, SLICE("\xFE\xFF"));
    *mark = marked ? 2 : 0;
    return marked || slice_starts(raw, SLICE("<\0")) || slice_starts(raw, SLICE("\0<"));
}

/* "<font size=3>": the name and nothing that goes on with it. */
static bool opens(struct slice tag, const char *name)
{
    size_t len = strlen(name);
    return starts_with(slice_range(tag, 1, tag.len), name) && tag.len > len + 1 &&
           strchr(" \t\r\n/>", tag.data[len + 1]) && tag.data[len + 1];
}

/* What a page begins with, or a piece cut out of one. */
static bool matches_html(struct slice raw)
{
    static const char *const names[] = {"!doctype html",
                                        "html",
                                        "head",
                                        "body",
                                        "meta",
                                        "title",
                                        "div",
                                        "p",
                                        "table",
                                        "font",
                                        "span",
                                        "center",
                                        "style",
                                        "link",
                                        "base",
                                        "script",
                                        "br",
                                        "h1",
                                        "h2",
                                        "h3",
                                        "h4",
                                        "section",
                                        "main",
                                        "ul",
                                        "ol",
                                        "li",
                                        "tbody",
                                        "tr",
                                        "td",
                                        "strong",
                                        "article",
                                        "header",
                                        "nav",
                                        "form",
                                        "img",
                                        "frameset",
                                        "b",
                                        "a",
                                        "pre",
                                        "dl",
                                        "input",
                                        "hr",
                                        "big",
                                        "blockquote"};
    char bytes[64];
    size_t mark;
    struct slice tag = is_utf16(raw, &mark) ? narrowed(raw, mark, bytes) : first_tag(raw);
    if (!slice_starts(tag, SLICE("<")))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (opens(tag, names[i]))
            return true;
    return false;
}

static bool is_empty(const struct blocks *blocks)
{
    struct slice text = buffer_slice(&blocks->text);
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" \t\r\n", text.data[i]))
            return false;
    return true;
}

/* <![if !IE]>, <![endif]>: comments to a browser, text to the parser. Without them, in the arena;
 * the page itself where it has none. */
static struct slice without_conditions(struct arena *arena, struct slice html)
{
    if (!slice_has(html, SLICE("<![")))
        return html;
    char *out = arena_alloc(arena, html.len);
    size_t len = 0;
    for (size_t at = 0; at < html.len;) {
        struct slice rest = slice_range(html, at, html.len);
        size_t end = at + 1;
        bool keep = true;
        if (slice_starts(rest, SLICE("<!--"))) {
            end = slice_find(html, SLICE("-->"), at);
            end = end == SIZE_MAX ? html.len : end + 3;
        } else if (slice_starts(rest, SLICE("<!["))) {
            end = slice_find(html, SLICE(">"), at);
            end = end == SIZE_MAX ? html.len : end + 1;
            keep = false;
        }
        if (keep)
            memcpy(out + len, html.data + at, end - at);
        len += keep ? end - at : 0;
        at = end;
    }
    return (struct slice){out, len};
}

static enum status decode_bytes(struct slice bytes, struct blocks *blocks, struct slice *utf8,
                                struct error *error)
{
    enum status status = plain_decode(blocks->arena, bytes, utf8, &blocks->encoding, error);
    if (status == STATUS_OK || !html_is_western(bytes))
        return status;
    *utf8 = html_western_decode(blocks->arena, bytes);
    blocks->encoding = SLICE("WINDOWS-1252");
    return STATUS_OK;
}

static enum status decode_html(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct slice utf8;
    enum status status = decode_bytes(bytes, blocks, &utf8, error);
    if (status != STATUS_OK)
        return status;
    struct html_page *page;
    status = html_parse(without_conditions(blocks->arena, utf8), &page, error);
    if (status != STATUS_OK)
        return status;
    html_text_read(page, blocks);
    html_free(&page);
    if (is_empty(blocks))
        return fail(error, STATUS_BAD,
                    "a web page that shows no text (网页没有正文): a frame or a page filled by a "
                    "script; open it in a browser and save what is seen");
    return STATUS_OK;
}

const struct format html_format = {
    .name = "html",
    .what = TR("a web page (HTML)"),
    .matches = matches_html,
    .decode = decode_html,
};
