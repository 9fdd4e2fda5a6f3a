/* html_western.c - Word saves a page so on a Western system: no-break blanks, quotation marks and
 * middle dots as single bytes, hanzi as &#23425;. Reads bytes only; nothing can fail.
 */
#include "workers/ingest/format/html_western.h"

#include "workers/text/utf8.h"

uint32_t html_western_character(unsigned char byte)
{
    static const uint16_t from_0x80[32] = {
        0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
        0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
    return byte >= 0x80 && byte < 0xA0 ? from_0x80[byte - 0x80] : byte;
}

bool html_is_western(struct slice raw)
{
    size_t references = 0, high = 0;
    for (size_t i = 0; i < raw.len; i++) {
        high += (unsigned char)raw.data[i] >= 0x80;
        references += raw.data[i] == '&' && i + 1 < raw.len && raw.data[i + 1] == '#';
    }
    return references > high;
}

struct slice html_western_decode(struct arena *arena, struct slice raw)
{
    enum { MAX_UTF8_BYTES = 3 };
    char *out = arena_alloc(arena, raw.len * MAX_UTF8_BYTES + 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++)
        len += utf8_put(html_western_character((unsigned char)raw.data[i]), out + len);
    return (struct slice){out, len};
}
