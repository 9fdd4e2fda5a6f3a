/* page.h - words with boxes on printed pages into blocks: what pdf, scans and the like have alike.
 *
 * Nothing but geometry is known of such a page: which words make a line, which lines a paragraph,
 * what stands in columns, what is a table and what only a header is told from where things stand,
 * and where lines are ruled.
 *
 *   words ─ page_turn ─▶ upright ones ─ page_lattice ─▶ less those in ruled tables
 *         ─ page_rows ─▶ rows of pieces ─ page_furniture ─▶ less headers, footers, page numbers
 *         ─ page_columns ─▶ regions in reading order ─ page_table, page_prose ─▶ blocks
 *
 * Lengths are points (1/72 inch) from the top left corner of the page, as it is read.
 */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_H
#define XIANZHI_INGEST_FORMAT_PAGE_H

#include "workers/ingest/format/blocks.h"

enum {
    MAX_PAGES = 2000,       /* of a document */
    MAX_PAGE_WORDS = 20000, /* of a page; a full page of print has 2,000 characters */
    MAX_DOCUMENT_WORDS = 2000000,
    MAX_PAGE_RULES = 2000, /* ruled lines of a page; further ones are not read */
};

struct page_box {
    float x0, y0, x1, y1;
};

struct page_word {
    struct page_box box;
    struct slice text; /* UTF-8, not empty, no blanks */
};

/* A ruled line, level or upright: as thin a box as it may be. */
struct page_rule {
    struct page_box box;
};

/* How the text of a page stood on it. */
enum page_turn { PAGE_UPRIGHT, PAGE_READ_UPWARD, PAGE_READ_DOWNWARD, PAGE_UPSIDE_DOWN };

struct page {
    unsigned number; /* from 1 */
    bool ocr;        /* read off a picture, where boxes are rough */
    bool in_order;   /* its words come as they are read: page_turn tells by that how it stands */
    float width, height;
    enum page_turn turn; /* page_turn's finding; the lengths are those of the page laid upright */
    struct page_word *words; /* as they are read; page_rows sorts them */
    size_t count;
    struct page_rule *rules; /* in any order */
    size_t rule_count;
};

/* A run of words on one line without a gap that could part columns. */
struct page_piece {
    struct page_box box;
    size_t first, count; /* words of the page */
};

/* Pieces side by side at one height. */
struct page_row {
    struct page_box box;
    struct page_piece *pieces; /* from left to right */
    size_t count;
    bool furniture, note;
};

struct page_rows {
    const struct page *page;
    float em;               /* width of a hanzi of the page's main text */
    float height;           /* of a line's box */
    struct page_row *items; /* from top to bottom */
    size_t count;
};

/* Adds the text of all pages. Never fails; what grows too large blocks.h keeps. Everything in
 * between lives in blocks->arena. */
void pages_read(struct blocks *blocks, struct page *pages, size_t count);

#endif
