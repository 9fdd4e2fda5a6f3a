/* answers.h - a thread of a worker that answers readers' questions, with a connection of its own,
 * so that they never wait for what the stage's own thread is doing. Private to the runtime.
 *
 * It greets as a worker of no stage that names the store: the broker sends questions there. Where
 * there is none (an older worker, an older broker) they go to the thread of
 * the stage, which answers as well.
 */
#ifndef XIANZHI_RUNTIME_ANSWERS_H
#define XIANZHI_RUNTIME_ANSWERS_H

#include "workers/runtime/runtime.h"

#include <pthread.h>

enum { ANSWERS_SINCE_MINOR = 3 }; /* of the protocol: such a broker asks it */

struct answers {
    const struct worker_options *options; /* borrowed */
    const struct stage *stage;
    void *state; /* the stage's, which outlives the thread */
    const char *store;
    char name[112];
    int stop_fd; /* eventfd */
    pthread_t thread;
    bool started;
};

/* `name`: that of the stage's own thread. Does nothing for a stage that answers nothing, or when it
 * runs already. */
enum status answers_start(struct answers *answers, const char *name, struct error *error);
void answers_stop(struct answers *answers); /* accepts one that was never started */

/* One question for the stage, and the message that answers it. `page` is its payload where it is an
 * ANSWER; `error` holds its text where it is REFUSED. */
struct message answers_make(const struct stage *stage, void *state, const struct message *question,
                            struct buffer *page, struct error *error);

#endif
