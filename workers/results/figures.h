/* figures.h - a report's figures as they hold: what the program found, with the decisions of people
 * laid over it.
 *
 * A decision is about one figure: the same span of the same document; or, in a corrected copy, the
 * same place of the same sentence. What a person has said holds even where the program no longer
 * finds the figure, as long as its sentence is there; else the decision is stale and changes
 * nothing.
 */
#ifndef XIANZHI_RESULTS_FIGURES_H
#define XIANZHI_RESULTS_FIGURES_H

#include "proto/decision.h"
#include "proto/rows/row.h"

struct figure {
    struct fact fact;
    enum review review;   /* by a decision in force */
    struct slice by;      /* whose */
    enum verdict verdict; /* of an aside: what was decided of it; NONE: it is only proposed */
};

/* Zero-initialise. Slices are borrowed from the facts and decisions. */
struct figures {
    struct figure *counted; /* in order of appearance: what stands in rows */
    size_t counted_count, counted_capacity;
    struct figure *asides; /* what stands in none: proposed, or decided otherwise */
    size_t aside_count, aside_capacity;
    bool *stale; /* by decision */
    size_t stale_capacity;
};

/* `decisions`: at most one for a figure, none withdrawn. */
void figures_make(struct figures *figures, const struct report *report,
                  const struct decision *decisions, size_t count);
void figures_release(struct figures *figures);

/* Whether both are about one figure; `same_document`: of one document. */
bool decision_meets(const struct decision *decision, const struct fact *fact, bool same_document);
bool decisions_meet(const struct decision *a, const struct decision *b);

#endif
