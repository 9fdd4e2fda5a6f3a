/* opening.h - whom the first sentences of a report speak of.
 *
 * About half of real copies have lost their title; what is left says "2024年，德州市坚持…",
 * "现将我局…", "在区委、区政府领导下，李渡街道坚持…". The first name that a clause begins with is
 * the unit's own; what stands behind 在, 按照 or 、 is somebody else's.
 */
#ifndef XIANZHI_INGEST_OPENING_H
#define XIANZHI_INGEST_OPENING_H

#include "workers/ingest/layout.h"

/* How names of regions end, as bits, to say of what sort the text's own region is. */
enum region_sort {
    SORT_PROVINCE = 1, /* 省, and 自治区 by its last character */
    SORT_CITY = 2,
    SORT_COUNTY = 4,
    SORT_DISTRICT = 8, /* 区 */
    SORT_STATE = 16,   /* 州 */
    SORT_LEAGUE = 32,  /* 盟 */
    SORT_BANNER = 64,  /* 旗 */
    SORT_AREA = 128,   /* 地区 */
};

struct opening {
    struct issuer subject; /* names nothing where no clause begins with a name */
    bool unsure;           /* the subject is a region that stands in the name of some body of it */
    unsigned own; /* the sort of region that speaks of itself (我县, 县政府坚持); 0: none */
    unsigned mentioned; /* sorts of all 县委, 市政府, 我区 in the opening */
    bool department;    /* 我局, 局党组, 我单位 */
    bool bureau;        /* the same without 我单位, which any body may say */
    bool dated;         /* a year stands in front of the subject: 2024年，省民政厅坚持… */
    bool township;      /* 我镇, 街道党工委 */
    bool zone;          /* 管委会, 我园区 */
    bool institution;   /* 我校 */
    bool excerpt; /* begins in the middle, with a heading （三）: the subject is no speaker */
};

/* Reads the text proper's first sentences. Can't fail; what isn't there stays empty. */
void opening_read(const struct reader *reader, const struct layout *layout,
                  struct opening *opening);

/* The sort of a region by the last character of its name (阳城县); 0 if none. */
unsigned region_sort(struct slice name);

#endif
