/* packed_json.h - a MessagePack value as JSON, key by key, for `--format json`. */
#ifndef XIANZHI_DEPLOY_PACKED_JSON_H
#define XIANZHI_DEPLOY_PACKED_JSON_H

#include "proto/pack.h"

#include <jansson.h>
#include <stdio.h>

/* A new reference. Text that isn't UTF-8 becomes null: JSON can't hold it. */
json_t *packed_json(const struct packed *value);

/* One line on `out`. */
void packed_print_json(const struct packed *value, FILE *out);

#endif
