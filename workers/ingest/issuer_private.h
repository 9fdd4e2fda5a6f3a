/* issuer_private.h - what the files of issuer.h share. Each reads at the start of a text and
 * answers how many bytes of it belong to what was asked for, 0 for none.
 */
#ifndef XIANZHI_INGEST_ISSUER_PRIVATE_H
#define XIANZHI_INGEST_ISSUER_PRIVATE_H

#include "workers/ingest/issuer.h"

/* What reading a name needs throughout. */
struct grammar {
    const struct gazetteer *gazetteer;
    const struct words *words;
    enum issuer_style style;
};

/* Whether a township's name must have ended before `rest`: its organ, a year, or the end. */
bool issuer_township_ends(const struct grammar *g, struct slice rest);
/* A township or street, into issuer->township. */
size_t issuer_read_township(const struct grammar *g, struct slice text, struct issuer *issuer);
/* The department, committee or office that stands behind a zone's name. */
size_t issuer_zone_organ(const struct grammar *g, struct slice rest, enum issuer_kind *kind);
/* A zone's name; its organ's length to *organ. */
size_t issuer_zone_length(const struct grammar *g, struct slice text, size_t *organ,
                          enum issuer_kind *kind);
/* A zone, into issuer->zone. */
size_t issuer_read_zone(const struct grammar *g, struct slice text, struct issuer *issuer);
/* 高新区（新市区）人民政府: a zone and a district under one roof; the district is the unit. */
size_t issuer_skip_zone(const struct grammar *g, struct slice text);

#endif
