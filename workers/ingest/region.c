/* region.c - where a report is from: the innermost region that its unit names, told from its
 * namesakes by everything else on the page.
 *
 * A unit that names no region (县司法局, 云岭镇, 我县) is looked for in the list of townships and
 * zones, among those who signed, published or own the site, then with its addressee and superiors,
 * and last among the names that its text is full of. If a name is several regions' and nothing
 * decides, nothing further down may stand in for it. In the end title, signature and opening have
 * to agree with what was found. No state, can't fail.
 */
#include "workers/ingest/inquiry.h"
#include "workers/ingest/mentions.h"
#include "workers/text/utf8.h"

#include <stdio.h>

enum { TEXT_MENTIONS = 4, OPENING_BYTES = 900 };

/* The first sentences of the text proper; cut at a character. */
static struct slice opening_text(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry);
    if (body.len <= OPENING_BYTES)
        return body;
    body.len = OPENING_BYTES;
    while (body.len > 0 && ((unsigned char)body.data[body.len] & 0xC0) == 0x80)
        body.len--;
    return body;
}

/* ---- hints ---- */

static void hint_issuer(struct hints *hints, const struct issuer *issuer, uint16_t year)
{
    for (unsigned i = 0; i < issuer->path_count; i++)
        hint_add_place(hints, &issuer->path[i],
                       i + 1 < issuer->path_count ? WEIGHT_PATH : WEIGHT_ISSUER, year);
}

static void hint_names(const struct reader *reader, struct slice text, int weight,
                       struct hints *hints, struct place *last)
{
    struct place place;
    for (size_t at = 0; at < text.len;) {
        if (!gazetteer_match(reader->gazetteer, text, at, &place) ||
            (!place_is_certain(&place) && place.names[0].region->level > LEVEL_PREFECTURE)) {
            at += utf8_length(text.data + at);
            continue;
        }
        hint_add_place(hints, &place, weight, 0);
        if (last && place_is_certain(&place))
            *last = place;
        at += place.text.len;
    }
}

static void gather_hints(struct inquiry *inquiry)
{
    struct hints *hints = &inquiry->hints;
    hint_issuer(hints, &inquiry->title, inquiry->year);
    hint_issuer(hints, &inquiry->opening.subject, inquiry->year);
    for (unsigned i = 0; i < inquiry->layout.signature_count; i++)
        hint_issuer(hints, &inquiry->layout.signatures[i], inquiry->year);
    hint_issuer(hints, &inquiry->publisher, inquiry->year);
    hint_names(inquiry->reader, inquiry->layout.addressee, WEIGHT_ADDRESSEE, hints, NULL);
    hint_names(inquiry->reader, inquiry->report->path, WEIGHT_FILE, hints, NULL);
}

/* Mentions of one region in the text proper, by its short name where that is distinct enough. */
static void hint_mentions(struct inquiry *inquiry, const struct region *region)
{
    struct slice body = inquiry_body(inquiry);
    bool brief = region->brief.len == 6 || region->level == LEVEL_PROVINCE; /* 南京, 内蒙古 */
    struct slice word = brief ? region->brief : region->name;
    size_t at = 0;
    for (int n = 0; n < TEXT_MENTIONS && (at = slice_find(body, word, at)) != SIZE_MAX; n++) {
        hint_add(&inquiry->hints, region->code, WEIGHT_TEXT);
        at += word.len;
    }
    /* "在天津市的统一部署下" at the start says whose report it is; "北京冬奥会" doesn't */
    struct slice own = arena_format(&inquiry->report->arena, "法治%.*s", SLICE_ARGS(region->brief));
    if (slice_has(opening_text(inquiry), region->name) || slice_has(body, own))
        hint_add(&inquiry->hints, region->code, WEIGHT_OPENING);
}

/* The regions above which a choice is made, each asked of the text once. */
struct asked {
    const struct region *regions[MAX_HINTS];
    size_t count;
};

static void hint_above(struct inquiry *inquiry, const struct region *region, struct asked *asked)
{
    while (region) {
        size_t known = 0;
        while (known < asked->count && asked->regions[known] != region)
            known++;
        if (known == asked->count && asked->count < MAX_HINTS) {
            asked->regions[asked->count++] = region;
            hint_mentions(inquiry, region);
        }
        region = gazetteer_parent(inquiry->reader->gazetteer, region);
    }
}

