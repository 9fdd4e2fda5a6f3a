/* amqp_read.c - what comes from the server: confirmations, documents, and that it has had enough.
 * Owned by the connection's thread. Headers of others than ours are passed over: whoever publishes
 * may say as little as he likes. */
#include "proto/doors/amqp_private.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>

const struct amqp_header amqp_headers[AMQP_HEADERS + 1] = {
    {"path", true, offsetof(struct amqp_document, path)},
    {"flow", true, offsetof(struct amqp_document, flow)},
    {"text", true, offsetof(struct amqp_document, text)},
    {"origin", true, offsetof(struct amqp_document, lineage.origin)},
    {"order", false, offsetof(struct amqp_document, lineage.order)},
    {"again", false, offsetof(struct amqp_document, lineage.again)},
    {"sent", false, offsetof(struct amqp_document, lineage.sent)},
    {NULL, false, 0}};

void amqp_forget(struct amqp *amqp)
{
    if (amqp->holds)
        amqp_destroy_message(&amqp->message);
    amqp->holds = false;
}

static struct slice slice_of_bytes(amqp_bytes_t bytes)
{
    return (struct slice){bytes.bytes, bytes.len};
}

/* Whatever its width; 0 for what is no number. */
static uint64_t number_of(const amqp_field_value_t *value)
{
    switch (value->kind) {
    case AMQP_FIELD_KIND_I8:
        return value->value.i8 < 0 ? 0 : (uint64_t)value->value.i8;
    case AMQP_FIELD_KIND_I16:
        return value->value.i16 < 0 ? 0 : (uint64_t)value->value.i16;
    case AMQP_FIELD_KIND_I32:
        return value->value.i32 < 0 ? 0 : (uint64_t)value->value.i32;
    case AMQP_FIELD_KIND_I64:
        return value->value.i64 < 0 ? 0 : (uint64_t)value->value.i64;
    case AMQP_FIELD_KIND_U8:
        return value->value.u8;
    case AMQP_FIELD_KIND_U16:
        return value->value.u16;
    case AMQP_FIELD_KIND_U32:
        return value->value.u32;
    case AMQP_FIELD_KIND_U64:
    case AMQP_FIELD_KIND_TIMESTAMP:
        return value->value.u64;
    default:
        return 0;
    }
}

static void take_header(const amqp_table_entry_t *entry, struct amqp_document *document)
{
    struct slice name = slice_of_bytes(entry->key);
    for (unsigned i = 0; amqp_headers[i].name; i++) {
        void *place = (char *)document + amqp_headers[i].offset;
        if (!slice_equal(name, slice_of(amqp_headers[i].name)))
            continue;
        bool text =
            entry->value.kind == AMQP_FIELD_KIND_UTF8 || entry->value.kind == AMQP_FIELD_KIND_BYTES;
        if (amqp_headers[i].is_text && text)
            *(struct slice *)place = slice_of_bytes(entry->value.value.bytes);
        else if (!amqp_headers[i].is_text)
            *(uint64_t *)place = number_of(&entry->value);
    }
}

/* The content that follows a method. */
static enum status read_content(struct amqp *amqp, struct error *error)
{
    amqp_rpc_reply_t reply = amqp_read_message(amqp->connection, amqp->channel, &amqp->message, 0);
    amqp->holds = reply.reply_type == AMQP_RESPONSE_NORMAL;
    return amqp_check(amqp, reply, error);
}

static enum status take_delivery(struct amqp *amqp, const amqp_basic_deliver_t *deliver,
                                 struct amqp_event *event, struct error *error)
{
    *event = (struct amqp_event){.news = AMQP_DELIVERY, .tag = deliver->delivery_tag};
    enum status status = read_content(amqp, error);
    if (status != STATUS_OK)
        return status;
    const amqp_basic_properties_t *properties = &amqp->message.properties;
    if (properties->_flags & AMQP_BASIC_HEADERS_FLAG)
        for (int i = 0; i < properties->headers.num_entries; i++)
            take_header(&properties->headers.entries[i], &event->document);
    event->document.urgent =
        properties->_flags & AMQP_BASIC_PRIORITY_FLAG && properties->priority > 0;
    event->document.bytes = slice_of_bytes(amqp->message.body);
    return STATUS_OK;
}

static enum status take_returned(struct amqp *amqp, struct amqp_event *event, struct error *error)
{
    char id[24] = "";
    enum status status = read_content(amqp, error);
    if (status != STATUS_OK)
        return status;
    amqp_bytes_t said = amqp->message.properties.message_id;
    if (said.len < sizeof id)
        memcpy(id, said.bytes, said.len);
    *event = (struct amqp_event){.news = AMQP_RETURNED, .tag = strtoull(id, NULL, 10)};
    return STATUS_OK;
}

static enum status take_method(struct amqp *amqp, const amqp_method_t *method,
                               struct amqp_event *event, struct error *error)
{
    switch (method->id) {
    case AMQP_BASIC_ACK_METHOD: {
        const amqp_basic_ack_t *ack = method->decoded;
        *event = (struct amqp_event){
            .news = AMQP_CONFIRMED, .tag = ack->delivery_tag, .all = ack->multiple};
        return STATUS_OK;
    }
    case AMQP_BASIC_NACK_METHOD: {
        const amqp_basic_nack_t *nack = method->decoded;
        *event = (struct amqp_event){
            .news = AMQP_REFUSED, .tag = nack->delivery_tag, .all = nack->multiple};
        return STATUS_OK;
    }
    case AMQP_BASIC_DELIVER_METHOD:
        return take_delivery(amqp, method->decoded, event, error);
    case AMQP_BASIC_RETURN_METHOD:
        return take_returned(amqp, event, error);
    case AMQP_QUEUE_DECLARE_OK_METHOD: {
        const amqp_queue_declare_ok_t *there = method->decoded;
        *event = (struct amqp_event){.news = AMQP_DEPTH, .tag = there->message_count};
        return STATUS_OK;
    }
    case AMQP_BASIC_CANCEL_METHOD:
        return fail(error, STATUS_RETRY,
                    "RabbitMQ at %s: ends the delivery: was the queue deleted?", amqp->place);
    default:
        return amqp_method_failed(amqp, method, error);
    }
}

enum status amqp_next(struct amqp *amqp, int timeout_ms, struct amqp_event *event,
                      struct error *error)
{
    struct timeval limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    *event = (struct amqp_event){.news = AMQP_QUIET};
    amqp_forget(amqp);
    amqp_maybe_release_buffers(amqp->connection);
    amqp_frame_t frame;
    int code = amqp_simple_wait_frame_noblock(amqp->connection, &frame, &limit);
    if (code == AMQP_STATUS_TIMEOUT)
        return STATUS_OK;
    if (code != AMQP_STATUS_OK)
        return amqp_failed(amqp, code, error);
    bool ours = frame.channel == amqp->channel || frame.channel == 0;
    if (frame.frame_type != AMQP_FRAME_METHOD || !ours)
        return STATUS_OK; /* of an earlier channel */
    return take_method(amqp, &frame.payload.method, event, error);
}
