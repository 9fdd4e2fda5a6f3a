/* lease.c - the table of moves, and the books of who holds what until when.
 *
 * Owned by the broker's thread. The happy path: lease_grant, lease_find, lease_advance, and again
 * for the next stage until lease_finish. Nothing here fails; what is not allowed by the table is a
 * programming mistake and ends the process before it can do harm (the journal has everything).
 *
 * Every lease is equally long, so the list of running ones is in order of their ends when each
 * grant and renewal goes to its tail.
 */
#include "broker/lease.h"

#include "proto/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#define NO JOB_STATES

/* clang-format off */
static const enum job_state moves[JOB_EVENTS][JOB_STATES] = {
    /*                          STAGED     READY       LEASED        WAITING    FINISHED DEAD */
    [JOB_EVENT_STORED]     = {JOB_READY, NO,         NO,           NO,        NO,      NO},
    [JOB_EVENT_UNREADABLE] = {JOB_DEAD,  NO,         NO,           NO,        NO,      NO},
    [JOB_EVENT_GRANT]      = {NO,        JOB_LEASED, NO,           NO,        NO,      NO},
    [JOB_EVENT_ADVANCE]    = {NO,        NO,         JOB_READY,    NO,        NO,      NO},
    [JOB_EVENT_FINISH]     = {NO,        NO,         JOB_FINISHED, NO,        NO,      NO},
    [JOB_EVENT_RELEASE]    = {NO,        NO,         JOB_READY,    NO,        NO,      NO},
    [JOB_EVENT_FAIL]       = {NO,        NO,         JOB_READY,    NO,        NO,      NO},
    [JOB_EVENT_POSTPONE]   = {NO,        NO,         JOB_WAITING,  NO,        NO,      NO},
    [JOB_EVENT_REST]       = {NO,        NO,         NO,           JOB_READY, NO,      NO},
    [JOB_EVENT_BURY]       = {NO,        NO,         JOB_DEAD,     NO,        NO,      NO},
    [JOB_EVENT_REPLAY]     = {NO,        NO,         NO,           NO,        NO,      JOB_READY},
};
/* clang-format on */

static const char *const state_names[] = {"staged",  "ready",    "leased",
                                          "waiting", "finished", "dead"};
static const char *const cause_names[] = {"none",   "rejected",  "unreadable", "crashed",
                                          "lapsed", "postponed", "unplaced",   "lost"};
_Static_assert(sizeof cause_names / sizeof *cause_names == CAUSE_COUNT, "a name for each cause");
_Static_assert(sizeof state_names / sizeof *state_names == JOB_STATES, "a name for each state");

const char *job_state_name(enum job_state state)
{
    return state < JOB_STATES ? state_names[state] : "unknown";
}

const char *cause_name(enum cause cause)
{
    return cause < CAUSE_COUNT ? cause_names[cause] : "unknown";
}

enum cause cause_by_name(struct slice name)
{
    for (unsigned i = 0; i < CAUSE_COUNT; i++)
        if (slice_equal(name, slice_of(cause_names[i])))
            return i;
    return CAUSE_COUNT;
}

enum job_state job_next_state(enum job_state state, enum job_event event)
{
    return state < JOB_STATES && event < JOB_EVENTS ? moves[event][state] : JOB_STATES;
}

void job_move(struct job *job, enum job_event event)
{
    enum job_state next = job_next_state(job->state, event);
    if (next == JOB_STATES) {
        fprintf(stderr, "xianzhi: report %" PRIu64 " is %s: event %d is not allowed there\n",
                job->seq, job_state_name(job->state), event);
        abort();
    }
    job->state = next;
}

/* ---- a job ---- */

static char *copy_slice(struct slice s)
{
    char *text = memory_alloc(s.len + 1);
    if (s.len)
        memcpy(text, s.data, s.len);
    text[s.len] = '\0';
    return text;
}

struct job *job_new(uint64_t seq, struct slice path, struct slice flow, bool urgent)
{
    struct job *job = memory_zero(sizeof *job);
    job->seq = seq;
    job->path = copy_slice(path);
    job->flow = copy_slice(flow);
    job->urgent = urgent;
    return job;
}

void job_set_lineage(struct job *job, struct lineage lineage)
{
    job->lineage = lineage;
    job->lineage.origin.data = lineage.origin.len ? copy_slice(lineage.origin) : NULL;
}

void job_free(struct job **job)
{
    if (!*job)
        return;
    buffer_release(&(*job)->document);
    buffer_release(&(*job)->record);
    free((*job)->path);
    free((*job)->flow);
    free((char *)(*job)->lineage.origin.data);
    free(*job);
    *job = NULL;
}

void job_set(struct buffer *place, struct slice bytes)
{
    buffer_release(place);
    if (!bytes.len)
        return;
    *place = (struct buffer){memory_alloc(bytes.len), bytes.len, bytes.len};
    memcpy(place->data, bytes.data, bytes.len);
}

uint64_t job_bytes(const struct job *job)
{
    return job->record.len ? job->record.len : job->document_bytes;
}

/* ---- the books ---- */

void leases_init(struct leases *leases, uint32_t lease_ms, uint32_t attempts, uint32_t backoff_ms,
                 uint64_t unix_ms)
{
    *leases = (struct leases){.lease_us = (uint64_t)lease_ms * 1000,
                              .attempts = attempts,
                              .backoff_ms = backoff_ms,
                              /* A later broker's tokens are higher: none comes twice. */
                              .next_token = unix_ms << 20 | 1,
                              .random = unix_ms * 2654435761u + 1};
}

