/* broker.c - opening, the main loop, and which message goes where.
 *
 * One thread. A turn of the loop: wait until somebody speaks or a timer is due; see to timers; take
 * in a bounded batch; send out work, so that workers are busy while the disk is; commit everything
 * the batch changed; answer. An answer that says "on disk" thus goes out after the sync, and one
 * sync serves all that came in the same turn.
 *
 * What can fail: opening (said plainly), the socket (ends the broker), the journal (ends
 * acknowledgements until it can be written again).
 */
#include "broker/backup.h"
#include "broker/beat.h"
#include "broker/commit.h"
#include "broker/dead.h"
#include "broker/dead_paths.h"
#include "broker/dispatch.h"
#include "broker/inquiry.h"
#include "broker/metrics.h"
#include "broker/outbox.h"
#include "broker/outcome.h"
#include "broker/peers.h"
#include "broker/readers.h"
#include "broker/room.h"
#include "broker/sessions.h"
#include "broker/status.h"
#include "broker/submit.h"
#include "broker/watch.h"
#include "broker/work.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"
#include "proto/record.h"

#include <stdlib.h>
#include <sys/statvfs.h>

/* ---- opening ---- */

static uint32_t or_else(uint32_t value, uint32_t fallback)
{
    return value ? value : fallback;
}

static uint64_t default_disk_low(const char *folder)
{
    enum { MIB = 1 << 20, MARK_MIB = 256, SHARE = 8 };
    struct statvfs disk;
    uint64_t low = (uint64_t)MARK_MIB * MIB;
    if (!folder || statvfs(folder, &disk) != 0)
        return low;
    uint64_t share = (uint64_t)disk.f_blocks * disk.f_frsize / SHARE;
    return share < low ? share : low;
}

static void fill_in(struct broker_options *options)
{
    enum { MIB = 1 << 20 };
    options->memory_bytes = options->memory_bytes ? options->memory_bytes : 256ull * MIB;
    options->commit_bytes = options->commit_bytes ? options->commit_bytes : 4ull * MIB;
    options->max_document_bytes =
        options->max_document_bytes ? options->max_document_bytes : MAX_DOCUMENT_BYTES;
    options->commit_ms = or_else(options->commit_ms, 5);
    options->lease_ms = or_else(options->lease_ms, 60000);
    options->heartbeat_ms = or_else(options->heartbeat_ms, 2000);
    options->attempts = or_else(options->attempts, 5);
    options->backoff_ms = or_else(options->backoff_ms, 100);
    options->submit_credit = or_else(options->submit_credit, 256);
    options->read_wait_ms = or_else(options->read_wait_ms, 5000);
    options->stop_ms = or_else(options->stop_ms, 1000);
}

static void fill_in_disk(struct broker_options *options)
{
    if (!options->disk_low_bytes)
        options->disk_low_bytes = default_disk_low(options->data);
    if (options->disk_high_bytes < options->disk_low_bytes)
        options->disk_high_bytes = options->disk_low_bytes * 2;
}

static void add_flow(void *context, bool urgent, struct slice flow, uint64_t reports,
                     uint64_t bytes)
{
    struct broker *broker = context;
    queue_add_tail(&broker->queues[STAGE_INGEST], urgent ? LANE_URGENT : LANE_NORMAL, flow, reports,
                   bytes, journal_last_seq(broker->journal));
}

static enum status open_journal(struct broker *broker, struct error *error)
{
    size_t cache_bytes = broker->options.memory_bytes / 4;
    enum status status = journal_open(&broker->journal, broker->options.data, cache_bytes, error);
    if (status != STATUS_OK)
        return status;
    bool on_disk = !journal_in_memory(broker->journal);
    queue_init(&broker->queues[STAGE_INGEST], on_disk ? dispatch_load_tail : NULL, broker);
    status = journal_flows(broker->journal, add_flow, broker, error);
    broker->queues[STAGE_INGEST].newest_seq = journal_last_seq(broker->journal);
    dead_count(broker);
    if (status == STATUS_OK && on_disk)
        log_event(LOG_INFO, "journal.open", "waiting=%" PRIu64 " dead=%" PRIu64 " seq=%" PRIu64,
                  broker->queues[STAGE_INGEST].depth, broker->dead_count,
                  journal_last_seq(broker->journal));
    return status;
}

