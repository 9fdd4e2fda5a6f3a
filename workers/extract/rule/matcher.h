/* matcher.h - says of each quantity of a report which indicator it states, by which rule. */
#ifndef XIANZHI_EXTRACT_MATCHER_H
#define XIANZHI_EXTRACT_MATCHER_H

#include "workers/extract/model/verdict.h"
#include "workers/extract/rule/judge.h"

struct matcher; /* one thread's */

/* Borrows the catalogue, which must outlive it. */
struct matcher *matcher_new(const struct catalogue *catalogue);
void matcher_free(struct matcher **matcher);

/* Says of each of report->quantities (in order, within their sentences) its state, indicator or
 * proposed ids and the rule: strings in the report's arena. `rule` of an asserted one tells the
 * rule that named it, else its indicator, and the second sum (settle.h): "id#2 +310"; of one that a
 * scope bars "id#2 barred by part"; of a proposed one nothing.
 * STATUS_BAD: a /…/ rule hit its match limit. */
enum status matcher_run(struct matcher *matcher, struct report *report, struct error *error);

/* Told of every number and what speaks for its indicators, in no order; of a distributive list's
 * items perhaps again, and then the last time counts. The evidence has its names. */
typedef void matcher_watch(void *context, size_t quantity, const struct number_evidence *evidence,
                           const struct hits *hits);
void matcher_watch_with(struct matcher *matcher, matcher_watch *watch, void *context);

/* Whether matcher_run fills in quantity->terms (terms.h); slower. */
void matcher_explain(struct matcher *matcher, bool on);

/* The scopes that held for it, whether or not any indicator's rule did. */
uint64_t matcher_scopes_of(const struct matcher *matcher, size_t quantity);

#endif
