/* test_wire.c - the door to ZeroMQ over all three transports: nothing is dropped unseen, payloads
 * arrive whole, bad endpoints are named. */
#include "proto/base/clock.h"
#include "proto/record.h"
#include "proto/wire.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { DEADLINE_US = 10000000 };

static char folder[64];

static int setup(void **state)
{
    (void)state;
    return make_folder(folder, sizeof folder, "wire");
}

static int teardown(void **state)
{
    (void)state;
    return drop_folder(folder);
}

static struct wire *listen_at(const char *endpoint)
{
    struct wire *wire;
    struct error error = {0};
    if (wire_listen(&wire, endpoint, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return wire;
}

static struct wire *connect_to(const char *endpoint)
{
    struct wire *wire;
    struct error error = {0};
    if (wire_connect(&wire, endpoint, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return wire;
}

/* Waits for whatever comes, message or breach. */
static enum status hear(struct wire *wire, struct peer_id *from, struct message *message,
                        struct error *error)
{
    enum status status = STATUS_AGAIN;
    for (uint64_t until_us = clock_monotonic_us() + DEADLINE_US;
         status == STATUS_AGAIN && clock_monotonic_us() < until_us;) {
        status = wire_recv(wire, from, message, error);
        if (status == STATUS_AGAIN)
            wire_wait(&wire, 1, -1, 100);
    }
    return status;
}

static void there_and_back(const char *endpoint)
{
    struct wire *server = listen_at(endpoint);
    struct wire *client = connect_to(wire_endpoint(server));
    struct peer_id from;
    struct message message;
    struct error error;
    assert_int_equal(wire_recv(server, &from, &message, &error), STATUS_AGAIN);
    assert_int_equal(wire_send(client, NULL,
                               &(struct message){.type = MESSAGE_SUBMIT,
                                                 .id = 7,
                                                 .path = SLICE("县.txt"),
                                                 .payload = SLICE("the document")}),
                     STATUS_OK);
    assert_int_equal(hear(server, &from, &message, &error), STATUS_OK);
    assert_int_equal(message.type, MESSAGE_SUBMIT);
    assert_int_equal(message.id, 7);
    assert_true(slice_equal(message.path, SLICE("县.txt")));
    assert_true(slice_equal(message.payload, SLICE("the document")));
    assert_string_equal(wire_user(server), "");

    struct buffer payload = {0};
    buffer_add(&payload, SLICE("moved, not copied"));
    assert_int_equal(
        wire_send_buffer(server, &from, &(struct message){.type = MESSAGE_ANSWER}, &payload, NULL),
        STATUS_OK);
    assert_null(payload.data);
    assert_int_equal(hear(client, NULL, &message, &error), STATUS_OK);
    assert_true(slice_equal(message.payload, SLICE("moved, not copied")));
    wire_close(&client);
    wire_close(&server);
    assert_null(server);
}

static void test_transports(void **state)
{
    (void)state;
    char ipc[96];
    snprintf(ipc, sizeof ipc, "ipc://%s/socket", folder);
    there_and_back(ipc);
    there_and_back("inproc://there-and-back");
    there_and_back("tcp://127.0.0.1:*");
}

static void test_endpoints(void **state)
{
    (void)state;
    struct wire *wire;
    struct error error;
    const char *const wrong[] = {"", "broker", "ipc://", "tcp://host", "http://x:1", "inproc://"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(wire_listen(&wire, wrong[i], NULL, &error), STATUS_BAD);
        assert_null(wire);
        assert_non_null(strstr(error.text, "tcp://127.0.0.1"));
        assert_int_equal(wire_connect(&wire, wrong[i], NULL, &error), STATUS_BAD);
    }
    assert_int_equal(wire_connect(&wire, NULL, NULL, &error), STATUS_BAD);
    const char *const nowhere[] = {"tcp://127.0.0.1:0", "tcp://127.0.0.1:*", "tcp://*:0"};
    for (unsigned i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        assert_int_equal(wire_connect(&wire, nowhere[i], NULL, &error), STATUS_BAD);
    char missing[96];
    snprintf(missing, sizeof missing, "ipc://%s/no/such/folder", folder);
    assert_int_equal(wire_listen(&wire, missing, NULL, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "folder"));
}

/* libzmq alone would delete it. */
static void test_another_file(void **state)
{
    (void)state;
    char path[96], ipc[112];
    struct wire *wire;
    struct error error;
    struct buffer kept = {0};
    snprintf(path, sizeof path, "%s/a report.txt", folder);
    snprintf(ipc, sizeof ipc, "ipc://%s", path);
    write_file(path, SLICE("9件"));
    assert_int_equal(wire_listen(&wire, ipc, NULL, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "another file"));
    read_file(path, &kept);
    assert_true(slice_equal(buffer_slice(&kept), SLICE("9件")));
    buffer_release(&kept);
}

/* libzmq alone would take the place of a living listener. */
static void test_in_use(void **state)
{
    (void)state;
    char ipc[96];
    snprintf(ipc, sizeof ipc, "ipc://%s/used", folder);
    struct wire *first = listen_at(ipc), *second;
    struct error error;
    assert_int_equal(wire_listen(&second, ipc, NULL, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "in use"));
    assert_null(second);
    wire_close(&first);
    first = listen_at(ipc); /* but a dead one's socket file is no hindrance */
    struct wire *tcp = listen_at("tcp://127.0.0.1:*");
    assert_int_equal(wire_listen(&second, wire_endpoint(tcp), NULL, &error), STATUS_FATAL);
    wire_close(&tcp);
    wire_close(&first);
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct wire *server = listen_at("inproc://nobody");
    struct peer_id stranger = {.len = 5, .bytes = {0, 1, 2, 3, 4}};
    struct message message = {.type = MESSAGE_HEARTBEAT};
    assert_int_equal(wire_send(server, &stranger, &message), STATUS_BAD);
    struct buffer payload = {0};
    buffer_add(&payload, SLICE("mine"));
    assert_int_equal(wire_send_buffer(server, &stranger, &message, &payload, NULL), STATUS_BAD);
    assert_true(slice_equal(buffer_slice(&payload), SLICE("mine")));
    buffer_release(&payload);
    wire_close(&server);
}

/* A pipe that is full says so, and everything it took arrives. */
static void test_full_pipe(void **state)
{
    (void)state;
    enum { MOST = 100000 };
    struct wire *server = listen_at("inproc://full");
    struct wire *client = connect_to("inproc://full");
    unsigned sent = 0, received = 0;
    enum status status = STATUS_OK;
    while (sent < MOST && (status = wire_send(client, NULL,
                                              &(struct message){.type = MESSAGE_READY,
                                                                .id = sent + 1})) == STATUS_OK)
        sent++;
    assert_int_equal(status, STATUS_AGAIN);
    struct peer_id from;
    struct message message;
    struct error error;
    while (received < sent && hear(server, &from, &message, &error) == STATUS_OK)
        assert_int_equal(message.id, ++received);
    assert_int_equal(received, sent);
    wire_close(&client);
    wire_close(&server);
}

static void test_newer_major(void **state)
{
    (void)state;
    struct wire *server = listen_at("inproc://newer");
    struct wire *client = connect_to("inproc://newer");
    wire_send(client, NULL,
              &(struct message){.type = MESSAGE_HELLO, .version_major = PROTOCOL_MAJOR + 1});
    struct peer_id from = {0};
    struct message message;
    struct error error;
    assert_int_equal(hear(server, &from, &message, &error), STATUS_BAD);
    assert_int_not_equal(from.len, 0);
    assert_non_null(strstr(error.text, "protocol"));
    wire_close(&client);
    wire_close(&server);
}

static void test_large_payload(void **state)
{
    (void)state;
    char ipc[96];
    snprintf(ipc, sizeof ipc, "ipc://%s/large", folder);
    struct wire *server = listen_at(ipc), *client = connect_to(ipc);
    struct buffer payload = {0};
    buffer_reserve(&payload, MAX_DOCUMENT_BYTES);
    memset(payload.data, 'x', MAX_DOCUMENT_BYTES);
    payload.len = MAX_DOCUMENT_BYTES;
    struct message message = {.type = MESSAGE_SUBMIT};
    struct peer_id from;
    struct error error;
    assert_int_equal(wire_send_buffer(client, NULL, &message, &payload, NULL), STATUS_OK);
    assert_int_equal(hear(server, &from, &message, &error), STATUS_OK);
    assert_int_equal(message.type, MESSAGE_HEARTBEAT); /* which says what comes */
    assert_int_equal(message.coming_bytes, MAX_DOCUMENT_BYTES);
    assert_int_equal(hear(server, &from, &message, &error), STATUS_OK);
    assert_int_equal(message.payload.len, MAX_DOCUMENT_BYTES);
    assert_int_equal(message.payload.data[MAX_DOCUMENT_BYTES - 1], 'x');
    wire_close(&client);
    wire_close(&server);
}

static void test_wait(void **state)
{
    (void)state;
    struct wire *server = listen_at("inproc://wait"), *client = connect_to("inproc://wait");
    int fd = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(wire_wait(&server, 1, fd, 0), 0);
    uint64_t one = 1;
    assert_int_equal(write(fd, &one, sizeof one), sizeof one);
    assert_int_equal(wire_wait(&server, 1, fd, 1000), 2);
    wire_send(client, NULL, &(struct message){.type = MESSAGE_HEARTBEAT});
    struct wire *both[] = {client, server};
    assert_int_equal(wire_wait(both, 2, fd, 1000), 2 | 4);
    close(fd);
    wire_close(&client);
    wire_close(&server);
}

/* Whoever says nothing is shown out, however many were there before. */
static void test_silent_behind_a_crowd(void **state)
{
    enum { CROWD = 65536, MORE = 4096 };
    static int crowd[CROWD];
    (void)state;
    struct rlimit before, raised = {CROWD + MORE, CROWD + MORE};
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    char ipc[96];
    getrlimit(RLIMIT_NOFILE, &before);
    if (before.rlim_max > raised.rlim_max)
        raised.rlim_max = before.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised))
        skip(); /* only root raises the hard limit */
    snprintf(ipc, sizeof ipc, "ipc://%s/silent", folder);
    snprintf(place.sun_path, sizeof place.sun_path, "%s/silent", folder);
    struct wire *server = listen_at(ipc);
    int folder_fd = open(folder, O_RDONLY | O_CLOEXEC);
    unsigned count = 0;
    do
        crowd[count] = dup(folder_fd);
    while (crowd[count] >= 0 && crowd[count++] < CROWD - 1);
    int silent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(silent, (struct sockaddr *)&place, sizeof place), 0);
    struct pollfd end = {.fd = silent, .events = POLLRDHUP};
    for (uint64_t until_us = clock_monotonic_us() + DEADLINE_US;
         !end.revents && clock_monotonic_us() < until_us;) {
        wire_close_ungreeted(server, 0);
        poll(&end, 1, 10);
    }
    assert_true(end.revents & POLLRDHUP);
    while (count > 0)
        close(crowd[--count]);
    close(silent);
    close(folder_fd);
    wire_close(&server);
    setrlimit(RLIMIT_NOFILE, &before);
}

/* Keys encrypt, and without somebody who says who may come in, nobody does. */
static void test_deny_by_default(void **state)
{
    (void)state;
    struct wire_keys keys = {.secret_key = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6",
                             .public_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7",
                             .server_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"};
    struct wire *server, *client;
    struct error error = {0};
    if (wire_listen(&server, "tcp://127.0.0.1:*", &keys, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(wire_connect(&client, wire_endpoint(server), &keys, &error), STATUS_OK);
    wire_send(client, NULL, &(struct message){.type = MESSAGE_HEARTBEAT});
    assert_int_equal(wire_wait(&server, 1, -1, 200), 0);
    wire_close(&client);
    wire_close(&server);
    struct wire_keys nonsense = {.secret_key = "not forty characters"};
    assert_int_equal(wire_listen(&server, "tcp://127.0.0.1:*", &nonsense, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "keygen"));
}

static bool admit_one(void *context, const char *public_key, char user[WIRE_USER_BYTES])
{
    snprintf(user, WIRE_USER_BYTES, "submit/县");
    return strcmp(public_key, context) == 0;
}

static struct wire *connect_with(const struct wire *server, const struct wire_keys *keys)
{
    struct wire *client;
    struct error error = {0};
    if (wire_connect(&client, wire_endpoint(server), keys, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    wire_send(client, NULL, &(struct message){.type = MESSAGE_HEARTBEAT});
    return client;
}

static enum wire_refusal wait_for_refusal(struct wire *client)
{
    enum wire_refusal refusal = WIRE_NOT_REFUSED;
    for (uint64_t until_us = clock_monotonic_us() + DEADLINE_US;
         !refusal && clock_monotonic_us() < until_us;) {
        refusal = wire_refusal(client);
        wire_wait(NULL, 0, -1, 1);
    }
    return refusal;
}

/* Whoever is admitted is called what the doorkeeper said; the others learn why they aren't. */
static void test_doorkeeper(void **state)
{
    (void)state;
    struct wire_keys known, unknown, own;
    struct error error = {0};
    struct peer_id from;
    struct message message;
    struct wire *server;
    assert_int_equal(wire_make_keys(&own, &error), STATUS_OK);
    assert_int_equal(wire_make_keys(&known, &error), STATUS_OK);
    assert_int_equal(wire_make_keys(&unknown, &error), STATUS_OK);
    own.admit = admit_one;
    own.admit_context = known.public_key;
    memcpy(known.server_key, own.public_key, sizeof known.server_key);
    memcpy(unknown.server_key, own.public_key, sizeof unknown.server_key);
    for (int again = 0; again < 2; again++) { /* a second one after the first was closed */
        if (wire_listen(&server, "tcp://127.0.0.1:*", &own, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        struct wire *stranger = connect_with(server, &unknown), *plain = connect_with(server, NULL);
        struct wire *misled, *client = connect_with(server, &known);
        assert_int_equal(hear(server, &from, &message, &error), STATUS_OK);
        assert_string_equal(wire_user(server), "submit/县");
        assert_int_equal(wait_for_refusal(stranger), WIRE_KEY_UNKNOWN);
        assert_int_equal(wait_for_refusal(plain), WIRE_NO_HANDSHAKE);
        memcpy(unknown.server_key, unknown.public_key, sizeof unknown.server_key);
        misled = connect_with(server, &unknown);
        assert_int_equal(wait_for_refusal(misled), WIRE_NO_HANDSHAKE);
        memcpy(unknown.server_key, own.public_key, sizeof unknown.server_key);
        assert_int_equal(wire_recv(server, &from, &message, &error), STATUS_AGAIN);
        assert_int_equal(wire_refusal(client), WIRE_NOT_REFUSED);
        wire_close(&stranger);
        wire_close(&plain);
        wire_close(&misled);
        wire_close(&client);
        wire_close(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transports),
        cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_another_file),
        cmocka_unit_test(test_in_use),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_full_pipe),
        cmocka_unit_test(test_newer_major),
        cmocka_unit_test(test_large_payload),
        cmocka_unit_test(test_wait),
        cmocka_unit_test(test_silent_behind_a_crowd),
        cmocka_unit_test(test_deny_by_default),
        cmocka_unit_test(test_doorkeeper),
    };
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    wire_shutdown();
    return failed;
}
