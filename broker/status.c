/* status.c - where everything is, as one MessagePack map. proto/PROTOCOL.md lists the keys.
 * Owned by the broker's thread; nothing here fails. */
#include "broker/status.h"
#include "broker/outbox.h"
#include "broker/peers.h"
#include "broker/room.h"
#include "proto/pack.h"

#include <utlist.h>

static void put_uint(struct buffer *out, const char *key, uint64_t value)
{
    pack_text(out, slice_of(key));
    pack_uint(out, value);
}

static void put_double(struct buffer *out, const char *key, double value)
{
    pack_text(out, slice_of(key));
    pack_double(out, value);
}

static uint64_t ms_since(const struct broker *broker, uint64_t us)
{
    return us && us < broker->now_us ? (broker->now_us - us) / 1000 : 0;
}

static double rate(const struct broker *broker, const struct rate *rate)
{
    return rate_per_s(rate, broker->now_us, broker->started_us);
}

static void put_stages(struct broker *broker, struct buffer *out)
{
    uint64_t leased[STAGE_COUNT] = {0};
    struct job *job;
    DL_FOREACH(broker->leases.running, job)
    leased[job->stage]++;
    PACK_KEY(out, "stages");
    pack_array(out, STAGE_COUNT);
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
        struct queue *queue = &broker->queues[stage];
        pack_map(out, 8);
        PACK_KEY(out, "stage"), pack_text(out, slice_of(stage_name(stage)));
        put_uint(out, "depth", queue->depth);
        put_uint(out, "bytes", queue->bytes);
        put_uint(out, "leased", leased[stage]);
        put_uint(out, "suspects", queue->suspect_count);
        put_uint(out, "oldest_ms", ms_since(broker, queue_oldest_us(queue)));
        put_uint(out, "done", broker->done[stage].total);
        put_double(out, "rate_per_s", rate(broker, &broker->done[stage]));
    }
}

static void put_submissions(struct broker *broker, struct buffer *out)
{
    PACK_KEY(out, "submissions");
    pack_map(out, 4);
    put_uint(out, "accepted", broker->accepted.total);
    put_double(out, "rate_per_s", rate(broker, &broker->accepted));
    put_uint(out, "known", broker->duplicates);
    put_uint(out, "refused", broker->refused_submits);
}

static void put_leases(struct broker *broker, struct buffer *out)
{
    PACK_KEY(out, "leases");
    pack_map(out, 6);
    put_uint(out, "running", broker->leases.running_count);
    put_uint(out, "waiting", broker->leases.waiting_count);
    put_uint(out, "redelivered", broker->redelivered);
    put_uint(out, "failed", broker->leases.failed);
    put_uint(out, "lapsed", broker->leases.lapsed);
    put_uint(out, "tokens_refused", broker->leases.refused);
}

