/* metadata.c - brings together what title, signature, furniture, addressee and text say.
 *
 * Who: the title's issuer counts most; a title that names only a region is the government's unless
 * the signature and the text's own "我局" say otherwise. Where: the innermost region named there,
 * told from its namesakes by the hints of place.h. When: the title's year, else the opening's,
 * never the year of publication. Any thread; can't fail.
 */
#include "workers/ingest/metadata.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/inquiry.h"
#include "workers/ingest/lines.h"

enum { COVER_LINES = 40 };

/* ---- who ---- */

static void choose_signature(struct inquiry *inquiry)
{
    const struct layout *layout = &inquiry->layout;
    for (unsigned i = 0; i < layout->signature_count; i++)
        if (i == 0 || (inquiry->signature.kind != KIND_GOVERNMENT &&
                       layout->signatures[i].kind == KIND_GOVERNMENT))
            inquiry->signature = layout->signatures[i];
    if (layout->signature_count == 0)
        inquiry->signature = layout->byline;
}

/* The level of a unit whose region is not known: 县司法局 says it, else the text's own words. */
static enum level level_unplaced(const struct inquiry *inquiry)
{
    struct slice relative = inquiry->unit.relative;
    unsigned sort = region_sort(relative);
    if ((sort & SORT_PROVINCE) || slice_equal(relative, SLICE("自治区")))
        return LEVEL_PROVINCE;
    if (sort & (SORT_COUNTY | SORT_DISTRICT | SORT_BANNER))
        return LEVEL_COUNTY;
    return sort ? LEVEL_PREFECTURE : level_told(inquiry);
}

/* Whether a report that nothing places says of itself what it is, by its title, its signature or
 * 我局 and 我镇: what a clause begins with (县司法局牵头…) may be somebody else. */
static bool kind_is_told(const struct inquiry *inquiry)
{
    const struct opening *opening = &inquiry->opening;
    if (inquiry->against.len) /* of the wrong unit it would be wrong, too */
        return false;
    if (issuer_names(&inquiry->title) || issuer_names(&inquiry->signature))
        return true;
    switch (inquiry->unit.kind) {
    case KIND_DEPARTMENT:
        return opening->bureau || opening->dated;
    case KIND_GOVERNMENT:
        return opening->township || opening->dated;
    case KIND_ZONE:
        return opening->zone;
    default:
        return opening->institution;
    }
}

static void write_unit(struct inquiry *inquiry, struct error *doubt)
{
    struct metadata *meta = &inquiry->report->meta;
    struct arena *arena = &inquiry->report->arena;
    const struct issuer *unit = &inquiry->unit;
    if (inquiry_is_placed(inquiry)) {
        meta->kind = unit->kind;
        meta->region = inquiry->region->code;
        meta->region_name = arena_copy(arena, inquiry->region->name);
        meta->level = inquiry->region->level;
    }
    struct slice township = unit->regiment ? unit->regiment->name : unit->township;
    if (township.len) {
        meta->township = arena_copy(arena, township);
        meta->level = LEVEL_TOWNSHIP;
    } else if (inquiry_lacks_township(inquiry)) {
        meta->level = LEVEL_TOWNSHIP;
    }
    meta->issuer = arena_copy(arena, unit_in_full(inquiry));
    if (!inquiry_is_placed(inquiry)) {
        if (meta->level == LEVEL_UNKNOWN)
            meta->level = level_unplaced(inquiry);
        if (kind_is_told(inquiry))
            meta->kind = unit->kind;
        if (unit->relative.len && !inquiry->region) /* 省民政厅 */
            meta->issuer = arena_copy(arena, unit->text);
        candidates_find(inquiry, doubt);
    }
}

/* ---- when ---- */

/* The date under the signature of a letter that the report was sent with: above the report. */
static struct date cover_date(const struct inquiry *inquiry)
{
    const struct layout *layout = &inquiry->layout;
    struct issuer issuer = {0};
    struct date date = {0};
    size_t len;
    for (size_t i = 1; i < layout->count && i < COVER_LINES; i++) {
        struct slice line = layout->lines[i], above = layout->lines[i - 1];
        if (line_is_date(line) &&
            issuer_read_whole(inquiry->reader->gazetteer, inquiry->reader->words, above, &issuer) &&
            date_find(line, 0, &date, &len) != SIZE_MAX)
            return date;
    }
    return (struct date){0};
}

