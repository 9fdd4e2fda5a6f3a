/* ole2.c - looks for directory entries where they must stand: at multiples of 128 bytes.
 *
 * No chain of sectors is followed, so damage can't lead astray. In place, no allocation; this runs
 * in the stage itself, on anything that begins like a compound file.
 */
#include "workers/ingest/format/ole2.h"

enum {
    HEADER_BYTES = 512,
    ENTRY_BYTES = 128,
    NAME_BYTES_AT = 0x40,
    KIND_AT = 0x42,
    FIRST_SECTOR_AT = 0x74,
    SIZE_AT = 0x78,
    MINI_STREAM_BYTES = 4096, /* shorter streams lie within another */
};

static uint32_t u16(struct slice raw, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)raw.data + at;
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t u32(struct slice raw, size_t at)
{
    return u16(raw, at) | u16(raw, at + 2) << 16;
}

bool ole2_matches(struct slice raw)
{
    return slice_starts(raw, SLICE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
}

static bool entry_is(struct slice raw, size_t at, const char *name)
{
    size_t len = strlen(name);
    unsigned char kind = (unsigned char)raw.data[at + KIND_AT];
    if (u16(raw, at + NAME_BYTES_AT) != 2 * len + 2 || kind == 0 || kind > 5)
        return false;
    for (size_t i = 0; i < len; i++)
        if (raw.data[at + 2 * i] != name[i] || raw.data[at + 2 * i + 1] != '\0')
            return false;
    return true;
}

static size_t find_entry(struct slice raw, const char *name)
{
    if (!ole2_matches(raw))
        return SIZE_MAX;
    for (size_t at = HEADER_BYTES; at + ENTRY_BYTES <= raw.len; at += ENTRY_BYTES)
        if (entry_is(raw, at, name))
            return at;
    return SIZE_MAX;
}

bool ole2_has(struct slice raw, const char *name)
{
    return find_entry(raw, name) != SIZE_MAX;
}

struct slice ole2_stream_start(struct slice raw, const char *name)
{
    size_t entry = find_entry(raw, name);
    if (entry == SIZE_MAX || u32(raw, entry + SIZE_AT) < MINI_STREAM_BYTES)
        return (struct slice){0};
    unsigned shift = u16(raw, 30);
    if (shift != 9 && shift != 12)
        return (struct slice){0};
    uint64_t at = ((uint64_t)u32(raw, entry + FIRST_SECTOR_AT) + 1) << shift;
    uint64_t bytes = 1ull << shift;
    if (at >= raw.len)
        return (struct slice){0};
    return slice_range(raw, at, at + bytes < raw.len ? at + bytes : raw.len);
}
