/* feature.c - names of places and numbers of names. Any thread; nothing can fail. */
#include "workers/extract/model/feature.h"

#include "workers/extract/quantity/numeral.h"

const char *feature_place_name(enum feature_place place)
{
    static const char *const names[FEATURE_PLACES] = {
        [PLACE_ALWAYS] = "always", [PLACE_UNIT] = "unit",     [PLACE_OWN] = "own",
        [PLACE_ITEM] = "item",     [PLACE_END] = "end",       [PLACE_LEAD] = "lead",
        [PLACE_OPEN] = "open",     [PLACE_BEHIND] = "behind", [PLACE_NEXT] = "next",
        [PLACE_BEFORE] = "before", [PLACE_AFTER] = "after",   [PLACE_FIRST] = "first",
        [PLACE_ABOVE] = "above",   [PLACE_HEAD] = "head",     [PLACE_UPPER] = "upper",
        [PLACE_LIST] = "list",     [PLACE_REPORT] = "report", [PLACE_RULE] = "rule",
        [PLACE_SCOPE] = "scope",   [PLACE_FRAME] = "frame",   [PLACE_ASPECT] = "aspect",
        [PLACE_RIVAL] = "rival",   [PLACE_WHOLE] = "whole"};
    return place < FEATURE_PLACES ? names[place] : NULL;
}

uint64_t feature_text(uint64_t feature, struct slice text)
{
    for (size_t at = 0, length; at < text.len; at += length)
        feature = feature_step(feature, character_at(text, at, &length));
    return feature;
}

uint64_t feature_of_name(struct slice name)
{
    size_t colon = slice_find(name, SLICE(":"), 0);
    if (colon == SIZE_MAX || colon + 1 == name.len)
        return 0;
    for (enum feature_place place = 0; place < FEATURE_PLACES; place++)
        if (slice_equal(slice_range(name, 0, colon), slice_of(feature_place_name(place))))
            return feature_text(feature_begin(place), slice_range(name, colon + 1, name.len));
    return 0;
}
