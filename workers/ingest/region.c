/* region.c - where a report is from: the innermost region that its issuer names, told from its
 * namesakes by everything else on the page.
 *
 * Title, signature, publisher, site, addressee, opening, file path are asked in that order; the
 * first that names a region settles the name, and if that name is several regions' and the hints
 * don't decide, nothing further down may stand in for it. No state, can't fail.
 */
#include "workers/ingest/inquiry.h"
#include "workers/utf8.h"

enum { TEXT_MENTIONS = 4 };

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
            (!place_is_certain(&place) && place.names[0].region->level > LEVEL_PREFECTURE)) {
            at += utf8_length(text.data + at);
            continue;
        }
        hint_add_place(hints, &place, weight);
        if (last && place_is_certain(&place))
            *last = place;
        at += place.text.len;
    }
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
    if (slice_has(inquiry_opening(inquiry), region->name))
        hint_add(&inquiry->hints, region->code, WEIGHT_OPENING);
}

/* What lies above each namesake, in the text proper; only asked when all else is silent. */
static void hint_text(struct inquiry *inquiry, const struct place *place)
{
    const struct region *asked[MAX_HINTS];
    size_t count = 0;
    for (size_t i = 0; i < place->count; i++) {
        const struct region *above = place->names[i].region;
        while ((above = gazetteer_parent(inquiry->reader->gazetteer, above))) {
            size_t known = 0;
            while (known < count && asked[known] != above)
                known++;
            if (known < count || count == MAX_HINTS)
                continue;
            asked[count++] = above;
            hint_mentions(inquiry, above);
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
    struct slice opening = inquiry_opening(inquiry);
    for (size_t at = 0; at < opening.len; at += utf8_length(opening.data + at)) {
        struct place place;
        if (gazetteer_match(reader->gazetteer, opening, at, &place) && place_is_certain(&place) &&
            place.names[0].region->level == LEVEL_COUNTY && try_place(inquiry, &place, level))
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

static void choose_region(struct inquiry *inquiry)
{
    struct issuer publisher = {0};
    enum level level = inquiry->title.relative;
    issuer_read(inquiry->reader->gazetteer, inquiry->reader->words, inquiry->furniture.publisher,
                &publisher);
    if (inquiry->title.township.len)
        level = LEVEL_UNKNOWN;
    if (try_place(inquiry, issuer_place(&inquiry->title), LEVEL_UNKNOWN) ||
        inquiry->named.count > 0) /* named, but of several: nothing else may stand in for it */
        return;
    if (try_place(inquiry, issuer_place(&inquiry->signature), level) ||
        try_place(inquiry, issuer_place(&publisher), level) ||
        try_place(inquiry, &inquiry->furniture.site, level) || try_indirect(inquiry, level))
        return;
    try_path(inquiry);
}

void region_find(struct inquiry *inquiry)
{
    gather_hints(inquiry);
    choose_region(inquiry);
}
