/* dispatch.c - who gets which report next.
 *
 * Owned by the broker's thread. Later stages go first, so that what was begun is finished before
 * new work is taken up; the first stage waits while intermediate records fill the memory budget.
 * Among workers with credit the one that holds least is next.
 *
 * A report that a worker died with is tried alone: one worker is set apart, gets nothing until its
 * hands are empty, then one suspect at a time.
 */
#include "broker/dispatch.h"
#include "broker/outcome.h"
#include "broker/peers.h"
#include "broker/room.h"
#include "proto/base/log.h"
#include "proto/record.h"

#include <utlist.h>

enum {
    TURN_DELIVERIES = 256,           /* sent in one turn of the loop */
    WORKER_BYTES = 32 * 1024 * 1024, /* at one worker, unless it is one report */
    UNREADABLE_MS = 1000,            /* between attempts to read a journal that can't be read */
};

/* ---- reading what waits on disk ---- */

struct loading {
    struct queue *queue;
    struct queue_flow *flow;
    uint64_t now_us;
};

static void put_loaded(void *context, struct job **job)
{
    struct loading *loading = context;
    (*job)->ready_us = loading->now_us;
    queue_put_loaded(loading->queue, loading->flow, job);
}

enum status dispatch_load_tail(void *context, struct queue *queue, unsigned lane,
                               struct queue_flow *flow)
{
    struct broker *broker = context;
    struct loading loading = {queue, flow, broker->now_us};
    struct error error;
    enum status status = journal_load(broker->journal, lane == LANE_URGENT, slice_of(flow->name),
                                      flow->loaded_seq, FLOW_WINDOW, put_loaded, &loading, &error);
    if (status != STATUS_OK) {
        log_event(LOG_ERROR, "journal.unreadable", "reason=\"%s\"", error.text);
        broker->tail_pause_us = broker->now_us + UNREADABLE_MS * 1000ull;
    }
    return status;
}

/* ---- sending one ---- */

static enum status read_document(struct broker *broker, struct job *job, struct slice *document,
                                 struct error *error)
{
    *document = buffer_slice(&job->document);
    if (job->document.data || journal_in_memory(broker->journal))
        return STATUS_OK;
    buffer_clear(&broker->scratch);
    enum status status = journal_document(broker->journal, job->seq, &broker->scratch, error);
    *document = buffer_slice(&broker->scratch);
    if (status == STATUS_AGAIN)
        return fail(error, STATUS_FATAL, "its document is no longer in the journal");
    return status;
}

/* A worker of an earlier minor version doesn't know how newer ones write. What isn't a record at
 * all is for the worker to reject. */
static bool convert_record(const struct peer *peer, enum stage_id stage, struct slice record,
                           struct buffer *converted)
{
    unsigned minor = protocol_record_minor(peer->minor);
    return minor < RECORD_MINOR &&
           record_convert(record, stage, minor, converted, NULL) == STATUS_OK;
}

/* The document goes along again: its record says only what has been read of it. */
static bool needs_document(const struct job *job)
{
    return job->stage == STAGE_INGEST || job->stage == STAGE_OCR;
}

/* The document behind what a person has said of it; `placed` holds it, if somebody has. */
static struct slice placed_document(struct broker *broker, struct slice document,
                                    struct buffer *placed)
{
    if (!journal_placement(broker->journal, document, placed))
        return document;
    buffer_add(placed, document);
    return buffer_slice(placed);
}

/* STATUS_BAD: document and what was read of it are together more than a worker takes. Sent all the
 * same it would never arrive, and look as if the worker had vanished. */
static enum status encode_scan(struct broker *broker, const struct job *job, struct slice document,
                               struct buffer *record, struct error *error)
{
    struct report report = {0};
    struct buffer placed = {0};
    if (record_decode(buffer_slice(&job->record), STAGE_OCR, &report, NULL) == STATUS_OK) {
        report.raw = placed_document(broker, document, &placed);
        record_encode(&report, STAGE_OCR, record);
    } else {
        buffer_add(record, buffer_slice(&job->record)); /* for the worker to reject */
    }
    report_release(&report);
    buffer_release(&placed);
    return record_fits(buffer_slice(record), error);
}

