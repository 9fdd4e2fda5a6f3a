/* queue.h - the reports that wait for one stage: fair between flows, urgent ones before them.
 *
 * A queue has two lanes (urgent, normal); a lane has flows that take turns, one report each; a flow
 * has its reports by rising number. Reports that a worker died with are kept apart (suspects): each
 * is to be tried alone.
 *
 * The first stage's queue may be longer than memory: a flow then holds its first reports as jobs
 * and only counts the rest (its tail), which lie in the journal behind loaded_seq and are asked of
 * `load` when their turn comes.
 *
 * Owned by the broker's thread. Jobs inside are READY and belong to the queue.
 */
#ifndef XIANZHI_BROKER_QUEUE_H
#define XIANZHI_BROKER_QUEUE_H

#include "broker/lease.h"
#include "proto/base/status.h"

enum { LANE_URGENT, LANE_NORMAL, LANE_COUNT };
enum { FLOW_WINDOW = 1024 }; /* jobs of one flow in memory; more are tail */

struct queue_flow {
    char *name;
    struct job *jobs; /* rising seq */
    uint32_t job_count;
    uint64_t
        loaded_seq; /* with a tail: up to here all is in memory or gone, the tail lies behind */
    uint64_t tail;  /* reports */
    struct queue_flow *prev, *next;
    UT_hash_handle hh;
};

struct lane {
    struct queue_flow *by_name;
    struct queue_flow *turns; /* the head is next */
};

struct queue;

/* Puts some more of the flow's tail into the queue with queue_put_loaded. */
typedef enum status queue_load(void *context, struct queue *queue, unsigned lane,
                               struct queue_flow *flow);

struct queue {
    struct lane lanes[LANE_COUNT];
    struct job *suspects;
    uint64_t depth; /* reports, tails and suspects included */
    uint64_t bytes;
    uint64_t suspect_count;
    uint64_t newest_seq; /* the highest ever put or counted */
    queue_load *load;    /* NULL: no tails */
    void *context;
};

void queue_init(struct queue *queue, queue_load *load, void *context);
void queue_release(struct queue *queue); /* frees the jobs in it */

/* A READY job to its place: suspects apart, others by number in their flow. */
void queue_put(struct queue *queue, struct job **job);

/* A newly journalled job: put, or only counted (and freed: false) when its flow has a tail or is
 * full. */
bool queue_admit(struct queue *queue, struct job **job);

/* For `load`: counts one of the tail as loaded. */
void queue_put_loaded(struct queue *queue, struct queue_flow *flow, struct job **job);

/* At start: the flow has `reports` in the journal, none of them in memory. */
void queue_add_tail(struct queue *queue, unsigned lane, struct slice flow, uint64_t reports,
                    uint64_t bytes, uint64_t newest_seq);

/* Whether the journal's report `seq` of that flow is still part of the tail. */
bool queue_in_tail(struct queue *queue, unsigned lane, struct slice flow, uint64_t seq);
/* Counts a journalled report that came back into the tail's range (a replay). */
void queue_grow_tail(struct queue *queue, unsigned lane, struct slice flow, uint64_t bytes);

/* The next in turn; STATUS_AGAIN: none but suspects. Other errors are those of `load`. */
enum status queue_take(struct queue *queue, struct job **job);
/* The oldest suspect, or NULL. */
struct job *queue_take_suspect(struct queue *queue);

/* Reports that queue_take can give now. */
static inline uint64_t queue_plain_depth(const struct queue *queue)
{
    return queue->depth - queue->suspect_count;
}

/* When the one that waits longest became ready; 0: empty. */
uint64_t queue_oldest_us(const struct queue *queue);

#endif