void leases_release(struct leases *leases)
{
    HASH_CLEAR(hh, leases->by_token);
    struct job *job, *next;
    DL_FOREACH_SAFE(leases->running, job, next)
    job_free(&job);
    DL_FOREACH_SAFE(leases->waiting, job, next)
    job_free(&job);
    leases->running = leases->waiting = NULL;
}

uint64_t lease_grant(struct leases *leases, struct job *job, struct holder *holder, uint64_t now_us)
{
    job_move(job, JOB_EVENT_GRANT);
    job->token = leases->next_token++;
    job->holder = holder;
    job->until_us = now_us + leases->lease_us;
    HASH_ADD(hh, leases->by_token, token, sizeof job->token, job);
    DL_APPEND(leases->running, job);
    DL_APPEND2(holder->held, job, held_prev, held_next);
    holder->held_count++;
    holder->held_bytes += job_bytes(job);
    leases->running_count++;
    leases->running_bytes += job_bytes(job);
    return job->token;
}

struct job *lease_find(struct leases *leases, uint64_t token, const struct holder *holder)
{
    struct job *job = NULL;
    HASH_FIND(hh, leases->by_token, &token, sizeof token, job);
    if (job && job->holder == holder)
        return job;
    leases->refused++;
    return NULL;
}

void lease_renew(struct leases *leases, struct job *job, uint64_t now_us)
{
    job->until_us = now_us + leases->lease_us;
    DL_DELETE(leases->running, job);
    DL_APPEND(leases->running, job);
}

void leases_extend(struct leases *leases, uint64_t us)
{
    struct job *job;
    DL_FOREACH(leases->running, job)
    job->until_us += us;
}

static void close_lease(struct leases *leases, struct job *job, enum job_event event)
{
    job_move(job, event);
    HASH_DELETE(hh, leases->by_token, job);
    DL_DELETE(leases->running, job);
    DL_DELETE2(job->holder->held, job, held_prev, held_next);
    job->holder->held_count--;
    job->holder->held_bytes -= job_bytes(job);
    leases->running_count--;
    leases->running_bytes -= job_bytes(job);
    job->holder = NULL;
    job->token = 0;
}

void lease_advance(struct leases *leases, struct job *job, enum stage_id next, uint64_t now_us)
{
    close_lease(leases, job, JOB_EVENT_ADVANCE);
    job->stage = next;
    job->ready_us = now_us;
}

void lease_finish(struct leases *leases, struct job *job)
{
    close_lease(leases, job, JOB_EVENT_FINISH);
}

void lease_release(struct leases *leases, struct job *job, uint64_t now_us)
{
    close_lease(leases, job, JOB_EVENT_RELEASE);
    job->ready_us = now_us;
}

static void count_attempt(struct job *job, enum cause cause)
{
    job->attempts++;
    job->cause = cause;
    job->last_ms = clock_unix_ms();
    if (!job->first_ms)
        job->first_ms = job->last_ms;
}

void lease_reject(struct leases *leases, struct job *job, enum cause cause)
{
    count_attempt(job, cause);
    close_lease(leases, job, JOB_EVENT_BURY);
}

/* Pauses double, and are spread from half to one and a half so that a crowd does not come back as
 * one (xorshift: nobody needs to guess it, tests need it to be fast). */
static uint64_t pause_us(struct leases *leases, uint32_t attempts)
{
    uint64_t pause_ms = leases->backoff_ms;
    for (uint32_t i = 1; i < attempts && pause_ms < MAX_BACKOFF_MS; i++)
        pause_ms *= 2;
    if (pause_ms > MAX_BACKOFF_MS)
        pause_ms = MAX_BACKOFF_MS;
    leases->random ^= leases->random << 13;
    leases->random ^= leases->random >> 7;
    leases->random ^= leases->random << 17;
    uint64_t full_us = pause_ms * 1000;
    return full_us / 2 + (full_us ? leases->random % full_us : 0);
}

enum job_state lease_fail(struct leases *leases, struct job *job, enum cause cause, uint64_t now_us)
{
    count_attempt(job, cause);
    leases->failed++;
    leases->lapsed += cause == CAUSE_LAPSED;
    job->suspect |= cause == CAUSE_CRASHED || cause == CAUSE_LAPSED;
    if (job->attempts >= leases->attempts) {
        close_lease(leases, job, JOB_EVENT_BURY);
    } else if (cause == CAUSE_POSTPONED) {
        close_lease(leases, job, JOB_EVENT_POSTPONE);
        job->until_us = now_us + pause_us(leases, job->attempts);
        DL_APPEND(leases->waiting, job);
        leases->waiting_count++;
        leases->waiting_bytes += job_bytes(job);
    } else {
        close_lease(leases, job, JOB_EVENT_FAIL);
        job->ready_us = now_us;
    }
    return job->state;
}

struct job *lease_next_lapsed(struct leases *leases, uint64_t now_us)
{
    struct job *job = leases->running;
    return job && job->until_us <= now_us ? job : NULL;
}

struct job *lease_next_rested(struct leases *leases, uint64_t now_us)
{
    struct job *job;
    DL_FOREACH(leases->waiting, job)
    {
        if (job->until_us > now_us)
            continue;
        DL_DELETE(leases->waiting, job);
        leases->waiting_count--;
        leases->waiting_bytes -= job_bytes(job);
        job_move(job, JOB_EVENT_REST);
        job->ready_us = now_us;
        return job;
    }
    return NULL;
}

uint64_t lease_idle_us(const struct leases *leases, uint64_t now_us)
{
    uint64_t until_us = leases->running ? leases->running->until_us : UINT64_MAX;
    struct job *job;
    DL_FOREACH(leases->waiting, job)
    if (job->until_us < until_us)
        until_us = job->until_us;
    if (until_us == UINT64_MAX)
        return UINT64_MAX;
    return until_us > now_us ? until_us - now_us : 0;
}
