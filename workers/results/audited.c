/* audited.c - a long report has a hundred thousand figures and as many audits: to look through all
 * of these for each of those took longer than all else that is done with it. So they are sorted
 * once. No state, any thread; nothing fails. */
#include "workers/results/audited.h"

#include <stdlib.h>

void audited_add(struct audited *audited, struct span span)
{
    if (audited->count == audited->capacity) {
        audited->capacity = audited->capacity ? audited->capacity * 2 : 16;
        audited->spans = memory_resize(audited->spans, audited->capacity * sizeof *audited->spans);
    }
    audited->spans[audited->count++] = span;
}

static int by_start(const void *left, const void *right)
{
    const struct span *a = left, *b = right;
    return a->start != b->start ? (a->start > b->start) - (a->start < b->start)
                                : (a->end > b->end) - (a->end < b->end);
}

/* What touches one of two that overlap touches both together, and the other way round. */
void audited_settle(struct audited *audited)
{
    size_t kept = 0;
    if (audited->count)
        qsort(audited->spans, audited->count, sizeof *audited->spans, by_start);
    for (size_t i = 0; i < audited->count; i++) {
        struct span span = audited->spans[i], *last = kept ? &audited->spans[kept - 1] : NULL;
        if (!last || span.start >= last->end)
            audited->spans[kept++] = span;
        else if (span.end > last->end)
            last->end = span.end;
    }
    audited->count = kept;
}

void audited_read(struct audited *audited, const struct filing *filing)
{
    struct audit audit;
    for (size_t i = 0; filing_audit(filing, i, &audit); i++)
        if (audit.type != AUDIT_DUPLICATE_TEXT && audit.type != AUDIT_MISSING_PART)
            audited_add(audited, audit.text);
    audited_settle(audited);
}

bool audited_touches(const struct audited *audited, struct span span)
{
    size_t low = 0, high = audited->count; /* the first that ends behind its start */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (audited->spans[middle].end > span.start)
            high = middle;
        else
            low = middle + 1;
    }
    return low < audited->count && audited->spans[low].start < span.end;
}

void audited_release(struct audited *audited)
{
    free(audited->spans);
    *audited = (struct audited){0};
}
