/* peers.h - how the values of one indicator lie among the governments of one level and year.
 *
 * Counts of counties differ by a factor of a hundred without any being wrong, evenly so on a
 * logarithmic scale: the record holds median and median absolute deviation (MAD) of the logarithms.
 * It is made anew when the figures of its level and year have grown by a quarter, so that filing a
 * report costs the same however many there are.
 */
#ifndef XIANZHI_RESULTS_PEERS_H
#define XIANZHI_RESULTS_PEERS_H

#include "proto/kv/kv.h"
#include "proto/report.h"

enum { LEAST_PEERS = 20 }; /* with fewer values a median says little */

/* Whether one value is so far from another of the same thing that one of them may be wrong: ten
 * times as much, where the greater is at least twenty. */
bool values_far(double a, double b);

/* Appends the record of a level and year as the panel (panel.h) has it, and how many reports it
 * rests on; empty: no indicator has LEAST_PEERS values. STATUS_FATAL: a damaged store. */
enum status peers_make(struct kv *kv, unsigned panel_family, uint16_t year, enum level level,
                       struct buffer *out, size_t *reports, struct error *error);

/* Whether the value lies so far out that it may be wrong: more than 3.5 deviations from the median
 * (B. Iglewicz, D. Hoaglin, How to Detect and Handle Outliers, 1993: modified z-score), and a tenth
 * or ten times of it. An empty record: none does. */
bool peers_far(struct slice record, uint32_t indicator, double value);

#endif
