/* page.c - the pages of a document from words to blocks; see page.h for the way. One thread. */
#include "workers/ingest/format/page.h"

#include "workers/ingest/format/page_columns.h"
#include "workers/ingest/format/page_furniture.h"
#include "workers/ingest/format/page_lattice.h"
#include "workers/ingest/format/page_prose.h"
#include "workers/ingest/format/page_rows.h"
#include "workers/ingest/format/page_table.h"
#include "workers/ingest/format/page_turn.h"

/* The ruled tables of a page, which are read when what stands above them has been. */
struct tables {
    struct page_lattices lattices;
    size_t read;
};

/* Those above `y` that stand in the region, or all where it is NULL. */
static void read_tables(struct page_prose *prose, const struct page *page, struct tables *tables,
                        const struct page_region *region, float y)
{
    for (; tables->read < tables->lattices.count; tables->read++) {
        const struct page_lattice *table = &tables->lattices.items[tables->read];
        if (region &&
            (table->box.y0 > y || table->box.x0 > region->right || table->box.x1 < region->left))
            return;
        page_prose_end(prose);
        page_lattice_read(table, page, prose->blocks);
    }
}

static void read_region(struct page_prose *prose, const struct page_rows *rows,
                        const struct page_region *region, struct tables *tables)
{
    for (size_t i = 0; i < region->count;) {
        read_tables(prose, rows->page, tables, region, region->rows[i].box.y0);
        size_t table = page_table_extent(rows, region, i);
        if (table) {
            page_prose_end(prose);
            page_table_read(rows, region, i, table, prose->blocks);
            i += table;
        } else {
            page_prose_line(prose, rows, region, &region->rows[i]);
            i++;
        }
    }
}

static void read_notes(struct blocks *blocks, const struct page_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct page_row *row = &rows->items[i];
        if (!row->note || row->furniture)
            continue;
        struct locus where = page_locus(rows->page, row->box);
        blocks_begin(blocks, BLOCK_NOTE, &where);
        blocks_add(blocks, page_row_text(rows, row, blocks->arena));
        blocks_end(blocks);
    }
}

/* A page with a few lines says little of its margins; the widest page of the document does, or else
 * that both margins are alike. */
static void lend_margins(struct page_regions *regions, const struct page *page,
                         struct page_region *widest)
{
    enum { FEW_ROWS = 8 };
    if (regions->count != 1)
        return;
    struct page_region *region = &regions->items[0];
    if (region->count < FEW_ROWS && widest->count >= FEW_ROWS) {
        region->left = widest->left < region->left ? widest->left : region->left;
        region->right = widest->right > region->right ? widest->right : region->right;
    } else if (region->count < FEW_ROWS) {
        region->right = page->width - region->left;
    } else if (region->count > widest->count) {
        *widest = *region;
    }
}

void pages_read(struct blocks *blocks, struct page *pages, size_t count)
{
    struct page_rows *rows = arena_alloc(blocks->arena, (count + 1) * sizeof *rows);
    struct tables *tables = arena_alloc(blocks->arena, (count + 1) * sizeof *tables);
    struct page_prose prose = {.blocks = blocks};
    struct page_region widest = {0};
    for (size_t i = 0; i < count; i++) {
        page_turn(&pages[i]);
        tables[i] = (struct tables){page_lattices_take(blocks->arena, &pages[i]), 0};
        rows[i] = page_rows_make(blocks->arena, &pages[i]);
    }
    page_furniture_mark(blocks->arena, rows, count);
    for (size_t i = 0; i < count; i++) {
        struct page_regions regions = page_columns_part(blocks->arena, &rows[i]);
        lend_margins(&regions, &pages[i], &widest);
        for (size_t j = 0; j < regions.count; j++)
            read_region(&prose, &rows[i], &regions.items[j], &tables[i]);
        read_tables(&prose, &pages[i], &tables[i], NULL, 0);
    }
    page_prose_end(&prose);
    for (size_t i = 0; i < count; i++)
        read_notes(blocks, &rows[i]);
}
