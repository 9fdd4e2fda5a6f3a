/* html_text.c - walks a web page and says what a browser shows of it, nothing else.
 *
 * Hidden elements, scripts, templates, struck-out text and footnote marks are left out; blocks end
 * the line; a table of data becomes rows, a table that the page is laid out in blocks; list items
 * get the number they are shown with. One thread a page. The walk goes as deep as the page, which
 * the parser has bounded.
 */
#include "workers/ingest/format/html_text.h"

#include "workers/ingest/format/html_elements.h"
#include "workers/ingest/format/html_line.h"
#include "workers/ingest/format/html_mark.h"
#include "workers/ingest/format/html_style.h"
#include "workers/ingest/format/html_table.h"

#include <strings.h>

enum { LAYOUT_BUDGET = 4 * 1024 * 1024 };

struct walk {
    struct blocks *blocks;
    struct html_line line;
    struct html_sheet sheet;
    struct html_table_budget budget;
};

/* What an element hands down to those within. */
struct inherited {
    bool hidden;
    enum style_space space;
    bool numbered;    /* in an <ol> that shows numbers */
    unsigned *number; /* of its next item */
};

static void read_children(struct walk *walk, const struct html_node *node, struct inherited from);

/* ---- what the head says ---- */

static void keep(struct walk *walk, struct slice *field, struct slice text)
{
    while (text.len && strchr(" \t\r\n", text.data[0]))
        text = slice_range(text, 1, text.len);
    while (text.len && strchr(" \t\r\n", text.data[text.len - 1]))
        text.len--;
    if (field->len == 0 && text.len)
        *field = arena_copy(walk->blocks->arena, text);
}

static bool same_name(struct slice a, const char *name)
{
    return a.len == strlen(name) && strncasecmp(a.data, name, a.len) == 0;
}

/* The names that government sites have to give (国办发〔2017〕47号, annex 2). */
static void read_meta(struct walk *walk, const struct html_node *node)
{
    struct page_evidence *page = &walk->blocks->page;
    struct slice name = html_attribute(node, "name", NULL);
    struct slice content = html_attribute(node, "content", NULL);
    if (same_name(name, "SiteName"))
        keep(walk, &page->site, content);
    else if (same_name(name, "ArticleTitle"))
        keep(walk, &page->article, content);
    else if (same_name(name, "ContentSource"))
        keep(walk, &page->source, content);
    else if (same_name(name, "PubDate"))
        keep(walk, &page->published, content);
}

static void read_title(struct walk *walk, const struct html_node *node)
{
    const struct html_node *text = html_first(node);
    if (text)
        keep(walk, &walk->blocks->page.title, html_text(text));
}

/* ---- tables ---- */

/* A style may hide rows and cells as well. */
static bool is_shown(const struct walk *walk, const struct html_node *node)
{
    return !html_element_hides(node) && html_style_of(&walk->sheet, node).display != DISPLAY_NONE;
}

static void read_cells(struct walk *walk, struct html_table *table, const struct html_node *row,
                       struct inherited from)
{
    html_table_row(table);
    for (const struct html_node *cell = html_first(row); cell; cell = html_next(cell)) {
        bool is_cell = html_is(cell, "td") || html_is(cell, "th");
        if (!is_cell || !is_shown(walk, cell) || !html_table_cell(table, cell))
            continue;
        walk->line = (struct html_line){.blocks = walk->blocks, .in_cell = true};
        read_children(walk, cell, from);
        html_table_cell_end(table);
    }
    html_table_row_end(table);
    walk->line = (struct html_line){.blocks = walk->blocks};
}

static void read_rows(struct walk *walk, struct html_table *table, const struct html_node *node,
                      struct inherited from)
{
    for (node = html_first(node); node; node = html_next(node)) {
        if (html_is_text(node) || !is_shown(walk, node))
            continue;
        if (html_is(node, "tr")) {
            read_cells(walk, table, node, from);
        } else if (html_is(node, "caption")) {
            read_children(walk, node, from);
            html_line_end(&walk->line);
        } else {
            read_rows(walk, table, node, from);
        }
    }
}

static void read_table(struct walk *walk, const struct html_node *node, struct inherited from)
{
    struct html_table table;
    html_line_end(&walk->line);
    if (walk->line.in_cell || !html_table_holds_data(node, &walk->budget)) {
        read_children(walk, node, from);
    } else {
        html_table_open(&table, walk->blocks, node);
        read_rows(walk, &table, node, from);
    }
    html_line_end(&walk->line);
}

/* ---- elements ---- */

static void read_text(struct walk *walk, struct slice text, enum style_space space)
{
    if (space == SPACE_PRE)
        html_line_add_kept(&walk->line, text);
    else if (space == SPACE_LINES)
        html_line_add_lines(&walk->line, text);
    else
        html_line_add(&walk->line, text);
}

