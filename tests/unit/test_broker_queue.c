/* test_broker_queue.c - turns between flows, urgent before normal, order within a flow, suspects
 * apart, and a tail that is read when its turn comes. */
#include "broker/queue.h"

// clang-format off
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>

static struct job *make_job(uint64_t seq, const char *flow)
{
    struct job *job = job_new(seq, SLICE("path"), slice_of(flow), false);
    job->document_bytes = 100;
    job_move(job, JOB_EVENT_STORED);
    return job;
}

static void put(struct queue *queue, uint64_t seq, const char *flow)
{
    struct job *job = make_job(seq, flow);
    queue_put(queue, &job);
    assert_null(job);
}

/* 0: nothing there. */
static uint64_t take(struct queue *queue)
{
    struct job *job;
    if (queue_take(queue, &job) != STATUS_OK)
        return 0;
    uint64_t seq = job->seq;
    job_free(&job);
    return seq;
}

static void test_flows_take_turns(void **state)
{
    (void)state;
    struct queue queue;
    queue_init(&queue, NULL, NULL);
    for (uint64_t seq = 1; seq <= 6; seq++)
        put(&queue, seq, "big");
    put(&queue, 7, "small");
    put(&queue, 8, "other");
    const uint64_t expected[] = {1, 7, 8, 2, 3, 4, 5, 6, 0};
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(take(&queue), expected[i]);
    assert_int_equal(queue.depth, 0);
    assert_int_equal(queue.bytes, 0);
    queue_release(&queue);
}

/* With M flows that always have something, nobody waits longer than M - 1 others. */
static void test_nobody_starves(void **state)
{
    (void)state;
    enum { FLOWS = 7, ROUNDS = 50 };
    struct queue queue;
    queue_init(&queue, NULL, NULL);
    uint64_t seq = 0;
    for (unsigned flow = 0; flow < FLOWS; flow++)
        for (unsigned i = 0; i < ROUNDS * (flow + 1); i++) {
            char name[8];
            snprintf(name, sizeof name, "%u", flow);
            put(&queue, ++seq, name);
        }
    unsigned last[FLOWS] = {0};
    for (unsigned turn = 1; turn <= FLOWS * ROUNDS; turn++) {
        struct job *job;
        assert_int_equal(queue_take(&queue, &job), STATUS_OK);
        unsigned flow = (unsigned)atoi(job->flow);
        assert_true(turn - last[flow] <= FLOWS);
        last[flow] = turn;
        job_free(&job);
    }
    queue_release(&queue);
}

static void test_urgent_first(void **state)
{
    (void)state;
    struct queue queue;
    queue_init(&queue, NULL, NULL);
    put(&queue, 1, "a");
    struct job *urgent = make_job(2, "a");
    urgent->urgent = true;
    queue_put(&queue, &urgent);
    assert_int_equal(take(&queue), 2);
    assert_int_equal(take(&queue), 1);
    queue_release(&queue);
}

static void test_order_within_a_flow(void **state)
{
    (void)state;
    struct queue queue;
    queue_init(&queue, NULL, NULL);
    const uint64_t seqs[] = {5, 9, 7, 1, 8, 3};
    for (unsigned i = 0; i < 6; i++)
        put(&queue, seqs[i], "a");
    const uint64_t expected[] = {1, 3, 5, 7, 8, 9};
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(take(&queue), expected[i]);
    queue_release(&queue);
}

static void test_suspects_apart(void **state)
{
    (void)state;
    struct queue queue;
    queue_init(&queue, NULL, NULL);
    struct job *suspect = make_job(1, "a");
    suspect->suspect = true;
    queue_put(&queue, &suspect);
    put(&queue, 2, "a");
    assert_int_equal(queue.depth, 2);
    assert_int_equal(queue_plain_depth(&queue), 1);
    assert_int_equal(take(&queue), 2);
    assert_int_equal(take(&queue), 0);
    suspect = queue_take_suspect(&queue);
    assert_int_equal(suspect->seq, 1);
    assert_null(queue_take_suspect(&queue));
    assert_int_equal(queue.depth, 0);
    job_free(&suspect);
    queue_release(&queue);
}

/* A journal played by the test: reports 1..last of flow "a". */
struct disk {
    uint64_t last;
    unsigned loads;
    enum status status;
};

static enum status load(void *context, struct queue *queue, unsigned lane, struct queue_flow *flow)
{
    struct disk *disk = context;
    assert_int_equal(lane, LANE_NORMAL);
    disk->loads++;
    if (disk->status != STATUS_OK)
        return disk->status;
    uint64_t from = flow->loaded_seq;
    for (uint64_t seq = from + 1; seq <= disk->last && seq <= from + 100; seq++) {
        struct job *job = make_job(seq, "a");
        queue_put_loaded(queue, flow, &job);
    }
    return STATUS_OK;
}

