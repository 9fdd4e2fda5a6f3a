/* raised.h - raised text, of whatever format: a footnote's mark, an exponent, or just small. */
#ifndef XIANZHI_INGEST_FORMAT_RAISED_H
#define XIANZHI_INGEST_FORMAT_RAISED_H

#include "proto/base/slice.h"

enum { RAISED_BYTES = 64 }; /* longer is no mark and no exponent */

/* Whether raised text is a footnote's mark: 1, [1], （注2）, ①, *, a. Empty text is one. */
bool raised_is_note(struct slice text);
/* Whether raised text behind `line` is an exponent (μg/m + 3, ×10 + 4): as ³, ⁴ into `bytes`. */
bool raised_is_exponent(struct slice line, struct slice text, char bytes[RAISED_BYTES],
                        struct slice *exponent);

#endif
