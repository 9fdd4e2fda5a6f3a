/* pack.c - MessagePack: msgpack-c writes, and what may come from anybody is read here.
 *
 * msgpack-c believes what a header declares: five bytes can make it ask for 96 GB. So reading is
 * one walk of our own, which sets nothing aside for a container before it knows that its members
 * may be there: declared against left, depth and number of nodes against the limits, nothing behind
 * the end. No state, any thread.
 */
#include "proto/pack.h"

#include <endian.h>
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

/* ---- reading ---- */

enum { DEEPEST = 32 };

enum kind { OTHER, BOOLEAN, UNSIGNED, SIGNED, FRACTION, TEXT, ARRAY, MAP };

struct packed {
    enum kind kind; /* of whole numbers those below zero are SIGNED */
    uint32_t count; /* bytes of a text, items of an array, pairs of a map */
    union {
        const char *text;
        const struct packed *members; /* of a map: key, value, key … */
        uint64_t number;              /* and a boolean */
        int64_t negative;
        double fraction;
    };
};

struct header {
    enum kind kind;
    uint32_t length;  /* bytes of the header itself */
    uint32_t count;   /* as in struct packed */
    uint64_t members; /* values that follow */
    uint64_t skip;    /* bytes of its own behind the header: a text, a number */
};

struct reading {
    struct arena *arena; /* NULL: members are looked at and not kept */
    const uint8_t *at, *end;
    uint64_t nodes; /* declared so far */
    struct pack_limits limits;
};

/* `count`: 0, 1, 2, 4 or 8, each of which is one instruction when it is told. */
static uint64_t big_endian(const uint8_t *bytes, uint64_t count)
{
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (count) {
    case 1:
        return bytes[0];
    case 2:
        memcpy(&two, bytes, sizeof two);
        return be16toh(two);
    case 4:
        memcpy(&four, bytes, sizeof four);
        return be32toh(four);
    case 8:
        memcpy(&eight, bytes, sizeof eight);
        return be64toh(eight);
    }
    return 0;
}

/* Types 0xc4 to 0xdf by their first byte: how many bytes of length or value follow it. */
static const struct {
    uint8_t kind, size_bytes, fixed;
} wide[] = {
    [0x00] = {TEXT, 1, 0},
    {TEXT, 2, 0},
    {TEXT, 4, 0}, /* bin */
    [0x03] = {OTHER, 1, 1},
    {OTHER, 2, 1},
    {OTHER, 4, 1}, /* ext: one type byte */
    [0x06] = {FRACTION, 0, 4},
    {FRACTION, 0, 8},
    [0x08] = {UNSIGNED, 0, 1},
    {UNSIGNED, 0, 2},
    {UNSIGNED, 0, 4},
    {UNSIGNED, 0, 8},
    [0x0c] = {SIGNED, 0, 1},
    {SIGNED, 0, 2},
    {SIGNED, 0, 4},
    {SIGNED, 0, 8},
    [0x10] = {OTHER, 0, 2},
    {OTHER, 0, 3},
    {OTHER, 0, 5},
    {OTHER, 0, 9}, /* fixext */
    [0x14] = {OTHER, 0, 17},
    [0x15] = {TEXT, 1, 0},
    {TEXT, 2, 0},
    {TEXT, 4, 0}, /* str */
    [0x18] = {ARRAY, 2, 0},
    {ARRAY, 4, 0},
    {MAP, 2, 0},
    {MAP, 4, 0},
};

