/* choose.c - the rule of the public contract for several figures of one indicator. Pure. */
#include "workers/results/choose.h"

/* Of rates the first holds. */
static bool is_rate(const struct fact *fact)
{
    return fact->rollup == ROLLUP_MEAN;
}

/* Whether `later`, which stands behind `best`, takes its place. */
static bool is_better(const struct figure *later, const struct figure *best)
{
    if ((later->review != REVIEW_NONE) != (best->review != REVIEW_NONE))
        return later->review != REVIEW_NONE;
    if (later->fact.total != best->fact.total)
        return later->fact.total;
    return !is_rate(&best->fact) && !is_rate(&later->fact) && later->fact.value > best->fact.value;
}

struct choice choose_value(const struct figure *figures, const uint32_t *mentions, size_t count)
{
    struct choice choice = {.chosen = mentions[0]};
    for (size_t i = 1; i < count; i++)
        if (is_better(&figures[mentions[i]], &figures[choice.chosen]))
            choice.chosen = mentions[i];
    const struct figure *chosen = &figures[choice.chosen];
    for (size_t i = 0; i < count; i++) {
        const struct figure *figure = &figures[mentions[i]];
        bool heard = chosen->review == REVIEW_NONE || figure->review != REVIEW_NONE;
        choice.conflict = choice.conflict || (heard && figure->fact.value != chosen->fact.value);
    }
    return choice;
}