static void write_dates(struct inquiry *inquiry)
{
    struct metadata *meta = &inquiry->report->meta;
    const struct layout *layout = &inquiry->layout;
    meta->year = inquiry->year;
    meta->published = inquiry->furniture.published;
    meta->signed_on = layout->signed_on;
    for (size_t i = layout->title_end; !meta->signed_on.year && i < layout->body_first; i++) {
        size_t len;
        if (line_is_date(layout->lines[i]) && !date_at(layout->lines[i], 0, &(struct date){0}))
            date_find(layout->lines[i], 0, &meta->signed_on, &len);
    }
    if (!meta->signed_on.year)
        meta->signed_on = inquiry->furniture.signed_on;
    if (!meta->signed_on.year)
        meta->signed_on = cover_date(inquiry);
    if (!meta->published.year && inquiry->report->listed)
        meta->published = inquiry->report->listed->published;
}

static void write_number(struct inquiry *inquiry)
{
    struct metadata *meta = &inquiry->report->meta;
    struct slice number = inquiry->furniture.number;
    for (size_t i = 0; number.len == 0 && i < inquiry->layout.body_first; i++)
        doc_number_find(inquiry->layout.lines[i], &number);
    meta->doc_number = arena_copy(&inquiry->report->arena, number);
}

/* 安化县2022年法治政府建设年度报告_安化县人民政府门户网站: the report's title in the page's. */
static struct slice page_title(const struct inquiry *inquiry)
{
    static const struct slice marks[] = {{"_", 1}, {"|", 1}, {" - ", 3}, {"-", 1}, {"—", 3}};
    const struct page_evidence *page = &inquiry->report->page;
    struct slice title = page->article.len ? page->article : page->title;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = slice_find(title, marks[i], 0);
        if (at != SIZE_MAX && at > 0)
            title.len = at;
    }
    return words_in(inquiry->reader->words, WORD_TITLE, title) ? title : (struct slice){0};
}

/* What a web page's head says, where its text is silent: title, publisher, site, day. */
static void read_page_head(struct inquiry *inquiry)
{
    const struct page_evidence *page = &inquiry->report->page;
    struct furniture *furniture = &inquiry->furniture;
    struct place place;
    struct date date;
    size_t len;
    if (!inquiry->layout.title.len && !furniture->title.len)
        furniture->title = page_title(inquiry);
    if (!furniture->publisher.len)
        furniture->publisher = page->source;
    if (!furniture->site.count &&
        gazetteer_match(inquiry->reader->gazetteer, page->site, 0, &place) &&
        place_is_certain(&place)) {
        furniture->site = place;
        hint_add_place(&inquiry->hints, &place, WEIGHT_SITE, 0);
    }
    if (!furniture->published.year && date_find(page->published, 0, &date, &len) != SIZE_MAX)
        furniture->published = date;
}

static void read_all(const struct reader *reader, struct report *report, struct error *doubt)
{
    struct inquiry inquiry = {.reader = reader, .report = report};
    report->meta = (struct metadata){0};
    layout_read(reader, &report->arena, report->clean, &inquiry.layout);
    furniture_read(reader, &inquiry.layout, &inquiry.furniture, &inquiry.hints);
    read_page_head(&inquiry);
    opening_read(reader, &inquiry.layout, &inquiry.opening);
    listed_title(&inquiry);
    title_find(&inquiry);
    file_name_find(&inquiry);
    choose_signature(&inquiry);
    if (!issuer_read(reader->gazetteer, reader->words, inquiry.furniture.publisher,
                     &inquiry.publisher))
        inquiry.publisher = (struct issuer){0};
    year_find(&inquiry);
    unit_find(&inquiry);
    listed_unit(&inquiry);
    region_find(&inquiry);
    listed_region(&inquiry);
    write_unit(&inquiry, doubt);
    write_dates(&inquiry);
    write_number(&inquiry);
    struct slice title = inquiry.layout.title.len ? inquiry.layout.title : inquiry.furniture.title;
    report->meta.title = arena_copy(&report->arena, title);
    report->meta.body = inquiry.layout.body;
}

/* Read from simplified characters at the same places; the report keeps its own. */
void metadata_read(const struct reader *reader, struct report *report, struct error *doubt)
{
    struct slice clean = report->clean, path = report->path;
    report->clean = traditional_fold(reader->traditional, &report->arena, clean);
    report->path = traditional_fold(reader->traditional, &report->arena, path);
    read_all(reader, report, doubt);
    report->clean = clean;
    report->path = path;
}
