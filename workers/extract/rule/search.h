/* search.h - does a pattern match around a number, and how closely? */
#ifndef XIANZHI_EXTRACT_SEARCH_H
#define XIANZHI_EXTRACT_SEARCH_H

#include "workers/extract/rule/rule.h"
#include "workers/extract/rule/view.h"

struct search_score {
    unsigned gap;   /* characters between the elements */
    unsigned words; /* characters of the elements */
};

/* `sets`: the lexicon's. The closest match of a variant around `number` (NULL: a variant without
 * number, anywhere). Gives up looking for a closer one after SEARCH_MAX_STEPS, which no real
 * sentence needs. */
bool search_variant(struct view *view, const struct lexicon_set *sets,
                    const struct rule_variant *variant, const struct view_token *number,
                    struct search_score *score);
/* Any variant; not for /…/ expressions. */
bool search_pattern(struct view *view, const struct lexicon_set *sets,
                    const struct rule_pattern *pattern, const struct view_token *number);

enum { SEARCH_MAX_STEPS = 4096 };

#endif
