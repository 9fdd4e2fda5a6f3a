/* metrics.c - the broker's figures in Prometheus' text format, once a second for monitor.c. The
 * names are part of what stays stable. Owned by the broker's thread; nothing here fails. */
#include "broker/metrics.h"
#include "broker/room.h"
#include "proto/base/clock.h"
#include "proto/base/metric.h"

#include <math.h>
#include <utlist.h>

enum { PUBLISH_US = 1000000 };

/* A label's value: backslash, quote and newline are escaped. */
static void put_label(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            buffer_append(out, "\\", 1);
        if (*text == '\n')
            buffer_append(out, "\\n", 2);
        else
            buffer_append(out, text, 1);
    }
}

/* ---- stages ---- */

static void put_stage(struct buffer *out, const char *name, unsigned stage, double value)
{
    buffer_format(out, "xianzhi_%s{stage=\"%s\"} %.15g\n", name, stage_name(stage), value);
}

static double oldest_s(struct broker *broker, unsigned stage)
{
    uint64_t us = queue_oldest_us(&broker->queues[stage]);
    return us && us < broker->now_us ? (double)(broker->now_us - us) / 1e6 : 0;
}

static void put_stages(struct broker *broker, struct buffer *out)
{
    uint64_t leased[STAGE_COUNT] = {0}, workers[STAGE_COUNT] = {0};
    struct job *job;
    struct peer *peer;
    DL_FOREACH(broker->leases.running, job)
    leased[job->stage]++;
    DL_FOREACH(broker->workers, peer)
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        workers[i] += peer->stages >> i & 1;
    metric_head(out, "queue_depth", "gauge", "Reports waiting for a stage.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "queue_depth", i, (double)broker->queues[i].depth);
    metric_head(out, "queue_bytes", "gauge", "Their bytes.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "queue_bytes", i, (double)broker->queues[i].bytes);
    metric_head(out, "queue_oldest_seconds", "gauge", "How long the first of them has waited.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "queue_oldest_seconds", i, oldest_s(broker, i));
    metric_head(out, "queue_suspects", "gauge",
                "Those to be tried alone: a worker died with them.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "queue_suspects", i, (double)broker->queues[i].suspect_count);
    metric_head(out, "leases_running", "gauge", "Reports at a worker.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "leases_running", i, (double)leased[i]);
    metric_head(out, "reports_processed_total", "counter", "Reports done with a stage.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "reports_processed_total", i, (double)broker->done[i].total);
    metric_head(out, "workers", "gauge", "Workers that may begin with a stage.");
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        put_stage(out, "workers", i, (double)workers[i]);
}

/* ---- the rest ---- */

static void put_submissions(struct broker *broker, struct buffer *out)
{
    metric_counter(out, "reports_accepted_total", "Reports acknowledged: on disk.",
                   broker->accepted.total);
    metric_counter(out, "reports_known_total", "Of these, bytes that had come before.",
                   broker->duplicates);
    metric_counter(out, "reports_refused_total", "Submissions refused.", broker->refused_submits);
    metric_counter(out, "messages_unreadable_total", "Messages that were none.",
                   broker->unreadable);
    metric_counter(out, "greetings_refused_total", "Peers whose key doesn't allow their role.",
                   broker->keys_refused);
    metric_counter(out, "connections_turned_away_total",
                   "Closed at once: only reserved descriptors left.", wire_turned_away());
}

static void put_leases(struct broker *broker, struct buffer *out)
{
    const struct leases *leases = &broker->leases;
    metric_gauge(out, "leases_waiting", "Reports that pause before the next attempt.",
                 (double)leases->waiting_count);
    metric_counter(out, "redeliveries_total", "Deliveries of a report that had failed before.",
                   broker->redelivered);
    metric_counter(out, "leases_failed_total", "Deliveries that ended badly.", leases->failed);
    metric_counter(out, "leases_lapsed_total", "Of these, not answered in time.", leases->lapsed);
    metric_counter(out, "tokens_refused_total",
                   "Answers of workers that no longer held the report.", leases->refused);
    metric_head(out, "dead_letters", "gauge", "Reports that could not be counted.");
    for (unsigned cause = CAUSE_NONE + 1; cause < CAUSE_COUNT; cause++)
        buffer_format(out, "xianzhi_dead_letters{cause=\"%s\"} %" PRIu64 "\n", cause_name(cause),
                      broker->dead_by_cause[cause]);
}

static void put_workers(struct broker *broker, struct buffer *out)
{
    struct peer *peer;
    metric_head(out, "worker_held", "gauge", "Reports that a worker holds.");
    DL_FOREACH(broker->workers, peer)
    {
        buffer_format(out, "xianzhi_worker_held{worker=\"");
        put_label(out, peer->name);
        buffer_format(out, "\"} %u\n", peer->holder.held_count);
    }
}

static void put_readers(struct broker *broker, struct buffer *out)
{
    const struct readers *readers = &broker->readers;
    uint64_t furthest = 0;
    struct read *read;
    DL_FOREACH(readers->waiting, read)
    if (read->since && broker->version > read->since && broker->version - read->since > furthest)
        furthest = broker->version - read->since;
    metric_head(out, "reads", "gauge",
                "Questions of readers: parked until something changes, waiting, at "
                "the store's worker.");
    buffer_format(out,
                  "xianzhi_reads{state=\"parked\"} %" PRIu64 "\nxianzhi_reads{state=\"waiting\"} "
                  "%" PRIu64 "\nxianzhi_reads{state=\"asked\"} %u\n",
                  readers->parked_count, readers->waiting_count, HASH_COUNT(readers->by_id));
    metric_gauge(out, "reader_lag_versions", "How far the last of the waiting readers is behind.",
                 (double)furthest);
    metric_counter(out, "reads_answered_total", "Questions of readers answered.",
                   readers->answered);
    metric_gauge(out, "store_version", "Newest version of the results.", (double)broker->version);
    if (broker->store_bytes)
        metric_gauge(out, "store_bytes", "The results' files.", (double)broker->store_bytes);
}

static void put_journal(struct broker *broker, struct buffer *out)
{
    struct journal_facts facts = journal_facts(broker->journal);
    if (!journal_in_memory(broker->journal)) {
        metric_gauge(out, "journal_bytes", "The journal's files.", (double)facts.disk_bytes);
        metric_gauge(out, "disk_free_bytes", "Free space where the journal is.",
                     (double)facts.free_bytes);
    }
    metric_gauge(out, "disk_low", "1: too little of it, new reports are refused.",
                 broker->disk_low);
    metric_gauge(out, "journal_broken", "1: it can't be written, new reports are refused.",
                 journal_broken(broker->journal) != NULL);
    metric_gauge(out, "backup_timestamp_seconds", "When the journal was last copied; 0: not yet.",
                 (double)broker->backed_up_ms / 1000);
    metric_counter(out, "journal_commits_total", "Group commits.", facts.commits);
    metric_head(out, "fsync_seconds", "summary",
                "Commits that waited for the disk; quantiles of the last thousand.");
    buffer_format(out,
                  "xianzhi_fsync_seconds{quantile=\"0.5\"} %.6f\n"
                  "xianzhi_fsync_seconds{quantile=\"0.99\"} %.6f\n"
                  "xianzhi_fsync_seconds_sum %.6f\n"
                  "xianzhi_fsync_seconds_count %" PRIu64 "\n",
                  facts.sync_p50_us / 1e6, facts.sync_p99_us / 1e6, (double)facts.sync_sum_us / 1e6,
                  facts.syncs);
}

static void put_whole(struct broker *broker, struct buffer *out)
{
    uint64_t left = broker->leases.running_count + broker->leases.waiting_count;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        left += broker->queues[stage].depth;
    double speed = rate_per_s(&broker->done[STAGE_AGGREGATE], broker->now_us, broker->started_us);
    metric_gauge(out, "reports_unfinished", "Reports accepted and not yet counted or dead.",
                 (double)left);
    metric_gauge(out, "empty_in_seconds",
                 "Until none is left, at the present rate; NaN: nothing moves.",
                 left == 0   ? 0
                 : speed > 0 ? (double)left / speed
                             : NAN);
    metric_gauge(out, "memory_held_bytes", "Records on their way.",
                 (double)room_held_bytes(broker));
    metric_gauge(out, "memory_documents_bytes", "Documents kept though they are on disk.",
                 (double)broker->warm_bytes);
    metric_gauge(out, "memory_budget_bytes", "What both may take.",
                 (double)broker->options.memory_bytes);
    metric_gauge(out, "peers", "Connections.", HASH_COUNT(broker->peers));
    metric_gauge(out, "uptime_seconds", "Of the broker.",
                 (double)(broker->now_us - broker->started_us) / 1e6);
}

static const char *unready(const struct broker *broker)
{
    if (broker->stopping)
        return "the broker is stopping";
    if (journal_broken(broker->journal))
        return journal_broken(broker->journal);
    return broker->disk_low ? "the broker's disk is nearly full" : NULL;
}

void metrics_publish(struct broker *broker)
{
    if (!broker->monitor || broker->now_us < broker->publish_us)
        return;
    struct buffer out = {0};
    broker->publish_us = broker->now_us + PUBLISH_US;
    put_stages(broker, &out);
    put_submissions(broker, &out);
    put_leases(broker, &out);
    put_workers(broker, &out);
    put_readers(broker, &out);
    put_journal(broker, &out);
    put_whole(broker, &out);
    monitor_publish(broker->monitor, &out, unready(broker));
}
