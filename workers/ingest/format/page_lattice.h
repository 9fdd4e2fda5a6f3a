/* page_lattice.h - tables with ruled lines: what the lines enclose is a cell, whatever stands
 * where.
 *
 * Asked before page_table.h, which has to guess from gaps between words. A lattice is taken where
 * lines meet to two columns and two rows at least; lines under words, frames around a page and
 * strokes of large characters make none.
 */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_LATTICE_H
#define XIANZHI_INGEST_FORMAT_PAGE_LATTICE_H

#include "workers/ingest/format/page.h"

struct page_lattice {
    struct page_box box;
    float *xs, *ys; /* where its lines stand, rising: between columns and rows, and around them */
    size_t columns, rows;
    bool *right, *below; /* by cell, row after row: a line parts it from the next one */
    struct page_word *words;
    size_t word_count, word_capacity;
};

struct page_lattices {
    struct page_lattice *items; /* from top to bottom */
    size_t count, capacity;
};

/* Takes the words that stand in them out of the page. */
struct page_lattices page_lattices_take(struct arena *arena, struct page *page);

/* Adds the table's rows, or what stands in its cells where it holds a layout. */
void page_lattice_read(const struct page_lattice *lattice, const struct page *page,
                       struct blocks *blocks);

#endif
