/* page_cells.h - the words of a lattice into its cells. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_CELLS_H
#define XIANZHI_INGEST_FORMAT_PAGE_CELLS_H

#include "workers/ingest/format/page_lattice.h"

/* Whether two columns at least have words in them, and every line of figures has a cell of its own:
 * tables with a line under their head alone are read by page_table.h. */
bool page_cells_are_table(const struct page_lattice *lattice, const struct page *page,
                          struct arena *arena);

#endif
