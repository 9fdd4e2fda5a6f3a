/* content.h - what is drawn on a page of an OFD, as words with boxes, and ruled lines. */
#ifndef XIANZHI_INGEST_FORMAT_OFD_CONTENT_H
#define XIANZHI_INGEST_FORMAT_OFD_CONTENT_H

#include "proto/doors/xml.h"
#include "workers/ingest/format/ofd/graphics.h"
#include "workers/ingest/format/package.h"
#include "workers/ingest/format/page.h"

struct ofd_resources {
    struct slice *parts; /* names of resource parts, where graphic units are */
    size_t count, capacity;
};

/* A picture in its place: the matrix lays the square from 0, 0 to 1, 1 on the page (millimetres).
 */
struct ofd_picture {
    struct slice id;   /* of a resource */
    struct slice part; /* of the package that holds its bytes; see ofd_page_read */
    struct ofd_matrix matrix;
};

/* How much of a word's height, which is its characters' size, lies below its base line. */
#define OFD_BELOW_BASE 0.14

enum { OFD_MAX_PICTURES = 200 }; /* of a page; further ones are counted only */

/* One page being read. */
struct ofd_content {
    struct arena *arena;
    const struct package *package;
    const struct ofd_resources *resources;
    struct page_word *words;
    size_t count, capacity;
    struct page_rule *rules;
    size_t rule_count, rule_capacity;
    struct ofd_picture *shown;
    size_t shown_count, shown_capacity;
    size_t outlines, pictures; /* drawn shapes and images, for a page without words */
    unsigned depth;            /* of units within units */
};

/* Everything within the element just opened at `depth`, placed by `matrix` (millimetres on the
 * page). Turned text (watermarks) and what isn't visible are left out; so is what goes beyond
 * MAX_PAGE_WORDS. */
void ofd_content_read(struct ofd_content *content, struct xml *xml, unsigned depth,
                      struct ofd_matrix matrix);

#endif
