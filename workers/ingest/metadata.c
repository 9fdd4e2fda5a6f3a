/* metadata.c - brings together what title, signature, furniture, addressee and text say.
 *
 * Who: the title's issuer counts most; a title that names only a region is the government's unless
 * the signature and the text's own "我局" say otherwise. Where: the innermost region named there,
 * told from its namesakes by the hints of place.h. When: the title's year, else the opening's,
 * never the year of publication. Any thread; can't fail.
 */
#include "workers/ingest/metadata.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/furniture.h"
#include "workers/ingest/layout.h"
#include "workers/ingest/lines.h"
#include "workers/ingest/utf8.h"

#include <stdio.h>

enum { OPENING_BYTES = 900, TEXT_MENTIONS = 3, SELF_MENTIONS = 2 };

/* Everything known while one report is read. */
struct inquiry {
    const struct reader *reader;
    struct report *report;
    struct layout layout;
    struct furniture furniture;
    struct hints hints;
    struct issuer title;     /* who the title names */
    struct issuer signature; /* who signed; the government's of several */
    struct place named;      /* the region's name as found; count 0: none */
    const struct region *region;
};

static const struct place *innermost(const struct issuer *issuer)
{
    return issuer->path_count ? &issuer->path[issuer->path_count - 1] : NULL;
}

/* ---- who ---- */

/* "关于安化县2022年度…的报告": the name stands further in. */
static void read_title(struct inquiry *inquiry)
{
    const struct reader *reader = inquiry->reader;
    struct slice title = inquiry->layout.title;
    if (title.len == 0)
        title = inquiry->furniture.title;
    for (size_t at = 0; at < title.len; at += utf8_length(title.data + at)) {
        struct slice rest = slice_range(title, at, title.len);
        struct place place;
        bool starts = at == 0 || slice_ends(slice_range(title, 0, at), SLICE("关于")) ||
                      slice_ends(slice_range(title, 0, at), SLICE("年度")) ||
                      slice_ends(slice_range(title, 0, at), SLICE("年")) ||
                      (gazetteer_match(reader->gazetteer, title, at, &place) &&
                       place.names[0].kind == NAME_FULL);
        struct issuer issuer;
        if (starts && issuer_read(reader->gazetteer, reader->words, rest, &issuer) &&
            (issuer.path_count || issuer.township.len || issuer.kind != KIND_UNKNOWN)) {
            inquiry->title = issuer;
            return;
        }
    }
}

static void choose_signature(struct inquiry *inquiry)
{
    const struct layout *layout = &inquiry->layout;
    for (unsigned i = 0; i < layout->signature_count; i++)
        if (i == 0 || (inquiry->signature.kind != KIND_GOVERNMENT &&
                       layout->signatures[i].kind == KIND_GOVERNMENT))
            inquiry->signature = layout->signatures[i];
}

static bool speaks_as_department(const struct inquiry *inquiry)
{
    struct slice clean = inquiry->report->clean;
    struct slice body = slice_range(clean, inquiry->layout.body.start, inquiry->layout.body.end);
    unsigned mentions = 0;
    for (size_t i = 0; i < words_count(inquiry->reader->words, WORD_SELF); i++) {
        struct slice word = words_get(inquiry->reader->words, WORD_SELF, i);
        for (size_t at = 0; (at = slice_find(body, word, at)) != SIZE_MAX; at += word.len)
            if (++mentions >= SELF_MENTIONS)
                return true;
    }
    return false;
}

static enum issuer_kind choose_kind(const struct inquiry *inquiry)
{
    const struct issuer *title = &inquiry->title, *signature = &inquiry->signature;
    if (title->organ.len || title->township.len)
        return title->kind;
    if (signature->kind == KIND_GOVERNMENT || signature->kind == KIND_COMMITTEE)
        return signature->kind;
    if (signature->kind == KIND_DEPARTMENT)
        return !title->path_count || speaks_as_department(inquiry) ? KIND_DEPARTMENT
                                                                   : KIND_GOVERNMENT;
    return title->path_count ? KIND_GOVERNMENT : KIND_UNKNOWN;
}

/* ---- where ---- */

