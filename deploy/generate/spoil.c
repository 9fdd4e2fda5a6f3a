/* spoil.c - encodings by iconv, and the kinds of damage that occur. No state. */
#include "deploy/generate/spoil.h"

#include <iconv.h>

static void convert(const char *charset, struct slice text, struct buffer *bytes)
{
    iconv_t to = iconv_open(charset, "UTF-8");
    size_t room = text.len * 2 + 16, left = room, in_left = text.len;
    buffer_reserve(bytes, room);
    char *in = (char *)text.data, *out = bytes->data + bytes->len;
    iconv(to, &in, &in_left, &out, &left); /* our own text: every character exists in both */
    bytes->len += room - left;
    iconv_close(to);
}

void encode_document(struct slice text, unsigned dice, struct buffer *bytes)
{
    buffer_clear(bytes);
    if (dice < 80)
        buffer_add(bytes, text);
    else if (dice < 85) {
        buffer_add(bytes, SLICE("\xef\xbb\xbf"));
        buffer_add(bytes, text);
    } else if (dice < 95)
        convert("GB18030", text, bytes);
    else {
        buffer_add(bytes, SLICE("\xff\xfe"));
        convert("UTF-16LE", text, bytes);
    }
}

/* Takes every `word` out of the text. */
static void erase(struct buffer *text, struct slice word)
{
    size_t kept = 0;
    for (size_t at = 0; at < text->len;) {
        if (word.len && at + word.len <= text->len &&
            memcmp(text->data + at, word.data, word.len) == 0)
            at += word.len;
        else
            text->data[kept++] = text->data[at++];
    }
    text->len = kept;
}

static void erase_region(const struct author *author, struct buffer *text)
{
    erase(text, author->issuer);
    erase(text, author->place->name);
    if (author->parent)
        erase(text, author->parent->name);
    erase(text, author->province->name);
    erase(text, author->township);
}

static void erase_digits(struct buffer *text)
{
    size_t kept = 0;
    for (size_t at = 0; at < text->len; at++)
        if (text->data[at] < '0' || text->data[at] > '9')
            text->data[kept++] = text->data[at];
    text->len = kept;
}

static void write_picture(struct random *random, struct buffer *bytes)
{
    buffer_add(bytes, SLICE("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1"));
    for (unsigned i = 0; i < 2000; i++) {
        char byte = (char)random_next(random);
        buffer_append(bytes, &byte, 1);
    }
}

void spoil_document(const struct author *author, struct buffer *text, struct random *random,
                    struct buffer *bytes)
{
    static const char zeros[4096];
    buffer_clear(bytes);
    switch (random_between(random, 0, 5)) {
    case 0: /* empty */
        break;
    case 1:
        buffer_append(bytes, zeros, sizeof zeros);
        break;
    case 2:
        write_picture(random, bytes);
        break;
    case 3: /* cut inside the last character but one */
        while (text->len && (text->data[text->len - 1] & 0x80) == 0)
            text->len--;
        buffer_append(bytes, text->data, text->len - 1);
        break;
    case 4:
        erase_region(author, text);
        buffer_add(bytes, buffer_slice(text));
        break;
    case 5:
        erase_digits(text);
        buffer_add(bytes, buffer_slice(text));
        break;
    }
}
