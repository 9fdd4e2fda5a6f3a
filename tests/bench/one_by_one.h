/* one_by_one.h - the catalogue's rules as a program without a keyword automaton would run them:
 * each rule of each indicator one PCRE2 expression, every one tried on every sentence that holds a
 * quantity. For comparison only. */
#ifndef XIANZHI_BENCH_ONE_BY_ONE_H
#define XIANZHI_BENCH_ONE_BY_ONE_H

#include "proto/report.h"

struct one_by_one;

/* Loads the built-in catalogue; ends the process when it has a mistake. */
struct one_by_one *one_by_one_new(void);
void one_by_one_free(struct one_by_one **rules);
size_t one_by_one_count(const struct one_by_one *rules);

/* Over a report whose quantities are known; returns how often a rule matched. */
size_t one_by_one_run(struct one_by_one *rules, const struct report *report);

#endif
