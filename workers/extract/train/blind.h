/* blind.h - models judged by reports that they have not seen.
 *
 * A report is judged by what the reports of other hands teach: a writer has habits, and a model
 * that has read nine reports of one judges the tenth better than it will judge a stranger's.
 * Margins and the second sum (settle.h) are learned from such judgements.
 */
#ifndef XIANZHI_EXTRACT_BLIND_H
#define XIANZHI_EXTRACT_BLIND_H

#include "workers/extract/train/learn.h"
#include "workers/extract/train/learn_settle.h"

enum { NO_FOLD = UINT32_MAX };

/* Deals the documents into at most `folds`, fold_of[document]: by the hands that wrote them if two
 * or more are known, else in turn. NO_FOLD: always taught, never judged; so are reports that
 * the rules were written to, and those of an unknown hand beside known ones. Returns how many. */
uint32_t blind_deal(const struct lessons *lessons, uint32_t folds, uint32_t *fold_of);

/* One opinion a lesson, of the models that have not seen its fold; to be freed. Says so after each
 * fold, if `told` isn't NULL. */
typedef void blind_told(uint32_t fold, uint32_t count, size_t weights);
struct opinion *blind_judge(const struct lessons *lessons, const uint32_t *fold_of, uint32_t count,
                            const struct learn_options *options, blind_told *told);

/* Marks the lessons whose annotation no model of other hands would have given: annotators err, too,
 * and what they got wrong once makes a model unsure of what is right everywhere else. Returns how
 * many. */
size_t blind_doubt(struct lessons *lessons, const struct opinion *opinions);

/* The second sum of each opinion, learned from the other folds. */
void blind_settle(const struct lessons *lessons, const struct settle_lesson *taught,
                  const uint32_t *fold_of, uint32_t count, struct opinion *opinions);

#endif
