/* truth.h - the rows that a right pipeline must give, kept from what the reports were made to
 * state.
 *
 * Its own arithmetic on purpose: it shares nothing with the store that it is compared to. 24 bytes
 * a row, so that 100,000 reports fit in memory.
 */
#ifndef XIANZHI_DEPLOY_TRUTH_H
#define XIANZHI_DEPLOY_TRUTH_H

#include "deploy/generate/figures.h"
#include "deploy/generate/places.h"
#include "proto/reading.h"

struct truth;

/* Borrows `places` for its life. Reads the catalogue's labels from indicators.tsv. */
enum status truth_new(struct truth **truth, const struct places *places, struct error *error);
void truth_free(struct truth **truth);

/* A report of `author` was written. Returns its number, to be named when a later version replaces
 * it; statements and author are copied. STATUS_BAD: an indicator that the catalogue does not have.
 */
enum status truth_add(struct truth *truth, const struct author *author,
                      const struct statement *statements, size_t count, uint32_t *number,
                      struct error *error);
void truth_withdraw(struct truth *truth, uint32_t number);

/* Calls `print` for each row in the public order. */
void truth_rows(struct truth *truth, void (*print)(void *context, const struct row *row),
                void *context);

#endif