static bool read_header(const uint8_t *bytes, size_t left, struct header *header)
{
    uint8_t first = bytes[0];
    if (first <= 0x7f || first >= 0xe0) { /* a number that is its own header */
        *header = (struct header){.kind = SIGNED, .skip = 1};
        return true;
    }
    if (first == 0xc0 || first == 0xc2 || first == 0xc3) {
        *header = (struct header){.kind = first == 0xc0 ? OTHER : BOOLEAN, .skip = 1};
        return true;
    }
    if (first == 0xc1)
        return false;
    *header = (struct header){.length = 1};
    if (first <= 0x8f) {
        header->kind = MAP;
        header->count = first & 0x0f;
    } else if (first <= 0x9f) {
        header->kind = ARRAY;
        header->count = first & 0x0f;
    } else if (first <= 0xbf) {
        header->kind = TEXT;
        header->skip = header->count = first & 0x1f;
    } else {
        unsigned type = first - 0xc4u, size_bytes = wide[type].size_bytes;
        if (left < 1 + size_bytes)
            return false;
        header->kind = wide[type].kind;
        header->length = 1 + size_bytes;
        header->count = (uint32_t)big_endian(bytes + 1, size_bytes);
        header->skip = (uint64_t)header->count + wide[type].fixed;
    }
    if (header->kind == MAP || header->kind == ARRAY) {
        header->members = header->kind == MAP ? 2ull * header->count : header->count;
        header->skip = 0;
    }
    return true;
}

static void read_whole(struct packed *value, uint64_t number, uint64_t bytes)
{
    unsigned unused = 64 - 8 * (unsigned)bytes;
    int64_t whole = (int64_t)(number << unused) >> unused;
    value->kind = whole < 0 ? SIGNED : UNSIGNED;
    value->number = (uint64_t)whole;
}

static void read_fraction(struct packed *value, uint64_t bits, uint64_t bytes)
{
    uint32_t half = (uint32_t)bits;
    float narrow;
    memcpy(&narrow, &half, sizeof narrow);
    memcpy(&value->fraction, &bits, sizeof bits);
    if (bytes == sizeof narrow)
        value->fraction = (double)narrow;
}

/* What stands behind the header, all of which is there. */
static struct packed read_own(const struct header *header, const uint8_t *bytes)
{
    struct packed value = {.kind = header->kind, .count = header->count, .members = NULL};
    if (header->kind == TEXT)
        value.text = (const char *)bytes;
    else if (header->kind == BOOLEAN)
        value.number = bytes[0] & 1;
    else if (header->kind == UNSIGNED)
        value.number = big_endian(bytes, header->skip);
    else if (header->kind == SIGNED)
        read_whole(&value, big_endian(bytes, header->skip), header->skip);
    else if (header->kind == FRACTION)
        read_fraction(&value, big_endian(bytes, header->skip), header->skip);
    return value;
}

/* The value that begins here: what is wrong, or NULL; `in->at` is the byte it is wrong at. */
static const char *read_value(struct reading *in, struct packed *value, unsigned depth)
{
    struct header header;
    struct packed ignored;
    size_t left = (size_t)(in->end - in->at);
    if (left == 0)
        return "ends too early";
    if (!read_header(in->at, left, &header))
        return "not a MessagePack type";
    if (header.length + header.skip > left || header.members > left)
        return "declares more bytes than there are";
    in->nodes += header.members;
    if (in->nodes > in->limits.nodes)
        return "too many values";
    *value = read_own(&header, in->at + header.length);
    in->at += header.length + header.skip;
    if (header.members == 0)
        return NULL;
    if (depth == in->limits.depth || depth == DEEPEST)
        return "nested too deeply";
    struct packed *members =
        in->arena ? arena_alloc(in->arena, header.members * sizeof *members) : NULL;
    const char *wrong = NULL;
    for (uint64_t i = 0; i < header.members && !wrong; i++)
        wrong = read_value(in, members ? &members[i] : &ignored, depth + 1);
    value->members = members;
    return wrong;
}

