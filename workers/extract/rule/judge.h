/* judge.h - one text at a time: which indicator does each of its numbers state? */
#ifndef XIANZHI_EXTRACT_JUDGE_H
#define XIANZHI_EXTRACT_JUDGE_H

#include "workers/extract/rule/candidates.h"
#include "workers/extract/rule/context.h"

/* How far a rule got with a number. */
enum hit_how {
    HIT_DECIDED, /* the best that holds: what the rules alone would say */
    HIT_HOLDS,
    HIT_BARRED, /* a scope bars it */
    HIT_VETOED, /* an `unless` or `under` is against it */
};

struct hit {
    uint16_t indicator;
    uint8_t how;
    const struct catalogue_rule *rule;
};

enum { HITS_MAX = 64 };

/* What the rules say of one number, best first. */
struct hits {
    struct hit all[HITS_MAX];
    size_t count;
    uint64_t scopes; /* bits of those that hold */
};

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
    uint64_t serial; /* of the text: rises */
};

void judge_init(struct judge *judge, const struct catalogue *catalogue);
void judge_release(struct judge *judge);

/* `error` must stay valid until the report is done. */
void judge_report(struct judge *judge, struct report *report, struct error *error);
/* Turns to a text of `sentence`, whose quantities' spans count from `origin`; all borrowed. */
void judge_text(struct judge *judge, size_t sentence, struct slice text, uint32_t origin,
                const struct quantity *quantities, size_t count);
/* What the rules say of number `index` of the text, whose unit has this bit in the catalogue. */
void judge_number(struct judge *judge, size_t index, uint64_t unit, struct hits *hits);

#endif
