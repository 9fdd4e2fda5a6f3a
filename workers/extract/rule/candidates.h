/* candidates.h - which variants of which rules are worth a look for a number. */
#ifndef XIANZHI_EXTRACT_CANDIDATES_H
#define XIANZHI_EXTRACT_CANDIDATES_H

#include "workers/extract/rule/catalogue.h"

struct keys {
    const struct catalogue_key **all;
    size_t count, capacity;
};

enum candidates_of { OF_INDICATORS, OF_SCOPES, INDEX_COUNT };

/* One thread's; borrows the catalogue. */
struct candidates {
    const struct catalogue *catalogue;
    uint64_t *stamps; /* per set: when its keys were collected last */
    uint64_t stamp;
    struct keys keys;             /* for the number at hand */
    struct keys far[INDEX_COUNT]; /* for the sentence: those that need words anywhere in it */
    bool far_known[INDEX_COUNT];
};

void candidates_init(struct candidates *candidates, const struct catalogue *catalogue);
void candidates_release(struct candidates *candidates);
void candidates_start(struct candidates *candidates); /* before each new view */

/* Those of the rules of indicators or of scopes whose words stand where they must and that take the
 * unit. Valid until the next call. */
const struct keys *candidates_for(struct candidates *candidates, enum candidates_of which,
                                  const struct view *view, const struct view_token *number,
                                  uint64_t unit);

#endif
