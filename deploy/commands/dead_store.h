/* dead_store.h - `xianzhi dead … --store DIR`: the letters that a run left in its store. */
#ifndef XIANZHI_DEPLOY_DEAD_STORE_H
#define XIANZHI_DEPLOY_DEAD_STORE_H

#include "proto/listed.h"

struct dead_store_call {
    const char *verb, *format, *out;
    const uint64_t *seqs;
    uint32_t seq_count;
    const struct listed *listed; /* place */
};

/* Carries it out; the exit code. place takes the document through a pipeline around the store, and
 * the letter is gone once it is filed. */
int dead_store_run(const char *store, const struct dead_store_call *call);

#endif