static void test_tail_at_start(void **state)
{
    (void)state;
    struct disk disk = {.last = 1000};
    struct queue queue;
    queue_init(&queue, load, &disk);
    queue_add_tail(&queue, LANE_NORMAL, SLICE("a"), 1000, 1000 * 100, 1000);
    assert_int_equal(queue.depth, 1000);
    disk.status = STATUS_FATAL;
    struct job *job;
    assert_int_equal(queue_take(&queue, &job), STATUS_FATAL);
    assert_int_equal(queue.depth, 1000);
    disk.status = STATUS_OK;
    for (uint64_t seq = 1; seq <= 1000; seq++)
        assert_int_equal(take(&queue), seq);
    assert_int_equal(take(&queue), 0);
    assert_int_equal(queue.depth, 0);
    assert_int_equal(queue.bytes, 0);
    assert_int_equal(disk.loads, 11);
    queue_release(&queue);
}

/* However long the backlog, a flow keeps a window of it in memory; all come out once, in order. */
static void test_window(void **state)
{
    (void)state;
    struct disk disk = {.last = 0};
    struct queue queue;
    queue_init(&queue, load, &disk);
    enum { REPORTS = FLOW_WINDOW * 3 };
    unsigned kept = 0;
    for (uint64_t seq = 1; seq <= REPORTS; seq++) {
        struct job *job = make_job(seq, "a");
        kept += queue_admit(&queue, &job);
        disk.last = seq;
    }
    assert_int_equal(kept, FLOW_WINDOW);
    assert_int_equal(queue.depth, REPORTS);
    assert_int_equal(queue.bytes, REPORTS * 100);
    for (uint64_t seq = 1; seq <= 10; seq++)
        assert_int_equal(take(&queue), seq);
    put(&queue, 4, "a"); /* handed back */
    assert_int_equal(take(&queue), 4);
    for (uint64_t seq = 11; seq <= REPORTS; seq++)
        assert_int_equal(take(&queue), seq);
    assert_int_equal(queue.depth, 0);
    assert_int_equal(queue.bytes, 0);
    queue_release(&queue);
}

/* Reports at work are in the journal too: a tail that begins meanwhile must not bring them again.
 */
static void test_tail_behind_leased(void **state)
{
    (void)state;
    struct disk disk = {.last = 0};
    struct queue queue;
    queue_init(&queue, load, &disk);
    for (uint64_t seq = 1; seq <= 5; seq++) {
        struct job *job = make_job(seq, "a");
        queue_admit(&queue, &job);
        assert_int_equal(take(&queue), seq); /* leased, the flow is gone from the queue */
    }
    for (uint64_t seq = 6; seq <= FLOW_WINDOW + 105; seq++) {
        struct job *job = make_job(seq, "a");
        queue_admit(&queue, &job);
        disk.last = seq;
    }
    for (uint64_t seq = 6; seq <= FLOW_WINDOW + 105; seq++)
        assert_int_equal(take(&queue), seq);
    assert_int_equal(take(&queue), 0);
    queue_release(&queue);
}

static void test_in_tail(void **state)
{
    (void)state;
    struct disk disk = {.last = 300};
    struct queue queue;
    queue_init(&queue, load, &disk);
    queue_add_tail(&queue, LANE_NORMAL, SLICE("a"), 300, 30000, 300);
    assert_true(queue_in_tail(&queue, LANE_NORMAL, SLICE("a"), 50));
    assert_int_equal(take(&queue), 1); /* loads 1..100 */
    assert_false(queue_in_tail(&queue, LANE_NORMAL, SLICE("a"), 50));
    assert_true(queue_in_tail(&queue, LANE_NORMAL, SLICE("a"), 101));
    assert_false(queue_in_tail(&queue, LANE_NORMAL, SLICE("b"), 101));
    queue_release(&queue);
}

/* What was counted but is no longer on disk must not keep the queue from being empty. */
static void test_shrunken_tail(void **state)
{
    (void)state;
    struct disk disk = {.last = 3};
    struct queue queue;
    queue_init(&queue, load, &disk);
    queue_add_tail(&queue, LANE_NORMAL, SLICE("a"), 5, 500, 5);
    for (uint64_t seq = 1; seq <= 3; seq++)
        assert_int_equal(take(&queue), seq);
    assert_int_equal(take(&queue), 0);
    assert_int_equal(queue.depth, 0);
    queue_release(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows_take_turns), cmocka_unit_test(test_nobody_starves),
        cmocka_unit_test(test_urgent_first),     cmocka_unit_test(test_order_within_a_flow),
        cmocka_unit_test(test_suspects_apart),   cmocka_unit_test(test_tail_at_start),
        cmocka_unit_test(test_window),           cmocka_unit_test(test_tail_behind_leased),
        cmocka_unit_test(test_in_tail),          cmocka_unit_test(test_shrunken_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
