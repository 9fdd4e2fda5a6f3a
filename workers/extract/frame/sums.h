/* sums.h - which numbers are parts of another by arithmetic: 712条, 其中548条、164条. */
#ifndef XIANZHI_EXTRACT_SUMS_H
#define XIANZHI_EXTRACT_SUMS_H

#include "proto/report.h"

enum {
    SUM_PART = 1,  /* it and its neighbours add up to a number beside them */
    SUM_WHOLE = 2, /* its neighbours add up to it */
};

/* Sets roles[i], of enum SUM_*, for each quantity of the report. Only numbers of one unit in one
 * paragraph are added, those next to each other, three digits of which are no accident. */
void sums_mark(const struct report *report, uint8_t *roles);

#endif