/* Raised text is a footnote mark, an exponent or just small. */
static void read_raised(struct walk *walk, const struct html_node *node, struct inherited from)
{
    char written[RAISED_BYTES];
    struct slice text;
    bool short_enough = html_mark_text(node, written, &text);
    struct slice line = blocks_current(walk->blocks);
    char raised[RAISED_BYTES];
    struct slice exponent;
    if (short_enough && raised_is_exponent(line, text, raised, &exponent))
        html_line_add(&walk->line, exponent);
    else if (!short_enough || !raised_is_note(text))
        read_children(walk, node, from);
}

static void read_item(struct walk *walk, const struct html_node *node, struct inherited from)
{
    html_line_end(&walk->line);
    walk->line.kind = BLOCK_LIST_ITEM;
    if (from.numbered && !html_mark_is_link(node)) {
        *from.number = html_mark_number(html_attribute(node, "value", NULL), *from.number);
        walk->line.marker = arena_format(walk->blocks->arena, "%u. ", *from.number);
        ++*from.number;
    }
    read_children(walk, node, from);
    html_line_end(&walk->line);
    walk->line.kind = BLOCK_PARAGRAPH;
    walk->line.marker = (struct slice){0};
}

static void read_block(struct walk *walk, const struct html_node *node, enum block_kind kind,
                       struct inherited from)
{
    enum block_kind before = walk->line.kind;
    html_line_end(&walk->line);
    if (kind != BLOCK_PARAGRAPH)
        walk->line.kind = kind;
    read_children(walk, node, from);
    html_line_end(&walk->line);
    walk->line.kind = before;
}

/* A list's numbers begin anew; those of lists around it go on behind it. */
static void read_list(struct walk *walk, const struct html_node *node, struct inherited from,
                      bool numbered)
{
    unsigned number = html_mark_number(html_attribute(node, "start", NULL), 1);
    from.numbered = numbered;
    from.number = &number;
    read_block(walk, node, BLOCK_PARAGRAPH, from);
}

static void show(struct walk *walk, const struct html_node *node, enum html_element kind,
                 struct inherited from, const struct html_style *style)
{
    if (kind == ELEMENT_BREAK)
        html_line_end(&walk->line);
    else if (kind == ELEMENT_TABLE)
        read_table(walk, node, from);
    else if (kind == ELEMENT_RAISED || style->raised == STYLE_ON || html_mark_is_note_link(node))
        read_raised(walk, node, from);
    else if (kind == ELEMENT_ITEM)
        read_item(walk, node, from);
    else if (html_is(node, "ol") || html_is(node, "ul"))
        read_list(walk, node, from,
                  html_is(node, "ol") && style->marker != STYLE_OFF && !html_mark_is_menu(node));
    else if (kind == ELEMENT_HEADING)
        read_block(walk, node, BLOCK_HEADING, from);
    else if (html_mark_is_note_body(node))
        read_block(walk, node, BLOCK_NOTE, from);
    else if (kind == ELEMENT_INLINE ? style->display == DISPLAY_BLOCK
                                    : style->display != DISPLAY_INLINE)
        read_block(walk, node, BLOCK_PARAGRAPH, from);
    else
        read_children(walk, node, from);
}

static void read_element(struct walk *walk, const struct html_node *node, struct inherited from)
{
    enum html_element kind = html_element_of(node);
    if (kind == ELEMENT_TITLE)
        read_title(walk, node);
    else if (kind == ELEMENT_META)
        read_meta(walk, node);
    if (kind >= ELEMENT_TITLE || html_element_hides(node))
        return;
    struct html_style style = html_style_of(&walk->sheet, node);
    if (style.display == DISPLAY_NONE || style.struck == STYLE_ON)
        return;
    if (style.hidden)
        from.hidden = style.hidden == STYLE_ON;
    if (style.space)
        from.space = style.space;
    else if (kind == ELEMENT_PRE)
        from.space = SPACE_PRE;
    show(walk, node, kind, from, &style);
}

static void read_children(struct walk *walk, const struct html_node *node, struct inherited from)
{
    bool link = false;
    for (node = html_first(node); node; node = html_next(node)) {
        bool again = link;
        link = html_is(node, "a");
        if (again && link) /* links side by side are set apart by their looks alone */
            walk->line.blank = true;
        if (!html_is_text(node))
            read_element(walk, node, from);
        else if (!from.hidden)
            read_text(walk, html_text(node), from.space);
    }
}

/* Sheets anywhere in the page hold for all of it. */
static void read_sheets(struct walk *walk, const struct html_node *node)
{
    for (node = html_first(node); node; node = html_next(node)) {
        if (html_is_text(node))
            continue;
        const struct html_node *css = html_is(node, "style") ? html_first(node) : NULL;
        if (css)
            html_sheet_read(&walk->sheet, walk->blocks->arena, html_text(css));
        else
            read_sheets(walk, node);
    }
}

void html_text_read(const struct html_page *page, struct blocks *blocks)
{
    struct walk walk = {
        .blocks = blocks, .line = {.blocks = blocks}, .budget = {.left = LAYOUT_BUDGET}};
    const struct html_node *root = html_root(page);
    read_sheets(&walk, root);
    unsigned number = 1;
    read_children(&walk, root, (struct inherited){.space = SPACE_NORMAL, .number = &number});
    html_line_end(&walk.line);
}