static void put_dead(struct broker *broker, struct buffer *out)
{
    PACK_KEY(out, "dead");
    pack_map(out, 2);
    put_uint(out, "count", broker->dead_count);
    PACK_KEY(out, "causes");
    pack_map(out, CAUSE_COUNT - 1);
    for (unsigned cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        put_uint(out, cause_name(cause), broker->dead_by_cause[cause]);
}

static void put_stage_names(struct buffer *out, uint32_t stages)
{
    PACK_KEY(out, "stages");
    pack_array(out, (uint32_t)__builtin_popcount(stages));
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        if (stages & 1u << stage)
            pack_text(out, slice_of(stage_name(stage)));
}

static void put_workers(struct broker *broker, struct buffer *out)
{
    struct peer *peer;
    uint32_t count = 0;
    DL_COUNT(broker->workers, peer, count);
    PACK_KEY(out, "workers");
    pack_array(out, count);
    DL_FOREACH(broker->workers, peer)
    {
        pack_map(out, 9);
        PACK_KEY(out, "name"), pack_text(out, slice_of(peer->name));
        put_stage_names(out, peer->stages);
        put_uint(out, "held", peer->holder.held_count);
        put_uint(out, "held_bytes", peer->holder.held_bytes);
        put_uint(out, "credit", peer->credit);
        put_uint(out, "done", peer->done);
        put_uint(out, "reads", peer->reads);
        put_uint(out, "last_seen_ms", ms_since(broker, peer->heard_us));
        PACK_KEY(out, "isolated"), pack_bool(out, peer->isolated);
    }
}

static void put_reader(struct broker *broker, const struct read *read, struct buffer *out)
{
    struct peer *peer = peer_find(broker, &read->reader);
    pack_map(out, 4);
    PACK_KEY(out, "name"), pack_text(out, slice_of(peer ? peer->name : "gone"));
    put_uint(out, "since", read->since);
    put_uint(out, "lag",
             read->since && broker->version > read->since ? broker->version - read->since : 0);
    PACK_KEY(out, "parked"), pack_bool(out, read->state == READ_PARKED);
}

static void put_readers(struct broker *broker, struct buffer *out)
{
    enum { MOST = 100 }; /* named one by one */
    struct readers *readers = &broker->readers;
    uint64_t total = readers->parked_count + readers->waiting_count;
    uint32_t named = (uint32_t)(total < MOST ? total : MOST);
    PACK_KEY(out, "readers");
    pack_map(out, 5);
    put_uint(out, "parked", readers->parked_count);
    put_uint(out, "waiting", readers->waiting_count);
    put_uint(out, "asked", HASH_COUNT(readers->by_id));
    put_uint(out, "answered", readers->answered);
    PACK_KEY(out, "who"), pack_array(out, named);
    struct read *read;
    DL_FOREACH(readers->waiting, read)
    if (named && named--)
        put_reader(broker, read, out);
    DL_FOREACH(readers->parked, read)
    if (named && named--)
        put_reader(broker, read, out);
}

static void put_journal(struct broker *broker, struct buffer *out)
{
    struct journal_facts facts = journal_facts(broker->journal);
    const char *broken = journal_broken(broker->journal);
    PACK_KEY(out, "journal");
    pack_map(out, 10);
    PACK_KEY(out, "in_memory"), pack_bool(out, journal_in_memory(broker->journal));
    put_uint(out, "disk_bytes", facts.disk_bytes);
    put_uint(out, "free_bytes", facts.free_bytes);
    PACK_KEY(out, "disk_low"), pack_bool(out, broker->disk_low);
    PACK_KEY(out, "broken"), broken ? pack_text(out, slice_of(broken)) : pack_nil(out);
    put_uint(out, "commits", facts.commits);
    put_uint(out, "syncs", facts.syncs);
    put_uint(out, "sync_sum_us", facts.sync_sum_us);
    put_uint(out, "sync_p50_us", facts.sync_p50_us);
    put_uint(out, "sync_p99_us", facts.sync_p99_us);
}

static void put_memory(struct broker *broker, struct buffer *out)
{
    bool in_memory = journal_in_memory(broker->journal);
    PACK_KEY(out, "memory");
    pack_map(out, 3);
    put_uint(out, "held_bytes", room_held_bytes(broker));
    put_uint(out, "documents_bytes",
             in_memory ? broker->queues[STAGE_INGEST].bytes : broker->warm_bytes);
    put_uint(out, "budget_bytes", broker->options.memory_bytes);
}

/* nil when nothing moves: there is no honest guess then. */
static void put_estimate(struct broker *broker, struct buffer *out)
{
    uint64_t left = broker->leases.running_count + broker->leases.waiting_count;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        left += broker->queues[stage].depth;
    double speed = rate(broker, &broker->done[STAGE_AGGREGATE]);
    PACK_KEY(out, "unfinished"), pack_uint(out, left);
    PACK_KEY(out, "empty_in_s");
    if (left == 0)
        pack_double(out, 0);
    else if (speed > 0)
        pack_double(out, (double)left / speed);
    else
        pack_nil(out);
}

void status_answer(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_ANSWER, message->id);
    reply->message.version = broker->version;
    struct buffer *out = &reply->payload;
    pack_map(out, 18);
    PACK_KEY(out, "v"), pack_array(out, 2), pack_uint(out, 1), pack_uint(out, 0);
    PACK_KEY(out, "endpoint"), pack_text(out, slice_of(wire_endpoint(broker->wire)));
    put_uint(out, "uptime_ms", ms_since(broker, broker->started_us));
    put_uint(out, "version", broker->version);
    PACK_KEY(out, "store");
    broker->store_id[0] ? pack_text(out, slice_of(broker->store_id)) : pack_nil(out);
    PACK_KEY(out, "store_bytes");
    broker->store_bytes ? pack_uint(out, broker->store_bytes) : pack_nil(out);
    PACK_KEY(out, "stopping"), pack_bool(out, broker->stopping);
    put_uint(out, "peers", HASH_COUNT(broker->peers));
    put_stages(broker, out);
    put_submissions(broker, out);
    put_leases(broker, out);
    put_dead(broker, out);
    put_workers(broker, out);
    put_readers(broker, out);
    put_journal(broker, out);
    put_memory(broker, out);
    put_estimate(broker, out); /* two keys */
}
