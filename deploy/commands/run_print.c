/* run_print.c - reads pages of rows or of changes to their end. The main thread. What can fail: the
 * pipeline. */
#include "deploy/commands/run_print.h"

#include <stdlib.h>

/* Pages one after the other; `take` gets each. */
static enum status read_pages(struct client *client, struct request *request,
                              void (*take)(void *context, const struct answer *page), void *context,
                              struct error *error)
{
    struct arena arena = {0};
    struct buffer after = {0};
    struct answer page = {.more = true};
    enum status status = STATUS_OK;
    while (page.more && !status) {
        arena_reset(&arena);
        request->after = buffer_slice(&after);
        status = client_read(client, request, &arena, &page, error);
        if (!status)
            take(context, &page);
        buffer_clear(&after);
        if (!status)
            buffer_add(&after, page.after);
        if (!status && request->changes && !after.len)
            request->since = page.version;
    }
    buffer_release(&after);
    arena_release(&arena);
    return status;
}

static void print_page(void *context, const struct answer *page)
{
    for (size_t i = 0; i < page->row_count; i++)
        row_print(context, &page->rows[i]);
}

enum status run_print_all(struct client *client, struct row_printer *printer, struct error *error)
{
    struct request request = {0};
    return read_pages(client, &request, print_page, printer, error);
}

/* ---- changes ---- */

struct changed {
    struct arena arena;
    struct row *rows;
    size_t count, capacity;
};

static void keep_page(void *context, const struct answer *page)
{
    struct changed *changed = context;
    for (size_t i = 0; i < page->row_count; i++)
        row_copy(&changed->arena, &page->rows[i],
                 ARENA_PUSH(&changed->arena, changed->rows, changed->count, changed->capacity));
}

static const char *kind_word(const struct row *row)
{
    return is_rollup(row) ? "" : kind_name(row->kind);
}

/* The public order of rows. */
static int compare_keys(const struct row *a, const struct row *b)
{
    int order = slice_compare(a->indicator, b->indicator);
    if (!order)
        order = a->region < b->region ? -1 : a->region > b->region;
    if (!order)
        order = slice_compare(a->township, b->township);
    if (!order)
        order = strcmp(kind_word(a), kind_word(b));
    if (!order)
        order = slice_compare(a->issuer, b->issuer);
    if (!order)
        order = (int)a->year - (int)b->year;
    return order ? order
                 : slice_compare(slice_of(level_name(a->children_level)),
                                 slice_of(level_name(b->children_level)));
}

/* A row that changed several times comes several times: rows of one key in order of arrival. */
static int in_order(const void *left, const void *right)
{
    const struct row *a = *(const struct row *const *)left, *b = *(const struct row *const *)right;
    int order = compare_keys(a, b);
    return order ? order : a < b ? -1 : a > b;
}

static void print_changed(const struct changed *changed, struct row_printer *printer,
                          uint64_t *gone)
{
    const struct row **order = memory_alloc((changed->count + 1) * sizeof *order);
    for (size_t i = 0; i < changed->count; i++)
        order[i] = &changed->rows[i];
    qsort(order, changed->count, sizeof *order, in_order);
    for (size_t i = 0; i < changed->count; i++) {
        bool newest = i + 1 == changed->count || compare_keys(order[i], order[i + 1]) != 0;
        if (newest && order[i]->gone)
            (*gone)++;
        else if (newest)
            row_print(printer, order[i]);
    }
    free(order);
}

enum status run_print_changes(struct client *client, uint64_t since, struct row_printer *printer,
                              uint64_t *gone, struct error *error)
{
    struct request request = {.changes = true, .since = since};
    struct changed changed = {.rows = NULL};
    enum status status = read_pages(client, &request, keep_page, &changed, error);
    *gone = 0;
    if (!status)
        print_changed(&changed, printer, gone);
    arena_release(&changed.arena);
    return status;
}
