/* api_status.c - the broker's record as it stands. Any thread. */
#include "deploy/console/console_private.h"
#include "proto/pack_json.h"

void api_status(struct console *console, const struct visitor *visitor,
                struct http_request *request, struct http_answer *answer)
{
    const struct message question = {.type = MESSAGE_STATUS};
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    (void)visitor, (void)request;
    enum status status = sources_ask(console->sources, &question, &arena, &root, &error);
    if (!status) {
        packed_put_json(root, &answer->body);
        reply_json(answer, 200);
    } else {
        reply_error(answer, status, &error);
    }
    arena_release(&arena);
}
