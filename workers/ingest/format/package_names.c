/* package_names.c - a zip file's table of contents, read where it stands.
 *
 * The end record stands within the last 64 KiB + 22 bytes, gives the directory's place, and the
 * directory gives the names. Every number is checked against the bytes there are: this runs in the
 * stage itself, on anything that begins with PK. In-place, no allocation, no library.
 */
#include "workers/ingest/format/package.h"

enum {
    END_BYTES = 22,
    END_COMMENT_BYTES = 65535,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
};

static size_t u16(struct slice raw, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)raw.data + at;
    return (size_t)bytes[0] | (size_t)bytes[1] << 8;
}

static size_t u32(struct slice raw, size_t at)
{
    return u16(raw, at) | u16(raw, at + 2) << 16;
}

/* Where the directory begins; SIZE_MAX if there is none. */
static size_t find_directory(struct slice raw)
{
    if (raw.len < END_BYTES)
        return SIZE_MAX;
    size_t last = raw.len - END_BYTES,
           first = last > END_COMMENT_BYTES ? last - END_COMMENT_BYTES : 0;
    for (size_t at = last + 1; at-- > first;)
        if (memcmp(raw.data + at, "PK\5\6", 4) == 0) {
            size_t directory = u32(raw, at + 16), bytes = u32(raw, at + 12);
            if (directory < at)
                return directory;
            return bytes <= at ? at - bytes : SIZE_MAX; /* something stands in front of the zip */
        }
    return SIZE_MAX;
}

/* The same name whichever way folders are parted. */
static bool same_name(struct slice a, struct slice b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (a.data[i] != b.data[i] && !(a.data[i] == '\\' && b.data[i] == '/'))
            return false;
    return true;
}

bool package_has(struct slice raw, struct slice name)
{
    if (!slice_starts(raw, SLICE("PK\3\4")))
        return false;
    size_t at = find_directory(raw);
    for (unsigned i = 0; i < PACKAGE_MAX_MEMBERS; i++) {
        if (at > raw.len || raw.len - at < ENTRY_BYTES || memcmp(raw.data + at, "PK\1\2", 4) != 0)
            return false;
        size_t len = u16(raw, at + 28), behind = at + ENTRY_BYTES + len;
        if (behind > raw.len)
            return false;
        if (same_name(slice_range(raw, at + ENTRY_BYTES, behind), name))
            return true;
        at = behind + u16(raw, at + 30) + u16(raw, at + 32);
    }
    return false;
}

struct slice package_first(struct slice raw)
{
    if (!slice_starts(raw, SLICE("PK\3\4")) || raw.len < LOCAL_BYTES)
        return (struct slice){0};
    size_t len = u16(raw, 26);
    if (len > raw.len - LOCAL_BYTES)
        return (struct slice){0};
    return slice_range(raw, LOCAL_BYTES, LOCAL_BYTES + len);
}
