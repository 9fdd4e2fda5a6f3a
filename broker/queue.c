/* queue.c - lanes, flows and turns.
 *
 * Owned by the broker's thread. The happy path: queue_admit at one end, queue_take at the other.
 * Only reading a tail can fail, with the journal's error; the report stays counted then.
 *
 * loaded_seq means something only while there is a tail. A tail begins behind the newest number
 * seen: everything older of that flow is in memory then (perhaps leased), or gone, or dead.
 */
#include "broker/queue.h"

#include <stdlib.h>
#include <utlist.h>

void queue_init(struct queue *queue, queue_load *load, void *context)
{
    *queue = (struct queue){.load = load, .context = context};
}

static void flow_free(struct lane *lane, struct queue_flow *flow)
{
    HASH_DELETE(hh, lane->by_name, flow);
    DL_DELETE(lane->turns, flow);
    free(flow->name);
    free(flow);
}

void queue_release(struct queue *queue)
{
    struct job *job, *next_job;
    DL_FOREACH_SAFE(queue->suspects, job, next_job)
    job_free(&job);
    for (unsigned i = 0; i < LANE_COUNT; i++) {
        struct queue_flow *flow, *next_flow;
        DL_FOREACH_SAFE(queue->lanes[i].turns, flow, next_flow)
        {
            DL_FOREACH_SAFE(flow->jobs, job, next_job)
            job_free(&job);
            flow_free(&queue->lanes[i], flow);
        }
    }
    queue_init(queue, queue->load, queue->context);
}

static struct queue_flow *find_flow(struct queue *queue, unsigned lane, struct slice name)
{
    struct queue_flow *flow = NULL;
    HASH_FIND(hh, queue->lanes[lane].by_name, name.data, name.len, flow);
    return flow;
}

static struct queue_flow *need_flow(struct queue *queue, unsigned lane, struct slice name)
{
    struct queue_flow *flow = find_flow(queue, lane, name);
    if (flow)
        return flow;
    flow = memory_zero(sizeof *flow);
    flow->name = memory_alloc(name.len + 1);
    memcpy(flow->name, name.data ? name.data : "", name.len);
    flow->name[name.len] = '\0';
    HASH_ADD_KEYPTR(hh, queue->lanes[lane].by_name, flow->name, name.len, flow);
    DL_APPEND(queue->lanes[lane].turns, flow);
    return flow;
}

static void count_in(struct queue *queue, const struct job *job)
{
    queue->depth++;
    queue->bytes += job_bytes(job);
}

static void count_out(struct queue *queue, const struct job *job)
{
    queue->depth--;
    queue->bytes -= job_bytes(job);
}

/* Reports come nearly in order, so the place is near the tail; those handed back belong in front.
 */
static void insert_by_seq(struct queue_flow *flow, struct job *job)
{
    struct job *before = flow->jobs ? flow->jobs->prev : NULL;
    if (!before || job->seq < flow->jobs->seq) {
        DL_PREPEND(flow->jobs, job);
    } else {
        while (before->seq > job->seq)
            before = before->prev;
        DL_APPEND_ELEM(flow->jobs, before, job);
    }
    flow->job_count++;
}

void queue_put(struct queue *queue, struct job **job)
{
    struct job *taken = *job;
    *job = NULL;
    count_in(queue, taken);
    if (taken->suspect) {
        DL_APPEND(queue->suspects, taken);
        queue->suspect_count++;
    } else {
        unsigned lane = taken->urgent ? LANE_URGENT : LANE_NORMAL;
        insert_by_seq(need_flow(queue, lane, slice_of(taken->flow)), taken);
    }
    if (taken->seq > queue->newest_seq)
        queue->newest_seq = taken->seq;
}

bool queue_admit(struct queue *queue, struct job **job)
{
    unsigned lane = (*job)->urgent ? LANE_URGENT : LANE_NORMAL;
    struct queue_flow *flow = find_flow(queue, lane, slice_of((*job)->flow));
    bool counted_only =
        queue->load && flow && (flow->tail || flow->job_count >= FLOW_WINDOW) && !(*job)->suspect;
    if (!counted_only) {
        queue_put(queue, job);
        return true;
    }
    if (!flow->tail)
        flow->loaded_seq = queue->newest_seq;
    flow->tail++;
    count_in(queue, *job);
    if ((*job)->seq > queue->newest_seq)
        queue->newest_seq = (*job)->seq;
    job_free(job);
    return false;
}

