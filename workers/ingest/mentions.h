/* mentions.h - which region a text is about that never says whose report it is, by the names in it.
 *
 * 《渭南市…指标体系》, 法治武义建设, 锦州全市: a report is full of its own region's name. Asked
 * only where title, signature, page and opening are silent.
 */
#ifndef XIANZHI_INGEST_MENTIONS_H
#define XIANZHI_INGEST_MENTIONS_H

#include "workers/ingest/place.h"
#include "workers/ingest/reader.h"

enum { MAX_MENTIONED = 24 };

struct mentions {
    struct mentioned {
        const struct region *region;
        int score;
    } items[MAX_MENTIONED];
    unsigned count;
};

/* What is looked for. */
struct sought {
    unsigned sorts;   /* how the region's name ends (opening.h) */
    enum level level; /* unknown: any */
    uint16_t year;    /* it stood then */
    const struct hints *hints;
};

/* Weighs the regions that `text` names and that fit; of like-named ones, those that the hints tell
 * apart. Regions named beyond MAX_MENTIONED are left out. */
void mentions_read(const struct reader *reader, struct slice text, const struct sought *sought,
                   struct mentions *mentions);

/* The region that leads by far; NULL if none does. `sure`: what was sought is of a known sort. */
const struct region *mentions_choose(const struct mentions *mentions, bool sure);

#endif
