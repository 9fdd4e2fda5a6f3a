/* html_style.c - the few properties of CSS that decide whether a text is seen.
 *
 * A page is full of rules; kept are those that set one of these properties, with a selector that
 * can be judged here. A rule for body or html is left out: pages hide themselves until their script
 * has run, and no script runs here. Any thread; can't fail, what is not understood is passed over.
 */
#include "workers/ingest/format/html_style.h"

#include <stdlib.h>
#include <strings.h>

enum { MAX_COMPOUNDS = 6 };

/* Innermost first: "ul.menu li" is li, ul.menu; each as written. */
struct style_rule {
    struct slice compounds[MAX_COMPOUNDS];
    unsigned compound_count;
    unsigned weight; /* CSS specificity, and above all of it !important */
    struct html_style style;
};

/* ---- declarations ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static struct slice trimmed(struct slice s)
{
    while (s.len && is_blank(s.data[0]))
        s = slice_range(s, 1, s.len);
    while (s.len && is_blank(s.data[s.len - 1]))
        s.len--;
    return s;
}

static bool same(struct slice s, const char *word)
{
    return s.len == strlen(word) && strncasecmp(s.data, word, s.len) == 0;
}

static bool has_word(struct slice s, const char *word)
{
    size_t len = strlen(word);
    for (size_t at = 0; at + len <= s.len; at++)
        if (strncasecmp(s.data + at, word, len) == 0)
            return true;
    return false;
}

/* "0", "0px", "0.0em": nothing of it is left. */
static bool is_zero(struct slice value)
{
    size_t at = 0;
    bool digit = false;
    for (; at < value.len && (value.data[at] == '0' || value.data[at] == '.'); at++)
        digit = digit || value.data[at] == '0';
    return digit && (at == value.len || !(value.data[at] >= '1' && value.data[at] <= '9'));
}

static enum style_display display_of(struct slice value)
{
    if (same(value, "none"))
        return DISPLAY_NONE;
    return has_word(value, "inline") || same(value, "contents") ? DISPLAY_INLINE : DISPLAY_BLOCK;
}

static enum style_space space_of(struct slice value)
{
    return same(value, "pre") || same(value, "pre-wrap") || same(value, "break-spaces") ? SPACE_PRE
           : same(value, "pre-line") ? SPACE_LINES
                                     : SPACE_NORMAL;
}

static void declare(struct html_style *style, struct slice property, struct slice value)
{
    enum style_switch yes = STYLE_ON, no = STYLE_OFF;
    if (same(property, "display"))
        style->display = display_of(value);
    else if (same(property, "visibility"))
        style->hidden = same(value, "hidden") || same(value, "collapse") ? yes : no;
    else if ((same(property, "font-size") || same(property, "opacity")) && is_zero(value))
        style->hidden = yes;
    else if (same(property, "mso-hide"))
        style->hidden = same(value, "all") ? yes : no;
    else if (same(property, "text-decoration") || same(property, "text-decoration-line"))
        style->struck = has_word(value, "line-through") ? yes : no;
    else if (same(property, "vertical-align"))
        style->raised = same(value, "super") || same(value, "text-top") ? yes : no;
    else if (same(property, "white-space"))
        style->space = space_of(value);
    else if (same(property, "list-style") || same(property, "list-style-type"))
        style->marker = has_word(value, "none") ? no : yes;
}

/* "display: none; color: red !important" */
static struct html_style declarations(struct slice text, bool *important)
{
    struct html_style style = {0};
    *important = false;
    for (size_t start = 0, at = 0; at <= text.len; at++) {
        if (at < text.len && text.data[at] != ';')
            continue;
        struct slice one = slice_range(text, start, at);
        start = at + 1;
        size_t colon = slice_find(one, SLICE(":"), 0);
        if (colon == SIZE_MAX)
            continue;
        struct slice value = trimmed(slice_range(one, colon + 1, one.len));
        size_t bang = slice_find(value, SLICE("!"), 0);
        *important = *important || bang != SIZE_MAX;
        value = bang == SIZE_MAX ? value : trimmed(slice_range(value, 0, bang));
        declare(&style, trimmed(slice_range(one, 0, colon)), value);
    }
    return style;
}

static bool says_nothing(const struct html_style *style)
{
    return !style->display && !style->hidden && !style->struck && !style->raised && !style->space &&
           !style->marker;
}

/* ---- sheets ---- */

