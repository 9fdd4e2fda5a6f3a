/* inquiry.h - everything known of one report while its metadata is read; shared by metadata.c (who
 * and when) and region.c (where). */
#ifndef XIANZHI_INGEST_INQUIRY_H
#define XIANZHI_INGEST_INQUIRY_H

#include "workers/ingest/furniture.h"
#include "workers/ingest/layout.h"

enum { OPENING_BYTES = 900 };

struct inquiry {
    const struct reader *reader;
    struct report *report;
    struct layout layout;
    struct furniture furniture;
    struct hints hints;
    struct issuer title;     /* who the title names */
    struct issuer signature; /* who signed; the government's of several */
    struct place named;      /* the region's name as found; count 0: none */
    const struct region *region;
};

/* Finds inquiry->region by name and hints, and the name it goes by here (inquiry->named). Leaves
 * region NULL where nothing decides. */
void region_find(struct inquiry *inquiry);

/* The innermost region an issuer names; NULL if it names none. */
static inline const struct place *issuer_place(const struct issuer *issuer)
{
    return issuer->path_count ? &issuer->path[issuer->path_count - 1] : NULL;
}

static inline struct slice inquiry_body(const struct inquiry *inquiry)
{
    return slice_range(inquiry->report->clean, inquiry->layout.body.start,
                       inquiry->layout.body.end);
}

/* The first sentences of the text proper; cut at a character. */
static inline struct slice inquiry_opening(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry);
    if (body.len <= OPENING_BYTES)
        return body;
    body.len = OPENING_BYTES;
    while (body.len > 0 && ((unsigned char)body.data[body.len] & 0xC0) == 0x80)
        body.len--;
    return body;
}

#endif
