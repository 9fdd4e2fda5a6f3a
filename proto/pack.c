/* pack.c - the door to msgpack-c. No state, any thread.
 *
 * msgpack-c believes what a header declares: five bytes can make it ask for 96 GB. So every input
 * is first walked by check(), which knows only sizes: declared against left, depth and number of
 * nodes against the limits, nothing behind the end. What passes is unpacked and adopted by the
 * arena.
 */
#include "proto/pack.h"

#include <math.h>
#include <msgpack.h>

/* ---- writing ---- */

static int append(void *buffer, const char *bytes, size_t len)
{
    buffer_append(buffer, bytes, len);
    return 0;
}

static msgpack_packer packer_on(struct buffer *out)
{
    return (msgpack_packer){.data = out, .callback = append};
}

void pack_map(struct buffer *out, uint32_t pairs)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_map(&packer, pairs);
}

void pack_array(struct buffer *out, uint32_t items)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_array(&packer, items);
}

void pack_text(struct buffer *out, struct slice text)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_str(&packer, text.len);
    buffer_add(out, text);
}

void pack_bytes(struct buffer *out, struct slice bytes)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_bin(&packer, bytes.len);
    buffer_add(out, bytes);
}

void pack_uint(struct buffer *out, uint64_t value)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_uint64(&packer, value);
}

void pack_int(struct buffer *out, int64_t value)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_int64(&packer, value);
}

void pack_double(struct buffer *out, double value)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_double(&packer, value);
}

void pack_bool(struct buffer *out, bool value)
{
    msgpack_packer packer = packer_on(out);
    if (value)
        msgpack_pack_true(&packer);
    else
        msgpack_pack_false(&packer);
}

void pack_nil(struct buffer *out)
{
    msgpack_packer packer = packer_on(out);
    msgpack_pack_nil(&packer);
}

/* ---- checking ---- */

enum { DEEPEST = 32 };

struct header {
    uint64_t children; /* values that follow as its members */
    uint64_t skip;     /* bytes of its own behind the header */
    uint32_t length;   /* bytes of the header itself */
};

static uint64_t big_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* Types 0xc4 to 0xdf by their first byte: how many bytes of length or value follow it. */
static const struct {
    uint8_t size_bytes, fixed, extra, per_item;
} wide[] = {
    [0x00] = {1, 0, 0, 0},  {2, 0, 0, 0},          {4, 0, 0, 0}, /* bin */
    [0x03] = {1, 0, 1, 0},  {2, 0, 1, 0},          {4, 0, 1, 0}, /* ext: one type byte */
    [0x06] = {0, 4, 0, 0},  {0, 8, 0, 0},                        /* float */
    [0x08] = {0, 1, 0, 0},  {0, 2, 0, 0},          {0, 4, 0, 0}, {0, 8, 0, 0}, /* uint */
    [0x0c] = {0, 1, 0, 0},  {0, 2, 0, 0},          {0, 4, 0, 0}, {0, 8, 0, 0}, /* int */
    [0x10] = {0, 2, 0, 0},  {0, 3, 0, 0},          {0, 5, 0, 0}, {0, 9, 0, 0}, /* fixext */
    [0x14] = {0, 17, 0, 0}, [0x15] = {1, 0, 0, 0}, {2, 0, 0, 0}, {4, 0, 0, 0}, /* str */
    [0x18] = {2, 0, 0, 1},  {4, 0, 0, 1},                                      /* array */
    [0x1a] = {2, 0, 0, 2},  {4, 0, 0, 2},                                      /* map */
};

static bool read_header(const uint8_t *bytes, size_t left, struct header *header)
{
    uint8_t first = bytes[0];
    *header = (struct header){.length = 1};
    if (first <= 0x7f || first >= 0xe0 || first == 0xc0 || first == 0xc2 || first == 0xc3)
        return true;
    if (first == 0xc1)
        return false;
    if (first <= 0x8f)
        header->children = 2u * (first & 0x0f);
    else if (first <= 0x9f)
        header->children = first & 0x0f;
    else if (first <= 0xbf)
        header->skip = first & 0x1f;
    else {
        unsigned type = first - 0xc4u, size_bytes = wide[type].size_bytes;
        if (left < 1 + size_bytes)
            return false;
        uint64_t declared = big_endian(bytes + 1, size_bytes);
        header->length = 1 + size_bytes;
        header->children = declared * wide[type].per_item;
        header->skip = wide[type].per_item ? 0 : declared + wide[type].fixed + wide[type].extra;
    }
    return true;
}