/* `scan`: the record of a job of the OCR stage; its bytes are taken. */
static enum status send_job(struct broker *broker, struct peer *peer, struct job *job,
                            struct slice document, struct buffer *scan)
{
    struct message message = {.type = MESSAGE_JOB,
                              .token = job->token,
                              .seq = job->seq,
                              .stage = job->stage,
                              .attempt = job->attempts + 1,
                              .path = slice_of(job->path),
                              .lineage = job->lineage};
    struct buffer record = {0};
    if (job->stage == STAGE_OCR)
        return peer_try(broker, peer, &message, scan);
    if (job->stage != STAGE_INGEST) {
        message.payload = buffer_slice(&job->record);
        bool converted = convert_record(peer, message.stage, message.payload, &record);
        enum status status = peer_try(broker, peer, &message, converted ? &record : NULL);
        buffer_release(&record);
        return status;
    }
    if (job->decision) {
        message.payload = document;
        return peer_try(broker, peer, &message, NULL);
    }
    struct buffer placed = {0};
    document = placed_document(broker, document, &placed);
    struct report report = {.seq = job->seq, .path = message.path, .raw = document};
    buffer_reserve(&record, document.len + message.path.len + 256);
    record_encode(&report, STAGE_INGEST, &record);
    buffer_release(&placed);
    enum status status = peer_try(broker, peer, &message, &record);
    buffer_release(&record);
    return status;
}

/* It can't be sent to anybody: CAUSE_LOST, its document isn't there; CAUSE_REJECTED, it is too
 * much. */
static void bury_unsent(struct broker *broker, struct peer *peer, struct job *job, enum cause cause,
                        const char *why)
{
    lease_grant(&broker->leases, job, &peer->holder, broker->now_us);
    lease_reject(&broker->leases, job, cause);
    log_event(LOG_ERROR, cause == CAUSE_LOST ? "report.lost" : "report.unsent",
              "seq=%" PRIu64 " path=\"%s\" reason=\"%s\"", job->seq, job->path, why);
    outcome_bury(broker, &job, "", slice_of(why));
}

/* A report whose pages were read in part when the broker ended: ingest has nothing to do on it. */
static bool goes_on_with_pages(struct broker *broker, struct job **job)
{
    if (!(*job)->pages || (*job)->stage != STAGE_INGEST)
        return false;
    struct buffer record = {0};
    bool kept = journal_pages(broker->journal, (*job)->seq, &record) == STATUS_OK;
    if (kept) {
        job_set(&(*job)->record, buffer_slice(&record));
        (*job)->stage = STAGE_OCR;
        queue_put(&broker->queues[STAGE_OCR], job);
    }
    buffer_release(&record);
    return kept;
}

/* Takes the job, whatever becomes of it. */
static void deliver(struct broker *broker, struct peer *peer, struct job *job)
{
    struct slice document = {0};
    struct buffer scan = {0};
    struct error error;
    enum status status = STATUS_OK;
    if (goes_on_with_pages(broker, &job))
        return;
    if (needs_document(job))
        status = read_document(broker, job, &document, &error);
    if (status == STATUS_RETRY) {
        broker->tail_pause_us = broker->now_us + UNREADABLE_MS * 1000ull;
        queue_put(&broker->queues[job->stage], &job);
        return;
    }
    bool lost = status != STATUS_OK;
    if (!lost && job->stage == STAGE_OCR)
        status = encode_scan(broker, job, document, &scan, &error);
    if (status != STATUS_OK) {
        buffer_release(&scan);
        bury_unsent(broker, peer, job, lost ? CAUSE_LOST : CAUSE_REJECTED, error.text);
        return;
    }
    lease_grant(&broker->leases, job, &peer->holder, broker->now_us);
    uint32_t attempts = job->attempts;
    status = send_job(broker, peer, job, document, &scan);
    buffer_release(&scan);
    if (status == STATUS_OK) {
        peer->credit--;
        broker->redelivered += attempts > 0;
        return;
    }
    peer->full = true;
    lease_release(&broker->leases, job, broker->now_us);
    queue_put(&broker->queues[job->stage], &job);
    if (status != STATUS_AGAIN)
        peer_lose(broker, peer, CAUSE_CRASHED);
}

