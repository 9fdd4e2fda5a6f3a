/* settle.c - relations between the numbers of a report that one indicator leads.
 *
 * Any thread; nothing can fail. Numbers are chained by their leading indicator; along each chain
 * the rest of the report is known by its extremes so far and from there on, the near ones by
 * looking at them, at most NEAR_MOST each way: a table of ten thousand rows stays linear.
 */
#include "workers/extract/model/settle.h"

#include <stdlib.h>

enum {
    NEAR_SENTENCES = 2,
    NEAR_MOST = 24,
    LEADS = -100, /* from here on a number counts as led by its indicator */
    NAMED = 100,  /* surely so */
    ALIKE = 100,  /* margins that differ by less are alike */
    MARGIN_MOST = 600,
    MARGIN_SURE = 150,
};

/* Relations to others that lead with the same indicator, by where they stand. */
enum place { IN_SENTENCE, IN_NEXT, IN_REST, PLACES };
enum relation {
    ALONE,
    SURER,
    ALIKE_SURE,
    LESS_SURE,
    LARGEST,
    SMALLEST,
    BETWEEN,
    FIRST,
    LATER,
    MANY,
    RELATIONS
};
/* To the number before or behind it in the sentence. */
enum side { BEFORE_IT, BEHIND_IT, SIDES };
enum neighbour { IS_NAMED, IS_DOUBT, IS_NONE, NEIGHBOURS };
enum {
    FIRST_NEIGHBOUR = PLACES * RELATIONS,
    EQUAL_ELSEWHERE = FIRST_NEIGHBOUR + SIDES * NEIGHBOURS * 2,
    SECOND_NEARBY,
    BARRED,
    ALWAYS,
    REPORT_SHARE,                     /* how many of the report's numbers are named */
    REPORT_LENGTH = REPORT_SHARE + 5, /* how many it has */
    RELATIONS_USED = REPORT_LENGTH + 4
};

_Static_assert((int)RELATIONS_USED <= (int)SETTLE_RELATIONS,
               "relations are bits of 64 and have room");

static const char *const names[SETTLE_TERMS] = {"settle:sentence alone",
                                                "settle:sentence surer",
                                                "settle:sentence as sure",
                                                "settle:sentence less sure",
                                                "settle:sentence largest",
                                                "settle:sentence smallest",
                                                "settle:sentence between",
                                                "settle:sentence first",
                                                "settle:sentence later",
                                                "settle:sentence many",
                                                "settle:next alone",
                                                "settle:next surer",
                                                "settle:next as sure",
                                                "settle:next less sure",
                                                "settle:next largest",
                                                "settle:next smallest",
                                                "settle:next between",
                                                "settle:next first",
                                                "settle:next later",
                                                "settle:next many",
                                                "settle:rest alone",
                                                "settle:rest surer",
                                                "settle:rest as sure",
                                                "settle:rest less sure",
                                                "settle:rest largest",
                                                "settle:rest smallest",
                                                "settle:rest between",
                                                "settle:rest first",
                                                "settle:rest later",
                                                "settle:rest many",
                                                "settle:before named",
                                                "settle:before named, same group",
                                                "settle:before doubt",
                                                "settle:before doubt, same group",
                                                "settle:before none",
                                                "settle:before none, same group",
                                                "settle:behind named",
                                                "settle:behind named, same group",
                                                "settle:behind doubt",
                                                "settle:behind doubt, same group",
                                                "settle:behind none",
                                                "settle:behind none, same group",
                                                "settle:equal elsewhere",
                                                "settle:second nearby",
                                                "settle:barred",
                                                "settle:always",
                                                "settle:report hardly named",
                                                "settle:report little named",
                                                "settle:report half named",
                                                "settle:report mostly named",
                                                "settle:report wholly named",
                                                "settle:report of few numbers",
                                                "settle:report of some numbers",
                                                "settle:report of many numbers",
                                                "settle:report of very many numbers",
                                                NULL,
                                                NULL,
                                                NULL,
                                                NULL,
                                                NULL,
                                                "settle:margin to none",
                                                "settle:margin to second",
                                                "settle:lesser margin",
                                                "settle:margin above sure",
                                                "settle:margin below none"};

const char *settle_name(size_t term)
{
    return names[term];
}

struct standing standing_of(const struct verdict *verdict, double value, uint32_t sentence)
{
    struct standing made = {.best = LABEL_NONE,
                            .second = LABEL_NONE,
                            .value = value,
                            .sentence = sentence,
                            .to_none = SETTLE_MARGIN_LEAST};
    size_t best = 0;
    while (best < verdict->count && verdict->labels[best] == LABEL_NONE)
        best++;
    if (best == verdict->count)
        return made;
    made.best = verdict->labels[best];
    made.barred = verdict->barred[best];
    made.to_none = verdict->scores[best] - verdict->none;
    made.to_second = MARGIN_MOST;
    for (size_t i = best + 1; i < verdict->count; i++)
        if (verdict->labels[i] != LABEL_NONE) {
            made.second = verdict->labels[i];
            made.to_second = verdict->scores[best] - verdict->scores[i];
            break;
        }
    return made;
}

