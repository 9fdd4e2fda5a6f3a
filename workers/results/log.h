/* log.h - what changed in which version, as stored: a record a unit, naming indicators by number.
 *
 *   rows      a unit and the indicators of which its row came, changed or went
 *   figures   a government's region, year, level and the indicators of which its figure in roll-ups
 *             came, changed or went: from these a reader works out which roll-ups changed
 */
#ifndef XIANZHI_RESULTS_LOG_H
#define XIANZHI_RESULTS_LOG_H

#include "workers/results/coding.h"
#include "workers/results/keys.h"

enum log_type { LOG_ROWS = 1, LOG_FIGURES = 2 };

struct log_record {
    enum log_type type;
    struct unit_name unit; /* figures: region and year only */
    enum level level;      /* figures: of the children */
    uint32_t count;        /* indicators left in `numbers` */
    struct coded numbers;
};

/* The log holds versions first … version. */
struct log_extent {
    uint64_t version, first, bytes;
};

void log_key_of(uint64_t version, char key[8]);

/* Appends a record. */
void log_rows(struct buffer *out, const struct unit_name *unit, const uint32_t *numbers,
              size_t count);
void log_figures(struct buffer *out, uint32_t region, uint16_t year, enum level level,
                 const uint32_t *numbers, size_t count);

/* The next record of a version; false at the end or, with in->bad, where it makes no sense. */
bool log_next(struct coded *in, struct log_record *record);
bool log_number(struct log_record *record, uint32_t *number);

#endif
