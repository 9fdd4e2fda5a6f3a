/* passage.c - a paragraph's sketch in its stored form: its span, and the low halves of its hashes.
 * No state, any thread. The low halves, since the least of many hashes all begin with zeros. */
#include "workers/results/private.h"

enum { PAIR_BYTES = 4 };

bool passage_file(const struct passage *passage, struct filed_passage *filed)
{
    filed->text = passage->text;
    for (unsigned i = 0; i < MARKS; i++)
        filed->marks[i] = (uint32_t)passage->sketch[i];
    return passage->text.end - passage->text.start >= LEAST_PASSAGE_BYTES;
}

void passage_write(const struct filed_passage *passage, struct buffer *out)
{
    code_number(out, passage->text.start);
    code_number(out, passage->text.end);
    buffer_append(out, passage->marks, sizeof passage->marks);
}

bool passage_read(struct slice bytes, struct filed_passage *passage)
{
    struct coded in = coded_of(bytes);
    passage->text.start = (uint32_t)coded_number(&in);
    passage->text.end = (uint32_t)coded_number(&in);
    struct slice marks = coded_bytes(&in, sizeof passage->marks);
    if (in.bad)
        return false;
    memcpy(passage->marks, marks.data, marks.len);
    return true;
}

uint32_t passage_pair(uint32_t first, uint32_t second)
{
    uint64_t both = (uint64_t)first << 32 | second;
    return (uint32_t)((both * 0x9E3779B97F4A7C15u) >> 32);
}

void passage_key_begin(struct buffer *out, uint32_t pair)
{
    char bytes[PAIR_BYTES] = {(char)(pair >> 24), (char)(pair >> 16), (char)(pair >> 8),
                              (char)pair};
    buffer_append(out, bytes, sizeof bytes);
}

struct slice passage_key_seat(struct slice key)
{
    return slice_range(key, key.len < PAIR_BYTES ? key.len : PAIR_BYTES, key.len);
}
