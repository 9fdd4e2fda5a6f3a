/* test_broker_lease.c - every move of the state machine, allowed or not, and the books. */
#include "broker/lease.h"

// clang-format off
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <string.h>

/* The diagram of lease.h, written down a second time: what isn't here must not be possible. */
static const struct {
    enum job_state from;
    enum job_event event;
    enum job_state to;
} diagram[] = {
    {JOB_STAGED, JOB_EVENT_STORED, JOB_READY},    {JOB_STAGED, JOB_EVENT_UNREADABLE, JOB_DEAD},
    {JOB_READY, JOB_EVENT_GRANT, JOB_LEASED},     {JOB_LEASED, JOB_EVENT_ADVANCE, JOB_READY},
    {JOB_LEASED, JOB_EVENT_FINISH, JOB_FINISHED}, {JOB_LEASED, JOB_EVENT_RELEASE, JOB_READY},
    {JOB_LEASED, JOB_EVENT_FAIL, JOB_READY},      {JOB_LEASED, JOB_EVENT_POSTPONE, JOB_WAITING},
    {JOB_WAITING, JOB_EVENT_REST, JOB_READY},     {JOB_LEASED, JOB_EVENT_BURY, JOB_DEAD},
    {JOB_DEAD, JOB_EVENT_REPLAY, JOB_READY},
};

static enum job_state by_diagram(enum job_state from, enum job_event event)
{
    for (unsigned i = 0; i < sizeof diagram / sizeof *diagram; i++)
        if (diagram[i].from == from && diagram[i].event == event)
            return diagram[i].to;
    return JOB_STATES;
}

static void test_every_move(void **state)
{
    (void)state;
    for (unsigned from = 0; from < JOB_STATES; from++)
        for (unsigned event = 0; event < JOB_EVENTS; event++)
            assert_int_equal(job_next_state(from, event), by_diagram(from, event));
    assert_int_equal(job_next_state(JOB_STATES, JOB_EVENT_GRANT), JOB_STATES);
}

static void test_names(void **state)
{
    (void)state;
    for (unsigned cause = 0; cause < CAUSE_COUNT; cause++)
        assert_int_equal(cause_by_name(slice_of(cause_name(cause))), cause);
    assert_int_equal(cause_by_name(SLICE("boredom")), CAUSE_COUNT);
    assert_string_equal(job_state_name(JOB_WAITING), "waiting");
}

enum { MS = 1000, LEASE_MS = 100, ATTEMPTS = 3, BACKOFF_MS = 10 };

static struct leases leases;
static struct holder one, other;

