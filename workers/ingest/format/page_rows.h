/* page_rows.h - words into rows, and the text of a row's piece. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_ROWS_H
#define XIANZHI_INGEST_FORMAT_PAGE_ROWS_H

#include "workers/ingest/format/page.h"

/* Sorts page->words; the rows are in the arena. */
struct page_rows page_rows_make(struct arena *arena, struct page *page);

/* Adds a piece's text to the open block: blanks where there are gaps between words of letters,
 * footnote marks left out (but on a scan, where they can't be told). */
void page_piece_add(const struct page_rows *rows, const struct page_row *row,
                    const struct page_piece *piece, struct blocks *blocks);
/* The same into the arena, all pieces of a row with a blank between. */
struct slice page_row_text(const struct page_rows *rows, const struct page_row *row,
                           struct arena *arena);

struct page_box page_box_join(struct page_box a, struct page_box b);
struct locus page_locus(const struct page *page, struct page_box box);
/* Whether hanzi, kana or their punctuation: written without blanks. */
bool page_is_wide(uint32_t c);

#endif
