/* amqp_failed.c - what went wrong, in words: what the server says, what librabbitmq says. A refusal
 * is BAD, whatever may pass is RETRY. */
#include "proto/doors/amqp_private.h"

static enum status server_says(const struct amqp *amqp, int code, amqp_bytes_t text,
                               struct error *error)
{
    bool refused = code == AMQP_ACCESS_REFUSED || code == AMQP_NOT_ALLOWED ||
                   code == AMQP_PRECONDITION_FAILED || (code == AMQP_NOT_FOUND && !amqp->consumes);
    return fail(error, refused ? STATUS_BAD : STATUS_RETRY, "RabbitMQ at %s: %.*s", amqp->place,
                (int)text.len, (const char *)text.bytes);
}

enum status amqp_method_failed(const struct amqp *amqp, const amqp_method_t *method,
                               struct error *error)
{
    if (method->id == AMQP_CHANNEL_CLOSE_METHOD) {
        const amqp_channel_close_t *close = method->decoded;
        return server_says(amqp, close->reply_code, close->reply_text, error);
    }
    if (method->id == AMQP_CONNECTION_CLOSE_METHOD) {
        const amqp_connection_close_t *close = method->decoded;
        return server_says(amqp, close->reply_code, close->reply_text, error);
    }
    return fail(error, STATUS_RETRY, "RabbitMQ at %s: an answer that nobody understands",
                amqp->place);
}

enum status amqp_failed(const struct amqp *amqp, int code, struct error *error)
{
    return fail(error, STATUS_RETRY, "RabbitMQ at %s: %s", amqp->place, amqp_error_string2(code));
}

enum status amqp_check(const struct amqp *amqp, amqp_rpc_reply_t reply, struct error *error)
{
    if (reply.reply_type == AMQP_RESPONSE_NORMAL)
        return STATUS_OK;
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION)
        return amqp_method_failed(amqp, &reply.reply, error);
    return amqp_failed(amqp, reply.library_error, error);
}
