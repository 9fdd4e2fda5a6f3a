/* pool.h - the threads of one worker, and the heartbeat that speaks for those that are at work.
 *
 * Private to the runtime. A pool outlives worker_run where a thread is left behind in a document:
 * whoever ends last frees it.
 */
#ifndef XIANZHI_RUNTIME_POOL_H
#define XIANZHI_RUNTIME_POOL_H

#include "workers/runtime/runtime.h"

struct pool;

/* `threads`: of options->stages; one more for options->beside. Copies the options, borrows their
 * texts. On failure pool_close all the same. */
enum status pool_open(struct pool **pool, const struct worker_options *options, unsigned threads,
                      int stop_fd, struct error *error);

/* Starts the threads and waits until each has ended or was left behind. Returns the first error. */
enum status pool_run(struct pool *pool, struct error *error);

/* Sets it to NULL. False: threads were left behind, in memory that they still use. */
bool pool_close(struct pool **pool);

#endif
