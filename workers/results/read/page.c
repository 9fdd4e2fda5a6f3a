/* page.c - one page of an answer in the making: rows of units, roll-ups and rows that are gone.
 * Owned by the reader's thread. */
#include "workers/results/read/read.h"

enum {
    MAX_PAGE_BYTES = 4 << 20,
    MAX_PAGE_KEYS = 200 * 1000, /* a page ends even if nothing matches, so that the one thread gets
                                   back to its writing */
};

bool page_full(const struct row_page *page)
{
    return page->answer->row_count >= page->limit_rows || page->bytes >= MAX_PAGE_BYTES;
}

bool page_tired(const struct row_page *page)
{
    return page->looked_at >= MAX_PAGE_KEYS;
}

static struct row *add_row(struct row_page *page, const struct row *row)
{
    struct row *added =
        ARENA_PUSH(page->arena, page->answer->rows, page->answer->row_count, page->capacity);
    *added = *row;
    page->bytes += sizeof *row + row->indicator.len + row->issuer.len + row->label.len;
    return added;
}

static bool wants_level(const struct row_page *page, enum level level)
{
    enum level wanted = page->request->filter.level;
    return wanted == LEVEL_UNKNOWN || wanted == level;
}

static struct row row_of(struct row_page *page, const struct row_key *key)
{
    return (struct row){.indicator = key->indicator,
                        .region = key->unit.region,
                        .region_name = region_name(page->reader->regions, key->unit.region),
                        .township = key->unit.township,
                        .kind = key->unit.kind,
                        .issuer = key->unit.issuer,
                        .year = key->unit.year,
                        .children_level = key->children_level};
}

static enum rollup_rule rollup_of(struct row_page *page, struct slice indicator)
{
    struct dictionary *dictionary = &page->reader->dictionary;
    return dictionary_rollup(dictionary, names_number(&dictionary->names, indicator));
}

enum status page_unit_row(struct row_page *page, struct slice bytes, enum level level,
                          struct error *error)
{
    struct row_key key;
    if (!wants_level(page, level))
        return STATUS_OK;
    enum status status = row_key_read(arena_copy(page->arena, bytes), &key, error);
    if (status != STATUS_OK)
        return status;
    struct row row = row_of(page, &key);
    row.level = level;
    row.rollup = rollup_of(page, key.indicator);
    page->bytes += row_join(page->reader, &key, page->arena, &row, &status, error);
    if (status == STATUS_OK && page->request->audits)
        status = row_audits(page->reader, &key.unit, page->arena, &row, error);
    if (status == STATUS_OK)
        add_row(page, &row);
    return status;
}

void page_rollup_row(struct row_page *page, const struct rollup *rollup)
{
    struct results_reader *reader = page->reader;
    struct slice indicator = dictionary_indicator(&reader->dictionary, rollup->indicator);
    struct slice label = dictionary_label(&reader->dictionary, rollup->indicator);
    struct row row = {.indicator = arena_copy(page->arena, indicator),
                      .label = arena_copy(page->arena, label),
                      .region = rollup->parent,
                      .region_name = region_name(reader->regions, rollup->parent),
                      .level = level_of_code(rollup->parent),
                      .year = rollup->year,
                      .rollup = dictionary_rollup(&reader->dictionary, rollup->indicator),
                      .unit = arena_copy(page->arena, rollup->unit),
                      .children_level = rollup->children_level,
                      .children =
                          region_children(reader->regions, rollup->parent, rollup->children_level),
                      .reporting = rollup->reporting,
                      .sum = rollup->sum,
                      .mean = rollup->mean,
                      .min = rollup->min,
                      .median = rollup->median,
                      .max = rollup->max};
    add_row(page, &row);
}

enum status page_gone_row(struct row_page *page, struct slice bytes, struct error *error)
{
    struct row_key key;
    enum status status = row_key_read(arena_copy(page->arena, bytes), &key, error);
    if (status != STATUS_OK)
        return status;
    struct row row = row_of(page, &key);
    row.gone = true;
    row.level = key.unit.township.len ? LEVEL_TOWNSHIP : level_of_code(key.unit.region);
    struct dictionary *dictionary = &page->reader->dictionary;
    uint32_t number = names_number(&dictionary->names, key.indicator);
    row.label = arena_copy(page->arena, dictionary_label(dictionary, number));
    if (wants_level(page, row.level))
        add_row(page, &row);
    return STATUS_OK;
}
