/* read.c - answers readers, a page at a time. Owned by the reader's thread.
 *
 * Happy path of a subscriber: changes since 0 gives snapshot pages, all under the version at which
 * the first was read; then changes since that version, which may bring rows again that a later page
 * already showed as they are now, but lose none.
 */
#include "workers/results/read/read.h"

enum {
    DEFAULT_PAGE_ROWS = 1000,
    MAX_PAGE_ROWS = 20000,
    MAX_AUDITED_ROWS = 20, /* each looks through the store for its paragraphs */
    MARK_BYTES = 9
};

static uint64_t mark_version(struct slice mark)
{
    uint64_t version = 0;
    for (size_t i = 1; i < MARK_BYTES; i++)
        version = version << 8 | (uint8_t)mark.data[i];
    return version;
}

static bool is_mark(struct slice mark, char type)
{
    return mark.len >= MARK_BYTES && mark.data[0] == type;
}

static enum status read_query(struct row_page *page, struct error *error)
{
    struct buffer last = {0};
    page->answer->version = page->reader->log.version;
    buffer_add(&last, page->request->after); /* a page may match nothing */
    enum status status = read_rows(page, page->request->after, &last, error);
    if (page->answer->more)
        page->answer->after = arena_copy(page->arena, buffer_slice(&last));
    buffer_release(&last);
    return status;
}

static enum status read_snapshot(struct row_page *page, struct slice from, struct error *error)
{
    struct buffer last = {0};
    page->answer->version = page->reader->log.version;
    page->answer->snapshot = from.len == 0;
    if (from.len) {
        page->answer->version = mark_version(from);
        buffer_add(&last, slice_range(from, MARK_BYTES, from.len));
    }
    struct slice after = arena_copy(page->arena, buffer_slice(&last));
    enum status status = read_rows(page, after, &last, error);
    if (page->answer->more)
        page->answer->after =
            read_mark(page->arena, 'S', page->answer->version, buffer_slice(&last));
    buffer_release(&last);
    return status;
}

/* Whether what the asker knows counts in another store than this one. */
static bool is_strange(const struct results_reader *reader, const struct request *request)
{
    return request->store.len && !slice_equal(request->store, slice_of(reader->store->id));
}

static enum status read_since(struct row_page *page, struct error *error)
{
    const struct request *request = page->request;
    const struct log_extent *log = &page->reader->log;
    if (is_strange(page->reader, request))
        return read_snapshot(page, (struct slice){NULL, 0}, error);
    if (is_mark(request->after, 'S'))
        return read_snapshot(page, request->after, error);
    uint64_t from = request->since + 1;
    struct slice after = {NULL, 0};
    if (is_mark(request->after, 'C')) {
        from = mark_version(request->after);
        after = slice_range(request->after, MARK_BYTES, request->after.len);
    }
    if (request->since == 0 || request->since > log->version || from < log->first)
        return read_snapshot(page, (struct slice){NULL, 0}, error);
    return read_changes(page, from, after, error);
}

enum status reader_read(struct results_reader *reader, const struct request *request,
                        struct arena *arena, struct answer *answer, struct error *error)
{
    struct row_page page = {.reader = reader, .request = request, .arena = arena, .answer = answer};
    page.limit_rows = request->limit_rows ? request->limit_rows : DEFAULT_PAGE_ROWS;
    if (page.limit_rows > MAX_PAGE_ROWS)
        page.limit_rows = MAX_PAGE_ROWS;
    if (request->audits && page.limit_rows > MAX_AUDITED_ROWS)
        page.limit_rows = MAX_AUDITED_ROWS;
    *answer = (struct answer){.store = slice_of(reader->store->id)};
    enum status status = reader_renew(reader, error);
    if (status != STATUS_OK)
        return status;
    if (!request->changes && request->after.len && is_strange(reader, request))
        return fail(error, STATUS_BAD,
                    "another store answers than the one whose first pages you have: ask again from "
                    "the first page");
    if (request->list)
        return read_list(reader, request, arena, answer, error);
    status = matcher_init(&page.matcher, &request->filter, error);
    if (status == STATUS_OK)
        status = request->changes ? read_since(&page, error) : read_query(&page, error);
    matcher_release(&page.matcher);
    return status;
}

enum status reader_verify(struct results_reader *reader, struct error *error)
{
    struct arena arena = {0};
    struct request request = {.limit_rows = MAX_PAGE_ROWS};
    struct answer answer = {.more = true};
    struct buffer after = {0};
    enum status status = kv_verify(reader->kv, error);
    while (status == STATUS_OK && answer.more) {
        arena_reset(&arena);
        status = reader_read(reader, &request, &arena, &answer, error);
        buffer_clear(&after);
        buffer_add(&after, answer.after);
        request.after = buffer_slice(&after);
    }
    buffer_release(&after);
    arena_release(&arena);
    return status;
}