/* Ends a name inside a compound selector, or makes it one that is not understood. */
static bool is_name_byte(char c)
{
    return c < 0 || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

static bool understood(struct slice compound, unsigned *weight)
{
    bool tag = true;
    for (size_t i = 0; i < compound.len; i++) {
        char c = compound.data[i];
        if (c != '.' && c != '#' && c != '*' && !is_name_byte(c))
            return false;
        *weight += c == '#' ? 10000 : c == '.' ? 100 : tag && i == 0 && c != '*' ? 1 : 0;
        tag = false;
    }
    return compound.len > 0 && !same(compound, "body") && !same(compound, "html");
}

/* Takes a selector apart from its end; false: not one for here. */
static bool selector_read(struct slice selector, struct style_rule *rule)
{
    rule->compound_count = 0;
    for (size_t end = selector.len; end > 0;) {
        size_t start = end;
        while (start > 0 && !is_blank(selector.data[start - 1]) && selector.data[start - 1] != '>')
            start--;
        if (start < end) {
            struct slice compound = slice_range(selector, start, end);
            if (rule->compound_count == MAX_COMPOUNDS || !understood(compound, &rule->weight))
                return false;
            rule->compounds[rule->compound_count++] = compound;
        }
        end = start > 0 ? start - 1 : 0;
    }
    return rule->compound_count > 0;
}

static void add_rule(struct html_sheet *sheet, struct arena *arena, struct slice selectors,
                     struct slice body)
{
    bool important;
    struct html_style style = declarations(body, &important);
    if (says_nothing(&style))
        return;
    for (size_t start = 0, at = 0; at <= selectors.len; at++) {
        if (at < selectors.len && selectors.data[at] != ',')
            continue;
        struct style_rule rule = {.style = style, .weight = important ? 1000000 : 0};
        bool known = selector_read(trimmed(slice_range(selectors, start, at)), &rule);
        start = at + 1;
        if (known && sheet->count < HTML_MAX_STYLE_RULES)
            *ARENA_PUSH(arena, sheet->rules, sheet->count, sheet->capacity) = rule;
    }
}

/* Of @media only what holds on any screen. */
static bool holds_everywhere(struct slice at_rule)
{
    return slice_starts(at_rule, SLICE("@media")) && !has_word(at_rule, "print") &&
           !has_word(at_rule, "(") && !has_word(at_rule, "not");
}

static struct slice without_comments(struct arena *arena, struct slice css)
{
    char *out = arena_alloc(arena, css.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < css.len;) {
        struct slice rest = slice_range(css, at, css.len);
        if (slice_starts(rest, SLICE("/*"))) {
            size_t end = slice_find(css, SLICE("*/"), at + 2);
            at = end == SIZE_MAX ? css.len : end + 2;
        } else if (slice_starts(rest, SLICE("<!--"))) {
            at += 4;
        } else if (slice_starts(rest, SLICE("-->"))) {
            at += 3;
        } else {
            out[len++] = css.data[at++];
        }
    }
    return (struct slice){out, len};
}

/* Behind the } that closes the { at `open`. */
static size_t block_end(struct slice css, size_t open)
{
    unsigned depth = 0;
    for (size_t at = open; at < css.len; at++) {
        depth += css.data[at] == '{';
        depth -= css.data[at] == '}';
        if (depth == 0)
            return at + 1;
    }
    return css.len;
}

void html_sheet_read(struct html_sheet *sheet, struct arena *arena, struct slice css)
{
    css = without_comments(arena, css);
    for (size_t at = 0; at < css.len;) {
        size_t start = at;
        while (at < css.len && css.data[at] != '{' && css.data[at] != ';' && css.data[at] != '}')
            at++;
        if (at == css.len)
            return;
        struct slice head = trimmed(slice_range(css, start, at));
        if (css.data[at] != '{' || (head.len && holds_everywhere(head))) {
            at++; /* @charset …; or a } of a @media that was entered */
            continue;
        }
        size_t end = block_end(css, at);
        if (head.len && head.data[0] != '@')
            add_rule(sheet, arena, head, slice_range(css, at + 1, end > at + 1 ? end - 1 : end));
        at = end;
    }
}

/* ---- matching ---- */

static bool has_class(struct slice classes, struct slice name)
{
    for (size_t start = 0, at = 0; at <= classes.len; at++) {
        if (at < classes.len && !is_blank(classes.data[at]))
            continue;
        if (slice_equal(slice_range(classes, start, at), name))
            return true;
        start = at + 1;
    }
    return false;
}

static bool compound_matches(struct slice compound, const struct html_node *node)
{
    for (size_t at = 0; at < compound.len;) {
        char mark = compound.data[at];
        size_t start = mark == '.' || mark == '#' || mark == '*' ? at + 1 : at, end = start;
        while (end < compound.len && is_name_byte(compound.data[end]))
            end++;
        struct slice name = slice_range(compound, start, end);
        if (mark == '.' && !has_class(html_attribute(node, "class", NULL), name))
            return false;
        if (mark == '#' && !slice_equal(html_attribute(node, "id", NULL), name))
            return false;
        struct slice tag = html_name(node);
        if (start == at && (tag.len != name.len || strncasecmp(tag.data, name.data, tag.len) != 0))
            return false;
        at = end > at ? end : at + 1;
    }
    return true;
}

static bool rule_matches(const struct style_rule *rule, const struct html_node *node)
{
    if (!compound_matches(rule->compounds[0], node))
        return false;
    for (unsigned i = 1; i < rule->compound_count; i++) {
        do
            node = html_parent(node);
        while (node && !compound_matches(rule->compounds[i], node));
        if (!node)
            return false;
    }
    return true;
}

/* One property: the weightier rule wins, of equal ones the later. */
#define TAKE(property, at)                                                                         \
    if (from->property && weight >= best[at]) {                                                    \
        style->property = from->property;                                                          \
        best[at] = weight;                                                                         \
    }

static void take(struct html_style *style, const struct html_style *from, unsigned weight,
                 unsigned best[6])
{
    TAKE(display, 0)
    TAKE(hidden, 1)
    TAKE(struck, 2)
    TAKE(raised, 3)
    TAKE(space, 4)
    TAKE(marker, 5)
}

struct html_style html_style_of(const struct html_sheet *sheet, const struct html_node *node)
{
    enum { OWN_STYLE = 500000 }; /* beats every selector, but not !important */
    struct html_style style = {0};
    unsigned best[6] = {0};
    for (size_t i = 0; i < sheet->count; i++)
        if (rule_matches(&sheet->rules[i], node))
            take(&style, &sheet->rules[i].style, sheet->rules[i].weight, best);
    bool important;
    struct slice own = html_attribute(node, "style", NULL);
    if (own.len) {
        struct html_style said = declarations(own, &important);
        take(&style, &said, important ? UINT32_MAX : OWN_STYLE, best);
    }
    return style;
}