/* What lies above each namesake, in the text proper; only asked when all else is silent. */
static void hint_text(struct inquiry *inquiry, const struct place *place)
{
    struct asked asked = {.count = 0};
    for (size_t i = 0; i < place->count; i++)
        hint_above(inquiry, gazetteer_parent(inquiry->reader->gazetteer, place->names[i].region),
                   &asked);
}

/* ---- one name after the other ---- */

static bool try_place(struct inquiry *inquiry, const struct place *place, enum level level)
{
    if (!place || place->count == 0)
        return false;
    if (inquiry->named.count == 0)
        inquiry->named = *place;
    inquiry->region = place_choose(place, &inquiry->hints, level, inquiry->year);
    if (!inquiry->region && place->names[0].kind == NAME_BRIEF &&
        (inquiry->opening.mentioned & SORT_CITY) &&
        !(inquiry->opening.mentioned & (SORT_COUNTY | SORT_DISTRICT))) {
        level = LEVEL_PREFECTURE; /* 承德 with its 市委 is not the county */
        inquiry->region = place_choose(place, &inquiry->hints, level, inquiry->year);
    }
    if (!inquiry->region && place->count > 1) {
        hint_text(inquiry, place);
        inquiry->region = place_choose(place, &inquiry->hints, level, inquiry->year);
    }
    if (!inquiry->region)
        inquiry->region = region_bearer(inquiry, place);
    if (inquiry->region)
        inquiry->named = *place;
    return inquiry->region != NULL;
}

/* The county of a township or zone that the lists know: the only one there was in the year, or the
 * one that the hints point to. `within`: only there; 0: anywhere. */
static const struct region *roll_region(struct inquiry *inquiry, struct slice codes,
                                        uint32_t within)
{
    const struct gazetteer *gazetteer = inquiry->reader->gazetteer;
    const struct region *fit[MAX_NAMESAKES];
    struct asked asked = {.count = 0};
    size_t count = 0;
    for (uint32_t code; count < MAX_NAMESAKES && (code = codes_next(&codes)) != 0;) {
        const struct region *region = gazetteer_region(gazetteer, code);
        if (region && (!within || code_within(code, within)) &&
            region_could_stand(region, inquiry->year))
            fit[count++] = region;
    }
    const struct region *region = count ? hints_choose(&inquiry->hints, fit, count) : NULL;
    if (region || count == 0)
        return region;
    for (size_t i = 0; i < count; i++)
        hint_above(inquiry, fit[i], &asked);
    return hints_choose(&inquiry->hints, fit, count);
}

/* ---- units below a region that they do not name ---- */

/* Whether the report's township or zone may lie there, by the lists. */
static bool listed_there(struct slice codes, uint32_t code)
{
    for (uint32_t next; (next = codes_next(&codes)) != 0;)
        if (code_within(next, code))
            return true;
    return false;
}

/* The county that the addressee or the opening names as the one above (五常市委, 霍山县人民政府):
 * the only one, or the one where the lists know the township. */
static const struct region *superior_in(struct inquiry *inquiry, struct slice text, bool organs)
{
    static const struct slice heads[] = {{"委", 3}, {"人民政府", 12}, {"政府", 6}, {"党委", 6},
                                         {"、", 3}, {"司法局", 9},    {"法治", 6}, {"依法治", 9}};
    const struct region *found = NULL;
    struct place place;
    for (size_t at = 0; at < text.len;) {
        if (!gazetteer_match(inquiry->reader->gazetteer, text, at, &place) ||
            !place_is_certain(&place)) {
            at += utf8_length(text.data + at);
            continue;
        }
        struct slice rest = slice_from(text, at + place.text.len);
        if (organs && !name_begins(inquiry->reader->words, text, at)) {
            at += utf8_length(text.data + at);
            continue;
        }
        bool heads_it = !organs;
        for (size_t i = 0; i < sizeof heads / sizeof *heads && !heads_it; i++)
            heads_it = slice_starts(rest, heads[i]);
        at += place.text.len;
        const struct region *region =
            heads_it ? place_choose(&place, &inquiry->hints, LEVEL_COUNTY, inquiry->year) : NULL;
        if (!region || region == found)
            continue;
        bool listed = listed_there(inquiry->unit.codes, region->code);
        if (found && !listed)
            return listed_there(inquiry->unit.codes, found->code) ? found : NULL;
        found = region;
    }
    return found;
}

static bool take_region(struct inquiry *inquiry, const struct region *region)
{
    if (!region)
        return false;
    inquiry->region = region;
    return true;
}

