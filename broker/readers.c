/* readers.c - questions to the results, relayed to the worker that holds the store.
 *
 *            version rises           a worker is there            answer
 *   PARKED ───────────────▶ WAITING ───────────────────▶ ASKED ─────────▶ (gone)
 *                              ▲   │ nobody for read_wait_ms: refused │ worker gone
 *                              └───┼──────────────────────────────────┘
 *
 * A reader that has seen version V asks for what came since V and is parked until the store is past
 * it: asking is the reader's credit, so a slow one costs the others nothing. Owned by the broker's
 * thread; nothing here fails, questions are refused or dropped with their reader.
 */
#include "broker/readers.h"
#include "broker/outbox.h"
#include "broker/peers.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

enum {
    BACKUP_SINCE_MINOR = 1,
    WORKER_READS = 64,           /* questions at the store's worker; more wait */
    PEER_QUESTIONS = 64,         /* of one reader, not answered yet */
    PEER_UNREAD_BYTES = 8 << 20, /* of answers that one reader may leave lying here */
};

static void read_free(struct broker *broker, struct read *read)
{
    struct peer *reader = peer_find(broker, &read->reader);
    if (reader && reader->questions > 0)
        reader->questions--;
    buffer_release(&read->request);
    free(read);
}

/* Out of the list or table that its state puts it in. */
static void take_out(struct readers *readers, struct read *read)
{
    switch (read->state) {
    case READ_PARKED:
        DL_DELETE(readers->parked, read);
        readers->parked_count--;
        break;
    case READ_WAITING:
        DL_DELETE(readers->waiting, read);
        readers->waiting_count--;
        break;
    case READ_ASKED:
        HASH_DELETE(hh, readers->by_id, read);
        read->worker->reads--;
        read->worker = NULL;
        break;
    }
}

static void put_waiting(struct broker *broker, struct read *read)
{
    read->state = READ_WAITING;
    read->asked_us = broker->now_us;
    DL_APPEND(broker->readers.waiting, read);
    broker->readers.waiting_count++;
}

/* Whoever asks without reading the answers would have us keep them all. */
static bool may_ask(struct broker *broker, const struct peer *peer, const struct message *message)
{
    if (peer->questions < PEER_QUESTIONS && wire_unread_bytes(peer->unread) < PEER_UNREAD_BYTES)
        return true;
    outbox_refuse(
        broker, &peer->id, message->id, STATUS_AGAIN, RETRY_MS,
        TR("%u of your questions are open and %zu bytes of answers unread: read them first"),
        peer->questions, wire_unread_bytes(peer->unread));
    return false;
}

/* A reader that comes from another store must not wait for news of this one: it knows nothing yet.
 * Where nobody has said which store this is, its worker answers. */
static bool is_same_store(const struct broker *broker, struct slice store)
{
    return store.len == 0 || slice_equal(store, slice_of(broker->store_id));
}

void readers_ask(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct readers *readers = &broker->readers;
    if (!may_ask(broker, peer, message))
        return;
    peer->questions++;
    struct read *read = memory_zero(sizeof *read);
    bool is_backup = message->type == MESSAGE_BACKUP;
    read->id = ++readers->next_id;
    read->type = message->type;
    read->reader = peer->id;
    read->reader_id = message->id;
    read->since = message->since;
    buffer_add(&read->request, is_backup ? message->path : message->payload);
    if (read->since && read->since == broker->version && is_same_store(broker, message->store)) {
        read->state = READ_PARKED;
        DL_APPEND(readers->parked, read);
        readers->parked_count++;
    } else {
        put_waiting(broker, read);
    }
}

static void wake(struct broker *broker)
{
    struct read *read, *next;
    DL_FOREACH_SAFE(broker->readers.parked, read, next)
    {
        take_out(&broker->readers, read);
        put_waiting(broker, read);
    }
}

bool readers_version(struct broker *broker, uint64_t version)
{
    const uint64_t most_rise = 1ull << 32; /* versions rise by one a commit */
    if (version <= broker->version)
        return true;
    if (broker->version && version - broker->version > most_rise) {
        log_event(LOG_ERROR, "store.version", "said=%" PRIu64 " known=%" PRIu64, version,
                  broker->version);
        return false;
    }
    broker->version = version;
    wake(broker);
    return true;
}

void readers_new_store(struct broker *broker)
{
    broker->version = broker->store_bytes = 0;
    broker->store_id[0] = '\0';
    wake(broker);
}

