/* inquiry.h - everything known of one report while its metadata is read; shared by title.c (whom
 * the title names), unit.c (who), unit_name.c (what it is called), region.c (where), year.c (which
 * year) and metadata.c (the rest). */
#ifndef XIANZHI_INGEST_INQUIRY_H
#define XIANZHI_INGEST_INQUIRY_H

#include "proto/listed.h"
#include "workers/ingest/furniture.h"
#include "workers/ingest/mentions.h"
#include "workers/ingest/opening.h"

struct inquiry {
    const struct reader *reader;
    struct report *report;
    struct layout layout;
    struct furniture furniture;
    struct hints hints;
    struct opening opening;
    struct issuer title;     /* who the title names */
    struct issuer signature; /* who signed; the government's of several */
    struct issuer publisher; /* who published, by the page's labels */
    struct issuer file;      /* who the file's name names */
    uint16_t year;           /* reported on; 0: unknown */

    struct issuer unit; /* who reports, as decided */
    bool below;         /* a township or department whose region has to be found from above */
    struct place named; /* the region's name as found; count 0: none */
    const struct region *region;
    bool branch; /* region is that of a branch office that its superior's city names (安定分局) */
    struct mentions mentions; /* the regions the text is full of, where it was asked */
    struct slice against; /* what contradicts the region: a name in the report; empty if nothing */
};

/* Finds inquiry->title, by a title that it looks for where neither layout nor page has one (into
 * inquiry->furniture.title). */
void title_find(struct inquiry *inquiry);
/* Finds inquiry->file. */
void file_name_find(struct inquiry *inquiry);

/* Decides inquiry->year. */
void year_find(struct inquiry *inquiry);

/* Decides inquiry->unit (its kind unknown where nothing says who it is) and inquiry->below. */
void unit_find(struct inquiry *inquiry);

/* What the unit is called in full, once unit and region are found; empty if that can't be told. In
 * the report's arena, or borrowed from its text. */
struct slice unit_in_full(const struct inquiry *inquiry);

/* Finds inquiry->region by name and hints, and the name it goes by here (inquiry->named). Leaves
 * region NULL where nothing decides or where the report contradicts itself. */
void region_find(struct inquiry *inquiry);

/* The region meant by the short name of several, in front of the unit's zone or office of the
 * state's own; NULL if that does not decide. */
const struct region *region_bearer(const struct inquiry *inquiry, const struct place *place);

/* Of a department whose organ names a county below inquiry->region (宜宾市兴文生态环境局), that
 * county becomes the region, and inquiry->branch is set. */
void region_of_branch(struct inquiry *inquiry);

/* The level that the text proper speaks for where the unit is not known; unknown if it tells none.
 */
enum level level_told(const struct inquiry *inquiry);

/* A township's or street's report that does not say which: it must not pass for its county's. */
static inline bool inquiry_lacks_township(const struct inquiry *inquiry)
{
    return inquiry->below && inquiry->unit.kind == KIND_GOVERNMENT && !inquiry->unit.township.len;
}

/* Whether region, kind and, below a county, the township are known and nothing contradicts them. */
static inline bool inquiry_is_placed(const struct inquiry *inquiry)
{
    return inquiry->region && !inquiry->against.len && inquiry->unit.kind != KIND_UNKNOWN &&
           !inquiry_lacks_township(inquiry);
}

/* Writes meta->candidates of a report that is not placed, and why it is not into `doubt`. */
void candidates_find(struct inquiry *inquiry, struct error *doubt);

/* What a list or a person says (report->listed; nothing without it), in three places: a title where
 * the page has none, the unit, the region. A person decides; a list fills in what the text leaves
 * open, and where it says otherwise the report is left to a person (inquiry->against). */
void listed_title(struct inquiry *inquiry);
void listed_unit(struct inquiry *inquiry);
void listed_region(struct inquiry *inquiry);
uint16_t listed_year(struct inquiry *inquiry, uint16_t read);

static inline struct slice inquiry_body(const struct inquiry *inquiry)
{
    return slice_range(inquiry->report->clean, inquiry->layout.body.start,
                       inquiry->layout.body.end);
}

#endif
