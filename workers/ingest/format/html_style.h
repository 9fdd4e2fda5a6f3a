/* html_style.h - what CSS does to an element as far as it decides what can be read: hidden, struck
 * out, raised, with its line breaks kept, a block or not.
 *
 * Read are the element's own style="…" and the page's <style> sheets: selectors of tag, .class and
 * #id, compound or one within another (ul.menu li), commas, !important, by weight and order.
 * Anything else (:hover, [x], @media with a width, sheets in other files) is as if not written.
 */
#ifndef XIANZHI_INGEST_FORMAT_HTML_STYLE_H
#define XIANZHI_INGEST_FORMAT_HTML_STYLE_H

#include "proto/base/arena.h"
#include "proto/doors/html.h"

enum { HTML_MAX_STYLE_RULES = 1000 }; /* that matter here; later ones are not read */

enum style_display { DISPLAY_UNSET, DISPLAY_NONE, DISPLAY_INLINE, DISPLAY_BLOCK };
enum style_switch { STYLE_UNSET, STYLE_OFF, STYLE_ON };
enum style_space { SPACE_UNSET, SPACE_NORMAL, SPACE_LINES, SPACE_PRE };

/* UNSET: nothing is said of it. */
struct html_style {
    enum style_display display;
    enum style_switch hidden; /* visibility, font-size 0, opacity 0 */
    enum style_switch struck; /* text-decoration: line-through */
    enum style_switch raised; /* vertical-align: super */
    enum style_space space;   /* pre-line keeps line breaks, pre and pre-wrap blanks too */
    enum style_switch marker; /* list-style: none is OFF */
};

struct style_rule;
/* Zero-initialise. */
struct html_sheet {
    struct style_rule *rules; /* in the arena */
    size_t count, capacity;
};

/* Adds what a <style> element says; slices keep pointing into `css`. */
void html_sheet_read(struct html_sheet *sheet, struct arena *arena, struct slice css);

struct html_style html_style_of(const struct html_sheet *sheet, const struct html_node *node);

#endif
