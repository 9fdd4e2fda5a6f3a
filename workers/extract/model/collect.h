/* collect.h - gathers the evidence for one number: words of its clause and around it, concepts,
 * headings, neighbours in the list, the rules' answers, and how each indicator's frame is filled.
 */
#ifndef XIANZHI_EXTRACT_COLLECT_H
#define XIANZHI_EXTRACT_COLLECT_H

#include "workers/extract/frame/strip.h"
#include "workers/extract/model/evidence.h"
#include "workers/extract/rule/judge.h"

enum { COLLECT_HEADINGS = 2 };

/* One thread's; zero-initialise, then collector_report. Borrows catalogue and report. */
struct collector {
    const struct catalogue *catalogue;
    const struct report *report;
    struct strip strip;       /* of the text at hand */
    uint64_t text_of;         /* its serial number; 0: none yet */
    struct automaton_run run; /* of texts without numbers */
    struct strip above, headings[COLLECT_HEADINGS];
    struct concepts title,
        opening; /* of the report's title and issuer; of the text's first words */
    int64_t above_of, heading_of[COLLECT_HEADINGS]; /* -1: of none */
    int64_t shared_of; /* sentence whose shared features the evidence holds, -1: none */
};

void collector_report(struct collector *collector, const struct catalogue *catalogue,
                      const struct report *report);
void collector_release(struct collector *collector);

/* Turns to the text that the judge has at hand. */
void collector_text(struct collector *collector, const struct judge *judge);

/* Where a number stands among the report's, and what was said of those before it. */
struct neighbours {
    const struct quantity *quantity, *previous, *next; /* of the same sentence, or NULL */
    uint64_t unit, previous_unit, next_unit;           /* the catalogue's bits, 0: it knows none */
    uint16_t previous_label; /* what the rules said of the previous one, or LABEL_NONE */
    uint8_t role;            /* of sums.h */
};

/* Fills `evidence` for number `index` of the text. */
void collector_number(struct collector *collector, const struct judge *judge, size_t index,
                      const struct neighbours *neighbours, const struct hits *hits,
                      struct number_evidence *evidence);

#endif
