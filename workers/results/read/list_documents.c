/* list_documents.c - the documents in force and those beside them, their audits, and who has
 * reported. Owned by the reader's thread. */
#include "workers/results/read/lists.h"

/* Runs a visit over all filings; the page's place is the key of the last seat. */
static enum status list(struct list_page *page, list_visit *visit, struct error *error)
{
    struct buffer last = {0};
    enum status status =
        list_filings(page, page->request->after, visit, &page->answer->more, &last, error);
    if (page->answer->more)
        page->answer->after = arena_copy(page->arena, buffer_slice(&last));
    buffer_release(&last);
    return status;
}

/* ---- documents ---- */

static enum status take_document(struct list_page *page, const struct unit_name *unit,
                                 const struct filing *filing, struct error *error)
{
    struct arena *arena = page->arena;
    struct document_item item = {.sha256 = list_hex(arena, filing->sha256),
                                 .path = arena_copy(arena, filing->path),
                                 .title = arena_copy(arena, filing->title),
                                 .doc_number = arena_copy(arena, filing->doc_number),
                                 .unit = list_unit(page, unit, filing),
                                 .published = filing->published,
                                 .signed_on = filing->signed_on,
                                 .catalogue = arena_copy(arena, filing->catalogue),
                                 .filed_ms = filing->filed_ms,
                                 .figures = (uint32_t)filing->rows.count,
                                 .audits = (uint32_t)filing->audits.count,
                                 .standing = page->standing,
                                 .placed_by = page->placed_by,
                                 .replaced_by =
                                     page->newer.len ? list_hex(arena, page->newer) : SLICE(""),
                                 .version_of = arena_copy(arena, filing->lineage.origin),
                                 .order = filing->lineage.order};
    struct filed_aside aside;
    struct decision *decisions;
    bool *stale;
    size_t count;
    for (size_t i = 0; filing_aside(filing, i, &aside); i++)
        item.proposed += aside.verdict == VERDICT_NONE;
    if (!filing_decisions(filing, arena, &decisions, &stale, &count))
        return fail(
            error, STATUS_FATAL,
            "the store holds a decision that makes no sense: it is damaged; restore it from "
            "a backup");
    item.decisions = (uint32_t)count;
    for (size_t i = 0; i < count; i++)
        item.stale += stale[i];
    *(struct document_item *)list_add(page) = item;
    return STATUS_OK;
}

enum status list_documents(struct list_page *page, struct error *error)
{
    return list(page, take_document, error);
}

/* ---- audits ---- */

static void add_audit(struct list_page *page, const struct unit_name *unit,
                      const struct filing *filing, const struct audit *audit)
{
    *(struct audit_item *)list_add(page) =
        (struct audit_item){.sha256 = list_hex(page->arena, filing->sha256),
                            .path = arena_copy(page->arena, filing->path),
                            .unit = list_unit(page, unit, filing),
                            .type = audit->type,
                            .note = arena_copy(page->arena, audit->note),
                            .span = audit->text};
}

/* Paragraphs of other reports are looked for where one document is asked about: each looks through
 * the store. */
static enum status take_audits(struct list_page *page, const struct unit_name *unit,
                               const struct filing *filing, struct error *error)
{
    struct audit audit;
    struct audit_list copied = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; filing_audit(filing, i, &audit); i++)
        add_audit(page, unit, filing, &audit);
    if (page->request->filter.document.len) {
        struct filed_passage *passages =
            arena_alloc(page->arena, filing->passages.count * sizeof *passages);
        size_t count = 0;
        while (count < filing->passages.count && filing_passage(filing, count, &passages[count]))
            count++;
        status = duplicates_find(page->reader, unit, passages, count, page->arena, &copied, error);
    }
    for (size_t i = 0; status == STATUS_OK && i < copied.count; i++)
        add_audit(page, unit, filing, &copied.items[i]);
    return status;
}

enum status list_audits(struct list_page *page, struct error *error)
{
    return list(page, take_audits, error);
}

/* ---- who has reported ---- */

/* By 1 April of the next year, as the regulation has it (Art. 24). */
static bool is_late(struct date published, uint16_t year)
{
    enum { APRIL = 4, FIRST = 1 };
    if (published.year == 0 || published.year != year + 1u)
        return published.year > year + 1u;
    return published.month > APRIL || (published.month == APRIL && published.day > FIRST);
}

static enum status take_region(struct list_page *page, uint32_t region, uint16_t year,
                               struct error *error)
{
    struct unit_name unit = {.region = region, .kind = KIND_GOVERNMENT, .year = year};
    enum level level = region_level(page->reader->regions, region);
    struct coverage_item item = {
        .region = region,
        .region_name = arena_copy(page->arena, region_name(page->reader->regions, region)),
        .level = level,
        .year = year};
    struct buffer key = {0};
    struct slice seat;
    struct seat_entry entry;
    struct filing filing;
    seat_key_put(&key, &unit);
    enum status status = seat_read(page->reader, buffer_slice(&key), &seat, error);
    buffer_release(&key);
    if (status == STATUS_OK && seat_principal(seat, &entry)) {
        status = filing_read(entry.filing, &filing, error);
        if (status == STATUS_OK && filing.level == level) {
            item.coverage = is_late(filing.published, year) ? COVERAGE_LATE : COVERAGE_REPORTED;
            item.published = filing.published;
            item.issuer = arena_copy(page->arena, entry.issuer);
            item.sha256 = list_hex(page->arena, filing.sha256);
            item.path = arena_copy(page->arena, filing.path);
        }
    }
    *(struct coverage_item *)list_add(page) = item;
    page->looked_at++;
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

static enum status take_years(struct list_page *page, uint32_t region, struct error *error)
{
    const struct filter *filter = &page->request->filter;
    enum status status = STATUS_OK;
    if (filter->year)
        status = take_region(page, region, filter->year, error);
    for (uint32_t i = 0; i < filter->year_count && status == STATUS_OK; i++)
        if (filter->years[i] != filter->year)
            status = take_region(page, region, filter->years[i], error);
    return status;
}

/* The page's place is the code of the last region. */
enum status list_coverage(struct list_page *page, struct error *error)
{
    const struct filter *filter = &page->request->filter;
    const struct regions *regions = page->reader->regions;
    struct slice after = page->request->after;
    enum status status = STATUS_OK;
    uint32_t region = 1, last = 0;
    if (!filter->year && !filter->year_count)
        return fail(error, STATUS_BAD, "coverage is of a year: name one or more with --year");
    for (size_t i = 0; i < after.len && i < 6; i++)
        last = last * 10 + (uint32_t)(after.data[i] - '0');
    if (after.len)
        region = last + 1;
    for (; status == STATUS_OK && (region = region_next(regions, region)); region++) {
        uint32_t next = region;
        enum level level = region_level(regions, region);
        uint16_t year = filter->year ? filter->year : filter->years[0];
        enum match match = matcher_unit(&page->matcher, region, year, &next);
        if (match == MATCH_SEEK && (next > 999999 || next <= region))
            break;
        if (match == MATCH_SEEK) {
            region = next - 1;
            continue;
        }
        if (match == MATCH_NO || (filter->level && filter->level != level))
            continue;
        page->answer->more = list_full(page);
        if (page->answer->more)
            break;
        status = take_years(page, region, error);
        last = region;
    }
    if (page->answer->more)
        page->answer->after = arena_format(page->arena, "%06u", last);
    return status;
}