void readers_answer(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct readers *readers = &broker->readers;
    struct read *read = NULL;
    HASH_FIND(hh, readers->by_id, &message->id, sizeof message->id, read);
    if (!read || read->worker != peer)
        return; /* its reader went away meanwhile */
    struct peer *reader = peer_find(broker, &read->reader);
    struct message relayed = *message;
    if (message->type == MESSAGE_ANSWER && !readers_version(broker, message->version))
        relayed = (struct message){.type = MESSAGE_REFUSED,
                                   .status = STATUS_RETRY,
                                   .retry_ms = RETRY_MS,
                                   .text = SLICE("the store's worker says a version that can't "
                                                 "be: end it, look at its store")};
    if (relayed.type == MESSAGE_ANSWER && relayed.store.len < sizeof broker->store_id)
        snprintf(broker->store_id, sizeof broker->store_id, "%.*s", SLICE_ARGS(relayed.store));
    relayed.id = read->reader_id;
    take_out(readers, read);
    read_free(broker, read);
    readers->answered++;
    struct buffer payload = {0};
    buffer_add(&payload, relayed.payload);
    if (reader &&
        peer_send(broker, reader, &relayed, payload.len ? &payload : NULL) == STATUS_AGAIN)
        log_event(LOG_WARN, "answer.dropped", "name=\"%s\" reason=\"pipe full\"", reader->name);
    buffer_release(&payload);
}

static bool concerns(const struct read *read, const struct peer *reader)
{
    return peer_equal(&read->reader, &reader->id);
}

void readers_peer_gone(struct broker *broker, struct peer *peer)
{
    struct readers *readers = &broker->readers;
    struct read *read, *next;
    struct read *lists[] = {readers->parked, readers->waiting};
    for (unsigned i = 0; i < 2; i++)
        DL_FOREACH_SAFE(lists[i], read, next)
        {
            if (!concerns(read, peer))
                continue;
            take_out(readers, read);
            read_free(broker, read);
        }
    HASH_ITER(hh, readers->by_id, read, next)
    {
        if (concerns(read, peer)) {
            take_out(readers, read);
            read_free(broker, read);
        } else if (read->worker == peer) {
            take_out(readers, read);
            put_waiting(broker, read);
        }
    }
}

/* Who answers questions: a worker of no stage that names the store, else whoever files into it; the
 * latter makes copies. */
static struct peer *store_worker(const struct broker *broker, enum message_type type)
{
    struct peer *peer, *filing = NULL;
    DL_FOREACH(broker->workers, peer)
    {
        if (peer->full)
            continue;
        if (type == MESSAGE_READ && !peer->stages && peer->store[0])
            return peer;
        if (!filing && peer->stages & 1u << STAGE_AGGREGATE)
            filing = peer;
    }
    return filing;
}

static void refuse_overdue(struct broker *broker)
{
    struct readers *readers = &broker->readers;
    uint64_t patience_us = broker->options.read_wait_ms * 1000ull;
    while (readers->waiting && broker->now_us - readers->waiting->asked_us >= patience_us) {
        struct read *read = readers->waiting;
        outbox_refuse(broker, &read->reader, read->reader_id, STATUS_AGAIN, RETRY_MS,
                      TR("nobody holds the results: start `xianzhi worker aggregate --store DIR`"));
        take_out(readers, read);
        read_free(broker, read);
    }
}

/* An older worker would pass over what it doesn't know, and the asker wait for ever. */
static void refuse_old(struct broker *broker, const struct peer *worker, struct read *read)
{
    outbox_refuse(broker, &read->reader, read->reader_id, STATUS_BAD, 0,
                  TR("%s is of an older release and can't copy its store: upgrade it first"),
                  worker->name);
    take_out(&broker->readers, read);
    read_free(broker, read);
}

void readers_dispatch(struct broker *broker)
{
    struct readers *readers = &broker->readers;
    struct peer *worker;
    while (readers->waiting && (worker = store_worker(broker, readers->waiting->type)) &&
           worker->reads < WORKER_READS) {
        struct read *read = readers->waiting;
        if (read->type == MESSAGE_BACKUP && worker->minor < BACKUP_SINCE_MINOR) {
            refuse_old(broker, worker, read);
            continue;
        }
        take_out(readers, read);
        read->state = READ_ASKED;
        read->worker = worker;
        worker->reads++;
        HASH_ADD(hh, readers->by_id, id, sizeof read->id, read);
        struct message message = {.type = read->type, .id = read->id, .since = read->since};
        if (read->type == MESSAGE_BACKUP)
            message.path = buffer_slice(&read->request);
        else
            message.payload = buffer_slice(&read->request);
        enum status status = peer_send(broker, worker, &message, NULL);
        if (status == STATUS_AGAIN) {
            worker->full = true;
            take_out(readers, read);
            put_waiting(broker, read);
        }
    }
    if (!store_worker(broker, MESSAGE_READ))
        refuse_overdue(broker);
}

void readers_release(struct broker *broker)
{
    struct readers *readers = &broker->readers;
    struct read *read, *next;
    HASH_ITER(hh, readers->by_id, read, next)
    {
        HASH_DELETE(hh, readers->by_id, read);
        read_free(broker, read);
    }
    DL_FOREACH_SAFE(readers->parked, read, next)
    read_free(broker, read);
    DL_FOREACH_SAFE(readers->waiting, read, next)
    read_free(broker, read);
    *readers = (struct readers){0};
}
