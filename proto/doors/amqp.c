/* amqp.c - connecting, the channel, and what is said to the server; what comes from it is read in
 * amqp_read.c.
 *
 * Owned by one thread. Happy path: open, confirm or consume, then publish or acknowledge between
 * calls of amqp_next. Each channel has a number of its own: what the library still holds of an
 * earlier one is known by it and passed over. What can fail: every call, with the connection; a
 * server that is frozen is noticed by heartbeats, and while it takes no bytes by TCP's own timeout.
 */
#include "proto/doors/amqp_private.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
    CALL_S = 5,        /* for connecting, and for an answer */
    HEARTBEAT_S = 3,   /* twice as long without a sign: gone */
    UNTAKEN_MS = 8000, /* bytes that nobody takes for so long end the connection */
    FRAME_BYTES = 128 * 1024,
    MAX_CHANNELS = 2047,
    PERSISTENT = 2,
};

static enum status check_last(const struct amqp *amqp, struct error *error)
{
    return amqp_check(amqp, amqp_get_rpc_reply(amqp->connection), error);
}

/* ---- connecting ---- */

/* The `turn`th of the addresses, for the caller to free. */
static char *choose(const char *uris, unsigned turn)
{
    unsigned count = 1;
    for (const char *at = uris; (at = strchr(at, ',')); at++)
        count++;
    for (turn %= count; turn; turn--)
        uris = strchr(uris, ',') + 1;
    char *uri = memory_copy_text(uris);
    uri[strcspn(uri, ",")] = '\0';
    return uri;
}

static amqp_socket_t *make_socket(const struct amqp *amqp, bool tls)
{
    if (!tls)
        return amqp_tcp_socket_new(amqp->connection);
    const char *certificates = getenv("SSL_CERT_FILE");
    amqp_socket_t *made = amqp_ssl_socket_new(amqp->connection);
    if (!made || amqp_ssl_socket_set_cacert(
                     made, certificates ? certificates : "/etc/ssl/certs/ca-certificates.crt"))
        return NULL;
    amqp_ssl_socket_set_verify_peer(made, 1);
    amqp_ssl_socket_set_verify_hostname(made, 1);
    return made;
}

/* Whom nobody tells that his queue was deleted waits at it for ever: RabbitMQ tells those who say
 * that they listen. */
static amqp_rpc_reply_t log_in(const struct amqp *amqp, const struct amqp_connection_info *info)
{
    amqp_table_entry_t told = {.key = amqp_cstring_bytes("consumer_cancel_notify"),
                               .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}};
    amqp_table_entry_t capabilities = {
        .key = amqp_cstring_bytes("capabilities"),
        .value = {.kind = AMQP_FIELD_KIND_TABLE, .value.table = {1, &told}}};
    const amqp_table_t properties = {1, &capabilities};
    return amqp_login_with_properties(amqp->connection, info->vhost, 0, FRAME_BYTES, HEARTBEAT_S,
                                      &properties, AMQP_SASL_METHOD_PLAIN, info->user,
                                      info->password);
}

static enum status connect_to(struct amqp *amqp, const struct amqp_connection_info *info,
                              struct error *error)
{
    struct timeval limit = {.tv_sec = CALL_S};
    int untaken_ms = UNTAKEN_MS;
    amqp->connection = amqp_new_connection();
    amqp_set_handshake_timeout(amqp->connection, &limit);
    amqp_set_rpc_timeout(amqp->connection, &limit);
    amqp_socket_t *made = make_socket(amqp, info->ssl);
    if (!made)
        return fail(error, STATUS_BAD,
                    "RabbitMQ at %s: no certificates to check the server's by: set SSL_CERT_FILE",
                    amqp->place);
    int code = amqp_socket_open_noblock(made, info->host, info->port, &limit);
    if (code != AMQP_STATUS_OK)
        return fail(error, STATUS_RETRY,
                    "no RabbitMQ at %s: is it running, is the address right? "
                    "(%s)",
                    amqp->place, amqp_error_string2(code));
    setsockopt(amqp_fd(amqp), IPPROTO_TCP, TCP_USER_TIMEOUT, &untaken_ms, sizeof untaken_ms);
    return amqp_check(amqp, log_in(amqp, info), error);
}

