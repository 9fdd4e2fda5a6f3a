/* blind.c - fold by fold: learn from the others, judge it. One thread; nothing can fail. */
#include "workers/extract/train/blind.h"

#include <math.h>
#include <stdlib.h>

uint32_t blind_deal(const struct lessons *lessons, uint32_t folds, uint32_t *fold_of)
{
    bool by_hand = lessons->hand_count > 2; /* the first is the unknown one */
    for (uint32_t d = 0; d < lessons->document_count; d++) {
        const struct lesson_document *document = &lessons->documents[d];
        fold_of[d] = document->seen                   ? NO_FOLD
                     : !by_hand                       ? d % folds
                     : document->hand == HAND_UNKNOWN ? NO_FOLD
                                                      : (document->hand - 1) % folds;
    }
    return by_hand && lessons->hand_count - 1 < folds ? (uint32_t)lessons->hand_count - 1 : folds;
}

static void judge_lesson(const struct lessons *lessons, const struct lesson *lesson,
                         const struct learned *learned, struct number_evidence *evidence,
                         struct opinion *opinion)
{
    float scores[EVIDENCE_CANDIDATES];
    int32_t rounded[EVIDENCE_CANDIDATES];
    learned_score(learned, lessons, lesson, scores);
    evidence->candidate_count = lesson->candidate_count;
    for (uint32_t k = 0; k < lesson->candidate_count; k++) {
        const struct lesson_candidate *candidate =
            &lessons->candidates[lesson->first_candidate + k];
        evidence->candidates[k].label = candidate->label;
        evidence->candidates[k].present = candidate->present;
        evidence->candidates[k].barred = candidate->barred;
        rounded[k] = (int32_t)lrintf(scores[k] * WEIGHTS_UNIT);
    }
    verdict_of(&opinion->verdict, evidence, rounded);
    opinion->known = true;
}

struct opinion *blind_judge(const struct lessons *lessons, const uint32_t *fold_of, uint32_t count,
                            const struct learn_options *options, blind_told *told)
{
    struct opinion *opinions = memory_zero((lessons->count + 1) * sizeof *opinions);
    struct number_evidence *evidence = memory_zero(sizeof *evidence); /* candidates alone */
    bool *use = memory_zero(lessons->document_count + 1);
    for (uint32_t fold = 0; fold < count; fold++) {
        struct learned learned;
        bool any = false;
        for (size_t d = 0; d < lessons->document_count; d++) {
            use[d] = fold_of[d] != fold;
            any = any || !use[d];
        }
        if (!any)
            continue;
        learn(&learned, lessons, use, options);
        for (size_t i = 0; i < lessons->count; i++)
            if (!use[lessons->lessons[i].document] && lessons->lessons[i].candidate_count)
                judge_lesson(lessons, &lessons->lessons[i], &learned, evidence, &opinions[i]);
        if (told)
            told(fold + 1, count, learned.pair_count);
        learned_release(&learned);
    }
    free(evidence);
    free(use);
    return opinions;
}

/* ---- annotations in doubt ---- */

/* How likely the model holds what the annotation says; of the best candidates alone. */
static double likelihood(const struct lessons *lessons, const struct lesson *lesson,
                         const struct verdict *verdict)
{
    double sum = 0, right = 0;
    for (size_t i = 0; i < verdict->count; i++) {
        double part = exp((double)(verdict->scores[i] - verdict->scores[0]) / WEIGHTS_UNIT);
        sum += part;
        right += lessons_allow(lessons, lesson, verdict->labels[i]) ? part : 0;
    }
    return sum > 0 ? right / sum : 1;
}

size_t blind_doubt(struct lessons *lessons, const struct opinion *opinions)
{
    static const double least = 0.018; /* e^-4; at e^-3 what is only hard goes, too */
    size_t count = 0;
    for (size_t i = 0; i < lessons->count; i++) {
        struct lesson *lesson = &lessons->lessons[i];
        lesson->doubtful =
            opinions[i].known && likelihood(lessons, lesson, &opinions[i].verdict) < least;
        count += lesson->doubtful;
    }
    return count;
}

void blind_settle(const struct lessons *lessons, const struct settle_lesson *taught,
                  const uint32_t *fold_of, uint32_t count, struct opinion *opinions)
{
    bool *use = memory_zero(lessons->document_count + 1);
    for (uint32_t fold = 0; fold < count; fold++) {
        int32_t weights[SETTLE_TERMS];
        for (size_t d = 0; d < lessons->document_count; d++)
            use[d] = fold_of[d] != fold;
        learn_settle(lessons, taught, use, weights);
        for (size_t i = 0; i < lessons->count; i++)
            if (!use[lessons->lessons[i].document])
                opinions[i].verdict.sure = settle_sum(weights, &taught[i].terms);
    }
    free(use);
}
