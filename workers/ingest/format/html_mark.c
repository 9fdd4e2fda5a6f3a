/* html_mark.c - tells the small signs around a text apart. Any thread, no state, nothing fails. */
#include "workers/ingest/format/html_mark.h"

#include <strings.h>

static bool gather(const struct html_node *node, char *bytes, size_t *len)
{
    for (node = html_first(node); node; node = html_next(node)) {
        if (!html_is_text(node)) {
            if (!gather(node, bytes, len))
                return false;
            continue;
        }
        struct slice text = html_text(node);
        for (size_t i = 0; i < text.len; i++) {
            if (strchr(" \t\r\n", text.data[i]))
                continue;
            if (*len == RAISED_BYTES)
                return false;
            bytes[(*len)++] = text.data[i];
        }
    }
    return true;
}

bool html_mark_text(const struct html_node *node, char bytes[RAISED_BYTES], struct slice *text)
{
    size_t len = 0;
    bool fits = gather(node, bytes, &len);
    *text = (struct slice){bytes, len};
    return fits;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "ftn1", "_edn12", "fn:3", "footnote-2": the names that word processors and wikis give them. */
static bool names_note(struct slice name, bool and_back)
{
    static const char *const stems[] = {"_ftn", "_edn", "ftn", "edn", "fn", "footnote", "endnote"};
    for (size_t i = 0; i < sizeof stems / sizeof *stems; i++) {
        size_t at = strlen(stems[i]);
        if (name.len <= at || strncasecmp(name.data, stems[i], at) != 0)
            continue;
        if (and_back && slice_starts(slice_range(name, at, name.len), SLICE("ref")))
            at += 3;
        if (at < name.len && strchr(":-_", name.data[at]))
            at++;
        if (at < name.len && is_digit(name.data[at]))
            return true;
    }
    return false;
}

bool html_mark_is_note_link(const struct html_node *node)
{
    struct slice target = html_attribute(node, "href", NULL);
    return html_is(node, "a") && target.len > 1 && target.data[0] == '#' &&
           names_note(slice_range(target, 1, target.len), true);
}

bool html_mark_is_note_body(const struct html_node *node)
{
    return !html_is(node, "a") && names_note(html_attribute(node, "id", NULL), false) &&
           (html_is(node, "div") || html_is(node, "p") || html_is(node, "aside"));
}

bool html_mark_is_menu(const struct html_node *list)
{
    struct slice class = html_attribute(list, "class", NULL);
    if (slice_has(class, SLICE("crumb")) || slice_has(class, SLICE("nav")) ||
        slice_has(class, SLICE("menu")))
        return true;
    for (list = html_parent(list); list; list = html_parent(list))
        if (html_is(list, "nav"))
            return true;
    return false;
}

bool html_mark_is_link(const struct html_node *item)
{
    bool link = false;
    for (item = html_first(item); item; item = html_next(item)) {
        struct slice text = html_text(item);
        for (size_t i = 0; i < text.len; i++)
            if (!strchr(" \t\r\n", text.data[i]))
                return false;
        link = link || html_is(item, "a");
    }
    return link;
}

unsigned html_mark_number(struct slice text, unsigned otherwise)
{
    unsigned value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.data[i]) || value > 100000)
            return otherwise;
        value = value * 10 + (unsigned)(text.data[i] - '0');
    }
    return text.len ? value : otherwise;
}