static enum status open_channel(struct amqp *amqp, struct error *error)
{
    amqp->channel = amqp->channel % MAX_CHANNELS + 1;
    amqp_channel_open(amqp->connection, amqp->channel);
    return check_last(amqp, error);
}

enum status amqp_open(struct amqp **out, const char *uris, unsigned turn, struct error *error)
{
    struct amqp *amqp = memory_zero(sizeof *amqp);
    struct amqp_connection_info info;
    char *uri = choose(uris, turn);
    enum status status = STATUS_OK;
    *out = NULL;
    if (amqp_parse_url(uri, &info) != AMQP_STATUS_OK)
        status = fail(error, STATUS_BAD,
                      "an address of RabbitMQ is amqp://user:password@host:5672/vhost; several are "
                      "parted by commas");
    if (status == STATUS_OK) {
        snprintf(amqp->place, sizeof amqp->place, "%s:%d%s%s", info.host, info.port,
                 info.vhost[0] == '/' ? "" : "/", info.vhost);
        status = connect_to(amqp, &info, error);
    }
    if (status == STATUS_OK)
        status = open_channel(amqp, error);
    free(uri);
    if (status == STATUS_OK)
        *out = amqp;
    else
        amqp_close(&amqp);
    return status;
}

void amqp_close(struct amqp **slot)
{
    struct amqp *amqp = *slot;
    if (!amqp)
        return;
    *slot = NULL;
    amqp_forget(amqp);
    if (amqp->connection)
        amqp_destroy_connection(amqp->connection);
    free(amqp);
}

const char *amqp_place(const struct amqp *amqp)
{
    return amqp->place;
}

int amqp_fd(const struct amqp *amqp)
{
    return amqp_get_sockfd(amqp->connection);
}

bool amqp_pending(const struct amqp *amqp)
{
    return amqp_frames_enqueued(amqp->connection) || amqp_data_in_buffer(amqp->connection);
}

enum status amqp_renew(struct amqp *amqp, struct error *error)
{
    amqp_forget(amqp);
    enum status status = amqp_check(
        amqp, amqp_channel_close(amqp->connection, amqp->channel, AMQP_REPLY_SUCCESS), error);
    return status ? status : open_channel(amqp, error);
}

/* ---- publishing ---- */

static amqp_bytes_t bytes_of(struct slice text)
{
    return (amqp_bytes_t){.len = text.len, .bytes = (void *)text.data};
}

enum status amqp_confirm(struct amqp *amqp, struct error *error)
{
    amqp_confirm_select(amqp->connection, amqp->channel);
    return check_last(amqp, error);
}

/* Headers that are said; returns how many. */
static int put_headers(const struct amqp_document *document, amqp_table_entry_t *entries)
{
    int count = 0;
    for (unsigned i = 0; amqp_headers[i].name; i++) {
        const void *place = (const char *)document + amqp_headers[i].offset;
        amqp_table_entry_t *entry = &entries[count];
        entry->key = amqp_cstring_bytes(amqp_headers[i].name);
        if (amqp_headers[i].is_text) {
            entry->value.kind = AMQP_FIELD_KIND_UTF8;
            entry->value.value.bytes = bytes_of(*(const struct slice *)place);
            count += entry->value.value.bytes.len > 0;
        } else {
            entry->value.kind = AMQP_FIELD_KIND_I64;
            entry->value.value.i64 = (int64_t) * (const uint64_t *)place;
            count += entry->value.value.i64 != 0;
        }
    }
    return count;
}

