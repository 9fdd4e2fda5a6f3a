/* corpus.h - a folder of invented reports and the rows that they must lead to.
 *
 * Of 1000 files about 980 are reports (UTF-8, now and then GB18030, UTF-16 or with a BOM), 5 are
 * later versions of an earlier one, 5 the same bytes again, and 10 broken in ways that occur:
 * empty, zeros, a picture, cut in a character, no known region, no year. Files are numbered in the
 * order in which they have to be submitted; a later version stands in the same folder as the
 * earlier one.
 */
#ifndef XIANZHI_DEPLOY_CORPUS_H
#define XIANZHI_DEPLOY_CORPUS_H

#include "proto/base/status.h"
#include "proto/reading.h"

struct corpus_options {
    uint64_t reports, seed;
    const char *out; /* folder, made if missing */
    bool broken;     /* with the 1 % of broken files */
    void (*progress)(void *context, uint64_t done);
    void (*row)(void *context, const struct row *row); /* the truth, at the end, in public order */
    void *context;
};

struct corpus_counts {
    uint64_t reports, versions, duplicates, broken, bytes, statements;
};

enum status corpus_write(const struct corpus_options *options, struct corpus_counts *counts,
                         struct error *error);

#endif
