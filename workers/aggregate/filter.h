/* filter.h - which rows a reader wants. */
#ifndef XIANZHI_AGGREGATE_FILTER_H
#define XIANZHI_AGGREGATE_FILTER_H

#include "proto/reading.h"
#include "workers/aggregate/keys.h"
#include "workers/aggregate/panel.h"

enum { MAX_PREFIXES = 16 };

struct matcher {
    const struct filter *filter;
    struct buffer indicator; /* the last one asked about, as a C string */
    bool indicator_matches;
    struct code_range prefixes[MAX_PREFIXES];
    unsigned prefix_count;
};

enum match { MATCH_YES, MATCH_NO, MATCH_SEEK };

/* STATUS_BAD: a region that isn't a code or its beginning, too many of them. */
enum status matcher_init(struct matcher *matcher, const struct filter *filter, struct error *error);
void matcher_release(struct matcher *matcher);

bool matcher_indicator(struct matcher *matcher, struct slice indicator);
/* By key alone. MATCH_SEEK: no row before `seek` matches, look there next (key order). */
enum match matcher_match(struct matcher *matcher, const struct row_key *key, struct buffer *seek);

#endif
