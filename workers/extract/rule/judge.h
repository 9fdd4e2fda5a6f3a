/* judge.h - one text at a time: which indicator does each of its numbers state? */
#ifndef XIANZHI_EXTRACT_JUDGE_H
#define XIANZHI_EXTRACT_JUDGE_H

#include "workers/extract/rule/candidates.h"
#include "workers/extract/rule/context.h"

/* One thread's; borrows the catalogue. */
struct judge {
    const struct catalogue *catalogue;
    struct pattern_scratch *scratch;
    struct context context;
    struct candidates candidates;
    struct view view;
    struct buffer masked; /* the text for /…/ rules, made when the first one asks */
    bool masked_known;
    size_t *marks; /* where its numbers stand */
    size_t mark_capacity;
    struct error *error; /* of the first thing that went wrong with this report */
    enum status status;
    /* the text at hand: a sentence, a part of one, or a made-up one */
    struct report *report;
    size_t sentence;
    struct slice text;
    uint32_t origin;
    const struct quantity *quantities; /* in the text */
    size_t count;
};

void judge_init(struct judge *judge, const struct catalogue *catalogue);
void judge_release(struct judge *judge);

/* `error` must stay valid until the report is done. */
void judge_report(struct judge *judge, struct report *report, struct error *error);
/* Turns to a text of `sentence`, whose quantities' spans count from `origin`; all borrowed. */
void judge_text(struct judge *judge, size_t sentence, struct slice text, uint32_t origin,
                const struct quantity *quantities, size_t count);
/* Sets indicator and rule of `quantity`, the report's own, which is number `index` of the text.
 * With `scopes` (may be NULL) the scopes that matched it, whether or not an indicator's rule did.
 */
void judge_number(struct judge *judge, size_t index, struct quantity *quantity, uint64_t *scopes);

#endif
