/* measure.c - counts right, wrong and missed. Any thread; nothing can fail. */
#include "workers/extract/train/measure.h"

#include <stdlib.h>

static void count(struct measure *measure, const struct lessons *lessons,
                  const struct lesson *lesson, const struct verdict *verdict,
                  const struct cuts *cuts, int32_t least_asked)
{
    uint16_t labels[VERDICT_BEST], asserted = verdict_asserted(verdict, cuts);
    size_t proposed = verdict->sure < least_asked ? 0 : verdict_proposed(verdict, cuts, labels);
    bool right = asserted != LABEL_NONE && lessons_allow(lessons, lesson, asserted);
    measure->proposed += proposed > 0;
    if (lessons_allow(lessons, lesson, LABEL_NONE)) {
        measure->wrong += asserted != LABEL_NONE && !right;
        return;
    }
    measure->right += right;
    measure->missed += !right;
    measure->wrong += asserted != LABEL_NONE && !right;
    for (size_t i = 0; i < proposed; i++)
        if (lessons_allow(lessons, lesson, labels[i])) {
            measure->proposed_right++;
            return;
        }
}

/* Of each document: the least sum that is asked about. */
static int32_t *find_least_asked(const struct lessons *lessons, const struct opinion *opinions,
                                 const struct cuts *cuts)
{
    int32_t *least = memory_zero((lessons->document_count + 1) * sizeof *least);
    int32_t *sums = memory_alloc((lessons->count + 1) * sizeof *sums);
    uint16_t labels[VERDICT_BEST];
    for (size_t first = 0, end; first < lessons->count; first = end) {
        uint32_t document = lessons->lessons[first].document;
        struct cuts own = cuts_for(cuts, lessons->documents[document].piece);
        size_t asking = 0;
        for (end = first; end < lessons->count && lessons->lessons[end].document == document; end++)
            if (opinions[end].known && verdict_proposed(&opinions[end].verdict, &own, labels))
                sums[asking++] = opinions[end].verdict.sure;
        least[document] = verdict_least_asked(sums, asking, &own);
    }
    free(sums);
    return least;
}

struct measure measure_group(const struct lessons *lessons, const struct opinion *opinions,
                             uint32_t group, const struct cuts *cuts)
{
    struct measure measure = {0};
    bool *counted = memory_zero(lessons->document_count + 1);
    int32_t *least = find_least_asked(lessons, opinions, cuts);
    for (size_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->lessons[i];
        const struct lesson_document *document = &lessons->documents[lesson->document];
        if (!opinions[i].known || (group != UINT32_MAX && document->group != group))
            continue;
        if (!counted[lesson->document]) {
            counted[lesson->document] = true;
            measure.documents++;
            measure.missed += document->missed;
        }
        struct cuts own = cuts_for(cuts, document->piece);
        count(&measure, lessons, lesson, &opinions[i].verdict, &own, least[lesson->document]);
    }
    free(counted);
    free(least);
    return measure;
}

static double share(uint32_t part, uint32_t whole)
{
    return whole ? (double)part / whole : 1;
}

void measure_format(struct buffer *out, const char *name, const struct measure *m)
{
    uint32_t stated = m->right + m->missed;
    buffer_format(out,
                  "%-12s P %.3f  R %.3f  R+ %.3f  %4.1f proposals a report (%u right, %u wrong, "
                  "%u not asserted)\n",
                  name, share(m->right, m->right + m->wrong), share(m->right, stated),
                  share(m->right + m->proposed_right, stated),
                  m->documents ? (double)m->proposed / m->documents : 0, m->right, m->wrong,
                  m->missed);
}
