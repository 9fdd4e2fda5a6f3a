/* quantity.h - finds every number of a report with what it counts.
 *
 * A quantity is a number with what it counts, stated of something done, existing or aimed at;
 * dates, ranks, levels, articles, names and slogans are none. Value in base units (万 multiplied
 * out, money in 元, a third 33.33 %), unit as written without 万 and 余, bound from the words
 * before and behind, span from the number to 以上 or 左右. Which words mean what is in units.yaml
 * and nonquantities.yaml.
 */
#ifndef XIANZHI_EXTRACT_QUANTITY_H
#define XIANZHI_EXTRACT_QUANTITY_H

#include "proto/base/status.h"
#include "proto/report.h"

struct quantity_rules; /* immutable once loaded; shared by any number of threads */

/* Reads units.yaml and nonquantities.yaml in `catalogue_folder` (borrowed). STATUS_BAD names file,
 * line and column of what is wrong; STATUS_RETRY: a file can't be read. */
enum status quantity_rules_load(struct quantity_rules **rules, const char *catalogue_folder,
                                struct error *error);
void quantity_rules_free(struct quantity_rules **rules); /* accepts NULL inside */

/* Runs the inline examples of nonquantities.yaml. Calls `complain` with one line for each that
 * fails: "path:line:column: what: what to do". Returns the number of examples. */
size_t quantity_rules_check(const struct quantity_rules *rules,
                            void (*complain)(void *context, const char *line), void *context);

/* Is `unit` one that quantities can carry? For checking the rules that name units. */
bool quantity_unit_known(const struct quantity_rules *rules, struct slice unit);

/* How many quantities a document of so many bytes may hold: all that comes behind them costs work
 * and memory by the figure. Tables of 50,000 rows keep well within; a file of nothing but 5%5%5%
 * does not. */
size_t quantities_allowed(size_t bytes);

/* Fills report->quantities from report->sentences, in order; everything lives in the arena. Stops
 * one beyond quantities_allowed(report->clean.len), so that the caller can refuse the document and
 * say where. */
void quantities_find(const struct quantity_rules *rules, struct report *report);

/* The quantities of one plain sentence: spans (both of them) count from its start, `sentence` is 0,
 * units live as long as the rules or the sentence. Returns how many there are; those beyond `max`
 * are counted, not written. */
size_t quantities_in(const struct quantity_rules *rules, struct slice sentence,
                     struct quantity *out, size_t max);

#endif
