/* prose.h - writes one invented report and remembers what it stated. */
#ifndef XIANZHI_DEPLOY_PROSE_H
#define XIANZHI_DEPLOY_PROSE_H

#include "deploy/generate/figures.h"
#include "deploy/generate/places.h"

enum { MAX_STATEMENTS = 512 };

/* Reused from report to report; zero-initialise, prose_release at the end. */
struct prose {
    struct buffer text; /* UTF-8 */
    struct statement statements[MAX_STATEMENTS];
    size_t statement_count;
    const struct phrases *phrases;
    const struct author *author;
    struct random *random;
    uint32_t used_shapes[32]; /* a bit set per field: no sentence twice in one report */
};

/* Replaces text and statements. About `bytes` long, at least what its figures need; with
 * `more` bytes in its second half, which then has other figures: a corrected version. */
void prose_write(struct prose *prose, const struct phrases *phrases, const struct author *author,
                 struct random *random, size_t bytes, size_t more);
void prose_release(struct prose *prose);

#endif
