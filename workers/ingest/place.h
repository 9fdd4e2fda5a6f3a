/* place.h - which of several like-named regions is meant: evidence with weights, added up.
 *
 * Every hint says "it lies in (or is) this code" with a weight; a region's score is the sum of the
 * hints it fits. One that bears the name alone needs no evidence; of several, one is chosen only if
 * it leads by PLACE_MARGIN, since a wrong region is worse than none.
 */
#ifndef XIANZHI_INGEST_PLACE_H
#define XIANZHI_INGEST_PLACE_H

#include "workers/ingest/gazetteer.h"

enum { MAX_HINTS = 96, PLACE_MARGIN = 2, MAX_NAMESAKES = 128 };

/* How much each kind of hint counts. A name in a signature outweighs a whole footer of links. */
enum hint_weight {
    WEIGHT_PATH = 20,     /* 江苏省南京市鼓楼区: named right in front */
    WEIGHT_ISSUER = 12,   /* named elsewhere as the issuer: title, signature, publisher */
    WEIGHT_ADDRESSEE = 8, /* sent to the government one level up */
    WEIGHT_SITE = 8,      /* the web site's name or code */
    WEIGHT_INDEX = 6,     /* index number: evidence, not proof */
    WEIGHT_LICENCE = 3,   /* 湘ICP备: the province */
    WEIGHT_PAGE = 2,      /* named in the page's furniture */
    WEIGHT_FILE = 2,      /* named in the file's path */
    WEIGHT_OPENING = 2,   /* named in full in the opening paragraph */
    WEIGHT_TEXT = 1,      /* named in the text: two mentions decide where all else is silent */
};

struct hints {
    struct hint {
        uint32_t code;
        int weight;
    } items[MAX_HINTS];
    unsigned count;
};

/* Ignored when `code` is 0 or the hints are full. */
void hint_add(struct hints *hints, uint32_t code, int weight);
/* For a place that only one region bears, of those that stood in `year` (0: today); a shared name
 * says nothing by itself. */
void hint_add_place(struct hints *hints, const struct place *place, int weight, uint16_t year);

int hint_score(const struct hints *hints, uint32_t code);

/* The one of several regions that leads by PLACE_MARGIN, or the only one; else NULL. */
const struct region *hints_choose(const struct hints *hints, const struct region *const *regions,
                                  size_t count);

/* Whether a region counts among those that a name can mean in a report on `year`; where that is
 * unknown (0), those of today. */
static inline bool region_could_stand(const struct region *region, uint16_t year)
{
    return year ? region_stood(region, year) : region->until == 0;
}

/* The region meant by a name, NULL if the hints don't decide. `level` other than unknown: only
 * regions of that level. Regions that stood in `year` (0: unknown, today's) go before those that
 * were gone or not there yet. */
const struct region *place_choose(const struct place *place, const struct hints *hints,
                                  enum level level, uint16_t year);

#endif
