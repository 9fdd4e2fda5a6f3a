/* outcome.c - how a report ends, and who hears of it: counted, or a dead letter.
 *
 * Owned by the broker's thread; nothing here fails. The change is staged with the turn's commit.
 */
#include "broker/outcome.h"
#include "broker/dead.h"
#include "broker/outbox.h"
#include "broker/room.h"
#include "broker/watch.h"
#include "proto/base/log.h"

struct reply *outcome_tell(struct broker *broker, const struct peer_id *to, uint64_t id,
                           uint64_t seq, enum outcome outcome, enum status status,
                           struct slice reason)
{
    outbox_accept_first(broker, to, id);
    struct reply *reply = outbox_add(broker, to, MESSAGE_OUTCOME, id);
    reply->message.seq = seq;
    reply->message.outcome = outcome;
    reply->message.status = status;
    buffer_add(&reply->text, reason);
    return reply;
}

static void tell_watchers(struct broker *broker, const struct job *job, enum outcome outcome,
                          struct slice reason)
{
    struct watch *watch = watch_find(broker, job->seq);
    if (!watch)
        return;
    for (const struct watcher *watcher = watch->watchers; watcher < watch->watchers + watch->count;
         watcher++) {
        struct reply *reply = outcome_tell(broker, &watcher->peer, watcher->id, job->seq, outcome,
                                           job->state == JOB_DEAD ? STATUS_BAD : STATUS_OK, reason);
        /* One that never came ends in the turn of its ACCEPTED, which waits for the commit. */
        if (job->cause == CAUSE_UNREADABLE)
            reply->durable = true;
    }
    watch_end(broker, job->seq);
}

void outcome_finish(struct broker *broker, struct job **job, enum outcome outcome)
{
    journal_remove(broker->journal, *job);
    bool counted =
        outcome != OUTCOME_NONE && outcome != OUTCOME_CHANGED && outcome != OUTCOME_WITHDRAWN;
    if (counted)
        dead_close_earlier(broker, *job);
    tell_watchers(broker, *job, outcome, (struct slice){0});
    room_drop_document(broker, *job);
    job_free(job);
}

void outcome_bury(struct broker *broker, struct job **taken, const char *worker,
                  struct slice reason)
{
    struct job *job = *taken;
    *taken = NULL;
    struct entry letter = entry_of_job(job);
    letter.reason = reason;
    letter.worker = slice_of(worker);
    letter.document = job->cause != CAUSE_UNREADABLE && job->cause != CAUSE_LOST;
    log_event(LOG_WARN, "report.dead",
              "seq=%" PRIu64 " stage=%s cause=%s attempts=%u path=\"%s\" reason=\"%.*s\"", job->seq,
              stage_name(job->stage), cause_name(job->cause), job->attempts, job->path,
              SLICE_ARGS(reason));
    struct replaced_letter replaced = journal_bury(broker->journal, job, &letter);
    room_drop_document(broker, job);
    dead_enter(broker, &letter);
    if (replaced.cause != CAUSE_NONE) { /* of the same path */
        struct entry gone = letter;
        gone.seq = replaced.seq;
        gone.cause = replaced.cause;
        dead_leave(broker, &gone);
    }
    tell_watchers(broker, job, OUTCOME_NONE, reason);
    job_free(&job);
}
