/* name.c - names of files and archive members. No state, any thread. */
#include "proto/base/name.h"

#include <iconv.h>
#include <unistr.h>

static bool convert_name(const char *charset, const char *name, struct buffer *out)
{
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1)
        return false;
    size_t left = strlen(name), room = left * 4;
    buffer_clear(out);
    buffer_reserve(out, room + 1);
    char *from = (char *)name, *to = out->data; /* iconv changes neither, its type predates const */
    bool converted = iconv(converter, &from, &left, &to, &room) != (size_t)-1;
    iconv_close(converter);
    out->len = (size_t)(to - out->data);
    return converted;
}

void name_to_utf8(const char *name, struct buffer *out)
{
    size_t len = strlen(name);
    bool valid = u8_check((const uint8_t *)name, len) == NULL;
    if (!valid && !convert_name("GB18030", name, out)) {
        buffer_clear(out);
        for (size_t i = 0; i < len; i++)
            buffer_append(out, (unsigned char)name[i] < 0x80 ? &name[i] : "?", 1);
    } else if (valid) {
        buffer_clear(out);
        buffer_append(out, name, len);
    }
    buffer_append(out, "", 1);
    out->len--; /* the NUL stays behind the end */
}
