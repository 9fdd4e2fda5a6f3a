/* submit_amqp.c - the thread of `submit`. Happy path: each document is published; once all are
 * confirmed a node is asked after each by the hash of its bytes, and the time it was sent at, a few
 * hundred at a time. What can fail: RabbitMQ or the node are away for long.
 */
#include "deploy/commands/submit_amqp.h"

#include "proto/base/digest.h"

#include <stdlib.h>

enum { MOST_ASKED = 256 };

/* The next one to be waited for, as far as it is known before it is sent. */
static struct published *prepare(struct amqp_submission *submission, struct slice bytes)
{
    uint8_t digest[DIGEST_BYTES];
    if (submission->count == submission->capacity) {
        submission->capacity = submission->capacity ? submission->capacity * 2 : 256;
        submission->published = memory_resize(submission->published,
                                              submission->capacity * sizeof *submission->published);
    }
    struct published *published = &submission->published[submission->count];
    digest_sha256(bytes, digest);
    digest_hex((struct slice){(const char *)digest, sizeof digest}, published->sha256);
    return published;
}

enum status amqp_submission_put(struct amqp_submission *submission, const char *path,
                                struct buffer *document, const char *unreadable,
                                struct error *error)
{
    uint64_t sent;
    struct published *published =
        submission->submitter && !unreadable ? prepare(submission, buffer_slice(document)) : NULL;
    enum status status =
        publisher_put(submission->publisher, path, document, unreadable, &sent, error);
    if (published && status == STATUS_OK) {
        published->path = memory_copy_text(path);
        published->sent = sent;
        submission->count++;
    }
    if (submission->submitter && unreadable && status == STATUS_OK)
        submission->tell(submission->context, &(struct submission){.news = SUBMISSION_DEAD,
                                                                   .path = path,
                                                                   .text = slice_of(unreadable)});
    return status;
}

/* Whoever is stopped doesn't wait for what may come late, or never. */
static enum status wait_once(struct amqp_submission *submission, struct error *error)
{
    if (wire_wait(NULL, 0, submission->stop_fd, 0))
        return fail(error, STATUS_AGAIN, "stopped");
    return submitter_poll(submission->submitter, submission->stop_fd, -1, error);
}

enum status amqp_submission_finish(struct amqp_submission *submission, struct error *error)
{
    enum status status = publisher_finish(submission->publisher, error);
    for (size_t i = 0; i < submission->count && status == STATUS_OK; i++) {
        const struct published *published = &submission->published[i];
        submitter_watch(submission->submitter, published->path, published->sha256, published->sent);
        while (status == STATUS_OK && submitter_unfinished(submission->submitter) >= MOST_ASKED)
            status = wait_once(submission, error);
    }
    if (submission->submitter && status == STATUS_OK)
        status = submitter_finish(submission->submitter, error);
    return status;
}

void amqp_submission_release(struct amqp_submission *submission)
{
    publisher_close(&submission->publisher);
    for (size_t i = 0; i < submission->count; i++)
        free(submission->published[i].path);
    free(submission->published);
}
