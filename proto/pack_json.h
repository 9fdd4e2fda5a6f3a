/* pack_json.h - a value of pack.h as JSON, key by key, in written order. */
#ifndef XIANZHI_PROTO_PACK_JSON_H
#define XIANZHI_PROTO_PACK_JSON_H

#include "proto/pack.h"

/* Appends it without blanks or newline. Text that isn't UTF-8 becomes null: JSON can't hold it. */
void packed_put_json(const struct packed *value, struct buffer *out);

#endif
