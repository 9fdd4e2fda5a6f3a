/* verdict.c - margins and cut-offs. Any thread; nothing can fail. */
#include "workers/extract/model/verdict.h"

#include <stdlib.h>

void verdict_of(struct verdict *verdict, const struct number_evidence *evidence,
                const int32_t scores[EVIDENCE_CANDIDATES])
{
    int32_t best[VERDICT_BEST];
    size_t from[VERDICT_BEST], count = 0;
    for (size_t i = 0; i < evidence->candidate_count; i++) {
        if (count == VERDICT_BEST && scores[i] <= best[VERDICT_BEST - 1])
            continue;
        size_t at = count < VERDICT_BEST ? count++ : VERDICT_BEST - 1;
        for (; at > 0 && scores[i] > best[at - 1]; at--) {
            best[at] = best[at - 1];
            from[at] = from[at - 1];
        }
        best[at] = scores[i];
        from[at] = i;
    }
    *verdict = (struct verdict){.count = count, .none = evidence->candidate_count ? scores[0] : 0};
    for (size_t at = 0; at < count; at++) {
        const struct evidence_candidate *candidate = &evidence->candidates[from[at]];
        verdict->labels[at] = candidate->label;
        verdict->scores[at] = best[at];
        verdict->present[at] = candidate->present;
        verdict->barred[at] = candidate->barred;
    }
}

size_t verdict_leading(const struct verdict *verdict)
{
    size_t i = 0;
    while (i < verdict->count && verdict->labels[i] == LABEL_NONE)
        i++;
    return i;
}

uint16_t verdict_asserted(const struct verdict *verdict, const struct cuts *cuts)
{
    size_t best = verdict_leading(verdict);
    if (best == verdict->count || !verdict->present[best] || verdict->barred[best])
        return LABEL_NONE;
    return verdict->sure >= cuts->assert_margin ? verdict->labels[best] : LABEL_NONE;
}

size_t verdict_proposed(const struct verdict *verdict, const struct cuts *cuts,
                        uint16_t labels[VERDICT_BEST])
{
    enum { REACH = 300 }; /* how far behind the best a second answer is still worth a question */
    size_t count = 0, best = verdict_leading(verdict);
    if (best == verdict->count || verdict->sure < cuts->propose_margin ||
        verdict_asserted(verdict, cuts) != LABEL_NONE)
        return 0;
    for (size_t i = best; i < verdict->count && count < (size_t)cuts->most_proposed; i++)
        if (verdict->labels[i] != LABEL_NONE && verdict->scores[i] >= verdict->scores[best] - REACH)
            labels[count++] = verdict->labels[i];
    return count;
}

static int falling(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x < y) - (x > y);
}

int32_t verdict_least_asked(int32_t *sums, size_t count, const struct cuts *cuts)
{
    size_t most = cuts->most_questions > 0 ? (size_t)cuts->most_questions : 0;
    if (most == 0)
        return INT32_MAX;
    if (count <= most)
        return INT32_MIN;
    qsort(sums, count, sizeof *sums, falling);
    return sums[most - 1];
}
