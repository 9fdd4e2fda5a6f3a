/* listing.c - from options to a request, and its pages. The thread of the command. */
#include "deploy/commands/listing.h"

#include <stdlib.h>
#include <string.h>

static enum status take_years(struct listing *listing, struct error *error)
{
    struct filter *filter = &listing->request.filter;
    for (unsigned i = 0; i < listing->years.count; i++) {
        char *end;
        unsigned long year = strtoul(listing->years.items[i], &end, 10);
        if (*end || year < 1900 || year > 9999)
            return fail(error, STATUS_BAD, "--year %s: a year has four digits",
                        listing->years.items[i]);
        filter->years[filter->year_count++] = (uint16_t)year;
    }
    return STATUS_OK;
}

static enum status fill_filter(struct listing *listing, struct error *error)
{
    struct filter *filter = &listing->request.filter;
    enum status status = name_book_open(&listing->names, error);
    for (unsigned i = 0; i < listing->regions.count && !status; i++)
        status = name_region(listing->names, listing->regions.items[i], filter, error);
    for (unsigned i = 0; i < listing->indicators.count && !status; i++)
        status = name_indicator(listing->names, listing->indicators.items[i], filter, error);
    for (unsigned i = 0; i < listing->kinds.count && !status; i++)
        status = name_kind(listing->kinds.items[i], &filter->kinds, error);
    if (!status && listing->level)
        status = name_level(listing->level, &filter->level, error);
    return status ? status : take_years(listing, error);
}

enum status listing_open(struct listing *listing, struct error *error)
{
    if (!listing->store == !listing->broker)
        return fail(error, STATUS_BAD, "name either --store DIR or --broker ENDPOINT");
    if (!listing->format)
        listing->format = "table";
    enum status status = fill_filter(listing, error);
    return status ? status
                  : source_open(&listing->source, listing->store, listing->broker, &listing->keys,
                                error);
}

void listing_close(struct listing *listing)
{
    source_close(&listing->source);
    name_book_close(&listing->names);
}

enum status listing_page(struct listing *listing, struct arena *arena, struct answer *page,
                         struct error *error)
{
    return source_page(&listing->source, &listing->request, arena, page, error);
}

enum status listing_print(struct listing *listing, uint64_t *count, struct error *error)
{
    struct item_printer printer = {.out = stdout, .format = listing->format, .bom = listing->bom};
    struct arena arena = {0};
    struct buffer after = {0};
    struct answer page = {.more = true};
    enum status status = STATUS_OK;
    uint64_t most = listing->most ? listing->most : UINT64_MAX;
    if (most < UINT32_MAX)
        listing->request.limit_rows = (uint32_t)most;
    while (status == STATUS_OK && page.more && printer.count < most && !stop_requested()) {
        arena_reset(&arena);
        listing->request.after = buffer_slice(&after);
        status = listing_page(listing, &arena, &page, error);
        if (status != STATUS_OK)
            break;
        if (page.item_count > most - printer.count) /* a page has all of its last document */
            page.item_count = most - printer.count;
        items_print(&printer, &page);
        if (ferror(stdout) && output_unread())
            break; /* its reader has had enough */
        if (ferror(stdout))
            status = fail(error, STATUS_FATAL, "the output could not be written whole");
        buffer_clear(&after);
        buffer_add(&after, page.after);
    }
    *count = printer.count;
    listing->request.after = (struct slice){NULL, 0};
    buffer_release(&after);
    arena_release(&arena);
    return status;
}
