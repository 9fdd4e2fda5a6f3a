/* packed_json.h - a MessagePack value as a line of JSON, for `--format json`. */
#ifndef XIANZHI_DEPLOY_PACKED_JSON_H
#define XIANZHI_DEPLOY_PACKED_JSON_H

#include "proto/pack.h"

#include <stdio.h>

/* One line on `out`. Text that isn't UTF-8 becomes null: JSON can't hold it. */
void packed_print_json(const struct packed *value, FILE *out);

#endif
