/* html_elements.c - the elements of HTML by how they are shown (the HTML standard's "Rendering").
 *
 * Struck-out text (s, del) is shown, but as no longer said; notes in ruby are shown above the line.
 * Both are left out: a number in them would run into the one that stands. Any thread.
 */
#include "workers/ingest/format/html_elements.h"

static const struct {
    const char *name;
    enum html_element kind;
} elements[] = {
    {"address", ELEMENT_BLOCK},    {"applet", ELEMENT_UNSEEN},   {"article", ELEMENT_BLOCK},
    {"aside", ELEMENT_BLOCK},      {"audio", ELEMENT_UNSEEN},    {"blockquote", ELEMENT_BLOCK},
    {"br", ELEMENT_BREAK},         {"canvas", ELEMENT_UNSEEN},   {"caption", ELEMENT_BLOCK},
    {"center", ELEMENT_BLOCK},     {"datalist", ELEMENT_UNSEEN}, {"dd", ELEMENT_BLOCK},
    {"del", ELEMENT_UNSEEN},       {"details", ELEMENT_BLOCK},   {"dialog", ELEMENT_BLOCK},
    {"dir", ELEMENT_BLOCK},        {"div", ELEMENT_BLOCK},       {"dl", ELEMENT_BLOCK},
    {"dt", ELEMENT_BLOCK},         {"embed", ELEMENT_UNSEEN},    {"fieldset", ELEMENT_BLOCK},
    {"figcaption", ELEMENT_BLOCK}, {"figure", ELEMENT_BLOCK},    {"footer", ELEMENT_BLOCK},
    {"form", ELEMENT_BLOCK},       {"h1", ELEMENT_HEADING},      {"h2", ELEMENT_HEADING},
    {"h3", ELEMENT_HEADING},       {"h4", ELEMENT_HEADING},      {"h5", ELEMENT_HEADING},
    {"h6", ELEMENT_HEADING},       {"header", ELEMENT_BLOCK},    {"hr", ELEMENT_BLOCK},
    {"iframe", ELEMENT_UNSEEN},    {"legend", ELEMENT_BLOCK},    {"li", ELEMENT_ITEM},
    {"listing", ELEMENT_PRE},      {"main", ELEMENT_BLOCK},      {"menu", ELEMENT_BLOCK},
    {"meta", ELEMENT_META},        {"nav", ELEMENT_BLOCK},       {"noembed", ELEMENT_UNSEEN},
    {"noframes", ELEMENT_UNSEEN},  {"noscript", ELEMENT_UNSEEN}, {"object", ELEMENT_UNSEEN},
    {"ol", ELEMENT_BLOCK},         {"p", ELEMENT_BLOCK},         {"plaintext", ELEMENT_PRE},
    {"pre", ELEMENT_PRE},          {"rp", ELEMENT_UNSEEN},       {"rt", ELEMENT_UNSEEN},
    {"s", ELEMENT_UNSEEN},         {"script", ELEMENT_UNSEEN},   {"search", ELEMENT_BLOCK},
    {"section", ELEMENT_BLOCK},    {"select", ELEMENT_UNSEEN},   {"strike", ELEMENT_UNSEEN},
    {"style", ELEMENT_SHEET},      {"summary", ELEMENT_BLOCK},   {"sup", ELEMENT_RAISED},
    {"svg", ELEMENT_UNSEEN},       {"table", ELEMENT_TABLE},     {"tbody", ELEMENT_BLOCK},
    {"td", ELEMENT_BLOCK},         {"template", ELEMENT_UNSEEN}, {"textarea", ELEMENT_PRE},
    {"tfoot", ELEMENT_BLOCK},      {"th", ELEMENT_BLOCK},        {"thead", ELEMENT_BLOCK},
    {"title", ELEMENT_TITLE},      {"tr", ELEMENT_BLOCK},        {"ul", ELEMENT_BLOCK},
    {"video", ELEMENT_UNSEEN},     {"w-del", ELEMENT_UNSEEN},    {"w-movefrom", ELEMENT_UNSEEN},
    {"xml", ELEMENT_UNSEEN},       {"xmp", ELEMENT_PRE},
};

enum html_element html_element_of(const struct html_node *node)
{
    struct slice name = html_name(node);
    size_t low = 0, high = sizeof elements / sizeof *elements;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(name, slice_of(elements[middle].name));
        if (order == 0)
            return elements[middle].kind;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return ELEMENT_INLINE;
}

bool html_element_hides(const struct html_node *node)
{
    bool has;
    html_attribute(node, "hidden", &has);
    if (has)
        return true;
    if (html_is(node, "dialog")) {
        html_attribute(node, "open", &has);
        return !has;
    }
    struct slice style = html_attribute(node, "style", NULL);
    return slice_has(style, SLICE("mso-element:comment"));
}