static bool try_superior(struct inquiry *inquiry)
{
    return take_region(inquiry, superior_in(inquiry, inquiry->layout.addressee, false)) ||
           take_region(inquiry, superior_in(inquiry, opening_text(inquiry), true));
}

/* 南阳市司法局 somewhere in a text that calls itself 市司法局. */
static bool try_own_organ(struct inquiry *inquiry)
{
    struct slice organ = inquiry->unit.organ, body = inquiry_body(inquiry);
    if (organ.len < 6 || !inquiry->unit.relative.len)
        return false;
    for (size_t at = 0; (at = slice_find(body, organ, at)) != SIZE_MAX; at += organ.len)
        for (size_t len = 6; len <= 36 && len <= at; len += 3) {
            struct place place;
            if (gazetteer_match(inquiry->reader->gazetteer, body, at - len, &place) &&
                place.text.len == len && place_is_certain(&place) &&
                slice_ends(place.text, inquiry->unit.relative) &&
                try_place(inquiry, &place, LEVEL_UNKNOWN))
                return true;
        }
    return false;
}

/* ---- units that name nothing ---- */

/* How the region's name has to end, by the way the text speaks of it. */
static unsigned sorts_of(const struct inquiry *inquiry)
{
    static const unsigned by_depth[] = {SORT_COUNTY | SORT_DISTRICT | SORT_BANNER,
                                        SORT_CITY | SORT_STATE | SORT_LEAGUE | SORT_AREA,
                                        SORT_PROVINCE};
    const struct opening *opening = &inquiry->opening;
    if (inquiry->unit.relative.len)
        return region_sort(inquiry->unit.relative);
    if (opening->own && !inquiry->below)
        return opening->own;
    for (size_t i = 0; i < 3; i++)
        if (opening->mentioned & by_depth[i])
            return opening->mentioned & by_depth[i];
    return ~0u;
}

static bool try_mentions(struct inquiry *inquiry)
{
    struct sought sought = {.sorts = sorts_of(inquiry),
                            .level = inquiry->unit.township.len ||
                                             (inquiry->opening.township && inquiry->below)
                                         ? LEVEL_COUNTY
                                         : LEVEL_UNKNOWN,
                            .year = inquiry->year,
                            .hints = &inquiry->hints};
    mentions_read(inquiry->reader, inquiry_body(inquiry), &sought, &inquiry->mentions);
    return take_region(inquiry, mentions_choose(&inquiry->mentions, sought.sorts != ~0u));
}

static bool try_path(struct inquiry *inquiry)
{
    struct hints none = {0};
    struct place last = {0};
    hint_names(inquiry->reader, inquiry->report->path, 0, &none, &last);
    return try_place(inquiry, &last, LEVEL_UNKNOWN);
}

/* A page's labels and site name the region of most of what stands there; of a relative name (县司法
 * 局) only a region whose name ends so. */
static bool fits_unit(const struct inquiry *inquiry, const struct place *place)
{
    return place && place->count > 0 &&
           (!inquiry->unit.relative.len || slice_ends(place->text, inquiry->unit.relative));
}

static bool try_page(struct inquiry *inquiry, enum level level)
{
    const struct place *publisher = issuer_place(&inquiry->publisher);
    if (fits_unit(inquiry, publisher) && try_place(inquiry, publisher, level))
        return true;
    return fits_unit(inquiry, &inquiry->furniture.site) &&
           try_place(inquiry, &inquiry->furniture.site, level);
}

/* ---- the decision ---- */

/* 东莞市石岭镇 names its region; 湛江市良垌镇 leaves out its county. */
static bool refine_by_list(struct inquiry *inquiry)
{
    const struct region *found = inquiry->region;
    if (!found || found->level > LEVEL_PREFECTURE || !inquiry->unit.codes.len)
        return false;
    if (inquiry->unit.zone.len && found->level == LEVEL_PREFECTURE)
        return false; /* 保山工贸园区 is the city's, whatever district it lies in */
    return take_region(inquiry, roll_region(inquiry, inquiry->unit.codes, found->code));
}

