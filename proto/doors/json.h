/* json.h - the door to jansson for JSON that comes from outside: read into the values of pack.h. */
#ifndef XIANZHI_PROTO_DOORS_JSON_H
#define XIANZHI_PROTO_DOORS_JSON_H

#include "proto/pack.h"

/* One JSON object or array, in UTF-8. Everything lives in the arena. STATUS_BAD: no JSON (with line
 * and column), a key that stands twice, trailing bytes, beyond the limits. */
enum status json_read(struct arena *arena, struct slice text, struct pack_limits limits,
                      const struct packed **root, struct error *error);

#endif
