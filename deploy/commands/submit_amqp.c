/* submit_amqp.c - the thread of `submit`. Happy path: each document is published; once all are
 * confirmed a node is asked after each by the hash of its bytes, a few hundred at a time. What can
 * fail: RabbitMQ or the node are away for long.
 */
#include "deploy/commands/submit_amqp.h"

#include "proto/base/digest.h"

#include <stdlib.h>

enum { MOST_ASKED = 256 };

static void note(struct amqp_submission *submission, const char *path, struct slice bytes)
{
    uint8_t digest[DIGEST_BYTES];
    if (submission->count == submission->capacity) {
        submission->capacity = submission->capacity ? submission->capacity * 2 : 256;
        submission->published = memory_resize(submission->published,
                                              submission->capacity * sizeof *submission->published);
    }
    struct published *published = &submission->published[submission->count++];
    published->path = memory_copy_text(path);
    digest_sha256(bytes, digest);
    digest_hex((struct slice){(const char *)digest, sizeof digest}, published->sha256);
}

enum status amqp_submission_put(struct amqp_submission *submission, const char *path,
                                struct buffer *document, const char *unreadable,
                                struct error *error)
{
    if (submission->submitter && !unreadable)
        note(submission, path, buffer_slice(document));
    enum status status = publisher_put(submission->publisher, path, document, unreadable, error);
    if (submission->submitter && unreadable && status == STATUS_OK)
        submission->tell(submission->context, &(struct submission){.news = SUBMISSION_DEAD,
                                                                   .path = path,
                                                                   .text = slice_of(unreadable)});
    return status;
}

enum status amqp_submission_finish(struct amqp_submission *submission, struct error *error)
{
    enum status status = publisher_finish(submission->publisher, error);
    for (size_t i = 0; i < submission->count && status == STATUS_OK; i++) {
        const struct published *published = &submission->published[i];
        submitter_watch(submission->submitter, published->path, published->sha256);
        while (status == STATUS_OK && submitter_unfinished(submission->submitter) >= MOST_ASKED)
            status = submitter_poll(submission->submitter, -1, -1, error);
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
