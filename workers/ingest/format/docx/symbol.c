/* symbol.c - characters of symbol fonts, which a docx names by their place in the font. */
#include "workers/ingest/format/docx/body_private.h"
#include "workers/text/utf8.h"

#include <stdlib.h>
#include <strings.h>

static bool font_is(struct slice font, const char *name)
{
    return font.len >= strlen(name) && strncasecmp(font.data, name, strlen(name)) == 0;
}

/* Circled digits: 0 to 10 light, then dark. */
static uint32_t of_wingdings(uint32_t place)
{
    if (place >= 0x81 && place <= 0x8A)
        return 0x2460 + place - 0x81;
    if (place >= 0x8C && place <= 0x95)
        return 0x2776 + place - 0x8C;
    return place == 0xFC ? 0x2713 /* ✓ */ : ' ';
}

/* Digits, signs and punctuation stand where ASCII has them; the rest is Greek. */
static uint32_t of_symbol(uint32_t place)
{
    if (place >= 0x20 && place <= 0x3F)
        return place;
    return place == 0xB3 ? 0x2265 : place == 0xA3 ? 0x2264 : place == 0xB4 ? 0xD7 : ' ';
}

void put_symbol(struct buffer *out, struct slice font, struct slice code)
{
    char digits[8] = "", bytes[4];
    if (code.len == 0 || code.len >= sizeof digits)
        return;
    memcpy(digits, code.data, code.len);
    uint32_t c = (uint32_t)strtoul(digits, NULL, 16);
    bool of_font = c >= 0xF000 && c <= 0xF0FF;
    if (of_font || font_is(font, "Wingdings") || font_is(font, "Symbol"))
        c = font_is(font, "Symbol") ? of_symbol(c & 0xFF) : of_wingdings(c & 0xFF);
    if (c < ' ' || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return;
    buffer_append(out, bytes, utf8_put(c, bytes));
}
