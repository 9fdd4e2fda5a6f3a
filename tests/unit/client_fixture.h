/* client_fixture.h - the client side in a thread, against a broker played by the test. */
#ifndef XIANZHI_TESTS_CLIENT_FIXTURE_H
#define XIANZHI_TESTS_CLIENT_FIXTURE_H

#include "proto/client.h"
#include "proto/session.h"
#include "tests/unit/fake_broker.h"

#include <pthread.h>
#include <sys/eventfd.h>

/* The client runs in a thread, the test plays the broker. */
struct fixture {
    struct fake_broker broker;
    struct client_options options;
    void *(*body)(void *);
    pthread_t thread;
    enum status status;
    struct error error;
    char answer[64];

    char told[512]; /* news of submissions, in order */
    bool watch, no_wait;
    uint32_t watch_most;
    uint32_t retry_ms;
    unsigned documents;

    struct answer pages[8]; /* of changes_next: version, snapshot and row_count only */
    unsigned page_count;
    uint64_t skips_to; /* and one more with each page */
    uint64_t since;
};

static inline int set_up(void **state)
{
    struct fixture *fixture = *state = memory_zero(sizeof *fixture);
    fake_open_ipc(&fixture->broker);
    fixture->options = (struct client_options){
        .endpoint = fixture->broker.endpoint, .role = ROLE_READ, .stop_fd = -1, .timeout_ms = 9000};
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *fixture = *state;
    fake_close(&fixture->broker);
    free(fixture);
    return 0;
}

static inline void start(struct fixture *fixture, void *(*body)(void *))
{
    assert_int_equal(pthread_create(&fixture->thread, NULL, body, fixture), 0);
}

static inline enum status join(struct fixture *fixture)
{
    pthread_join(fixture->thread, NULL);
    return fixture->status;
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
