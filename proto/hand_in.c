/* hand_in.c - one document from the connection to its end, for whoever has no others. The caller's
 * thread; what can fail is what can in submitter.c. */
#include "proto/hand_in.h"

struct heard {
    enum submission_news news;
    enum outcome outcome;
    struct error why;
};

static void hear(void *context, const struct submission *submission)
{
    struct heard *heard = context;
    heard->news = submission->news;
    heard->outcome = submission->outcome;
    fail(&heard->why, STATUS_BAD, "%.*s", SLICE_ARGS(submission->text));
}

enum status hand_in_one(const struct submitter_options *options, const struct submission_head *head,
                        struct buffer *document, enum outcome *outcome, struct error *error)
{
    struct heard heard = {.outcome = OUTCOME_NONE};
    struct submitter *submitter = NULL;
    struct submitter_options watching = *options;
    watching.watch = true;
    watching.tell = hear;
    watching.context = &heard;
    enum status status = submitter_open(&submitter, &watching, error);
    if (!status)
        status = submitter_put_as(submitter, head, document, error);
    if (!status)
        status = submitter_finish(submitter, error);
    submitter_close(&submitter);
    *outcome = heard.outcome;
    if (!status && heard.news != SUBMISSION_DONE)
        status = fail(error, STATUS_BAD, "%s", heard.why.text);
    return status;
}
