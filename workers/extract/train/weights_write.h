/* weights_write.h - what was learned, as the file that weights.h reads: text, sorted, one line a
 * weight, so that two trainings can be compared line by line. */
#ifndef XIANZHI_EXTRACT_WEIGHTS_WRITE_H
#define XIANZHI_EXTRACT_WEIGHTS_WRITE_H

#include "proto/base/status.h"
#include "workers/extract/model/settle.h"
#include "workers/extract/train/learn.h"

/* Writes the weights, rounded to hundredths; those that round to less than two of them are left
 * out. Says on stdout how many. STATUS_FATAL: the file can't be written. */
enum status weights_write(const char *path, struct lessons *lessons, const struct learned *learned,
                          const int32_t settling[SETTLE_TERMS], struct error *error);

/* An indicator's id; "-" for LABEL_NONE. */
const char *weights_label_name(const struct lessons *lessons, uint16_t label);

#endif
