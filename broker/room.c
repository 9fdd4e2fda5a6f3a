/* room.c - room in memory and on the disk.
 *
 * Memory: one budget. Records on their way between stages are held against it, up to a quarter of
 * it in documents that needn't be read back because they are taken up soon, and another quarter is
 * what all submitters together may have on their way to here. Disk: a low and a
 * high mark of free space. Owned by the broker's thread; nothing here fails.
 */
#include "broker/room.h"
#include "proto/base/log.h"

enum { DISK_CHECK_MS = 200, LEAST_CREDIT_BYTES = 64 * 1024 };

uint64_t room_held_bytes(const struct broker *broker)
{
    uint64_t bytes = broker->leases.running_bytes + broker->leases.waiting_bytes;
    for (unsigned stage = STAGE_INGEST + 1; stage < STAGE_COUNT; stage++)
        bytes += broker->queues[stage].bytes;
    return bytes;
}

bool room_for_document(const struct broker *broker, size_t document_bytes)
{
    return broker->queues[STAGE_INGEST].depth < FLOW_WINDOW &&
           broker->warm_bytes + document_bytes <= broker->options.memory_bytes / 4;
}

void room_keep_document(struct broker *broker, const struct job *job)
{
    if (!journal_in_memory(broker->journal))
        broker->warm_bytes += job->document.len;
}

void room_drop_document(struct broker *broker, struct job *job)
{
    if (journal_in_memory(broker->journal) || !job->document.data)
        return;
    broker->warm_bytes -= job->document.len;
    buffer_release(&job->document);
}

uint64_t room_submit_credit(const struct broker *broker)
{
    unsigned sharing = broker->submitters ? broker->submitters : 1;
    uint64_t share = broker->options.memory_bytes / 4 / sharing;
    return share > LEAST_CREDIT_BYTES ? share : LEAST_CREDIT_BYTES;
}

bool room_is_used_up(const struct broker *broker)
{
    return journal_in_memory(broker->journal) &&
           broker->queues[STAGE_INGEST].bytes > broker->options.memory_bytes / 2;
}

void room_check_disk(struct broker *broker)
{
    if (broker->now_us < broker->disk_us)
        return;
    broker->disk_us = broker->now_us + DISK_CHECK_MS * 1000;
    uint64_t free_bytes = journal_free_bytes(broker->journal);
    bool was_low = broker->disk_low;
    if (free_bytes < broker->options.disk_low_bytes)
        broker->disk_low = true;
    else if (free_bytes >= broker->options.disk_high_bytes)
        broker->disk_low = false;
    if (broker->disk_low != was_low)
        log_event(LOG_WARN, broker->disk_low ? "disk.low" : "disk.enough",
                  "free_bytes=%" PRIu64 " low=%" PRIu64 " high=%" PRIu64, free_bytes,
                  broker->options.disk_low_bytes, broker->options.disk_high_bytes);
}
