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

/* What is put back: as what it came when it was taken out, by the last word that says so. */
struct restored {
    struct slice sha256, by;
    struct submission_head head; /* its texts live in the arena */
    bool was_withdrawn;
};

static enum status find_withdrawal(const struct console *console, struct restored *restored,
                                   struct arena *arena, struct error *error)
{
    struct slice sha256 = restored->sha256;
    struct submission_head *head = &restored->head;
    struct request question = {.list = LIST_DECISIONS, .filter = {.document = sha256}};
    struct answer page = {.more = true};
    struct lent lent = {0};
    enum status status = lent_take(console->sources, &lent, error);
    while (!status && page.more) {
        status = lent_read(&lent, &question, arena, &page, error);
        for (size_t i = 0; !status && i < page.item_count; i++) {
            const struct decision *decision = (const struct decision *)page.items + i;
            restored->was_withdrawn |= decision->verdict == VERDICT_UNFILE;
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

/* *before: somebody has said so already. */
static enum status let_back(const struct client_options *client, const struct restored *restored,
                            bool *before, struct error *error)
{
    struct decision decision;
    enum outcome outcome;
    enum status status = judgement_of_document(VERDICT_REFILE, restored->sha256, &decision, error);
    decision.by = restored->by;
    decision.at_ms = clock_unix_ms();
    if (!status)
        status = judgement_submit(client, false, &decision, &outcome, error);
    *before = !status && outcome == OUTCOME_CHANGED;
    return status;
}

/* *outcome: what the store has made of it. One that was broken off between its two steps is gone on
 * with. */
static enum status restore(const struct console *console, const struct restored *restored,
                           enum outcome *outcome, struct error *error)
{
    const struct client_options client = {.endpoint = console->options.broker,
                                          .keys = console->options.keys,
                                          .stop_fd = console->stop_fd};
    const struct submitter_options options = {.client = client};
    const char *kept = console->options.originals;
    struct buffer document = {0};
    bool before = false;
    enum status status = kept ? kept_get(kept, restored->sha256, &document, NULL) : STATUS_AGAIN;
    if (status)
        status = fail(error, STATUS_BAD,
                      "its original is not kept here: bring the file again (请重新提交文件)");
    if (!status)
        status = let_back(&client, restored, &before, error);
    bool goes_on = !before || restored->was_withdrawn;
    if (!status && goes_on)
        status = hand_in_one(&options, &restored->head, &document, outcome, error);
    if (!status && before && (!goes_on || *outcome == OUTCOME_DUPLICATE))
        status = fail(error, STATUS_BAD, "%.*s: it isn't withdrawn", SLICE_ARGS(restored->sha256));
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
    struct restored restored = {
        .sha256 = sha256,
        .by = by,
        .head = {.path = path.len ? arena_copy(&arena, path).data : sha256.data, .priority = 1}};
    enum outcome outcome = OUTCOME_NONE;
    if (!status)
        status = find_withdrawal(console, &restored, &arena, &error);
    if (!status)
        status = restore(console, &restored, &outcome, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else {
        buffer_format(&answer->body, "{\"outcome\":\"%s\"}", reply_outcome(outcome));
        reply_json(answer, 200);
    }
    arena_release(&arena);
}