/* ---- choosing ---- */

static bool can_take(const struct peer *peer, enum stage_id stage)
{
    return (peer->stages & 1u << stage) && peer->credit && !peer->full &&
           (peer->holder.held_bytes < WORKER_BYTES || !peer->holder.held_count);
}

static struct peer *choose_worker(const struct broker *broker, enum stage_id stage)
{
    struct peer *peer, *best = NULL;
    DL_FOREACH(broker->workers, peer)
    if (!peer->isolated && can_take(peer, stage) &&
        (!best || peer->holder.held_count < best->holder.held_count))
        best = peer;
    return best;
}

static struct peer *isolated_worker(const struct broker *broker, enum stage_id stage)
{
    struct peer *peer;
    DL_FOREACH(broker->workers, peer)
    if (peer->isolated && (peer->stages & 1u << stage))
        return peer;
    return NULL;
}

static void try_suspect(struct broker *broker, enum stage_id stage)
{
    struct queue *queue = &broker->queues[stage];
    struct peer *peer = isolated_worker(broker, stage);
    if (!peer) {
        peer = choose_worker(broker, stage);
        if (peer)
            peer->isolated = true;
    }
    if (peer && !peer->holder.held_count && can_take(peer, stage))
        deliver(broker, peer, queue_take_suspect(queue));
}

/* What needs a document waits while the journal can't be read. */
static bool may_begin(const struct broker *broker, enum stage_id stage)
{
    if (stage == STAGE_INGEST && room_held_bytes(broker) >= broker->options.memory_bytes)
        return false;
    bool from_disk = stage == STAGE_INGEST || stage == STAGE_OCR;
    return !from_disk || broker->now_us >= broker->tail_pause_us;
}

/* Back to normal once nothing it could try is left. */
static void end_isolation(struct broker *broker)
{
    struct peer *peer;
    DL_FOREACH(broker->workers, peer)
    {
        if (!peer->isolated || peer->holder.held_count)
            continue;
        peer->isolated = false;
        for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
            peer->isolated |= (peer->stages & 1u << stage) && broker->queues[stage].suspects &&
                              may_begin(broker, stage);
    }
}

static unsigned dispatch_stage(struct broker *broker, enum stage_id stage, unsigned limit)
{
    struct queue *queue = &broker->queues[stage];
    unsigned sent = 0;
    struct peer *peer;
    while (sent < limit && queue_plain_depth(queue) && may_begin(broker, stage) &&
           (peer = choose_worker(broker, stage))) {
        struct job *job;
        if (queue_take(queue, &job) != STATUS_OK)
            break;
        deliver(broker, peer, job);
        sent++;
    }
    return sent;
}

void dispatch_turn(struct broker *broker)
{
    if (broker->stopping)
        return;
    struct peer *peer;
    DL_FOREACH(broker->workers, peer)
    peer->full = false;
    end_isolation(broker);
    unsigned sent = 0;
    for (int stage = STAGE_AGGREGATE; stage >= STAGE_INGEST; stage--) {
        if (broker->queues[stage].suspects && may_begin(broker, stage))
            try_suspect(broker, stage);
        sent += dispatch_stage(broker, stage, TURN_DELIVERIES - sent);
    }
    broker->busy |= sent >= TURN_DELIVERIES;
}