static int setup(void **state)
{
    (void)state;
    leases_init(&leases, LEASE_MS, ATTEMPTS, BACKOFF_MS, 1700000000000);
    one = other = (struct holder){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    leases_release(&leases);
    return 0;
}

static struct job *make_job(uint64_t seq)
{
    struct job *job = job_new(seq, SLICE("path"), SLICE("flow"), false);
    job->document_bytes = 10;
    job_move(job, JOB_EVENT_STORED);
    return job;
}

static void test_grant_and_advance(void **state)
{
    (void)state;
    struct job *job = make_job(1);
    uint64_t token = lease_grant(&leases, job, &one, 5 * MS);
    assert_int_equal(job->state, JOB_LEASED);
    assert_int_equal(one.held_count, 1);
    assert_int_equal(one.held_bytes, 10);
    assert_int_equal(leases.running_bytes, 10);
    assert_ptr_equal(lease_find(&leases, token, &one), job);

    lease_advance(&leases, job, STAGE_SEGMENT, 6 * MS);
    assert_int_equal(job->state, JOB_READY);
    assert_int_equal(job->stage, STAGE_SEGMENT);
    assert_int_equal(job->ready_us, 6 * MS);
    assert_int_equal(one.held_count, 0);
    assert_int_equal(one.held_bytes, 0);
    assert_int_equal(leases.running_count, 0);
    assert_int_equal(leases.running_bytes, 0);

    job_set(&job->record, SLICE("longer record"));
    uint64_t second = lease_grant(&leases, job, &one, 7 * MS);
    assert_true(second > token);
    assert_int_equal(one.held_bytes, 13);
    lease_finish(&leases, job);
    assert_int_equal(job->state, JOB_FINISHED);
    job_free(&job);
}

static void test_fencing(void **state)
{
    (void)state;
    struct job *job = make_job(1);
    uint64_t token = lease_grant(&leases, job, &one, 0);
    assert_null(lease_find(&leases, token, &other));
    assert_null(lease_find(&leases, token + 1, &one));
    lease_release(&leases, job, 0);
    assert_null(lease_find(&leases, token, &one));
    assert_int_equal(leases.refused, 3);
    assert_int_equal(job->attempts, 0);
    job_free(&job);
}

/* A broker that starts later must never hand out a token that an earlier one did. */
static void test_tokens_rise_over_restarts(void **state)
{
    (void)state;
    struct job *job = make_job(1);
    uint64_t token = 0;
    for (unsigned i = 0; i < 1000; i++) {
        token = lease_grant(&leases, job, &one, 0);
        lease_release(&leases, job, 0);
    }
    struct leases later;
    leases_init(&later, LEASE_MS, ATTEMPTS, BACKOFF_MS, 1700000000001);
    assert_true(later.next_token > token);
    job_free(&job);
}

static void test_lapse_and_renew(void **state)
{
    (void)state;
    struct job *first = make_job(1), *second = make_job(2);
    lease_grant(&leases, first, &one, 0);
    lease_grant(&leases, second, &one, 10 * MS);
    assert_int_equal(lease_idle_us(&leases, 0), LEASE_MS * MS);
    assert_null(lease_next_lapsed(&leases, LEASE_MS * MS - 1));
    lease_renew(&leases, first, 50 * MS);
    assert_null(lease_next_lapsed(&leases, LEASE_MS * MS));
    assert_ptr_equal(lease_next_lapsed(&leases, (LEASE_MS + 10) * MS), second);
    assert_int_equal(lease_fail(&leases, second, CAUSE_LAPSED, 0), JOB_READY);
    assert_true(second->suspect);
    assert_int_equal(leases.lapsed, 1);
    assert_ptr_equal(lease_next_lapsed(&leases, (LEASE_MS + 50) * MS), first);
    lease_release(&leases, first, 0);
    assert_int_equal(lease_idle_us(&leases, 0), UINT64_MAX);
    job_free(&first);
    job_free(&second);
}

static void test_attempts_end_in_death(void **state)
{
    (void)state;
    struct job *job = make_job(1);
    for (unsigned attempt = 1; attempt < ATTEMPTS; attempt++) {
        lease_grant(&leases, job, &one, 0);
        assert_int_equal(lease_fail(&leases, job, CAUSE_CRASHED, 0), JOB_READY);
        assert_int_equal(job->attempts, attempt);
    }
    lease_grant(&leases, job, &one, 0);
    assert_int_equal(lease_fail(&leases, job, CAUSE_CRASHED, 0), JOB_DEAD);
    assert_int_equal(job->cause, CAUSE_CRASHED);
    assert_true(job->first_ms && job->last_ms >= job->first_ms);
    job_free(&job);
}

static void test_pauses_double_with_jitter(void **state)
{
    (void)state;
    leases.attempts = 20;
    struct job *job = make_job(1);
    uint64_t expected_us = BACKOFF_MS * MS;
    for (unsigned attempt = 1; attempt < 20; attempt++) {
        lease_grant(&leases, job, &one, 0);
        assert_int_equal(lease_fail(&leases, job, CAUSE_POSTPONED, 0), JOB_WAITING);
        assert_false(job->suspect);
        assert_int_equal(leases.waiting_bytes, 10);
        assert_in_range(job->until_us, expected_us / 2, expected_us * 3 / 2);
        assert_null(lease_next_rested(&leases, job->until_us - 1));
        assert_ptr_equal(lease_next_rested(&leases, job->until_us), job);
        assert_int_equal(job->state, JOB_READY);
        assert_int_equal(leases.waiting_count, 0);
        expected_us *= 2;
        if (expected_us > MAX_BACKOFF_MS * MS)
            expected_us = MAX_BACKOFF_MS * MS;
    }
    job_free(&job);
}

static void test_reject(void **state)
{
    (void)state;
    struct job *job = make_job(1);
    lease_grant(&leases, job, &one, 0);
    lease_reject(&leases, job, CAUSE_REJECTED);
    assert_int_equal(job->state, JOB_DEAD);
    assert_int_equal(job->attempts, 1);
    job_free(&job);
}

int main(void)
{
#define BOOKS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_move),
        cmocka_unit_test(test_names),
        BOOKS(test_grant_and_advance),
        BOOKS(test_fencing),
        BOOKS(test_tokens_rise_over_restarts),
        BOOKS(test_lapse_and_renew),
        BOOKS(test_attempts_end_in_death),
        BOOKS(test_pauses_double_with_jitter),
        BOOKS(test_reject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
