/* marked.c - marks put around spans of a sentence. No state, any thread. */
#include "deploy/commands/marked.h"

#include "proto/base/visible.h"

void put_marked(struct buffer *out, struct slice sentence, const struct sentence_mark *marks,
                size_t count, bool colour)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct span span = marks[i].span;
        bool strong = marks[i].strong;
        if (span.start < at || span.end < span.start || span.end > sentence.len)
            continue;
        visible_blank(out, slice_range(sentence, at, span.start));
        buffer_add(out, slice_of(colour ? strong ? "\033[1;33m" : "\033[36m" : strong ? "⟦" : ""));
        visible_blank(out, slice_range(sentence, span.start, span.end));
        buffer_add(out, slice_of(colour ? "\033[0m" : strong ? "⟧" : ""));
        at = span.end;
    }
    visible_blank(out, slice_range(sentence, at, sentence.len));
}

void put_marked_one(struct buffer *out, struct slice sentence, struct span span, bool colour)
{
    put_marked(out, sentence, &(struct sentence_mark){span, true}, 1, colour);
}

/* Full-width forms are read as what they stand for: ７ as 7. */
static unsigned char half_width(struct slice text, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text.data + *at;
    bool full = text.len - *at >= 3 && p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD);
    unsigned form = full ? (p[1] - 0xBCu) * 64 + p[2] - 0x80 : 0;
    full = full && form >= 0x01 && form <= 0x5E;
    *at += full ? 3 : 1;
    return full ? (unsigned char)(form + 0x20) : p[0];
}

struct span mark_written(struct slice sentence, uint32_t offset, struct slice written)
{
    struct span span = {offset, offset};
    for (size_t i = 0; i < written.len && span.end < sentence.len;) {
        size_t byte = i;
        unsigned char half = half_width(written, &i);
        if ((unsigned char)sentence.data[span.end] == half)
            span.end++;
        else if (i - byte == 3 &&
                 slice_starts(slice_from(sentence, span.end), slice_range(written, byte, i)))
            span.end += 3; /* ，and the like stay as they are */
    }
    return span;
}
