/* choose.c - the rule of the public contract for several figures of one indicator. Pure. */
#include "workers/aggregate/choose.h"

static bool is_rate(const struct fact *fact)
{
    return slice_equal(fact->unit, SLICE("%"));
}

/* Whether `later`, which stands behind `best`, takes its place. */
static bool is_better(const struct fact *later, const struct fact *best)
{
    if (later->total != best->total)
        return later->total;
    return !is_rate(best) && !is_rate(later) && later->value > best->value;
}

struct choice choose_value(const struct fact *facts, const uint32_t *mentions, size_t count)
{
    struct choice choice = {.chosen = mentions[0]};
    for (size_t i = 1; i < count; i++) {
        const struct fact *fact = &facts[mentions[i]];
        choice.conflict = choice.conflict || fact->value != facts[mentions[0]].value;
        if (is_better(fact, &facts[choice.chosen]))
            choice.chosen = mentions[i];
    }
    return choice;
}
