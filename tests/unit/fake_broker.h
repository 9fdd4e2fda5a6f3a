/* fake_broker.h - the broker's end of the line, played by a test step by step. */
#ifndef XIANZHI_TESTS_FAKE_BROKER_H
#define XIANZHI_TESTS_FAKE_BROKER_H

#include "proto/base/clock.h"
#include "proto/wire.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 }; /* only ever used up by a failing test */

struct fake_broker {
    struct wire *wire;
    char folder[64], endpoint[96];
    struct peer_id peer; /* who spoke last */
    struct message message;
    uint32_t heartbeat_ms, lease_ms, credit;
    uint32_t minor; /* of the protocol it speaks */
    uint64_t credit_bytes;
};

/* A socket that was just closed is let go of by a thread of the library: asked again until it is.
 */
static inline void fake_listen(struct fake_broker *broker)
{
    struct error error = {0};
    uint64_t until_us = clock_monotonic_us() + PATIENCE_MS * 1000;
    while (wire_listen(&broker->wire, broker->endpoint, NULL, &error) != STATUS_OK) {
        if (clock_monotonic_us() > until_us)
            fail_msg("%s", error.text);
        wire_wait(NULL, 0, -1, 1);
    }
}

/* In the process: what was sent has arrived when the call returns, so tests know the order. */
static inline void fake_open(struct fake_broker *broker)
{
    static unsigned number;
    *broker = (struct fake_broker){.heartbeat_ms = 2000, .lease_ms = 60000, .credit = 4};
    snprintf(broker->endpoint, sizeof broker->endpoint, "inproc://fake-%u", ++number);
    fake_listen(broker);
}

/* Over a socket, for tests in which the broker goes and comes back. */
static inline void fake_open_ipc(struct fake_broker *broker)
{
    *broker = (struct fake_broker){.heartbeat_ms = 2000, .lease_ms = 60000, .credit = 4};
    snprintf(broker->folder, sizeof broker->folder, "/tmp/xianzhi-test-XXXXXX");
    assert_non_null(mkdtemp(broker->folder));
    snprintf(broker->endpoint, sizeof broker->endpoint, "ipc://%s/broker", broker->folder);
    fake_listen(broker);
}

static inline void fake_close(struct fake_broker *broker)
{
    wire_close(&broker->wire);
    if (!broker->folder[0])
        return;
    unlink(broker->endpoint + strlen("ipc://"));
    rmdir(broker->folder);
}

/* The next message but heartbeats; it is in broker->message until the next call. */
static inline enum message_type fake_next(struct fake_broker *broker)
{
    struct error error = {0};
    uint64_t until_us = clock_monotonic_us() + PATIENCE_MS * 1000;
    while (clock_monotonic_us() < until_us) {
        enum status status = wire_recv(broker->wire, &broker->peer, &broker->message, &error);
        if (status == STATUS_OK && broker->message.type != MESSAGE_HEARTBEAT)
            return broker->message.type;
        if (status == STATUS_AGAIN)
            wire_wait(&broker->wire, 1, -1, 100);
        else if (status != STATUS_OK)
            fail_msg("%s", error.text);
    }
    fail_msg("nothing was said within %d ms", PATIENCE_MS);
    return MESSAGE_NONE;
}

#define fake_expect(broker, wanted)                                                                \
    assert_string_equal(message_name(fake_next(broker)), message_name(wanted))

/* Skips what else is said. */
static inline void fake_await(struct fake_broker *broker, enum message_type wanted)
{
    while (fake_next(broker) != wanted)
        ;
}

static inline void fake_say(struct fake_broker *broker, struct message message)
{
    assert_int_equal(wire_send(broker->wire, &broker->peer, &message), STATUS_OK);
}

static inline void fake_welcome(struct fake_broker *broker)
{
    fake_await(broker, MESSAGE_HELLO);
    fake_say(broker, (struct message){.type = MESSAGE_WELCOME,
                                      .heartbeat_ms = broker->heartbeat_ms,
                                      .lease_ms = broker->lease_ms,
                                      .credit = broker->credit,
                                      .version_minor = broker->minor,
                                      .credit_bytes = broker->credit_bytes,
                                      .max_document_bytes = 1 << 20});
}

#endif
