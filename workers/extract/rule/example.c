/* example.c - lays an example out as ingest and segment would: one heading, one paragraph.
 *
 * Runs in the check only. What can fail: unpaired braces.
 */
#include "workers/extract/rule/example.h"

#include "workers/segment/sentences.h"

static enum status unbrace(struct buffer *clean, struct slice text, struct example_marks *marks,
                           struct error *error)
{
    bool open = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '{' && !open && marks->count < EXAMPLE_MAX_MARKS) {
            marks->clean[marks->count].start = (uint32_t)clean->len;
            open = true;
        } else if (c == '}' && open) {
            marks->clean[marks->count++].end = (uint32_t)clean->len;
            open = false;
        } else if (c == '{' || c == '}') {
            return fail(error, STATUS_BAD, "braces don't pair (or are more than %d)",
                        EXAMPLE_MAX_MARKS);
        } else {
            buffer_append(clean, &c, 1);
        }
    }
    return open ? fail(error, STATUS_BAD, "\"{\" is never closed") : STATUS_OK;
}

static void add_sentences(struct report *report, uint32_t start, uint32_t end, int32_t heading)
{
    size_t capacity = report->sentence_count; /* grown exactly: examples are short */
    while (start < end) {
        uint32_t stop = sentence_end(report->clean, start, end);
        if (stop <= start)
            stop = end;
        struct sentence *sentence =
            ARENA_PUSH(&report->arena, report->sentences, report->sentence_count, capacity);
        *sentence = (struct sentence){.clean = {start, stop},
                                      .heading = heading,
                                      .paragraph = 1,
                                      .part = PART_MEASURES,
                                      .table_head = -1};
        start = stop;
    }
}

static void add_heading(struct report *report, uint32_t end)
{
    report->headings = arena_alloc(&report->arena, sizeof *report->headings);
    report->headings[0] = (struct heading){.level = 2,
                                           .part = PART_MEASURES,
                                           .title = slice_range(report->clean, 0, end),
                                           .clean = {0, end},
                                           .parent = -1};
    report->heading_count = 1;
}

enum status example_report(const struct catalogue *catalogue,
                           const struct catalogue_example *example, struct report *report,
                           struct example_marks *marks, struct error *error)
{
    struct buffer clean = {0};
    marks->count = 0;
    buffer_add(&clean, example->heading);
    uint32_t heading_end = (uint32_t)clean.len;
    buffer_add(&clean, example->context);
    uint32_t context_end = (uint32_t)clean.len;
    enum status status = unbrace(&clean, example->text, marks, error);
    if (status == STATUS_OK) {
        report->clean = report->text = arena_copy(&report->arena, buffer_slice(&clean));
        report->meta.year = (uint16_t)example->year;
        report->meta.kind = example->kind;
        report->meta.level = example->level;
        if (heading_end)
            add_heading(report, heading_end);
        int32_t heading = heading_end ? 0 : -1;
        add_sentences(report, heading_end, context_end, heading);
        add_sentences(report, context_end, (uint32_t)report->clean.len, heading);
        quantities_find(catalogue->quantities, report);
    }
    buffer_release(&clean);
    return status;
}