/* ---- others that lead with the same indicator ---- */

struct others {
    bool any, many;
    int32_t surest;
    double least, most;
    bool before; /* one of them stands in front */
};

static void include(struct others *others, const struct standing *one, bool before)
{
    if (!others->any || one->to_none > others->surest)
        others->surest = one->to_none;
    if (!others->any || one->value < others->least)
        others->least = one->value;
    if (!others->any || one->value > others->most)
        others->most = one->value;
    others->many = others->any;
    others->any = true;
    others->before = others->before || before;
}

static void join(struct others *others, const struct others *more)
{
    if (!more->any)
        return;
    if (!others->any) {
        *others = *more;
        return;
    }
    others->many = true;
    others->surest = more->surest > others->surest ? more->surest : others->surest;
    others->least = more->least < others->least ? more->least : others->least;
    others->most = more->most > others->most ? more->most : others->most;
    others->before = others->before || more->before;
}

/* The same figure again is no other. */
static uint64_t relations_to(const struct others *others, const struct standing *one,
                             enum place place)
{
    uint64_t bits = 0;
    if (!others->any || (others->least == one->value && others->most == one->value))
        return (uint64_t)1 << (place * RELATIONS + ALONE);
    bits |= 1u << (others->surest > one->to_none + ALIKE   ? SURER
                   : others->surest > one->to_none - ALIKE ? ALIKE_SURE
                                                           : LESS_SURE);
    bits |= 1u << (others->most <= one->value    ? LARGEST
                   : others->least >= one->value ? SMALLEST
                                                 : BETWEEN);
    bits |= 1u << (others->before ? LATER : FIRST);
    if (others->many)
        bits |= 1u << MANY;
    return bits << (place * RELATIONS);
}

/* Numbers of one leading indicator, in order. */
struct chain {
    const struct standing *all;
    const uint32_t *at;
    size_t count;
    struct others *so_far, *from_on; /* of at[0..i) and of at[i..count) */
};

static void see_near(const struct chain *chain, size_t i, struct others near[2], uint64_t *bits)
{
    const struct standing *one = &chain->all[chain->at[i]];
    for (int step = -1; step <= 1; step += 2)
        for (size_t k = i, n = 0; n < NEAR_MOST; n++) {
            if (step < 0 ? k == 0 : k + 1 == chain->count)
                break;
            k = step < 0 ? k - 1 : k + 1;
            const struct standing *other = &chain->all[chain->at[k]];
            uint32_t apart = other->sentence > one->sentence ? other->sentence - one->sentence
                                                             : one->sentence - other->sentence;
            if (other->to_none > LEADS && other->value == one->value)
                *bits |= (uint64_t)1 << EQUAL_ELSEWHERE;
            if (other->to_none > LEADS && other->value != one->value && apart <= NEAR_SENTENCES)
                include(&near[apart == 0 ? IN_SENTENCE : IN_NEXT], other, step < 0);
        }
}

static void see_rest(const struct chain *chain, size_t i, struct others *rest)
{
    const struct standing *one = &chain->all[chain->at[i]];
    size_t low = i, high = i + 1;
    while (low > 0 && i - low < NEAR_MOST &&
           chain->all[chain->at[low - 1]].sentence + NEAR_SENTENCES >= one->sentence)
        low--;
    while (high < chain->count && high - i < NEAR_MOST &&
           chain->all[chain->at[high]].sentence <= one->sentence + NEAR_SENTENCES)
        high++;
    *rest = chain->so_far[low];
    rest->before = rest->any;
    join(rest, &chain->from_on[high]);
}

static void see_chain(struct chain *chain, struct settle_terms *terms)
{
    struct others sum = {0};
    for (size_t i = 0; i < chain->count; i++) {
        chain->so_far[i] = sum;
        if (chain->all[chain->at[i]].to_none > LEADS)
            include(&sum, &chain->all[chain->at[i]], false);
    }
    chain->so_far[chain->count] = sum;
    sum = (struct others){0};
    chain->from_on[chain->count] = sum;
    for (size_t i = chain->count; i-- > 0;) {
        if (chain->all[chain->at[i]].to_none > LEADS)
            include(&sum, &chain->all[chain->at[i]], false);
        chain->from_on[i] = sum;
    }
    for (size_t i = 0; i < chain->count; i++) {
        const struct standing *one = &chain->all[chain->at[i]];
        struct others places[PLACES] = {{0}};
        uint64_t *bits = &terms[chain->at[i]].relations;
        see_near(chain, i, places, bits);
        see_rest(chain, i, &places[IN_REST]);
        for (enum place place = 0; place < PLACES; place++)
            *bits |= relations_to(&places[place], one, place);
    }
}

