/* context.h - what the surroundings of a sentence are about: earlier sentences and headings.
 *
 * Asked only when a rule needs it, and remembered for the report.
 */
#ifndef XIANZHI_EXTRACT_CONTEXT_H
#define XIANZHI_EXTRACT_CONTEXT_H

#include "workers/extract/rule/catalogue.h"

/* Zero-initialise; one thread's. */
struct context {
    const struct catalogue *catalogue;
    const struct report *report;
    uint64_t *headings, *sentences; /* topics, of those that are known */
    uint64_t *nearest; /* of the nearest sentence with any, up to this one, in its paragraph */
    bool *heading_known, *sentence_known, *nearest_known;
    size_t heading_capacity, sentence_capacity, nearest_capacity;
    struct view view;
};

void context_start(struct context *context, const struct catalogue *catalogue,
                   const struct report *report);
void context_release(struct context *context);

/* The topics of a quantity at `number` in `view`, a view of `sentence`; 0: none. The last topic
 * word in front of it in its clause, else the first behind it there, else the last one earlier in
 * the sentence, else in the paragraph, else those of the headings, innermost first. */
uint64_t context_topics(struct context *context, const struct view *view,
                        const struct view_token *number, size_t sentence);

/* Does a heading above the sentence match? */
bool context_under(struct context *context, struct pattern_scratch *scratch,
                   const struct rule_pattern *pattern, size_t sentence);

#endif