void queue_put_loaded(struct queue *queue, struct queue_flow *flow, struct job **job)
{
    struct job *taken = *job;
    *job = NULL;
    flow->tail -= flow->tail > 0;
    if (taken->seq > flow->loaded_seq)
        flow->loaded_seq = taken->seq;
    if (taken->suspect) {
        DL_APPEND(queue->suspects, taken);
        queue->suspect_count++;
    } else {
        insert_by_seq(flow, taken);
    }
}

void queue_add_tail(struct queue *queue, unsigned lane, struct slice name, uint64_t reports,
                    uint64_t bytes, uint64_t newest_seq)
{
    struct queue_flow *flow = need_flow(queue, lane, name);
    flow->loaded_seq = 0;
    flow->tail += reports;
    queue->depth += reports;
    queue->bytes += bytes;
    if (newest_seq > queue->newest_seq)
        queue->newest_seq = newest_seq;
}

bool queue_in_tail(struct queue *queue, unsigned lane, struct slice name, uint64_t seq)
{
    struct queue_flow *flow = find_flow(queue, lane, name);
    return flow && flow->tail && seq > flow->loaded_seq;
}

void queue_grow_tail(struct queue *queue, unsigned lane, struct slice name, uint64_t bytes)
{
    need_flow(queue, lane, name)->tail++;
    queue->depth++;
    queue->bytes += bytes;
}

/* A tail that gives nothing was counted too high: what it lacks was dropped or died meanwhile. */
static enum status load_tail(struct queue *queue, unsigned lane, struct queue_flow *flow)
{
    uint64_t before = flow->tail;
    enum status status = queue->load(queue->context, queue, lane, flow);
    if (status == STATUS_OK && flow->tail == before) {
        queue->depth -= before;
        flow->tail = 0;
    }
    return status;
}

static enum status take_from_lane(struct queue *queue, unsigned lane, struct job **job)
{
    struct lane *turns = &queue->lanes[lane];
    while (turns->turns) {
        struct queue_flow *flow = turns->turns;
        if (!flow->jobs && flow->tail) {
            enum status status = load_tail(queue, lane, flow);
            if (status != STATUS_OK)
                return status;
        }
        *job = flow->jobs;
        if (*job) {
            DL_DELETE(flow->jobs, *job);
            flow->job_count--;
            count_out(queue, *job);
        }
        if (flow->jobs || flow->tail) {
            DL_DELETE(turns->turns, flow);
            DL_APPEND(turns->turns, flow);
        } else {
            flow_free(turns, flow);
        }
        if (*job)
            return STATUS_OK;
    }
    return STATUS_AGAIN;
}

enum status queue_take(struct queue *queue, struct job **job)
{
    *job = NULL;
    enum status status = STATUS_AGAIN;
    for (unsigned lane = 0; lane < LANE_COUNT && status == STATUS_AGAIN; lane++)
        status = take_from_lane(queue, lane, job);
    return status;
}

struct job *queue_take_suspect(struct queue *queue)
{
    struct job *job = queue->suspects;
    if (!job)
        return NULL;
    DL_DELETE(queue->suspects, job);
    queue->suspect_count--;
    count_out(queue, job);
    return job;
}

uint64_t queue_oldest_us(const struct queue *queue)
{
    uint64_t oldest_us = 0;
    if (queue->suspects)
        oldest_us = queue->suspects->ready_us;
    for (unsigned i = 0; i < LANE_COUNT; i++) {
        struct queue_flow *flow;
        DL_FOREACH(queue->lanes[i].turns, flow)
        if (flow->jobs && (!oldest_us || flow->jobs->ready_us < oldest_us))
            oldest_us = flow->jobs->ready_us;
    }
    return oldest_us;
}