enum status amqp_publish(struct amqp *amqp, const char *exchange,
                         const struct amqp_document *document, uint64_t number, struct error *error)
{
    amqp_table_entry_t entries[AMQP_HEADERS];
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)number);
    amqp_basic_properties_t properties = {
        ._flags = AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG |
                  AMQP_BASIC_PRIORITY_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG,
        .headers = {.num_entries = put_headers(document, entries), .entries = entries},
        .delivery_mode = PERSISTENT,
        .priority = document->urgent,
        .message_id = amqp_cstring_bytes(id)};
    int code = amqp_basic_publish(amqp->connection, amqp->channel, amqp_cstring_bytes(exchange),
                                  amqp_empty_bytes, 1, 0, &properties, bytes_of(document->bytes));
    return code == AMQP_STATUS_OK ? STATUS_OK : amqp_failed(amqp, code, error);
}

/* ---- consuming ---- */

static enum status declare(struct amqp *amqp, amqp_bytes_t exchange, amqp_bytes_t queue,
                           struct error *error)
{
    amqp_table_entry_t kind[] = {
        {.key = amqp_cstring_bytes("x-queue-type"),
         .value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = amqp_cstring_bytes("quorum")}},
        {.key = amqp_cstring_bytes("x-single-active-consumer"),
         .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}}};
    const amqp_table_t arguments = {.num_entries = 2, .entries = kind};
    amqp_exchange_declare(amqp->connection, amqp->channel, exchange, amqp_cstring_bytes("fanout"),
                          0, 1, 0, 0, amqp_empty_table);
    enum status status = check_last(amqp, error);
    if (status == STATUS_OK) {
        amqp_queue_declare(amqp->connection, amqp->channel, queue, 0, 1, 0, 0, arguments);
        status = check_last(amqp, error);
    }
    if (status == STATUS_OK) {
        amqp_queue_bind(amqp->connection, amqp->channel, queue, exchange, amqp_empty_bytes,
                        amqp_empty_table);
        status = check_last(amqp, error);
    }
    return status;
}

enum status amqp_consume(struct amqp *amqp, const char *exchange, const char *queue,
                         unsigned window, struct error *error)
{
    amqp->consumes = true; /* what isn't found was there a moment ago, and comes again */
    enum status status =
        declare(amqp, amqp_cstring_bytes(exchange), amqp_cstring_bytes(queue), error);
    if (status == STATUS_OK) {
        amqp_basic_qos(amqp->connection, amqp->channel, 0, (uint16_t)window, 0);
        status = check_last(amqp, error);
    }
    if (status == STATUS_OK) {
        amqp_basic_consume(amqp->connection, amqp->channel, amqp_cstring_bytes(queue),
                           amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
        status = check_last(amqp, error);
    }
    return status;
}

enum status amqp_acknowledge(struct amqp *amqp, uint64_t tag, struct error *error)
{
    int code = amqp_basic_ack(amqp->connection, amqp->channel, tag, 0);
    return code == AMQP_STATUS_OK ? STATUS_OK : amqp_failed(amqp, code, error);
}

/* The library's own call would read, and keep, whatever documents come before the answer. */
enum status amqp_ask_depth(struct amqp *amqp, const char *queue, struct error *error)
{
    amqp_queue_declare_t question = {.queue = amqp_cstring_bytes(queue), .passive = 1};
    int code =
        amqp_send_method(amqp->connection, amqp->channel, AMQP_QUEUE_DECLARE_METHOD, &question);
    return code == AMQP_STATUS_OK ? STATUS_OK : amqp_failed(amqp, code, error);
}

enum status amqp_beat(struct amqp *amqp, struct error *error)
{
    const amqp_frame_t beat = {.frame_type = AMQP_FRAME_HEARTBEAT};
    int code = amqp_send_frame(amqp->connection, &beat);
    return code == AMQP_STATUS_OK ? STATUS_OK : amqp_failed(amqp, code, error);
}
