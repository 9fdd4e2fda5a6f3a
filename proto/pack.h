/* pack.h - the one door to MessagePack: bounded reading, plain writing.
 *
 * Writing goes straight to the end of a buffer. Reading is one walk that checks every declared size
 * against the bytes left, the depth and the total number of nodes before it keeps anything of it.
 * Values point into the input and the arena: both must outlive them.
 */
#ifndef XIANZHI_PROTO_PACK_H
#define XIANZHI_PROTO_PACK_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

/* ---- writing ---- */
void pack_map(struct buffer *out, uint32_t pairs);
void pack_array(struct buffer *out, uint32_t items);
void pack_text(struct buffer *out, struct slice text);
void pack_bytes(struct buffer *out, struct slice bytes);
void pack_uint(struct buffer *out, uint64_t value);
void pack_int(struct buffer *out, int64_t value);
void pack_double(struct buffer *out, double value);
void pack_bool(struct buffer *out, bool value);
void pack_nil(struct buffer *out);
#define PACK_KEY(out, literal) pack_text((out), SLICE(literal))

/* ---- reading ---- */
struct pack_limits {
    uint32_t depth; /* nested containers */
    uint32_t nodes; /* values in total, keys included */
};

struct packed; /* one value of a tree that lives in the arena */

/* STATUS_BAD: says what is wrong and at which byte. Trailing bytes are an error. */
enum status packed_read(struct arena *arena, struct slice bytes, struct pack_limits limits,
                        const struct packed **root, struct error *error);

/* One walk over one value, nothing kept. STATUS_BAD as packed_read. */
enum status packed_check(struct slice bytes, struct pack_limits limits, struct error *error);

/* The pairs of one map, each shown to `visit` while the call lasts; the first status that isn't OK
 * ends it and is returned. No arena: for small records on hot paths. */
typedef enum status (*packed_visit)(void *context, struct slice key, const struct packed *value,
                                    struct error *error);
enum status packed_visit_map(struct slice bytes, struct pack_limits limits, packed_visit visit,
                             void *context, struct error *error);

/* NULL in, or a missing key, or another type: NULL / false / the fallback out. Never fails. */
const struct packed *packed_get(const struct packed *map, const char *key);
const struct packed *packed_at(const struct packed *array, uint32_t index);
/* The index-th pair of a map in written order; NULL past the end. */
const struct packed *packed_pair(const struct packed *map, uint32_t index, struct slice *key);
uint32_t packed_count(const struct packed *array_or_map);
bool packed_is_map(const struct packed *value);
bool packed_is_array(const struct packed *value);
bool packed_is_text(const struct packed *value);
bool packed_is_uint(const struct packed *value); /* zero or more */
bool packed_is_bool(const struct packed *value);
struct slice packed_text(const struct packed *value); /* text or bytes; else empty */
uint64_t packed_uint(const struct packed *value, uint64_t fallback);
int64_t packed_int(const struct packed *value, int64_t fallback);
double packed_double(const struct packed *value, double fallback); /* integers count */
bool packed_bool(const struct packed *value, bool fallback);

#endif
