/* place.c - adds up hints. No state, can't fail. */
#include "workers/ingest/place.h"

void hint_add(struct hints *hints, uint32_t code, int weight)
{
    if (code == 0 || hints->count == MAX_HINTS)
        return;
    hints->items[hints->count++] = (struct hint){code, weight};
}

/* A present name goes before a former one, and a full one before a short one; a region that is gone
 * counts only where none that stood bears the name. */
void hint_add_place(struct hints *hints, const struct place *place, int weight, uint16_t year)
{
    const struct region *only = NULL;
    size_t standing = 0, gone = 0;
    for (size_t i = 0; i < place->count && place->names[i].kind == place->names[0].kind; i++) {
        const struct region *region = place->names[i].region;
        bool stands = region_could_stand(region, year);
        standing += stands;
        gone += !stands;
        if (!only || stands)
            only = region;
    }
    if (standing == 1 || (standing == 0 && gone == 1))
        hint_add(hints, only->code, weight);
}

int hint_score(const struct hints *hints, uint32_t code)
{
    int score = 0;
    for (unsigned i = 0; i < hints->count; i++)
        if (code_within(code, hints->items[i].code))
            score += hints->items[i].weight;
    return score;
}

static bool any_stood(const struct place *place, uint16_t year)
{
    for (size_t i = 0; i < place->count && place->names[i].kind == place->names[0].kind; i++)
        if (region_could_stand(place->names[i].region, year))
            return true;
    return false;
}

const struct region *hints_choose(const struct hints *hints, const struct region *const *regions,
                                  size_t count)
{
    const struct region *best = NULL;
    int best_score = 0, second_score = 0;
    for (size_t i = 0; i < count; i++) {
        int score = hint_score(hints, regions[i]->code);
        if (!best || score > best_score) {
            second_score = best ? best_score : 0;
            best = regions[i];
            best_score = score;
        } else if (score > second_score) {
            second_score = score;
        }
    }
    return count == 1 || (best && best_score - second_score >= PLACE_MARGIN) ? best : NULL;
}

const struct region *place_choose(const struct place *place, const struct hints *hints,
                                  enum level level, uint16_t year)
{
    const struct region *fit[MAX_NAMESAKES];
    size_t count = 0;
    bool only_standing = any_stood(place, year);
    for (size_t i = 0; i < place->count && count < MAX_NAMESAKES; i++) {
        const struct region_name *name = &place->names[i];
        if (name->kind != place->names[0].kind)
            break;
        if ((level == LEVEL_UNKNOWN || name->region->level == level) &&
            (!only_standing || region_could_stand(name->region, year)))
            fit[count++] = name->region;
    }
    return count ? hints_choose(hints, fit, count) : NULL;
}
