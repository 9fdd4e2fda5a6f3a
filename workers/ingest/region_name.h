/* region_name.h - a region as a person writes it: a code, a name, a name with those above it. */
#ifndef XIANZHI_INGEST_REGION_NAME_H
#define XIANZHI_INGEST_REGION_NAME_H

#include "workers/ingest/reader.h"

/* 140522, 阳城县, 阳城, 江苏省南京市鼓楼区. Of like-named ones those that stood in `year` (0:
 * today's). STATUS_BAD: there is no such code or name, several go by it (all are named), or what bears the
 * name did not stand in that year (its successor is named). */
enum status region_by_text(const struct reader *reader, struct slice text, uint16_t year,
                           uint32_t *code, struct error *error);

#endif