static enum status open_door(struct broker *broker, struct error *error)
{
    const struct broker_options *options = &broker->options;
    struct wire_keys keys = {.admit = NULL};
    enum status status = STATUS_OK;
    if (options->keys)
        status = access_open(&broker->access, options->keys, &keys, error);
    if (status == STATUS_OK)
        status = wire_listen(&broker->wire, options->bind, options->keys ? &keys : NULL, error);
    explicit_bzero(&keys, sizeof keys);
    return status;
}

enum status broker_open(struct broker **out, const struct broker_options *options,
                        struct error *error)
{
    *out = NULL;
    struct broker *broker = memory_zero(sizeof *broker);
    broker->options = *options;
    broker->now_us = broker->started_us = clock_monotonic_us();
    broker->second = broker->now_us / 1000000;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        queue_init(&broker->queues[stage], NULL, NULL);
    fill_in(&broker->options);
    enum status status = open_journal(broker, error);
    fill_in_disk(&broker->options);
    leases_init(&broker->leases, broker->options.lease_ms, broker->options.attempts,
                broker->options.backoff_ms, clock_unix_ms());
    if (status == STATUS_OK)
        status = open_door(broker, error);
    if (status == STATUS_OK && options->http)
        status = monitor_open(&broker->monitor, options->http, error);
    if (status == STATUS_OK) {
        log_event(LOG_INFO, "broker.open", "endpoint=%s", wire_endpoint(broker->wire));
        *out = broker;
    } else {
        broker_close(&broker);
    }
    return status;
}

void broker_close(struct broker **out)
{
    struct broker *broker = *out;
    if (!broker)
        return;
    backup_wait(broker);
    monitor_close(&broker->monitor);
    readers_release(broker);
    leases_release(&broker->leases);
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        queue_release(&broker->queues[stage]);
    commit_release(broker);
    watch_release(broker);
    inquiries_release(broker);
    dead_paths_release(&broker->dead_paths);
    outbox_release(broker);
    peers_release(broker);
    wire_close(&broker->wire);
    access_close(&broker->access);
    journal_close(&broker->journal);
    buffer_release(&broker->scratch);
    free(broker);
    *out = NULL;
}

const char *broker_endpoint(const struct broker *broker)
{
    return wire_endpoint(broker->wire);
}

const char *broker_http(const struct broker *broker)
{
    return broker->monitor ? monitor_place(broker->monitor) : NULL;
}

/* ---- who may say what, and who listens ---- */

static void take_heartbeat(struct broker *broker, struct peer *peer, const struct message *message)
{
    (void)broker;
    peer->coming_us = wire_coming_us(message->coming_bytes);
}

#define ROLE(role) (1u << ROLE_##role)
#define ANYONE (ROLE(SUBMIT) | ROLE(WORK) | ROLE(READ) | ROLE(ADMIN) | ROLE(REVIEW))

/* What one message of a type may hold beside its control record. */
enum { NOTHING = 0, QUESTION = 64 * 1024, DECISION = 1 << 20, RECORD = MAX_RECORD_BYTES };