/* One walk over `bytes`: what is wrong, or NULL; `*at` is the byte it is wrong at. */
static const char *check(struct slice bytes, struct pack_limits limits, size_t *at)
{
    uint64_t open[DEEPEST] = {1}; /* values still to come on each level */
    unsigned depth = 0, deepest = limits.depth < DEEPEST ? limits.depth : DEEPEST - 1;
    uint64_t nodes = 0;
    for (*at = 0;;) {
        while (depth > 0 && open[depth] == 0)
            depth--;
        if (depth == 0 && open[0] == 0)
            return *at == bytes.len ? NULL : "bytes behind the end";
        struct header header;
        size_t left = bytes.len - *at;
        if (left == 0)
            return "ends too early";
        if (++nodes > limits.nodes)
            return "too many values";
        if (!read_header((const uint8_t *)bytes.data + *at, left, &header))
            return "not a MessagePack type";
        if (header.length + header.skip > left || header.children > left)
            return "declares more bytes than there are";
        open[depth]--;
        *at += header.length + header.skip;
        if (header.children == 0)
            continue;
        if (depth == deepest)
            return "nested too deeply";
        open[++depth] = header.children;
    }
}

/* ---- reading ---- */

struct packed {
    msgpack_object object;
};

/* Moves the members of containers from msgpack's zone to the arena. Depth was bounded by check().
 */
static void adopt(struct arena *arena, msgpack_object *object)
{
    if (object->type == MSGPACK_OBJECT_ARRAY) {
        msgpack_object_array *array = &object->via.array;
        msgpack_object *items = arena_alloc(arena, array->size * sizeof *items);
        for (uint32_t i = 0; i < array->size; i++) {
            items[i] = array->ptr[i];
            adopt(arena, &items[i]);
        }
        array->ptr = items;
    } else if (object->type == MSGPACK_OBJECT_MAP) {
        msgpack_object_map *map = &object->via.map;
        msgpack_object_kv *pairs = arena_alloc(arena, map->size * sizeof *pairs);
        for (uint32_t i = 0; i < map->size; i++) {
            pairs[i] = map->ptr[i];
            adopt(arena, &pairs[i].key);
            adopt(arena, &pairs[i].val);
        }
        map->ptr = pairs;
    }
}

enum status packed_check(struct slice bytes, struct pack_limits limits, struct error *error)
{
    size_t at;
    const char *wrong = check(bytes, limits, &at);
    return wrong ? fail(error, STATUS_BAD, "not a MessagePack record: %s at byte %zu of %zu", wrong,
                        at, bytes.len)
                 : STATUS_OK;
}

/* On success `object` points into `zone`, which the caller destroys. */
static enum status unpack(msgpack_zone *zone, struct slice bytes, struct pack_limits limits,
                          msgpack_object *object, struct error *error)
{
    enum status status = packed_check(bytes, limits, error);
    if (status)
        return status;
    if (!msgpack_zone_init(zone, 2048))
        return fail(error, STATUS_RETRY, "no memory to read a record of %zu bytes", bytes.len);
    msgpack_unpack_return got = msgpack_unpack(bytes.data, bytes.len, NULL, zone, object);
    if (got == MSGPACK_UNPACK_SUCCESS)
        return STATUS_OK;
    msgpack_zone_destroy(zone);
    return fail(error, STATUS_BAD, "not a MessagePack record (msgpack-c says %d)", (int)got);
}

enum status packed_read(struct arena *arena, struct slice bytes, struct pack_limits limits,
                        const struct packed **root, struct error *error)
{
    msgpack_zone zone;
    struct packed *tree = arena_alloc(arena, sizeof *tree);
    enum status status = unpack(&zone, bytes, limits, &tree->object, error);
    if (status)
        return status;
    adopt(arena, &tree->object);
    msgpack_zone_destroy(&zone);
    *root = tree;
    return STATUS_OK;
}

static const struct packed *as_packed(const msgpack_object *object)
{
    return (const struct packed *)object; /* object is the first member */
}

