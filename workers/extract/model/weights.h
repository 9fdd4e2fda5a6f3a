/* weights.h - the learned part of the score: a whole number for a feature and an indicator, in
 * hundredths of a log-odds, read once from the catalogue's weights.tsv and then shared.
 *
 * The file is text, sorted, one line a weight: indicator (or - for "none", * for the one weight
 * that all indicators share), feature, weight. A person can add up what `extract --all` prints.
 */
#ifndef XIANZHI_EXTRACT_WEIGHTS_H
#define XIANZHI_EXTRACT_WEIGHTS_H

#include "proto/base/status.h"
#include "workers/extract/model/evidence.h"

struct weights; /* immutable: any number of threads */

enum {
    WEIGHTS_UNIT = 100,         /* one natural log-odds */
    LABEL_ANY = UINT16_MAX - 1, /* the shared weight of a candidate's own feature */
    WEIGHTS_UNKNOWN = -1000000,
    WEIGHTS_MAX = 32000, /* of one weight, either way */
};

/* The number of an indicator's id; false: unknown. */
typedef bool weights_label(void *context, struct slice id, uint16_t *label);

/* Reads the text of a file. STATUS_BAD: "path:line:column: what". A weight of an id that is unknown
 * is passed over: a person may have taken the indicator out. */
enum status weights_read(struct weights **weights, const char *path, struct slice text,
                         weights_label *label, void *context, struct error *error);
void weights_free(struct weights **weights);
size_t weights_count(const struct weights *weights);

/* Gives the indicators' weights columns in this order of their labels, each once; labels that were
 * never learned may be among them. */
void weights_arrange(struct weights *weights, const uint16_t *labels, size_t count);
/* The bit of the step that a label's column is in; 0: it was never learned. */
uint64_t weights_step(const struct weights *weights, uint16_t label);

/* Was the indicator among those that were learned? Another one goes by its rules alone. */
bool weights_know(const struct weights *weights, uint16_t label);

/* Looks up the weights of the numbered features (own.h), once the catalogue's concepts are known.
 */
struct catalogue;
void weights_number(struct weights *weights, const struct catalogue *catalogue);
int weights_of_own(const struct weights *weights, unsigned own);

/* The weights of settle.h's terms: SETTLE_TERMS of them. */
const int32_t *weights_of_settling(const struct weights *weights);

/* What the weights of a feature are found by (evidence_found); 0: it has none. */
uint32_t weights_find(const struct weights *weights, uint64_t feature);

/* The weight of one feature for a label; 0: none. */
int weights_of(const struct weights *weights, uint64_t feature, uint16_t label);

enum {
    WEIGHTS_LABELS = 1024, /* indicators, at most */
    WEIGHTS_STEP = 32,     /* columns that are added at a time: a line of memory */
    /* one for every indicator, for "none" and for LABEL_ANY, and up to the next step */
    WEIGHTS_COLUMNS = WEIGHTS_LABELS + 2 + WEIGHTS_STEP,
};

/* The sums of what numbers below the same heading share; zero-initialise, one for an evidence. */
struct weights_shared {
    uint64_t serial; /* the evidence's when they were taken */
    int32_t sums[WEIGHTS_COLUMNS];
};

/* The sum of each candidate of the evidence, in its order; WEIGHTS_UNKNOWN for one never learned.
 */
void weights_score(const struct weights *weights, const struct number_evidence *evidence,
                   struct weights_shared *shared, int32_t scores[EVIDENCE_CANDIDATES]);

#endif