/* ---- neighbours in the sentence ---- */

static uint64_t neighbour_bit(const struct standing *one, const struct standing *other,
                              enum side side)
{
    enum neighbour kind = other->to_none > NAMED   ? IS_NAMED
                          : other->to_none > LEADS ? IS_DOUBT
                                                   : IS_NONE;
    size_t same = other->best != LABEL_NONE && other->group == one->group;
    return (uint64_t)1 << (FIRST_NEIGHBOUR + (side * NEIGHBOURS + kind) * 2 + same);
}

static void see_neighbours(const struct standing *all, size_t count, size_t at,
                           struct settle_terms *terms)
{
    const struct standing *one = &all[at];
    if (at > 0 && one[-1].sentence == one->sentence)
        terms->relations |= neighbour_bit(one, one - 1, BEFORE_IT);
    if (at + 1 < count && one[1].sentence == one->sentence)
        terms->relations |= neighbour_bit(one, one + 1, BEHIND_IT);
    for (int step = -1; step <= 1; step += 2)
        for (size_t k = at, n = 0; n < NEAR_MOST; n++) {
            if (step < 0 ? k == 0 : k + 1 == count)
                break;
            k = step < 0 ? k - 1 : k + 1;
            if (all[k].sentence != one->sentence)
                break;
            if (all[k].second == one->best && all[k].to_none > 0)
                terms->relations |= (uint64_t)1 << SECOND_NEARBY;
        }
}

static int32_t between(int32_t value, int32_t least, int32_t most)
{
    return value < least ? least : value > most ? most : value;
}

static void add_margins(const struct standing *one, struct settle_terms *terms)
{
    int32_t none = between(one->to_none, SETTLE_MARGIN_LEAST, MARGIN_MOST);
    int32_t second = between(one->to_second, 0, MARGIN_MOST);
    terms->margins[0] = none;
    terms->margins[1] = second;
    terms->margins[2] = none < second ? none : second;
    terms->margins[3] = none > MARGIN_SURE ? none - MARGIN_SURE : 0;
    terms->margins[4] = none < 0 ? none : 0;
}

/* ---- what kind of report it is ---- */

/* On a page of plans, money and names few numbers state an indicator, and what looks like one is
 * less likely to be. */
static uint64_t kind_of_report(const struct standing *all, size_t count)
{
    static const unsigned shares[] = {20, 35, 50, 70}; /* per cent */
    static const size_t lengths[] = {8, 20, 50};
    size_t named = 0, asked = 0;
    unsigned share = 0, length = 0;
    for (size_t i = 0; i < count; i++) {
        named += all[i].to_none > NAMED;
        asked += all[i].best != LABEL_NONE;
    }
    while (share < 4 && named * 100 >= shares[share] * (asked + 1))
        share++;
    while (length < 3 && count >= lengths[length])
        length++;
    return (uint64_t)1 << (REPORT_SHARE + share) | (uint64_t)1 << (REPORT_LENGTH + length);
}

/* ---- the whole report ---- */

static int by_best(const void *a, const void *b, void *context)
{
    const struct standing *all = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (all[x].best != all[y].best)
        return all[x].best < all[y].best ? -1 : 1;
    return (x > y) - (x < y);
}

void settle_collect(const struct standing *all, size_t count, struct settle_terms *terms)
{
    uint32_t *order = memory_alloc((count + 1) * sizeof *order);
    struct others *extremes = memory_alloc(2 * (count + 1) * sizeof *extremes);
    uint64_t kind = kind_of_report(all, count);
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
        terms[i] = (struct settle_terms){.relations = (uint64_t)1 << ALWAYS | kind};
        if (all[i].barred)
            terms[i].relations |= (uint64_t)1 << BARRED;
        add_margins(&all[i], &terms[i]);
        if (all[i].best != LABEL_NONE)
            see_neighbours(all, count, i, &terms[i]);
    }
    if (count > 1)
        qsort_r(order, count, sizeof *order, by_best, (void *)(uintptr_t)all);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && all[order[end]].best == all[order[first]].best;)
            end++;
        struct chain chain = {.all = all,
                              .at = order + first,
                              .count = end - first,
                              .so_far = extremes,
                              .from_on = extremes + count + 1};
        if (all[order[first]].best != LABEL_NONE)
            see_chain(&chain, terms);
    }
    free(order);
    free(extremes);
}

int32_t settle_sum(const int32_t weights[SETTLE_TERMS], const struct settle_terms *terms)
{
    int64_t sum = 0;
    for (uint64_t bits = terms->relations; bits; bits &= bits - 1)
        sum += weights[__builtin_ctzll(bits)];
    for (size_t i = 0; i < SETTLE_MARGINS; i++)
        sum += (int64_t)weights[SETTLE_RELATIONS + i] * terms->margins[i] / WEIGHTS_UNIT;
    return (int32_t)sum;
}