static const struct rule {
    void (*take)(struct broker *broker, struct peer *peer, const struct message *message);
    unsigned roles;
    size_t payload_bytes; /* at most */
} rules[MESSAGE_TYPE_COUNT] = {
    [MESSAGE_HEARTBEAT] = {take_heartbeat, ANYONE, NOTHING},
    [MESSAGE_GOODBYE] = {sessions_goodbye, ANYONE, NOTHING},
    [MESSAGE_SUBMIT] = {submit_take, ROLE(SUBMIT) | ROLE(ADMIN) | ROLE(REVIEW), RECORD},
    [MESSAGE_READY] = {work_ready, ROLE(WORK), NOTHING},
    [MESSAGE_DONE] = {work_done, ROLE(WORK), RECORD},
    [MESSAGE_REJECT] = {work_reject, ROLE(WORK), QUESTION},
    [MESSAGE_RENEW] = {work_renew, ROLE(WORK), NOTHING},
    [MESSAGE_RELEASE] = {work_release, ROLE(WORK), NOTHING},
    [MESSAGE_ANSWER] = {readers_answer, ROLE(WORK), RECORD},
    [MESSAGE_REFUSED] = {readers_answer, ROLE(WORK), QUESTION},
    [MESSAGE_READ] = {readers_ask, ROLE(READ) | ROLE(ADMIN) | ROLE(REVIEW), QUESTION},
    [MESSAGE_STATUS] = {status_answer, ANYONE, QUESTION},
    [MESSAGE_DEAD] = {dead_answer, ROLE(ADMIN), DECISION},
    [MESSAGE_BACKUP] = {backup_take, ROLE(ADMIN), NOTHING},
};

static void take_message(struct broker *broker, const struct peer_id *from,
                         const struct message *message)
{
    struct peer *peer = peer_heard(broker, from);
    const struct rule *rule = message->type < MESSAGE_TYPE_COUNT ? &rules[message->type] : rules;
    if (message->type == MESSAGE_HELLO)
        sessions_hello(broker, peer, message);
    else if (peer->role == ROLE_NONE || !peer_is_itself(broker, peer))
        sessions_stranger(broker, peer, message);
    else if (!rule->take)
        outbox_refuse(broker, from, message->id, STATUS_BAD, 0,
                      "a broker takes no message of type %u (%s)", message->type,
                      message_name(message->type));
    else if (!(rule->roles & 1u << peer->role))
        outbox_refuse(broker, from, message->id, STATUS_BAD, 0,
                      TR("the role %s may not say \"%s\": say hello in the right role"),
                      role_name(peer->role), message_name(message->type));
    else if (message->payload.len > rule->payload_bytes)
        outbox_refuse(broker, from, message->id, STATUS_BAD, 0,
                      "\"%s\" with %zu bytes beside it: %zu are the most",
                      message_name(message->type), message->payload.len, rule->payload_bytes);
    else
        rule->take(broker, peer, message);
    if (peer->role != ROLE_NONE)
        wire_is_greeted(broker->wire);
    sessions_end_lost(broker);
}

/* ---- the loop ---- */

enum { TURN_MESSAGES = 1024 }; /* received in one turn */

static bool turn_is_full(const struct broker *broker, unsigned received)
{
    return received >= TURN_MESSAGES ||
           journal_staged_bytes(broker->journal) >= broker->options.commit_bytes ||
           clock_monotonic_us() - broker->now_us >= broker->options.commit_ms * 1000ull;
}

static enum status receive(struct broker *broker, struct error *error)
{
    for (unsigned received = 0; !turn_is_full(broker, received); received++) {
        struct peer_id from;
        struct message message;
        enum status status = wire_recv(broker->wire, &from, &message, error);
        if (status == STATUS_AGAIN)
            return STATUS_OK;
        if (status == STATUS_FATAL)
            return status;
        if (status == STATUS_BAD) {
            broker->unreadable++;
            log_event(LOG_WARN, "message.unreadable", "reason=\"%s\"", error->text);
            outbox_refuse(broker, &peer_heard(broker, &from)->id, message.id, STATUS_BAD, 0, "%s",
                          error->text);
            continue;
        }
        take_message(broker, &from, &message);
    }
    broker->busy = true;
    return STATUS_OK;
}

static uint64_t scan_pause_us(const struct broker *broker)
{
    enum { SCANS_PER_HEARTBEAT = 10, LEAST_US = 2000, MOST_US = 200000 };
    uint64_t pause_us = broker->options.heartbeat_ms * 1000ull / SCANS_PER_HEARTBEAT;
    return pause_us < LEAST_US ? LEAST_US : pause_us > MOST_US ? MOST_US : pause_us;
}

