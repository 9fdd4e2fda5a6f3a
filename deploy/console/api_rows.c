/* api_rows.c - values and roll-ups by page. Any thread. What can
 * fail: parameters, the pipeline is away. */
#include "deploy/console/params.h"
#include "proto/rows/row_json.h"

/* ---- a page ---- */

static void put_row(const struct row *row, size_t *count, struct buffer *out)
{
    if ((*count)++ > 0)
        buffer_append(out, ",\n", 2);
    row_json(row, 0, SLICE(""), out);
    out->len--; /* its newline */
}

/* Store pages until one has a row: a page of ours is empty only at the end. */
static enum status put_page(struct lent *lent, struct request *question, struct arena *arena,
                            struct buffer *out, struct error *error)
{
    struct answer answer = {.more = true};
    enum status status = STATUS_OK;
    size_t count = 0;
    buffer_add(out, SLICE("{\"rows\":["));
    while (!status && answer.more && count == 0) {
        status = lent_read(lent, question, arena, &answer, error);
        for (size_t i = 0; !status && i < answer.row_count; i++)
            put_row(&answer.rows[i], &count, out);
        question->after = status ? question->after : arena_copy(arena, answer.after);
    }
    if (status)
        return status;
    buffer_add(out, SLICE("],"));
    reply_next(&answer, out);
    return STATUS_OK;
}

static void answer_page(struct console *console, struct http_request *request, bool rollups,
                        struct http_answer *answer)
{
    struct arena arena = {0};
    struct request question;
    struct lent lent = {0};
    struct error error;
    enum status status = params_read(console, request, &arena, &question, &error);
    question.filter.units_only = !rollups;
    question.filter.rollups_only = rollups;
    if (!status)
        status = lent_take(console->sources, &lent, &error);
    if (!status)
        status = put_page(&lent, &question, &arena, &answer->body, &error);
    lent_return(console->sources, &lent, status);
    if (status)
        reply_error(answer, status, &error);
    else
        reply_json_tagged(request, answer);
    arena_release(&arena);
}

void api_values(struct console *console, const struct visitor *visitor,
                struct http_request *request, struct http_answer *answer)
{
    (void)visitor;
    answer_page(console, request, false, answer);
}

void api_rollups(struct console *console, const struct visitor *visitor,
                 struct http_request *request, struct http_answer *answer)
{
    (void)visitor;
    answer_page(console, request, true, answer);
}
