/* candidates.c - what a person is shown of a report that could not be placed: who it may be of, and
 * why nothing decides. No state, can't fail; at most MAX_SHOWN are listed.
 */
#include "workers/ingest/inquiry.h"

#include <stdio.h>

enum { MAX_SHOWN = 8, MENTIONS_SHOWN = 3 };

struct listing {
    struct inquiry *inquiry;
    struct unit_candidate *items;
    size_t count;
    char names[320]; /* of all, for the line to a person */
};

static bool is_listed(const struct listing *listing, uint32_t code)
{
    for (size_t i = 0; i < listing->count; i++)
        if (listing->items[i].region == code)
            return true;
    return false;
}

/* `region` may be NULL: only who it is, not where. */
static void add(struct listing *listing, const struct region *region, const char *why)
{
    const struct inquiry *inquiry = listing->inquiry;
    const struct issuer *unit = &inquiry->unit;
    if (listing->count == MAX_SHOWN || (region && is_listed(listing, region->code)))
        return;
    struct arena *arena = &inquiry->report->arena;
    char path[128] = "";
    if (region)
        gazetteer_path(inquiry->reader->gazetteer, region, path, sizeof path);
    listing->items[listing->count++] =
        (struct unit_candidate){.region = region ? region->code : 0,
                                .township = arena_copy(arena, unit->township),
                                .issuer = inquiry->report->meta.issuer,
                                .kind = unit->kind,
                                .why = arena_format(arena, "%s：%s", why, path)};
    size_t at = strlen(listing->names), left = sizeof listing->names - at;
    if (region && left > strlen(path) + 16)
        snprintf(listing->names + at, left, "%s%06u %s", at ? "、" : "", region->code, path);
}

static void add_namesakes(struct listing *listing)
{
    const struct place *named = &listing->inquiry->named;
    for (size_t i = 0; i < named->count; i++)
        if (named->names[i].kind == named->names[0].kind &&
            region_could_stand(named->names[i].region, listing->inquiry->year))
            add(listing, named->names[i].region, "重名");
}

static void add_listed(struct listing *listing)
{
    struct slice codes = listing->inquiry->unit.codes;
    for (uint32_t code; (code = codes_next(&codes)) != 0;) {
        const struct region *region = gazetteer_region(listing->inquiry->reader->gazetteer, code);
        if (region && region_could_stand(region, listing->inquiry->year))
            add(listing, region, "有此乡镇或园区");
    }
}

static void add_issuer(struct listing *listing, const struct issuer *issuer, const char *why)
{
    const struct place *place = issuer_place(issuer);
    const struct region *region =
        place ? place_choose(place, &listing->inquiry->hints, LEVEL_UNKNOWN, listing->inquiry->year)
              : NULL;
    if (region)
        add(listing, region, why);
}

static void add_mentioned(struct listing *listing)
{
    const struct mentions *mentions = &listing->inquiry->mentions;
    for (unsigned i = 0; i < mentions->count && i < MENTIONS_SHOWN; i++)
        add(listing, mentions->items[i].region, "正文提到");
}

static void explain(const struct listing *listing, struct error *doubt)
{
    const struct inquiry *inquiry = listing->inquiry;
    if (inquiry->against.len)
        fail(doubt, STATUS_BAD, "it names %.*s, but also %.*s (单位矛盾); candidates: %s",
             SLICE_ARGS(inquiry->region ? inquiry->region->name : SLICE("no region")),
             SLICE_ARGS(inquiry->against), listing->names);
    else if (inquiry->region && inquiry_lacks_township(inquiry))
        fail(doubt, STATUS_BAD,
             "it is of a township or street in %.*s, but which one is not said (乡镇不明)",
             SLICE_ARGS(inquiry->region->name));
    else if (inquiry->region)
        fail(doubt, STATUS_BAD,
             "it is of %.*s, but whether of its government or of one of its bodies is not said "
             "(性质不明)",
             SLICE_ARGS(inquiry->region->name));
    else if (inquiry->named.count > 1)
        fail(doubt, STATUS_BAD,
             "%.*s is the name of several regions (重名) and nothing in the report says which; "
             "candidates: %s",
             SLICE_ARGS(inquiry->named.text), listing->names);
    else if (listing->names[0])
        fail(doubt, STATUS_BAD,
             "nothing says for certain whose report it is (找不到地区); candidates: %s",
             listing->names);
    else
        fail(doubt, STATUS_BAD,
             "no province, prefecture or county is named in title, signature or page "
             "(找不到地区)");
}

void candidates_find(struct inquiry *inquiry, struct error *doubt)
{
    struct listing listing = {.inquiry = inquiry};
    listing.items = arena_alloc(&inquiry->report->arena, MAX_SHOWN * sizeof *listing.items);
    if (inquiry->region)
        add(&listing, inquiry->region,
            inquiry->against.len              ? "单位矛盾"
            : inquiry_lacks_township(inquiry) ? "乡镇不明"
                                              : "性质不明");
    if (inquiry->against.len) {
        add_issuer(&listing, &inquiry->title, "标题");
        add_issuer(&listing, &inquiry->signature, "落款");
        add_issuer(&listing, &inquiry->opening.subject, "正文开头");
    }
    if (!inquiry->region) {
        add_namesakes(&listing);
        add_listed(&listing);
        add_mentioned(&listing);
    }
    if (listing.count == 0 && inquiry->unit.kind != KIND_UNKNOWN)
        add(&listing, NULL, "地区不明");
    inquiry->report->meta.candidates = listing.items;
    inquiry->report->meta.candidate_count = listing.count;
    if (doubt)
        explain(&listing, doubt);
}
