/* api_restore.c - a document that was withdrawn is put back: the decision that it may come again,
 * and its kept bytes sent once more, under the name and in the place among its versions that it
 * had, with what a list or a person has said of them. Any thread. What can fail: they are not kept
 * here, the pipeline is away.
 */
#include "deploy/console/params.h"
#include "deploy/intake/judgement.h"
#include "proto/base/clock.h"
#include "proto/doors/json.h"
#include "proto/hand_in.h"
#include "proto/kept.h"

/* What it came as when it was taken out: the last word on it that says so. Lives in the arena. */
static enum status find_withdrawal(const struct console *console, struct slice sha256,
                                   struct arena *arena, struct submission_head *head,
                                   struct error *error)
{
    struct request question = {.list = LIST_DECISIONS, .filter = {.document = sha256}};
    struct answer page = {.more = true};
    struct lent lent = {0};
    enum status status = lent_take(console->sources, &lent, error);
    while (!status && page.more) {
        status = lent_read(&lent, &question, arena, &page, error);
        for (size_t i = 0; !status && i < page.item_count; i++) {
            const struct decision *decision = (const struct decision *)page.items + i;
            if (decision->verdict != VERDICT_UNFILE || !decision->path.len)
                continue;
            head->path = arena_copy(arena, decision->path).data;
            head->lineage = decision->lineage;
            head->lineage.origin = arena_copy(arena, decision->lineage.origin);
        }
        question.after = status ? question.after : arena_copy(arena, page.after);
    }
    lent_return(console->sources, &lent, status);
    return status;
}

static enum status let_back(const struct client_options *client, struct slice sha256,
                            struct slice by, struct error *error)
{
    struct decision decision;
    enum outcome outcome;
    enum status status = judgement_of_document(VERDICT_REFILE, sha256, &decision, error);
    decision.by = by;
    decision.at_ms = clock_unix_ms();
    if (!status)
        status = judgement_submit(client, false, &decision, &outcome, error);
    return status || outcome != OUTCOME_CHANGED
               ? status
               : fail(error, STATUS_BAD, "%.*s: it isn't withdrawn", SLICE_ARGS(sha256));
}

/* `head`: what it is put back as. *outcome: what the store has made of it. */
static enum status restore(const struct console *console, struct slice sha256,
                           const struct submission_head *head, struct slice by,
                           enum outcome *outcome, struct error *error)
{
    const struct client_options client = {.endpoint = console->options.broker,
                                          .keys = console->options.keys,
                                          .stop_fd = console->stop_fd};
    const struct submitter_options options = {.client = client};
    const char *kept = console->options.originals;
    struct buffer document = {0};
    enum status status = kept ? kept_get(kept, sha256, &document, NULL) : STATUS_AGAIN;
    if (status)
        status = fail(error, STATUS_BAD,
                      "its original is not kept here: bring the file again (请重新提交文件)");
    if (!status)
        status = let_back(&client, sha256, by, error);
    if (!status)
        status = hand_in_one(&options, head, &document, outcome, error);
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
    struct slice by = visitor->name[0] ? slice_of(visitor->name) : said;
    if (!status && !by.len)
        status = fail(&error, STATUS_BAD, "by: who decides? A name is wanted (请填写姓名)");
    if (!status && !console->options.broker)
        status = fail(&error, STATUS_BAD,
                      "this console only reads a store: decide where a pipeline runs (xianzhi "
                      "serve, or console --broker)");
    struct slice sha256 = slice_of(http_request_segment(request, 0));
    struct slice path = packed_text(packed_get(body, "path"));
    struct submission_head head = {.path = path.len ? arena_copy(&arena, path).data : sha256.data,
                                   .priority = 1};
    enum outcome outcome = OUTCOME_NONE;
    if (!status)
        status = find_withdrawal(console, sha256, &arena, &head, &error);
    if (!status)
        status = restore(console, sha256, &head, by, &outcome, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else {
        buffer_format(&answer->body, "{\"outcome\":\"%s\"}", reply_outcome(outcome));
        reply_json(answer, 200);
    }
    arena_release(&arena);
}
