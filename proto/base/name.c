/* name.c - names of files and archive members. No state, any thread. */
#include "proto/base/name.h"

#include <iconv.h>
#include <unistr.h>

static bool convert(iconv_t converter, struct slice part, struct buffer *out)
{
    size_t left = part.len, before = out->len, room = left * 4;
    buffer_reserve(out, room);
    char *from = (char *)part.data, *to = out->data + before; /* iconv doesn't change it */
    iconv(converter, NULL, NULL, NULL, NULL);
    bool converted = iconv(converter, &from, &left, &to, &room) != (size_t)-1;
    out->len = converted ? (size_t)(to - out->data) : before;
    return converted;
}

static void add_part(struct slice part, struct buffer *out)
{
    if (!u8_check((const uint8_t *)part.data, part.len)) {
        buffer_add(out, part);
        return;
    }
    iconv_t converter = iconv_open("UTF-8", "GB18030");
    bool converted = converter != (iconv_t)-1 && convert(converter, part, out);
    if (converter != (iconv_t)-1)
        iconv_close(converter);
    for (size_t i = 0; i < part.len && !converted; i++)
        buffer_append(out, (unsigned char)part.data[i] < 0x80 ? &part.data[i] : "?", 1);
}

void name_to_utf8(const char *name, struct buffer *out)
{
    buffer_clear(out);
    for (const char *end; *name; name = *end ? end + 1 : end) {
        end = strchrnul(name, '/');
        add_part((struct slice){name, (size_t)(end - name)}, out);
        buffer_append(out, "/", *end ? 1 : 0);
    }
    buffer_append(out, "", 1);
    out->len--; /* the NUL stays behind the end */
}
