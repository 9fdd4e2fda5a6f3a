/* passage.c - a paragraph's sketch in its stored form: its span, and the low halves of its hashes.
 * No state, any thread. The low halves, since the least of many hashes all begin with zeros. */
#include "workers/aggregate/filing.h"

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
