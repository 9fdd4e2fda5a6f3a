/* filter.h - which rows a reader wants. */
#ifndef XIANZHI_RESULTS_FILTER_H
#define XIANZHI_RESULTS_FILTER_H

#include "proto/reading.h"
#include "workers/results/keys.h"
#include "workers/results/panel.h"

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

bool filter_wants_year(const struct filter *filter, uint16_t year);
bool filter_wants_kind(const struct filter *filter, enum issuer_kind kind);
bool filter_wants_rollups(const struct filter *filter);
/* The year, if only one is wanted; else 0. */
uint16_t filter_only_year(const struct filter *filter);

bool matcher_indicator(struct matcher *matcher, struct slice indicator);
/* By region and year alone. MATCH_SEEK: nothing before region *next matches (from `region` on);
 * above 999999: nothing at all. */
enum match matcher_unit(const struct matcher *matcher, uint32_t region, uint16_t year,
                        uint32_t *next);

#endif