static void hint_issuer(struct hints *hints, const struct issuer *issuer)
{
    for (unsigned i = 0; i < issuer->path_count; i++)
        hint_add_place(hints, &issuer->path[i],
                       i + 1 < issuer->path_count ? WEIGHT_PATH : WEIGHT_ISSUER);
}

static void hint_names(const struct reader *reader, struct slice text, int weight,
                       struct hints *hints, struct place *last)
{
    struct place place;
    for (size_t at = 0; at < text.len;) {
        if (!gazetteer_match(reader->gazetteer, text, at, &place) ||
            (place.names[0].kind != NAME_FULL && place.names[0].region->level > LEVEL_PREFECTURE)) {
            at += utf8_length(text.data + at);
            continue;
        }
        hint_add_place(hints, &place, weight);
        if (last && place.names[0].kind == NAME_FULL)
            *last = place;
        at += place.text.len;
    }
}

/* Mentions of what lies above each namesake, in the text proper; only asked when it matters. */
static void hint_text(struct inquiry *inquiry, const struct place *place)
{
    struct slice clean = inquiry->report->clean;
    struct slice body = slice_range(clean, inquiry->layout.body.start, inquiry->layout.body.end);
    for (size_t i = 0; i < place->count; i++) {
        const struct region *above = place->names[i].region;
        while ((above = gazetteer_parent(inquiry->reader->gazetteer, above))) {
            bool two = above->brief.len == 6; /* 南京, 山西 */
            struct slice word = two || above->level == LEVEL_PROVINCE ? above->brief : above->name;
            size_t at = 0;
            for (int n = 0; n < TEXT_MENTIONS && (at = slice_find(body, word, at)) != SIZE_MAX;
                 n++) {
                hint_add(&inquiry->hints, above->code, WEIGHT_TEXT);
                at += word.len;
            }
        }
    }
}

static bool try_place(struct inquiry *inquiry, const struct place *place, enum level level)
{
    if (!place || place->count == 0)
        return false;
    if (inquiry->named.count == 0)
        inquiry->named = *place;
    inquiry->region = place_choose(place, &inquiry->hints, level);
    if (!inquiry->region && place->count > 1) {
        hint_text(inquiry, place);
        inquiry->region = place_choose(place, &inquiry->hints, level);
    }
    if (inquiry->region)
        inquiry->named = *place;
    return inquiry->region != NULL;
}

/* The unit's own region as its addressee, its opening sentence or its site's code give it away. */
static bool try_indirect(struct inquiry *inquiry, enum level level)
{
    const struct reader *reader = inquiry->reader;
    struct layout *layout = &inquiry->layout;
    struct hints none = {0};
    struct place last = {0};
    bool below = inquiry->title.township.len || inquiry->title.kind == KIND_DEPARTMENT ||
                 inquiry->signature.township.len || inquiry->signature.kind == KIND_DEPARTMENT;
    if (below) {
        hint_names(reader, layout->addressee, 0, &none, &last);
        if (last.count && last.names[0].region->level >= LEVEL_COUNTY &&
            try_place(inquiry, &last, level))
            return true;
    }
    struct slice body = slice_range(inquiry->report->clean, layout->body.start, layout->body.end);
    struct slice opening =
        slice_range(body, 0, body.len < OPENING_BYTES ? body.len : OPENING_BYTES);
    for (size_t at = 0; at < opening.len; at += utf8_length(opening.data + at)) {
        struct place place;
        if (gazetteer_match(reader->gazetteer, opening, at, &place) &&
            place.names[0].kind == NAME_FULL && place.names[0].region->level == LEVEL_COUNTY &&
            try_place(inquiry, &place, level))
            return true;
    }
    return false;
}

static bool try_path(struct inquiry *inquiry)
{
    struct hints none = {0};
    struct place last = {0};
    hint_names(inquiry->reader, inquiry->report->path, 0, &none, &last);
    return try_place(inquiry, &last, LEVEL_UNKNOWN);
}

