/* broker_fixture.h - a whole broker in a thread, and the words of fake submitters, workers and
 * readers. No sleeps: everything is waited for with a deadline. */
#ifndef XIANZHI_TESTS_BROKER_FIXTURE_H
#define XIANZHI_TESTS_BROKER_FIXTURE_H

#include "broker/broker.h"
#include "broker/entry.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "proto/pack.h"
#include "proto/record.h"
#include "tests/unit/sample_report.h"

// clang-format off
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DEADLINE_MS = 10000 };

struct fixture {
    char folder[64], data[96], endpoint[128];
    struct broker_options options;
    struct broker *broker;
    pthread_t thread;
    int stop_fd;
    enum status result;
};

static inline void *run_broker(void *context)
{
    struct fixture *fixture = context;
    struct error error;
    fixture->result = broker_run(fixture->broker, fixture->stop_fd, &error);
    return NULL;
}

static inline void run(struct fixture *fixture)
{
    fixture->stop_fd = eventfd(0, EFD_CLOEXEC);
    pthread_create(&fixture->thread, NULL, run_broker, fixture);
}

static inline void start(struct fixture *fixture)
{
    struct error error = {0};
    if (broker_open(&fixture->broker, &fixture->options, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    run(fixture);
}

static inline void stop(struct fixture *fixture)
{
    uint64_t one = 1;
    assert_int_equal(write(fixture->stop_fd, &one, sizeof one), sizeof one);
    pthread_join(fixture->thread, NULL);
    close(fixture->stop_fd);
    broker_close(&fixture->broker);
    assert_int_equal(fixture->result, STATUS_OK);
}

static inline int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/xianzhi-broker-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return -1;
    snprintf(fixture->data, sizeof fixture->data, "%s/data", fixture->folder);
    snprintf(fixture->endpoint, sizeof fixture->endpoint, "ipc://%s/broker", fixture->folder);
    fixture->options = (struct broker_options){.data = fixture->data,
                                               .bind = fixture->endpoint,
                                               .heartbeat_ms = 500,
                                               .backoff_ms = 1,
                                               .read_wait_ms = 100,
                                               .stop_ms = 20};
    *state = fixture;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->folder);
    int code = system(command);
    free(fixture);
    return code;
}

/* ---- peers ---- */

static inline struct wire *connect_to(const struct fixture *fixture)
{
    struct wire *wire;
    struct error error = {0};
    if (wire_connect(&wire, fixture->endpoint, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return wire;
}

static inline void say(struct wire *wire, struct message message)
{
    assert_int_equal(wire_send(wire, NULL, &message), STATUS_OK);
}

/* The next message that isn't a heartbeat. Says a heartbeat now and then, as a living peer does. */
static inline struct message hear(struct wire *wire)
{
    uint64_t until_us = clock_monotonic_us() + DEADLINE_MS * 1000ull;
    while (clock_monotonic_us() < until_us) {
        struct peer_id from;
        struct message message;
        struct error error;
        enum status status = wire_recv(wire, &from, &message, &error);
        if (status == STATUS_OK && message.type != MESSAGE_HEARTBEAT)
            return message;
        if (status != STATUS_OK && status != STATUS_AGAIN)
            fail_msg("%s", error.text);
        if (status == STATUS_AGAIN && wire_wait(&wire, 1, -1, 100) == 0)
            say(wire, (struct message){.type = MESSAGE_HEARTBEAT});
    }
    fail_msg("nothing was said within %d ms", DEADLINE_MS);
    return (struct message){0};
}

static inline struct message expect(struct wire *wire, enum message_type type)
{
    struct message message = hear(wire);
    if (message.type != type)
        fail_msg("%s instead of %s: %.*s", message_name(message.type), message_name(type),
                 SLICE_ARGS(message.text));
    return message;
}

static inline void hello(struct wire *wire, enum peer_role role, uint32_t stages, const char *name)
{
    say(wire, (struct message){.type = MESSAGE_HELLO,
                               .version_major = PROTOCOL_MAJOR,
                               .role = role,
                               .stages = stages,
                               .name = slice_of(name)});
    struct message welcome = expect(wire, MESSAGE_WELCOME);
    assert_int_equal(welcome.version_major, PROTOCOL_MAJOR);
    assert_int_not_equal(welcome.heartbeat_ms, 0);
}

static inline struct wire *join(const struct fixture *fixture, enum peer_role role, uint32_t stages,
                                const char *name)
{
    struct wire *wire = connect_to(fixture);
    hello(wire, role, stages, name);
    return wire;
}

static inline void ready(struct wire *wire, uint32_t stages, uint32_t credit)
{
    say(wire, (struct message){.type = MESSAGE_READY, .stages = stages, .credit = credit});
}

static inline uint64_t submit(struct wire *wire, uint64_t id, const char *path,
                              const char *document)
{
    say(wire, (struct message){.type = MESSAGE_SUBMIT,
                               .id = id,
                               .path = slice_of(path),
                               .watch = true,
                               .payload = slice_of(document)});
    struct message accepted = expect(wire, MESSAGE_ACCEPTED);
    assert_int_equal(accepted.id, id);
    return accepted.seq;
}

static inline void done(struct wire *wire, uint64_t token, enum stage_id stage, const char *record)
{
    say(wire, (struct message){.type = MESSAGE_DONE,
                               .token = token,
                               .stage = stage,
                               .outcome = OUTCOME_APPLIED,
                               .payload = slice_of(record)});
}

#define ALL_STAGES ((1u << STAGE_COUNT) - 1)
#define STORE (1u << STAGE_AGGREGATE)
#define FRONT (ALL_STAGES & ~STORE)

static inline struct message ask_dead(struct wire *admin, const char *verb, struct buffer *filter)
{
    say(admin, (struct message){.type = MESSAGE_DEAD,
                                .id = 77,
                                .verb = slice_of(verb),
                                .payload = buffer_slice(filter)});
    buffer_release(filter);
    return hear(admin);
}

static inline uint64_t answer_number(struct message answer, const char *key)
{
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    assert_int_equal(answer.type, MESSAGE_ANSWER);
    assert_int_equal(
        packed_read(&arena, answer.payload, (struct pack_limits){8, 10000}, &root, &error),
        STATUS_OK);
    uint64_t number = packed_uint(packed_get(root, key), UINT64_MAX);
    arena_release(&arena);
    return number;
}

#define FLOW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* The end of each main. */
static inline int run_flows(const struct CMUnitTest *tests, size_t count)
{
    log_configure(LOG_ERROR, false, "test");
    int failed = _cmocka_run_group_tests("flows", tests, count, NULL, NULL);
    wire_shutdown();
    return failed;
}

#endif
