/* check.h - runs the examples that stand beside the rules, and compares with the required list. */
#ifndef XIANZHI_EXTRACT_CHECK_H
#define XIANZHI_EXTRACT_CHECK_H

#include "workers/extract/rule/catalogue.h"

struct check_counts {
    size_t indicators, scopes, rules, examples;
};

/* Loads `folder` and runs its examples. All mistakes go to `problems`: each example that isn't read
 * as marked, and as warnings what is unused or thinly exampled and which ids of indicators.tsv are
 * missing. `only`: a file of the folder whose examples alone are run; NULL: all. */
void catalogue_check(const char *folder, const char *only, struct problems *problems,
                     struct check_counts *counts);

#endif