enum status packed_visit_map(struct slice bytes, struct pack_limits limits, packed_visit visit,
                             void *context, struct error *error)
{
    msgpack_zone zone;
    msgpack_object object;
    enum status status = unpack(&zone, bytes, limits, &object, error);
    if (status)
        return status;
    if (object.type != MSGPACK_OBJECT_MAP)
        status = fail(error, STATUS_BAD, "not a record: a map is wanted");
    for (uint32_t i = 0; !status && i < object.via.map.size; i++) {
        const msgpack_object_kv *pair = &object.via.map.ptr[i];
        status = visit(context, packed_text(as_packed(&pair->key)), as_packed(&pair->val), error);
    }
    msgpack_zone_destroy(&zone);
    return status;
}

static bool is(const struct packed *value, msgpack_object_type type)
{
    return value && value->object.type == type;
}

const struct packed *packed_get(const struct packed *map, const char *key)
{
    if (!packed_is_map(map))
        return NULL;
    struct slice wanted = slice_of(key);
    for (uint32_t i = 0; i < map->object.via.map.size; i++) {
        const msgpack_object_kv *pair = &map->object.via.map.ptr[i];
        if (slice_equal(packed_text(as_packed(&pair->key)), wanted))
            return as_packed(&pair->val);
    }
    return NULL;
}

const struct packed *packed_at(const struct packed *array, uint32_t index)
{
    if (!packed_is_array(array) || index >= array->object.via.array.size)
        return NULL;
    return as_packed(&array->object.via.array.ptr[index]);
}

uint32_t packed_count(const struct packed *value)
{
    if (packed_is_array(value))
        return value->object.via.array.size;
    return packed_is_map(value) ? value->object.via.map.size : 0;
}

const struct packed *packed_pair(const struct packed *map, uint32_t index, struct slice *key)
{
    if (!packed_is_map(map) || index >= map->object.via.map.size)
        return NULL;
    const msgpack_object_kv *pair = &map->object.via.map.ptr[index];
    *key = packed_text(as_packed(&pair->key));
    return as_packed(&pair->val);
}

bool packed_is_map(const struct packed *value)
{
    return is(value, MSGPACK_OBJECT_MAP);
}

bool packed_is_array(const struct packed *value)
{
    return is(value, MSGPACK_OBJECT_ARRAY);
}

bool packed_is_text(const struct packed *value)
{
    return is(value, MSGPACK_OBJECT_STR) || is(value, MSGPACK_OBJECT_BIN);
}

bool packed_is_uint(const struct packed *value)
{
    return is(value, MSGPACK_OBJECT_POSITIVE_INTEGER);
}

bool packed_is_bool(const struct packed *value)
{
    return is(value, MSGPACK_OBJECT_BOOLEAN);
}

struct slice packed_text(const struct packed *value)
{
    if (is(value, MSGPACK_OBJECT_STR))
        return (struct slice){value->object.via.str.ptr, value->object.via.str.size};
    if (is(value, MSGPACK_OBJECT_BIN))
        return (struct slice){value->object.via.bin.ptr, value->object.via.bin.size};
    return (struct slice){NULL, 0};
}

uint64_t packed_uint(const struct packed *value, uint64_t fallback)
{
    return is(value, MSGPACK_OBJECT_POSITIVE_INTEGER) ? value->object.via.u64 : fallback;
}

int64_t packed_int(const struct packed *value, int64_t fallback)
{
    if (is(value, MSGPACK_OBJECT_NEGATIVE_INTEGER))
        return value->object.via.i64;
    if (is(value, MSGPACK_OBJECT_POSITIVE_INTEGER) && value->object.via.u64 <= INT64_MAX)
        return (int64_t)value->object.via.u64;
    return fallback;
}

double packed_double(const struct packed *value, double fallback)
{
    if (is(value, MSGPACK_OBJECT_FLOAT64) || is(value, MSGPACK_OBJECT_FLOAT32))
        return isfinite(value->object.via.f64) ? value->object.via.f64 : fallback;
    if (is(value, MSGPACK_OBJECT_POSITIVE_INTEGER))
        return (double)value->object.via.u64;
    return is(value, MSGPACK_OBJECT_NEGATIVE_INTEGER) ? (double)value->object.via.i64 : fallback;
}

bool packed_bool(const struct packed *value, bool fallback)
{
    return is(value, MSGPACK_OBJECT_BOOLEAN) ? value->object.via.boolean : fallback;
}
