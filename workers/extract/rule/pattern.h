/* pattern.h - the one door to PCRE2: a compiled expression and the memory one thread matches with.
 *
 * Expressions and subjects are UTF-8. Subjects are not checked again (a document is, once, when it
 * is decoded): a subject that isn't valid UTF-8 must never get here.
 */
#ifndef XIANZHI_EXTRACT_PATTERN_H
#define XIANZHI_EXTRACT_PATTERN_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

struct pattern;         /* immutable: any number of threads may match with it */
struct pattern_scratch; /* one thread's */

/* `*at` (may be NULL) becomes the byte in `expression` at which it goes wrong. */
enum status pattern_compile(struct pattern **pattern, struct slice expression, size_t *at,
                            struct error *error);
void pattern_free(struct pattern **pattern);

struct pattern_scratch *pattern_scratch_new(void);
void pattern_scratch_free(struct pattern_scratch **scratch);

enum pattern_result {
    PATTERN_FOUND,
    PATTERN_NONE,
    PATTERN_LIMIT, /* gave up at MATCH_LIMIT: neither found nor absent */
};

/* Steps one match may take: far above what any sentence needs, far below what hurts. */
enum { PATTERN_MATCH_LIMIT = 100000 };

/* The first match in `subject` at or behind byte `from`. Nothing is allocated. */
enum pattern_result pattern_find(const struct pattern *pattern, struct pattern_scratch *scratch,
                                 struct slice subject, size_t from, size_t *start, size_t *end);

#endif
