/* matcher.h - says of each quantity of a report which indicator it states, by which rule. */
#ifndef XIANZHI_EXTRACT_MATCHER_H
#define XIANZHI_EXTRACT_MATCHER_H

#include "workers/extract/rule/catalogue.h"

struct matcher; /* one thread's */

/* Borrows the catalogue, which must outlive it. */
struct matcher *matcher_new(const struct catalogue *catalogue);
void matcher_free(struct matcher **matcher);

/* Sets indicator and rule of each of report->quantities (in order, within their sentences): strings
 * in the report's arena. A quantity that a scope bars has a rule ("id#2 barred by part") and no
 * indicator; one that no rule matched has neither. STATUS_BAD: a /…/ rule hit its match limit. */
enum status matcher_run(struct matcher *matcher, struct report *report, struct error *error);

/* For checking scopes: the scopes that matched the quantity in the last matcher_run, whether or not
 * any indicator's rule did. Only filled in after matcher_trace_scopes(matcher, true). */
void matcher_trace_scopes(struct matcher *matcher, bool on);
uint64_t matcher_scopes_of(const struct matcher *matcher, size_t quantity);

#endif
