/* cuts.c - removes spans from the clean text; one pass over text and shifts, in a worker's thread.
 *
 * A cut makes one shift at its end: whatever follows it stands, in the original, where it always
 * stood. Shifts inside a cut vanish with it. Can't fail.
 */
#include "workers/segment/cuts.h"

struct shift_list {
    struct shift *items;
    size_t count;
};

/* A later shift at the same clean offset wins: nothing lies between the two. */
static void add_shift(struct shift_list *list, uint32_t clean, uint32_t text)
{
    if (list->count && list->items[list->count - 1].clean == clean)
        list->count--;
    list->items[list->count++] = (struct shift){clean, text};
}

static void cut_shifts(struct report *report, const struct span *cuts, size_t count)
{
    size_t old_count = report->shift_count;
    struct shift_list list = {
        arena_alloc(&report->arena, (old_count + count + 1) * sizeof *list.items), 0};
    if (old_count == 0 || report->shifts[0].clean != 0)
        add_shift(&list, 0, 0);
    uint32_t removed = 0;
    size_t cut = 0;
    for (size_t i = 0; i < old_count || cut < count;) {
        if (cut == count || (i < old_count && report->shifts[i].clean < cuts[cut].start)) {
            add_shift(&list, report->shifts[i].clean - removed, report->shifts[i].text);
            i++;
            continue;
        }
        while (i < old_count && report->shifts[i].clean <= cuts[cut].end)
            i++;
        removed += cuts[cut].end - cuts[cut].start;
        add_shift(&list, cuts[cut].end - removed, clean_to_text(report, cuts[cut].end));
        cut++;
    }
    report->shifts = list.items;
    report->shift_count = list.count;
}

static uint32_t moved(uint32_t offset, const struct span *cuts, size_t count)
{
    uint32_t removed = 0;
    for (size_t i = 0; i < count && cuts[i].start < offset; i++)
        removed += (cuts[i].end < offset ? cuts[i].end : offset) - cuts[i].start;
    return offset - removed;
}

void clean_cut(struct report *report, const struct span *cuts, size_t count)
{
    if (count == 0)
        return;
    cut_shifts(report, cuts, count);
    report->meta.body.start = moved(report->meta.body.start, cuts, count);
    report->meta.body.end = moved(report->meta.body.end, cuts, count);

    char *kept = arena_alloc(&report->arena, report->clean.len + 1);
    size_t len = 0, from = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(kept + len, report->clean.data + from, cuts[i].start - from);
        len += cuts[i].start - from;
        from = cuts[i].end;
    }
    memcpy(kept + len, report->clean.data + from, report->clean.len - from);
    report->clean = (struct slice){kept, len + report->clean.len - from};
}
