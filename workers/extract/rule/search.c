/* search.c - lays a variant's elements over the words of a sentence, outward from the number.
 *
 * Depth first with the best gap so far as a bound: rows have two to five elements and a word rarely
 * occurs twice near a number, so that this is a handful of steps. No memory, nothing can fail.
 */
#include "workers/extract/rule/search.h"

struct search {
    struct view *view;
    const struct lexicon_set *sets;
    const struct rule_variant *variant;
    const struct view_token *number;
    unsigned gap, words, steps;
    bool found;
    struct search_score best;
};

/* May `left` stand in front of `right` by this link? Adds the characters between them to *gap. */
static bool linked(enum rule_link link, const struct view_token *left,
                   const struct view_token *right, unsigned *gap)
{
    if (left->end > right->start) /* it may be among the words that lead to the number */
        return left->end <= right->bare;
    unsigned between = (unsigned)(right->start - left->end);
    *gap += between;
    switch (link) {
    case LINK_DIRECT:
        return between == 0;
    case LINK_NEAR:
        return between <= RULE_NEAR_CHARACTERS && left->to.clause == right->from.clause;
    case LINK_ITEM:
        return left->to.item == right->from.item;
    case LINK_CLAUSE:
        return left->to.clause == right->from.clause;
    case LINK_SENTENCE:
        return left->to.sentence == right->from.sentence;
    }
    return false;
}

static void search_right(struct search *search, unsigned i, const struct view_token *neighbour);
static void search_left(struct search *search, unsigned i, const struct view_token *neighbour);

static void take(struct search *search, const struct rule_element *element, bool leftward,
                 unsigned i, const struct view_token *neighbour, const struct view_token *token)
{
    unsigned gap = search->gap;
    if (element->opens && !token->opens)
        return;
    if (neighbour && !(leftward ? linked(element->link, token, neighbour, &gap)
                                : linked(element->link, neighbour, token, &gap)))
        return;
    if (++search->steps > SEARCH_MAX_STEPS || (search->found && gap > search->best.gap))
        return;
    unsigned length = (unsigned)(token->end - token->bare), old_gap = search->gap;
    search->gap = gap;
    search->words += length;
    if (leftward)
        search_left(search, i + 1, token);
    else
        search_right(search, i + 1, token);
    search->gap = old_gap;
    search->words -= length;
}

/* Is this token, and so all in front of it, out of reach? */
static bool too_early(enum rule_link link, const struct view_token *token,
                      const struct view_token *neighbour, bool leftward)
{
    if (!leftward)
        return token->end <= neighbour->end;
    return link == LINK_SENTENCE ? token->to.sentence < neighbour->from.sentence
                                 : token->to.clause < neighbour->from.clause;
}

static void try_element(struct search *search, const struct rule_element *element, bool leftward,
                        unsigned i, const struct view_token *neighbour)
{
    struct view *view = search->view;
    if (element->set == RULE_OTHER_NUMBER) {
        for (size_t n = 0; n < view->number_count; n++)
            if (&view->numbers[n] != search->number)
                take(search, element, leftward, i, neighbour, &view->numbers[n]);
        return;
    }
    struct view_set set = view_set(view, search->sets, element->set);
    for (uint32_t n = 0; n < set.count; n++) {
        const struct view_token *token = &view->tokens[view->found[set.first + n]];
        if (neighbour && too_early(element->link, token, neighbour, leftward))
            break;
        take(search, element, leftward, i, neighbour, token);
    }
}

static void search_right(struct search *search, unsigned i, const struct view_token *neighbour)
{
    if (i < search->variant->right_count) {
        try_element(search, &search->variant->right[i], false, i, neighbour);
        return;
    }
    bool better = !search->found || search->gap < search->best.gap ||
                  (search->gap == search->best.gap && search->words > search->best.words);
    if (better)
        search->best = (struct search_score){search->gap, search->words};
    search->found = true;
}

static void search_left(struct search *search, unsigned i, const struct view_token *neighbour)
{
    if (i < search->variant->left_count)
        try_element(search, &search->variant->left[i], true, i, neighbour);
    else
        search_right(search, 0, search->number);
}

static bool occurs(const struct view *view, const struct lexicon_set *sets,
                   const struct rule_element *element)
{
    if (element->set == RULE_OTHER_NUMBER)
        return view->number_count > 1;
    return view_has(view, &sets[element->set]);
}

/* Do words of all its sets occur? Of a rule that is a candidate its rarest are known to
 * (candidates.c). */
static bool possible(const struct view *view, const struct lexicon_set *sets,
                     const struct rule_variant *variant)
{
    for (unsigned i = 0; i < variant->left_count; i++)
        if (!occurs(view, sets, &variant->left[i]))
            return false;
    for (unsigned i = 0; i < variant->right_count; i++)
        if (!occurs(view, sets, &variant->right[i]))
            return false;
    return true;
}

bool search_variant(struct view *view, const struct lexicon_set *sets,
                    const struct rule_variant *variant, const struct view_token *number,
                    struct search_score *score)
{
    struct search search = {.view = view, .sets = sets, .variant = variant, .number = number};
    if (variant->opens && !number->opens)
        return false;
    search_left(&search, 0, number);
    *score = search.best;
    return search.found;
}

bool search_pattern(struct view *view, const struct lexicon_set *sets,
                    const struct rule_pattern *pattern, const struct view_token *number)
{
    struct search_score score;
    for (size_t i = 0; i < pattern->variant_count; i++)
        if (possible(view, sets, &pattern->variants[i]) &&
            search_variant(view, sets, &pattern->variants[i], pattern->has_number ? number : NULL,
                           &score))
            return true;
    return false;
}