static void gather_hints(struct inquiry *inquiry)
{
    struct hints *hints = &inquiry->hints;
    struct issuer publisher;
    hint_issuer(hints, &inquiry->title);
    for (unsigned i = 0; i < inquiry->layout.signature_count; i++)
        hint_issuer(hints, &inquiry->layout.signatures[i]);
    if (issuer_read(inquiry->reader->gazetteer, inquiry->reader->words,
                    inquiry->furniture.publisher, &publisher))
        hint_issuer(hints, &publisher);
    hint_names(inquiry->reader, inquiry->layout.addressee, WEIGHT_ADDRESSEE, hints, NULL);
    hint_names(inquiry->reader, inquiry->report->path, WEIGHT_FILE, hints, NULL);
}

static void find_region(struct inquiry *inquiry)
{
    struct issuer publisher = {0};
    enum level level = inquiry->title.relative;
    issuer_read(inquiry->reader->gazetteer, inquiry->reader->words, inquiry->furniture.publisher,
                &publisher);
    if (inquiry->title.township.len)
        level = LEVEL_UNKNOWN;
    if (try_place(inquiry, innermost(&inquiry->title), LEVEL_UNKNOWN) ||
        inquiry->named.count > 0) /* named, but of several: nothing else may stand in for it */
        return;
    if (try_place(inquiry, innermost(&inquiry->signature), level) ||
        try_place(inquiry, innermost(&publisher), level) ||
        try_place(inquiry, &inquiry->furniture.site, level) || try_indirect(inquiry, level))
        return;
    try_path(inquiry);
}

/* ---- names ---- */

static struct slice plain_township(const struct inquiry *inquiry)
{
    if (inquiry->title.township.len)
        return inquiry->title.township;
    return inquiry->title.organ.len ? (struct slice){0} : inquiry->signature.township;
}

static bool same_unit(const struct inquiry *inquiry, const struct issuer *issuer,
                      enum issuer_kind kind, struct slice township)
{
    const struct place *place = innermost(issuer);
    if (issuer->kind != kind || !place || !issuer->organ.len ||
        !slice_equal(issuer->township, township))
        return false;
    for (size_t i = 0; i < place->count; i++)
        if (place->names[i].region == inquiry->region && place->names[i].kind == NAME_FULL)
            return true;
    return false;
}

/* As signed, else as the title has it, else put together from region, township and organ. */
static struct slice compose_issuer(const struct inquiry *inquiry, enum issuer_kind kind,
                                   struct slice township)
{
    const struct issuer *title = &inquiry->title, *signature = &inquiry->signature;
    struct slice government = SLICE("人民政府"), organ = {0};
    struct slice region = inquiry->region ? inquiry->region->name : inquiry->named.text;
    if (kind == KIND_UNKNOWN)
        return title->text;
    if (same_unit(inquiry, signature, kind, township) &&
        (kind == KIND_GOVERNMENT || !title->organ.len ||
         slice_equal(signature->organ, title->organ)))
        return signature->text;
    if (same_unit(inquiry, title, kind, township) && !slice_equal(title->organ, SLICE("政府")))
        return title->text;
    if (title->organ.len)
        organ = title->organ;
    else if (signature->kind == kind)
        organ = signature->organ;
    if (kind == KIND_GOVERNMENT && (!organ.len || slice_equal(organ, SLICE("政府"))))
        organ = slice_ends(township, SLICE("街道")) ? SLICE("办事处") : government;
    return arena_format(&inquiry->report->arena, "%.*s%.*s%.*s", SLICE_ARGS(region),
                        SLICE_ARGS(township), SLICE_ARGS(organ));
}

/* "江苏省南京市、江苏省徐州市": above which regions the namesakes lie. */
static void list_namesakes(const struct inquiry *inquiry, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < inquiry->named.count && at + 128 < size; i++) {
        const struct region *above =
            gazetteer_parent(inquiry->reader->gazetteer, inquiry->named.names[i].region);
        char path[128] = "";
        if (above)
            gazetteer_path(inquiry->reader->gazetteer, above, path, sizeof path);
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? "、" : "", path);
    }
}

static void explain_namesakes(const struct inquiry *inquiry, struct error *doubt)
{
    char above[384];
    list_namesakes(inquiry, above, sizeof above);
    fail(doubt, STATUS_BAD,
         "%.*s is the name of %zu regions (重名: %s) and nothing in the report says which; put the "
         "city into its title or its file name",
         SLICE_ARGS(inquiry->named.text), inquiry->named.count, above);
}