static void turn_rates(struct broker *broker)
{
    uint64_t second = broker->now_us / 1000000;
    if (second != broker->second && broker->options.alive)
        broker->options.alive();
    rate_turn(&broker->accepted, broker->second, second);
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        rate_turn(&broker->done[stage], broker->second, second);
    broker->second = second;
}

static void repair_journal(struct broker *broker)
{
    if (!commit_reopen_due(broker))
        return;
    backup_wait(broker);
    if (commit_reopen(broker))
        dead_count(broker);
}

enum {
    GREETED_WITHIN_HEARTBEATS = 10
}; /* a handshake with keys, far away, takes some round trips */

/* Held up by the disk for longer than it ever rests, the broker knows nothing of those who spoke
 * meanwhile: what they said waits to be read. */
static void pardon(struct broker *broker, uint64_t away_us)
{
    if (away_us < broker->options.heartbeat_ms * 1000ull / 2)
        return;
    peers_pardon(broker, away_us);
    leases_extend(&broker->leases, away_us);
}

static void tick(struct broker *broker)
{
    uint64_t before_us = broker->now_us;
    broker->now_us = clock_monotonic_us();
    pardon(broker, broker->now_us - before_us);
    turn_rates(broker);
    work_timers(broker);
    if (broker->now_us >= broker->scan_us) {
        broker->scan_us = broker->now_us + scan_pause_us(broker);
        peers_scan(broker);
        wire_close_ungreeted(broker->wire,
                             GREETED_WITHIN_HEARTBEATS * 1000ull * broker->options.heartbeat_ms);
        sessions_end_lost(broker);
    }
    repair_journal(broker);
    room_check_disk(broker);
    backup_poll(broker);
    metrics_publish(broker);
}

static int pause_ms(const struct broker *broker)
{
    if (broker->busy)
        return 0;
    if (broker->sync)
        return 1;
    uint64_t now_us = clock_monotonic_us();
    uint64_t pause_us = broker->scan_us > now_us ? broker->scan_us - now_us : 0;
    uint64_t lease_us = lease_idle_us(&broker->leases, now_us);
    return (int)((lease_us < pause_us ? lease_us : pause_us) / 1000) + 1;
}

static enum status turn(struct broker *broker, struct error *error)
{
    broker->busy = false;
    tick(broker);
    enum status status = receive(broker, error);
    dispatch_turn(broker);
    readers_dispatch(broker);
    sessions_end_lost(broker);
    bool due = commit_due(broker);
    if (due) {
        commit_now(broker);
        inquiries_answer(broker);
    }
    outbox_send(broker, due);
    sessions_end_lost(broker);
    return status;
}

/* What is being handed in is still taken; who says goodbye too is out of it. */
static void part(struct broker *broker)
{
    struct error error;
    broker->stopping = true;
    log_event(LOG_INFO, "broker.stopping", "leased=%" PRIu64, broker->leases.running_count);
    turn(broker, &error);
    peers_farewell(broker);
    uint64_t until_us = clock_monotonic_us() + broker->options.stop_ms * 1000ull;
    while (broker->peers && clock_monotonic_us() < until_us) {
        wire_wait(&broker->wire, 1, -1, pause_ms(broker));
        if (turn(broker, &error) != STATUS_OK)
            break;
    }
    if (journal_commit(broker->journal, true, &error) != STATUS_OK)
        log_event(LOG_ERROR, "journal.broken", "reason=\"%s\"", error.text);
}

static enum status work(struct broker *broker, int stop_fd, struct error *error)
{
    for (;;) {
        unsigned ready = wire_wait(&broker->wire, 1, stop_fd, pause_ms(broker));
        if (stop_fd >= 0 && ready & 2u)
            break;
        enum status status = turn(broker, error);
        if (status != STATUS_OK)
            return status;
    }
    part(broker);
    return STATUS_OK;
}

enum status broker_run(struct broker *broker, int stop_fd, struct error *error)
{
    beat_start(broker);
    enum status status = work(broker, stop_fd, error);
    beat_stop(broker);
    return status;
}
