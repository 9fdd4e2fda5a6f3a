/* outbox.c - answers wait here until what they say is true: a reply that rests on the journal goes
 * out after the commit. A reply to somebody who is gone is dropped: he will ask again. One that
 * doesn't fit into his pipe ends the session, so that he asks again too. */
#include "broker/outbox.h"
#include "broker/peers.h"
#include "broker/room.h"
#include "proto/base/failpoint.h"
#include "proto/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct reply *outbox_add(struct broker *broker, const struct peer_id *to, enum message_type type,
                         uint64_t id)
{
    struct replies *outbox = &broker->outbox;
    if (outbox->count == outbox->capacity) {
        outbox->capacity = outbox->capacity ? outbox->capacity * 2 : 256;
        outbox->items = memory_resize(outbox->items, outbox->capacity * sizeof *outbox->items);
    }
    struct reply *reply = &outbox->items[outbox->count++];
    *reply = (struct reply){.to = *to, .message = {.type = type, .id = id}};
    return reply;
}

struct reply *outbox_refuse(struct broker *broker, const struct peer_id *to, uint64_t id,
                            enum status status, uint32_t retry_ms, const char *format, ...)
{
    struct reply *reply = outbox_add(broker, to, MESSAGE_REFUSED, id);
    reply->message.status = status;
    reply->message.retry_ms = retry_ms;
    va_list args;
    va_start(args, format);
    buffer_format_list(&reply->text, format, args);
    va_end(args);
    return reply;
}

void outbox_revoke(struct broker *broker, uint32_t retry_ms, const char *why)
{
    for (size_t i = 0; i < broker->outbox.count; i++) {
        struct reply *reply = &broker->outbox.items[i];
        if (!reply->durable)
            continue;
        bool accepted = reply->message.type == MESSAGE_ACCEPTED;
        struct peer *peer = peer_find(broker, &reply->to);
        buffer_clear(&reply->text);
        buffer_release(&reply->payload);
        buffer_add(&reply->text, slice_of(why));
        reply->message = (struct message){.type = MESSAGE_REFUSED,
                                          .id = reply->message.id,
                                          .status = STATUS_RETRY,
                                          .retry_ms = retry_ms};
        reply->durable = false;
        if (accepted && peer)
            peer_hold(broker, peer, reply->message.id);
    }
}

static void reply_send(struct broker *broker, struct reply reply)
{
    struct peer *peer = peer_find(broker, &reply.to);
    reply.message.text = buffer_slice(&reply.text);
    enum status status = STATUS_OK;
    if (reply.durable && failpoint("broker.reply", NULL) != STATUS_OK)
        status = STATUS_AGAIN;
    if (peer && status == STATUS_OK)
        status = peer_send(broker, peer, &reply.message, reply.payload.len ? &reply.payload : NULL);
    if (peer && status == STATUS_AGAIN) {
        log_event(LOG_WARN, "reply.dropped", "type=%s id=%" PRIu64 " reason=\"pipe full\"",
                  message_name(reply.message.type), reply.message.id);
        peer_lose(broker, peer, CAUSE_CRASHED);
    }
    buffer_release(&reply.text);
    buffer_release(&reply.payload);
}

/* A journal in memory is as large as its backlog: a submitter waits for its acknowledgement then,
 * instead of being refused, and his window closes. */
static bool must_withhold(const struct broker *broker, const struct reply *reply)
{
    return reply->message.type == MESSAGE_ACCEPTED && !reply->released && room_is_used_up(broker);
}

static void withhold(struct broker *broker, const struct reply *reply)
{
    struct replies *withheld = &broker->withheld;
    if (withheld->count == withheld->capacity) {
        withheld->capacity = withheld->capacity ? withheld->capacity * 2 : 256;
        withheld->items =
            memory_resize(withheld->items, withheld->capacity * sizeof *withheld->items);
    }
    withheld->items[withheld->count++] = *reply;
}

static void send_withheld(struct broker *broker)
{
    struct replies *withheld = &broker->withheld;
    const struct reply accepted = {.message = {.type = MESSAGE_ACCEPTED}};
    if (!withheld->count || must_withhold(broker, &accepted))
        return;
    for (size_t i = 0; i < withheld->count; i++)
        if (!withheld->items[i].released)
            reply_send(broker, withheld->items[i]);
    withheld->count = 0;
}

void outbox_accept_first(struct broker *broker, const struct peer_id *to, uint64_t id)
{
    for (size_t i = 0; i < broker->withheld.count; i++) {
        struct reply *reply = &broker->withheld.items[i];
        if (reply->message.id != id || reply->released || !peer_equal(&reply->to, to))
            continue;
        reply->released = true;
        struct reply *moved = outbox_add(broker, to, MESSAGE_ACCEPTED, id);
        moved->message = reply->message;
        moved->released = true;
        return;
    }
}

void outbox_send(struct broker *broker, bool committed)
{
    struct replies *outbox = &broker->outbox;
    size_t kept = 0;
    send_withheld(broker);
    for (size_t i = 0; i < outbox->count; i++) {
        struct reply reply = outbox->items[i];
        if (reply.durable && !committed)
            outbox->items[kept++] = reply;
        else if (must_withhold(broker, &reply))
            withhold(broker, &reply);
        else
            reply_send(broker, reply);
    }
    outbox->count = kept;
}

static void replies_release(struct replies *replies)
{
    for (size_t i = 0; i < replies->count; i++) {
        buffer_release(&replies->items[i].text);
        buffer_release(&replies->items[i].payload);
    }
    free(replies->items);
    *replies = (struct replies){0};
}

void outbox_release(struct broker *broker)
{
    replies_release(&broker->outbox);
    replies_release(&broker->withheld);
}
