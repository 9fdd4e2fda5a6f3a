/* queue.c - walks the index of what a person should look at, and counts it. Owned by the reader's
 * thread. What fails: a damaged store. */
#include "workers/results/read/lists.h"

static struct kv_cursor *open_index(struct list_page *page, char letter)
{
    char next = (char)(letter + 1);
    return kv_cursor_new(page->reader->kv, FAMILY_QUEUE, (struct slice){&letter, 1},
                         (struct slice){&next, 1});
}

static void seek_region(struct kv_cursor *cursor, char letter, uint32_t region)
{
    struct buffer key = {0};
    buffer_append(&key, &letter, 1);
    region_seek_put(&key, region);
    kv_cursor_seek(cursor, buffer_slice(&key));
    buffer_release(&key);
}

/* The index's entry as its seat; `match` by region and year. Seeks on where nothing near is wanted:
 * then *match is MATCH_SEEK. */
static enum status read_entry(struct list_page *page, struct kv_cursor *cursor,
                              struct unit_name *unit, enum match *match, struct error *error)
{
    struct slice key = kv_cursor_key(cursor);
    uint32_t region = 0;
    enum status status = seat_key_read(slice_from(key, 1), unit, error);
    if (status != STATUS_OK)
        return status;
    *match = matcher_unit(&page->matcher, unit->region, unit->year, &region);
    if (*match == MATCH_SEEK)
        seek_region(cursor, key.data[0], region);
    else if (!filter_wants_kind(&page->request->filter, unit->kind))
        *match = MATCH_NO;
    return STATUS_OK;
}

/* ---- walking ---- */

static enum status visit(struct list_page *page, struct slice key, list_visit *visit,
                         struct error *error)
{
    struct slice seat;
    enum status status = seat_read(page->reader, key, &seat, error);
    if (status != STATUS_OK)
        return status == STATUS_AGAIN ? STATUS_OK : status;
    buffer_clear(&page->seats[0]); /* the visit reads others */
    buffer_add(&page->seats[0], seat);
    return list_seat(page, key, buffer_slice(&page->seats[0]), (struct slice){NULL, 0}, visit,
                     error);
}

enum status queue_filings(struct list_page *page, struct slice after, list_visit *show, bool *more,
                          struct buffer *last, struct error *error)
{
    char letter = queue_letter(page->doubt);
    bool only = page->request->filter.reason.len > 0;
    enum status status = STATUS_OK;
    if (page->request->filter.document.len)
        return list_filings(page, after, show, more, last, error);
    struct kv_cursor *cursor = open_index(page, letter);
    *more = false;
    if (after.len) {
        buffer_clear(last);
        buffer_append(last, &letter, 1);
        buffer_add(last, after);
        kv_cursor_seek(cursor, buffer_slice(last));
        if (kv_cursor_valid(cursor) && slice_equal(kv_cursor_key(cursor), buffer_slice(last)))
            kv_cursor_next(cursor);
    }
    while (status == STATUS_OK && kv_cursor_valid(cursor)) {
        struct unit_name unit;
        enum match match;
        status = read_entry(page, cursor, &unit, &match, error);
        if (status != STATUS_OK || match == MATCH_SEEK)
            continue;
        *more = list_full(page);
        if (*more)
            break;
        struct coded in = coded_of(kv_cursor_value(cursor));
        struct doubt_count counted = doubt_count_read(&in);
        buffer_clear(last);
        buffer_add(last, slice_from(kv_cursor_key(cursor), 1));
        if (match == MATCH_YES && (only || counted.first))
            status = visit(page, buffer_slice(last), show, error);
        kv_cursor_next(cursor);
    }
    if (status == STATUS_OK && !kv_cursor_valid(cursor))
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

/* ---- counting ---- */

/* Whole provinces and whole years have their sums. */
static bool has_sums(const struct list_page *page)
{
    const struct filter *filter = &page->request->filter;
    for (unsigned i = 0; i < page->matcher.prefix_count; i++)
        if (page->matcher.prefixes[i].last - page->matcher.prefixes[i].first < 9999)
            return false;
    return filter->kinds == 0 && filter->level == LEVEL_UNKNOWN;
}

static bool wants_province(const struct list_page *page, uint32_t code)
{
    for (unsigned i = 0; i < page->matcher.prefix_count; i++)
        if (code >= page->matcher.prefixes[i].first && code <= page->matcher.prefixes[i].last)
            return true;
    return page->matcher.prefix_count == 0;
}

static bool read_total_key(struct slice key, uint32_t *province, uint16_t *year)
{
    enum { HEAD = 2, DIGITS = 6 };
    uint32_t number = 0;
    if (key.len != HEAD + DIGITS)
        return false;
    for (size_t i = HEAD; i < key.len; i++) {
        if (key.data[i] < '0' || key.data[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(key.data[i] - '0');
    }
    *province = number / 10000;
    *year = (uint16_t)(number % 10000);
    return true;
}

static void add(struct list_page *page, struct slice value, uint64_t *count)
{
    struct coded in = coded_of(value);
    struct doubt_count counted = doubt_count_read(&in);
    *count += page->request->filter.reason.len ? counted.any : counted.first;
}

static enum status count_sums(struct list_page *page, enum doubt doubt, uint64_t *count,
                              struct error *error)
{
    char from[] = {QUEUE_TOTAL, queue_letter(doubt)};
    char to[] = {QUEUE_TOTAL, (char)(queue_letter(doubt) + 1)};
    struct kv_cursor *cursor =
        kv_cursor_new(page->reader->kv, FAMILY_QUEUE, (struct slice){from, sizeof from},
                      (struct slice){to, sizeof to});
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        uint32_t province;
        uint16_t year;
        if (read_total_key(kv_cursor_key(cursor), &province, &year) &&
            wants_province(page, province * 10000) &&
            filter_wants_year(&page->request->filter, year))
            add(page, kv_cursor_value(cursor), count);
    }
    enum status status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

/* The level is told by the seat: a township's report by its name. */
static bool wants_level(const struct list_page *page, const struct unit_name *unit)
{
    enum level level = page->request->filter.level;
    return level == LEVEL_UNKNOWN ||
           level == (unit->township.len ? LEVEL_TOWNSHIP : level_of_code(unit->region));
}

static enum status count_entries(struct list_page *page, enum doubt doubt, uint64_t *count,
                                 struct error *error)
{
    struct kv_cursor *cursor = open_index(page, queue_letter(doubt));
    enum status status = STATUS_OK;
    while (status == STATUS_OK && kv_cursor_valid(cursor)) {
        struct unit_name unit;
        enum match match;
        status = read_entry(page, cursor, &unit, &match, error);
        if (status != STATUS_OK || match == MATCH_SEEK)
            continue;
        if (match == MATCH_YES && wants_level(page, &unit))
            add(page, kv_cursor_value(cursor), count);
        kv_cursor_next(cursor);
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

enum status queue_count(struct list_page *page, enum doubt from, enum doubt to, uint64_t *count,
                        struct error *error)
{
    const struct filter *filter = &page->request->filter;
    enum status status = STATUS_OK;
    bool sums = has_sums(page);
    *count = 0;
    if (filter->indicator.len || filter->indicator_count || filter->document.len)
        return STATUS_OK;
    for (enum doubt doubt = from; status == STATUS_OK && doubt <= to; doubt++)
        status =
            sums ? count_sums(page, doubt, count, error) : count_entries(page, doubt, count, error);
    return status;
}
