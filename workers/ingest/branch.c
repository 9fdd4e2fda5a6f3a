/* branch.c - zones and offices that go by a region's short name: 西安高新区, 南通海关,
 * 牡丹江市宁安生态环境局. No state, can't fail.
 */
#include "workers/ingest/inquiry.h"

static bool is_district(const struct region *region)
{
    return region->level == LEVEL_COUNTY && slice_ends(region->name, SLICE("区"));
}

/* Which region is meant by a short name in front of a zone or of an office of the state's own
 * (西安高新区, 黄山风景区, 东港海事处): districts do not go by it alone, and a prefecture goes
 * before the county in it. NULL where several are left, or only a county and not `county`. */
static const struct region *main_bearer(const struct place *place, bool county)
{
    const struct region *best = NULL;
    for (size_t i = 0; i < place->count; i++) {
        const struct region *region = place->names[i].region;
        if (place->names[i].kind == NAME_BRIEF && !is_district(region) && region->until == 0 &&
            (!best || region->level < best->level))
            best = region;
    }
    for (size_t i = 0; best && i < place->count; i++) {
        const struct region *region = place->names[i].region;
        if (place->names[i].kind == NAME_BRIEF && !is_district(region) && region->until == 0 &&
            !code_within(region->code, best->code))
            return NULL;
    }
    return best && (county || best->level == LEVEL_PREFECTURE) ? best : NULL;
}

const struct region *region_bearer(const struct inquiry *inquiry, const struct place *place)
{
    const struct issuer *unit = &inquiry->unit;
    if (place != issuer_place(unit) || place_is_certain(place))
        return NULL;
    bool national = words_start(inquiry->reader->words, WORD_NATIONAL, unit->organ, NULL);
    return national || unit->zone.len ? main_bearer(place, national) : NULL;
}

/* The one region below `above` that `text` has at byte `at`, by its full or short name. */
static const struct region *region_below(const struct inquiry *inquiry, struct slice text,
                                         size_t at, const struct region *above, size_t *len)
{
    struct place place;
    const struct region *found = NULL;
    if (!gazetteer_match(inquiry->reader->gazetteer, text, at, &place))
        return NULL;
    for (size_t i = 0; i < place.count; i++) {
        const struct region *region = place.names[i].region;
        if (region->level <= above->level || !code_within(region->code, above->code) ||
            !region_could_stand(region, inquiry->year) || region == found)
            continue;
        if (found)
            return NULL;
        found = region;
    }
    *len = place.text.len;
    return found;
}

/* 四川省蓬溪中学校 is its county's, never the province's; a university that bears a city's name,
 * and what bears a district's short one (天津市南开中学), may be run from above: a person is asked.
 */
static void region_of_institution(struct inquiry *inquiry)
{
    struct slice organ = inquiry->unit.organ;
    size_t len = 0;
    const struct region *found = region_below(inquiry, organ, 0, inquiry->region, &len);
    if (!found || organ.len < len + 6)
        return;
    bool above = slice_has(organ, SLICE("大学")) || slice_has(organ, SLICE("学院")) ||
                 (is_district(found) && len < found->name.len);
    inquiry->region = above ? NULL : found;
    inquiry->branch = !above;
}

/* 定西市公安局安定分局, 牡丹江市宁安生态环境局: the office of a district or county, named behind
 * its superior's city, before 分局 or in front of what it is. */
void region_of_branch(struct inquiry *inquiry)
{
    const struct words *words = inquiry->reader->words;
    struct slice organ = inquiry->unit.organ, office;
    const struct region *above = inquiry->region, *found = NULL;
    size_t len = 0;
    if (!above || above->level > LEVEL_PREFECTURE)
        return;
    if (inquiry->unit.kind == KIND_INSTITUTION && !inquiry->unit.zone.len)
        region_of_institution(inquiry);
    if (inquiry->unit.kind != KIND_DEPARTMENT)
        return;
    if (organ.len >= 12 && !inquiry->unit.zone.len)
        found = region_below(inquiry, organ, 0, above, &len);
    if (found && organ.len < len + 6)
        found = NULL;
    bool branch = words_end(words, WORD_BRANCH, organ, NULL);
    for (size_t at = 3; branch && at + 6 < organ.len && !found; at += 3) {
        found = region_below(inquiry, organ, at, above, &len);
        struct slice rest = slice_from(organ, found ? at + len : organ.len);
        if (!words_start(words, WORD_BRANCH, rest, &office) || office.len != rest.len)
            found = NULL;
    }
    if (found) {
        inquiry->region = found;
        inquiry->branch = true;
    }
}
