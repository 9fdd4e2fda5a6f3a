/* submit_amqp.c - the thread of `submit`. Happy path: each document is published; once all are
 * confirmed a node is asked after each by the hash of its bytes, and the time it was sent at, a few
 * hundred at a time; not after those that no queue took. What can fail: RabbitMQ or the node are
 * away for long.
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
    *published = (struct published){.path = NULL};
    digest_sha256(bytes, digest);
    digest_name(digest, published->sha256);
    return published;
}

/* Among the newest, since no more than a window is unconfirmed. */
void amqp_submission_tell(void *context, const struct submission *told)
{
    struct amqp_submission *submission = context;
    for (size_t i = submission->count; told->news == SUBMISSION_REFUSED && i-- > 0;)
        if (submission->published[i].sent == told->sent) {
            submission->published[i].refused = true;
            break;
        }
    submission->tell(submission->context, told);
}

enum status amqp_submission_put(struct amqp_submission *submission, const char *path,
                                struct buffer *document, const char *unreadable,
                                struct error *error)
{
    uint64_t sent;
    struct published *published =
        submission->submitter ? prepare(submission, buffer_slice(document)) : NULL;
    enum status status =
        publisher_put(submission->publisher, path, document, unreadable, &sent, error);
    if (published && status == STATUS_OK) {
        published->path = memory_copy_text(path);
        published->unreadable = memory_copy_text(unreadable);
        published->sent = sent;
        submission->count++;
    }
    return status;
}

/* Whoever is stopped doesn't wait for what may come late, or never. */
static enum status wait_once(struct amqp_submission *submission, struct error *error)
{
    if (wire_wait(NULL, 0, submission->stop_fd, 0))
        return fail(error, STATUS_AGAIN, "stopped");
    return submitter_poll(submission->submitter, submission->stop_fd, -1, error);
}

static void tell_dead(struct amqp_submission *submission, const struct published *published)
{
    const struct submission dead = {
        .news = SUBMISSION_DEAD, .path = published->path, .text = slice_of(published->unreadable)};
    submission->tell(submission->context, &dead);
}

enum status amqp_submission_finish(struct amqp_submission *submission, struct error *error)
{
    enum status status = publisher_finish(submission->publisher, error);
    for (size_t i = 0; i < submission->count && status == STATUS_OK; i++) {
        const struct published *published = &submission->published[i];
        if (published->refused)
            continue;
        if (published->unreadable) {
            tell_dead(submission, published);
            continue;
        }
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
    for (size_t i = 0; i < submission->count; i++) {
        free(submission->published[i].path);
        free(submission->published[i].unreadable);
    }
    free(submission->published);
}