static void choose_region(struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    const struct gazetteer *gazetteer = inquiry->reader->gazetteer;
    if (unit->division) {
        take_region(inquiry,
                    gazetteer_region(gazetteer, corps_code(gazetteer, unit->division,
                                                           issuer_place(unit), inquiry->year)));
        return;
    }
    if (try_place(inquiry, issuer_place(unit), LEVEL_UNKNOWN)) {
        refine_by_list(inquiry);
        region_of_branch(inquiry);
        return;
    }
    if (inquiry->named.count > 0) /* named, but of several: nothing else may stand in for it */
        return;
    if (try_place(inquiry, issuer_place(&inquiry->signature), LEVEL_UNKNOWN) ||
        try_own_organ(inquiry))
        return;
    if (unit->township.len || unit->zone.len || !unit->relative.len) {
        if (inquiry->below && (try_superior(inquiry) || try_page(inquiry, LEVEL_COUNTY)))
            return;
        if (unit->codes.len && take_region(inquiry, roll_region(inquiry, unit->codes, 0)))
            return;
    }
    if (try_page(inquiry, LEVEL_UNKNOWN))
        return;
    if (inquiry->below && unit->relative.len && try_superior(inquiry))
        return;
    if (!try_mentions(inquiry) && inquiry->named.count == 0)
        try_path(inquiry);
}

/* ---- agreement ---- */

/* Whether the region, or one above it, is among those that a name can mean. */
static bool can_mean(const struct inquiry *inquiry, const struct place *place)
{
    for (size_t i = 0; i < place->count; i++)
        if (code_within(inquiry->region->code, place->names[i].region->code))
            return true;
    return false;
}

/* So does every name in front of it that is spelt out: 漯河市西城区 is none of Beijing's. */
static bool agrees(const struct inquiry *inquiry, const struct issuer *issuer)
{
    for (unsigned i = 0; i < issuer->path_count; i++)
        if ((i + 1 == issuer->path_count || place_is_certain(&issuer->path[i])) &&
            !can_mean(inquiry, &issuer->path[i]))
            return false;
    return true;
}

/* 三江新区 in a report of 宜宾三江新区: a part of the unit's own name is no other region's. */
static bool is_part_of_name(const struct inquiry *inquiry, const struct issuer *issuer)
{
    const struct issuer *unit = &inquiry->unit;
    struct slice name = slice_range(issuer->text, 0, issuer->text.len - issuer->organ.len);
    return unit->zone.len > 0 && !unit->division && name.len > 0 && slice_has(unit->text, name);
}

/* The first of title, signature and opening that names another region. */
static void find_contradiction(struct inquiry *inquiry)
{
    const struct issuer *said[] = {&inquiry->title, &inquiry->signature, &inquiry->opening.subject};
    for (size_t i = 0; i < 3 && !inquiry->against.len; i++)
        if (!agrees(inquiry, said[i]) && !is_part_of_name(inquiry, said[i]))
            inquiry->against = said[i]->text;
}

/* 省政府, 县政府: of the region's own sort. */
static bool speaks_of_government(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry), name = inquiry->region->name;
    char word[16];
    snprintf(word, sizeof word, "%.3s政府", name.data + name.len - 3);
    return slice_has(body, slice_of(word));
}

/* A text that says of itself only 市政府 and 全市, and no 我局: the region's government. */
static void guess_government(struct inquiry *inquiry)
{
    const struct opening *opening = &inquiry->opening;
    if (inquiry->unit.kind == KIND_UNKNOWN && !opening->department && !opening->institution &&
        !opening->zone && (opening->mentioned & region_sort(inquiry->region->name)) &&
        speaks_of_government(inquiry))
        inquiry->unit.kind = KIND_GOVERNMENT;
}

/* The township that a text without its name (我镇) is full of: the only one of its county in it. */
static void find_township(struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry);
    struct named_codes township, found = {0};
    if (issuer_names(&inquiry->unit) || !inquiry->below || !inquiry->opening.township)
        return;
    for (size_t at = 0; at < body.len; at += utf8_length(body.data + at)) {
        if (!gazetteer_township(inquiry->reader->gazetteer, body, at, &township) ||
            !name_begins(inquiry->reader->words, body, at) ||
            !listed_there(township.codes, inquiry->region->code))
            continue;
        if (found.name.len && !slice_equal(found.name, township.name))
            return; /* several: no telling */
        found = township;
    }
    inquiry->unit.township = found.name;
    inquiry->unit.text = found.name;
}

void region_find(struct inquiry *inquiry)
{
    gather_hints(inquiry);
    choose_region(inquiry);
    if (inquiry->region) {
        guess_government(inquiry);
        find_township(inquiry);
    }
    if (inquiry->region)
        find_contradiction(inquiry);
}
