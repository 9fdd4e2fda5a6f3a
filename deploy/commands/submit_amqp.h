/* submit_amqp.h - `submit --amqp`: documents go to RabbitMQ, and how they end is heard of a node.
 */
#ifndef XIANZHI_DEPLOY_SUBMIT_AMQP_H
#define XIANZHI_DEPLOY_SUBMIT_AMQP_H

#include "proto/publisher.h"

/* Zero-initialise; `submitter` NULL: nobody waits for how they end. */
struct amqp_submission {
    struct publisher *publisher;
    struct submitter *submitter; /* borrowed: of the node that is asked */
    int stop_fd;
    void (*tell)(void *context, const struct submission *submission);
    void *context;
    struct published {           /* what is waited for */
        char *path, *unreadable; /* unreadable: why it is dead, once it is confirmed; or NULL */
        char sha256[65];
        uint64_t sent; /* its lineage's: these bytes may have come before */
        bool refused;  /* no queue has it, and no node will */
    } * published;
    size_t count, capacity;
};

/* What the publisher tells, with the submission as context. */
void amqp_submission_tell(void *context, const struct submission *told);

enum status amqp_submission_put(struct amqp_submission *submission, const char *path,
                                struct buffer *document, const char *unreadable,
                                struct error *error);
/* Waits until all are confirmed, and, where that is asked for, done or dead. */
enum status amqp_submission_finish(struct amqp_submission *submission, struct error *error);
void amqp_submission_release(struct amqp_submission *submission);

#endif
