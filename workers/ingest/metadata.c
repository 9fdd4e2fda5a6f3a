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
#include "workers/utf8.h"

#include <stdio.h>

enum { SELF_MENTIONS = 2 };

/* ---- who ---- */

static bool begins_a_word(struct slice before)
{
    static const struct slice words[] = {
        {"关于", 6}, {"年度", 6}, {"年", 3}, {"报送", 6}, {"上报", 6}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_ends(before, words[i]))
            return true;
    return before.len == 0 ||
           !utf8_is_hanzi(utf8_at(utf8_before(before.data, before.data + before.len)));
}

/* "关于安化县2022年度…的报告": the name stands further in. */
static void read_title(struct inquiry *inquiry)
{
    const struct reader *reader = inquiry->reader;
    struct slice title = inquiry->layout.title;
    if (title.len == 0)
        title = inquiry->furniture.title;
    size_t quoted = slice_find(title, SLICE("印发《"), 0); /* the report, not who sends it round */
    if (quoted != SIZE_MAX)
        title = slice_range(title, quoted + 9, title.len);
    for (size_t at = 0; at < title.len; at += utf8_length(title.data + at)) {
        struct slice rest = slice_range(title, at, title.len);
        struct place place;
        /* 宁县 inside 景宁县 is none: in the middle of a word only longer names are believed */
        bool starts = begins_a_word(slice_range(title, 0, at)) ||
                      (gazetteer_match(reader->gazetteer, title, at, &place) &&
                       place_is_certain(&place) && place.text.len >= 9);
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
    if (layout->signature_count == 0)
        inquiry->signature = layout->byline;
}

static bool speaks_as_department(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry);
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
    if (title->path_count)
        return KIND_GOVERNMENT;
    return inquiry->region ? KIND_GOVERNMENT : KIND_UNKNOWN;
}

/* Nobody named in title or signature, and the text says "我局": it is the publisher's own. */
static void ask_publisher(struct inquiry *inquiry)
{
    if (inquiry->title.path_count || inquiry->title.organ.len || inquiry->title.township.len ||
        inquiry->signature.organ.len || !speaks_as_department(inquiry))
        return;
    struct issuer publisher;
    if (issuer_read(inquiry->reader->gazetteer, inquiry->reader->words,
                    inquiry->furniture.publisher, &publisher) &&
        publisher.kind == KIND_DEPARTMENT)
        inquiry->title = publisher;
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
    const struct place *place = issuer_place(issuer);
    if (issuer->kind != kind || !place || !issuer->organ.len ||
        !slice_equal(issuer->township, township))
        return false;
    for (size_t i = 0; i < place->count; i++)
        if (place->names[i].region == inquiry->region && place_is_certain(place))
            return true;
    return false;
}

/* "人民政府", not "政府", "县政府" or 党委、政府: those stand for the full name. */
static bool written_in_full(const struct inquiry *inquiry, const struct issuer *issuer)
{
    struct slice full;
    return issuer->kind != KIND_GOVERNMENT ||
           (words_start(inquiry->reader->words, WORD_GOVERNMENT, issuer->organ, &full) &&
            slice_equal(full, issuer->organ) && !slice_equal(full, SLICE("政府")));
}

/* 海口市龙华区 where the city stands in front of its district; else the region's own name. */
static struct slice region_in_issuer(const struct inquiry *inquiry)
{
    const struct issuer *title = &inquiry->title;
    if (!inquiry->region)
        return inquiry->named.text;
    if (inquiry->named.names[0].kind == NAME_FORMER) /* as it was called when it reported */
        return inquiry->named.text;
    if (!slice_ends(inquiry->region->name, SLICE("区")) || title->path_count < 2 ||
        !place_is_certain(&title->path[title->path_count - 1]))
        return inquiry->region->name;
    struct slice city = title->path[title->path_count - 2].text;
    return arena_format(&inquiry->report->arena, "%.*s%.*s", SLICE_ARGS(city),
                        SLICE_ARGS(inquiry->region->name));
}

/* As signed, else as the title has it, else put together from region, township and organ. */
static struct slice compose_issuer(const struct inquiry *inquiry, enum issuer_kind kind,
                                   struct slice township)
{
    const struct issuer *title = &inquiry->title, *signature = &inquiry->signature;
    struct slice organ = title->organ;
    if (kind == KIND_UNKNOWN)
        return title->text;
    if (same_unit(inquiry, signature, kind, township) && written_in_full(inquiry, signature) &&
        (kind == KIND_GOVERNMENT || !title->organ.len ||
         slice_equal(signature->organ, title->organ)))
        return signature->text;
    if (same_unit(inquiry, title, kind, township) && written_in_full(inquiry, title))
        return title->text;
    if (!organ.len && signature->kind == kind)
        organ = signature->organ;
    if (kind == KIND_GOVERNMENT &&
        (!organ.len || !written_in_full(inquiry, title->organ.len ? title : signature)))
        organ = slice_ends(township, SLICE("街道")) ? SLICE("办事处") : SLICE("人民政府");
    return arena_format(&inquiry->report->arena, "%.*s%.*s%.*s",
                        SLICE_ARGS(region_in_issuer(inquiry)), SLICE_ARGS(township),
                        SLICE_ARGS(organ));
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
    ask_publisher(&inquiry);
    region_find(&inquiry);
    write_unit(&inquiry, doubt);
    write_dates(&inquiry);
    write_number(&inquiry);
    struct slice title = inquiry.layout.title.len ? inquiry.layout.title : inquiry.furniture.title;
    report->meta.title = arena_copy(&report->arena, title);
    report->meta.body = inquiry.layout.body;
}
