/* place.c - adds up hints. No state, can't fail. */
#include "workers/ingest/place.h"

void hint_add(struct hints *hints, uint32_t code, int weight)
{
    if (code == 0 || hints->count == MAX_HINTS)
        return;
    hints->items[hints->count++] = (struct hint){code, weight};
}

/* A present name goes before a former one, and a full one before a short one. */
static size_t count_best(const struct place *place)
{
    size_t count = 0;
    while (count < place->count && place->names[count].kind == place->names[0].kind)
        count++;
    return count;
}

void hint_add_place(struct hints *hints, const struct place *place, int weight)
{
    if (count_best(place) == 1)
        hint_add(hints, place->names[0].region->code, weight);
}

int hint_score(const struct hints *hints, uint32_t code)
{
    int score = 0;
    for (unsigned i = 0; i < hints->count; i++)
        if (code_within(code, hints->items[i].code))
            score += hints->items[i].weight;
    return score;
}

const struct region *place_choose(const struct place *place, const struct hints *hints,
                                  enum level level)
{
    const struct region *best = NULL;
    int best_score = 0, second_score = 0;
    size_t candidates = 0;
    for (size_t i = 0; i < place->count; i++) {
        const struct region_name *name = &place->names[i];
        if (name->kind != place->names[0].kind)
            break;
        if (level != LEVEL_UNKNOWN && name->region->level != level)
            continue;
        int score = hint_score(hints, name->region->code);
        candidates++;
        if (!best || score > best_score) {
            second_score = best ? best_score : 0;
            best = name->region;
            best_score = score;
        } else if (score > second_score) {
            second_score = score;
        }
    }
    return candidates == 1 || (best && best_score - second_score >= PLACE_MARGIN) ? best : NULL;
}
