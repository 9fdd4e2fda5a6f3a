/* api_restore.c - a document that was withdrawn is put back: the decision that it may come again,
 * and its kept bytes sent once more, with what a list or a person has said of them. Any thread.
 * What can fail: they are not kept here, the pipeline is away.
 */
#include "deploy/console/params.h"
#include "deploy/intake/judgement.h"
#include "proto/base/clock.h"
#include "proto/doors/json.h"
#include "proto/kept.h"
#include "proto/submitter.h"

struct heard {
    enum submission_news news;
    struct error why;
};

static void hear(void *context, const struct submission *submission)
{
    struct heard *heard = context;
    heard->news = submission->news;
    if (submission->text.len)
        fail(&heard->why, STATUS_BAD, "%.*s", SLICE_ARGS(submission->text));
}

static enum status send(const struct client_options *client, const char *path,
                        struct buffer *document, struct error *error)
{
    struct heard heard = {.news = SUBMISSION_ACCEPTED};
    struct submitter *submitter = NULL;
    const struct submitter_options options = {
        .client = *client, .priority = 1, .watch = true, .tell = hear, .context = &heard};
    enum status status = submitter_open(&submitter, &options, error);
    if (!status)
        status = submitter_put(submitter, path, document, NULL, error);
    if (!status)
        status = submitter_finish(submitter, error);
    submitter_close(&submitter);
    if (!status && heard.news != SUBMISSION_DONE)
        status = fail(error, STATUS_BAD, "%s", heard.why.text);
    return status;
}

static enum status restore(const struct console *console, struct slice sha256, const char *path,
                           struct slice by, struct error *error)
{
    const struct client_options client = {.endpoint = console->options.broker,
                                          .keys = console->options.keys,
                                          .stop_fd = console->stop_fd};
    struct buffer document = {0};
    struct decision decision;
    enum outcome outcome;
    enum status status = judgement_of_document(VERDICT_REFILE, sha256, &decision, error);
    decision.by = by;
    decision.at_ms = clock_unix_ms();
    if (!status && (!console->options.originals ||
                    kept_get(console->options.originals, sha256, &document, NULL) != STATUS_OK))
        status = fail(error, STATUS_BAD,
                      "its original is not kept here: bring the file again (请重新提交文件)");
    if (!status)
        status = judgement_submit(&client, false, &decision, &outcome, error);
    if (!status)
        status = send(&client, path, &document, error);
    buffer_release(&document);
    return status;
}

void api_restore(struct console *console, const struct visitor *visitor,
                 struct http_request *request, struct http_answer *answer)
{
    struct arena arena = {0};
    const struct packed *body = NULL;
    struct error error;
    enum status status =
        json_read(&arena, http_request_body(request), (struct pack_limits){2, 16}, &body, &error);
    struct slice said = packed_text(packed_get(body, "by"));
    struct slice path = packed_text(packed_get(body, "path"));
    struct slice by = visitor->name[0] ? slice_of(visitor->name) : said;
    if (!status && !by.len)
        status = fail(&error, STATUS_BAD, "by: who decides? A name is wanted (请填写姓名)");
    if (!status && !console->options.broker)
        status = fail(&error, STATUS_BAD,
                      "this console only reads a store: decide where a pipeline runs (xianzhi "
                      "serve, or console --broker)");
    const char *segment = http_request_segment(request, 0);
    const char *name = path.len ? arena_copy(&arena, path).data : segment;
    if (!status)
        status = restore(console, slice_of(segment), name, by, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else {
        buffer_add(&answer->body, SLICE("{}"));
        reply_json(answer, 200);
    }
    arena_release(&arena);
}
