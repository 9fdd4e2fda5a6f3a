/* run_before.h - what a store held before a run: which documents need no reading again, and from
 * which version on the run's own changes are to be told.
 */
#ifndef XIANZHI_DEPLOY_RUN_BEFORE_H
#define XIANZHI_DEPLOY_RUN_BEFORE_H

#include "proto/base/digest.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

/* Zero: a store that wasn't there. */
struct run_before {
    uint64_t version; /* of the store; 0: there was none, or nothing was in it */
    struct digest_list {
        uint8_t (*items)[DIGEST_BYTES]; /* rising */
        size_t count, capacity;
    } read, older;     /* documents read by this catalogue, by another */
    struct run_again { /* the documents of `older`, where they came from */
        char sha256[2 * DIGEST_BYTES + 1], *path;
    } * again; /* only where they are asked for */
    size_t again_count, again_capacity;
    uint64_t left_alone; /* of those given: read before */
    uint64_t brought_up; /* of those given: read by another catalogue before */
};

/* `again`: lists those of older rules, too. `catalogue`: folder of the rules, NULL: the built-in
 * one. A store that isn't there yet is no error. */
enum status run_before_load(struct run_before *before, const char *store, const char *catalogue,
                            bool again, struct error *error);
void run_before_release(struct run_before *before);

/* Whether the document was read by these rules already; _take counts it, too. */
bool run_before_has(const struct run_before *before, const uint8_t sha256[DIGEST_BYTES]);
bool run_before_take(struct run_before *before, const uint8_t sha256[DIGEST_BYTES]);

#endif