static enum status read_all(struct arena *arena, struct slice bytes, struct pack_limits limits,
                            struct packed *root, struct error *error)
{
    const uint8_t *start = (const uint8_t *)bytes.data;
    struct reading in = {arena, start, start + bytes.len, 1, limits};
    const char *wrong = limits.nodes ? read_value(&in, root, 0) : "too many values";
    if (!wrong && in.at < in.end)
        wrong = "bytes behind the end";
    return wrong ? fail(error, STATUS_BAD, "not a MessagePack record: %s at byte %zu of %zu", wrong,
                        (size_t)(in.at - start), bytes.len)
                 : STATUS_OK;
}

enum status packed_check(struct slice bytes, struct pack_limits limits, struct error *error)
{
    struct packed ignored;
    return read_all(NULL, bytes, limits, &ignored, error);
}

enum status packed_read(struct arena *arena, struct slice bytes, struct pack_limits limits,
                        const struct packed **root, struct error *error)
{
    struct packed *tree = arena_alloc(arena, sizeof *tree);
    *root = tree;
    return read_all(arena, bytes, limits, tree, error);
}

enum status packed_visit_map(struct slice bytes, struct pack_limits limits, packed_visit visit,
                             void *context, struct error *error)
{
    struct arena arena = {0};
    const struct packed *map;
    enum status status = packed_read(&arena, bytes, limits, &map, error);
    if (!status && !packed_is_map(map))
        status = fail(error, STATUS_BAD, "not a record: a map is wanted");
    for (uint32_t i = 0; !status && i < map->count; i++) {
        struct slice key;
        const struct packed *value = packed_pair(map, i, &key);
        status = visit(context, key, value, error);
    }
    arena_release(&arena);
    return status;
}

/* ---- values ---- */

static bool is(const struct packed *value, enum kind kind)
{
    return value && value->kind == kind;
}

const struct packed *packed_get(const struct packed *map, const char *key)
{
    struct slice wanted = slice_of(key), found;
    const struct packed *value;
    for (uint32_t i = 0; (value = packed_pair(map, i, &found)); i++)
        if (slice_equal(found, wanted))
            return value;
    return NULL;
}

const struct packed *packed_at(const struct packed *array, uint32_t index)
{
    return is(array, ARRAY) && index < array->count ? &array->members[index] : NULL;
}

uint32_t packed_count(const struct packed *value)
{
    return is(value, ARRAY) || is(value, MAP) ? value->count : 0;
}

const struct packed *packed_pair(const struct packed *map, uint32_t index, struct slice *key)
{
    if (!is(map, MAP) || index >= map->count)
        return NULL;
    *key = packed_text(&map->members[2 * (size_t)index]);
    return &map->members[2 * (size_t)index + 1];
}

bool packed_is_map(const struct packed *value)
{
    return is(value, MAP);
}

bool packed_is_array(const struct packed *value)
{
    return is(value, ARRAY);
}

bool packed_is_text(const struct packed *value)
{
    return is(value, TEXT);
}

bool packed_is_uint(const struct packed *value)
{
    return is(value, UNSIGNED);
}

bool packed_is_bool(const struct packed *value)
{
    return is(value, BOOLEAN);
}

struct slice packed_text(const struct packed *value)
{
    return is(value, TEXT) ? (struct slice){value->text, value->count} : (struct slice){NULL, 0};
}

uint64_t packed_uint(const struct packed *value, uint64_t fallback)
{
    return is(value, UNSIGNED) ? value->number : fallback;
}

int64_t packed_int(const struct packed *value, int64_t fallback)
{
    if (is(value, SIGNED))
        return value->negative;
    return is(value, UNSIGNED) && value->number <= INT64_MAX ? (int64_t)value->number : fallback;
}

double packed_double(const struct packed *value, double fallback)
{
    if (is(value, FRACTION))
        return isfinite(value->fraction) ? value->fraction : fallback;
    if (is(value, UNSIGNED))
        return (double)value->number;
    return is(value, SIGNED) ? (double)value->negative : fallback;
}

bool packed_bool(const struct packed *value, bool fallback)
{
    return is(value, BOOLEAN) ? value->number : fallback;
}