static void write_unit(struct inquiry *inquiry, struct error *doubt)
{
    struct metadata *meta = &inquiry->report->meta;
    struct arena *arena = &inquiry->report->arena;
    struct slice township = plain_township(inquiry);
    meta->kind = choose_kind(inquiry);
    if (inquiry->region) {
        meta->region = inquiry->region->code;
        meta->region_name = arena_copy(arena, inquiry->region->name);
        meta->level = inquiry->region->level;
    } else if (inquiry->named.count > 1) {
        explain_namesakes(inquiry, doubt);
    }
    if (township.len) {
        meta->township = arena_copy(arena, township);
        meta->level = LEVEL_TOWNSHIP;
    }
    meta->issuer = arena_copy(arena, compose_issuer(inquiry, meta->kind, township));
}

/* ---- when ---- */

/* 2022年度 goes before 2022年; the first of either. */
static uint16_t year_in(struct slice text)
{
    uint16_t first = 0, year;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        size_t len = year_at(text, at, &year);
        if (len && slice_ends(slice_range(text, at, at + len), SLICE("度")))
            return year;
        if (len && !first)
            first = year;
    }
    return first;
}

/* A year in the opening, outside 《》 and brackets, that is not later than the signature. */
static uint16_t opening_year(const struct inquiry *inquiry)
{
    struct slice body =
        slice_range(inquiry->report->clean, inquiry->layout.body.start, inquiry->layout.body.end);
    struct slice text = slice_range(body, 0, body.len < OPENING_BYTES ? body.len : OPENING_BYTES);
    uint16_t latest = inquiry->layout.signed_on.year ? inquiry->layout.signed_on.year : UINT16_MAX;
    int depth = 0;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        uint32_t c = utf8_at(text.data + at);
        uint16_t year;
        depth +=
            (c == 0x300A || c == 0xFF08 || c == '(') - (c == 0x300B || c == 0xFF09 || c == ')');
        if (depth == 0 && year_at(text, at, &year) && year <= latest)
            return year;
    }
    return 0;
}

static void write_dates(struct inquiry *inquiry)
{
    struct metadata *meta = &inquiry->report->meta;
    const struct layout *layout = &inquiry->layout;
    meta->year = year_in(layout->title.len ? layout->title : inquiry->furniture.title);
    if (!meta->year)
        meta->year = opening_year(inquiry);
    if (!meta->year)
        meta->year = year_in(inquiry->report->path);
    meta->published = inquiry->furniture.published;
    meta->signed_on = layout->signed_on;
    for (size_t i = layout->title_end; !meta->signed_on.year && i < layout->body_first; i++) {
        size_t len;
        if (line_is_date(layout->lines[i]))
            date_find(layout->lines[i], 0, &meta->signed_on, &len);
    }
    if (!meta->signed_on.year)
        meta->signed_on = inquiry->furniture.signed_on;
}

static void write_number(struct inquiry *inquiry)
{
    struct metadata *meta = &inquiry->report->meta;
    struct slice number = inquiry->furniture.number;
    for (size_t i = 0; number.len == 0 && i < inquiry->layout.body_first; i++)
        doc_number_find(inquiry->layout.lines[i], &number);
    meta->doc_number = arena_copy(&inquiry->report->arena, number);
}

void metadata_read(const struct reader *reader, struct report *report, struct error *doubt)
{
    struct inquiry inquiry = {.reader = reader, .report = report};
    report->meta = (struct metadata){0};
    layout_read(reader, &report->arena, report->clean, &inquiry.layout);
    furniture_read(reader, &inquiry.layout, &inquiry.furniture, &inquiry.hints);
    read_title(&inquiry);
    choose_signature(&inquiry);
    gather_hints(&inquiry);
    find_region(&inquiry);
    write_unit(&inquiry, doubt);
    write_dates(&inquiry);
    write_number(&inquiry);
    struct slice title = inquiry.layout.title.len ? inquiry.layout.title : inquiry.furniture.title;
    report->meta.title = arena_copy(&report->arena, title);
    report->meta.body = inquiry.layout.body;
}
