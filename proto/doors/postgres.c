/* postgres.c - libpq without blocking but for the connection: whoever waits can be stopped.
 *
 * Happy path: a statement is sent, its answers are read until there is none left; bulk rows go out
 * between the answer that invites them and the one that counts them. What can fail: see the header.
 */
#include "proto/doors/postgres.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <unistr.h>

struct postgres {
    PGconn *link;
    int stop_fd;
};

/* libpq's messages have several lines and "ERROR:  " in front; a person is told the first. */
static struct slice first_line(const char *text)
{
    static const char *const prefixes[] = {"ERROR:  ", "FATAL:  "};
    for (unsigned i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0)
            text += strlen(prefixes[i]);
    return (struct slice){text, strcspn(text, "\n")};
}

enum status postgres_check(const char *dsn, struct error *error)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(dsn, &why);
    if (!options) {
        fail(error, STATUS_BAD, "--pg: %.*s", SLICE_ARGS(first_line(why ? why : "")));
        PQfreemem(why);
        return STATUS_BAD;
    }
    PQconninfoFree(options);
    return STATUS_OK;
}

static void no_notice(void *context, const PGresult *result)
{
    (void)context, (void)result;
}

enum status postgres_open(struct postgres **out, const char *dsn, int stop_fd, struct error *error)
{
    /* What stands behind the DSN holds whatever the DSN says, what stands before are defaults: a
     * host that is gone is noticed after half a minute, not after the kernel's two hours. */
    const char *const keys[] = {"connect_timeout",
                                "tcp_user_timeout",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "fallback_application_name",
                                "dbname",
                                "client_encoding",
                                NULL};
    const char *const values[] = {"10", "30000", "15", "5", "3", "xianzhi", dsn, "UTF8", NULL};
    struct postgres *postgres = memory_zero(sizeof *postgres);
    *out = postgres;
    postgres->stop_fd = stop_fd;
    postgres->link = PQconnectdbParams(keys, values, 1);
    if (PQstatus(postgres->link) == CONNECTION_OK) {
        PQsetnonblocking(postgres->link, 1);
        PQsetNoticeReceiver(postgres->link, no_notice, NULL);
        return STATUS_OK;
    }
    fail(error, STATUS_RETRY, "no connection to PostgreSQL: %.*s",
         SLICE_ARGS(first_line(PQerrorMessage(postgres->link))));
    postgres_close(out);
    return STATUS_RETRY;
}

void postgres_close(struct postgres **postgres)
{
    if (!*postgres)
        return;
    PQfinish((*postgres)->link);
    free(*postgres);
    *postgres = NULL;
}

/* ---- what has gone wrong ---- */

/* By the first two letters of its SQLSTATE: connection, transaction undone, resources, object in
 * use, operator's intervention, system error; and 25006, a server that has become a standby. */
static bool is_temporary(const char *state)
{
    static const char *const classes[] = {"08", "40", "53", "55", "57", "58", "25006"};
    for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strncmp(state, classes[i], strlen(classes[i])) == 0)
            return true;
    return false;
}

static enum status lost(const struct postgres *postgres, struct error *error)
{
    return fail(error, STATUS_RETRY, "PostgreSQL is gone: %.*s",
                SLICE_ARGS(first_line(PQerrorMessage(postgres->link))));
}

static enum status refused(const struct postgres *postgres, const PGresult *result,
                           struct error *error)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (!state || !said)
        return lost(postgres, error);
    return fail(error, is_temporary(state) ? STATUS_RETRY : STATUS_FATAL,
                "PostgreSQL says: %s (%s)", said, state);
}

/* ---- talking ---- */

/* Until something came or, where `writing`, may be sent. */
static enum status wait_for(const struct postgres *postgres, bool writing, struct error *error)
{
    struct pollfd fds[] = {
        {.fd = PQsocket(postgres->link), .events = (short)(POLLIN | (writing ? POLLOUT : 0))},
        {.fd = postgres->stop_fd, .events = POLLIN}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR)
        return fail(error, STATUS_FATAL, "waiting for PostgreSQL: %s", strerror(errno));
    if (fds[1].revents & POLLIN)
        return fail(error, STATUS_AGAIN, "stopped");
    if (fds[0].revents && !PQconsumeInput(postgres->link))
        return lost(postgres, error);
    return STATUS_OK;
}

static enum status send_all(const struct postgres *postgres, struct error *error)
{
    for (int left; (left = PQflush(postgres->link)) != 0;) {
        if (left < 0)
            return lost(postgres, error);
        enum status status = wait_for(postgres, true, error);
        if (status)
            return status;
    }
    return STATUS_OK;
}

/* The next answer; NULL: there is none left. */
static enum status next_answer(const struct postgres *postgres, PGresult **result,
                               struct error *error)
{
    enum status status = send_all(postgres, error);
    while (!status && PQisBusy(postgres->link))
        status = wait_for(postgres, false, error);
    *result = status ? NULL : PQgetResult(postgres->link);
    return status;
}

/* Reads all answers. A failed one is told, those behind it are read all the same; the first row of
 * the first is copied where it is wanted. */
struct wanted {
    struct arena *arena;
    struct slice *cells;
    int count;
    bool *found;
};

static void take_row(const PGresult *result, const struct wanted *wanted)
{
    *wanted->found = PQntuples(result) > 0;
    for (int i = 0; *wanted->found && i < wanted->count; i++) {
        struct slice cell = {PQgetvalue(result, 0, i), (size_t)PQgetlength(result, 0, i)};
        wanted->cells[i] =
            PQgetisnull(result, 0, i) ? (struct slice){0} : arena_copy(wanted->arena, cell);
    }
}

static enum status read_answers(const struct postgres *postgres, const struct wanted *wanted,
                                struct error *error)
{
    enum status worst = STATUS_OK, status;
    for (PGresult *result;;) {
        struct error trouble;
        status = next_answer(postgres, &result, worst ? &trouble : error);
        if (status || !result)
            break;
        ExecStatusType kind = PQresultStatus(result);
        if (kind == PGRES_TUPLES_OK && wanted && !worst)
            take_row(result, wanted);
        else if (kind == PGRES_FATAL_ERROR || kind == PGRES_BAD_RESPONSE)
            worst = worst ? worst : refused(postgres, result, error);
        PQclear(result);
    }
    return worst ? worst : status;
}

static enum status say(const struct postgres *postgres, const char *sql, struct error *error)
{
    return PQsendQuery(postgres->link, sql) ? STATUS_OK : lost(postgres, error);
}

enum status postgres_run(struct postgres *postgres, const char *sql, struct error *error)
{
    enum status status = say(postgres, sql, error);
    return status ? status : read_answers(postgres, NULL, error);
}

enum status postgres_ask(struct postgres *postgres, const char *sql, struct arena *arena,
                         struct slice *cells, int count, bool *found, struct error *error)
{
    const struct wanted wanted = {arena, cells, count, found};
    *found = false;
    enum status status = say(postgres, sql, error);
    return status ? status : read_answers(postgres, &wanted, error);
}

/* Without blocking, libpq keeps what the socket doesn't take yet: a page of rows, no more. */
enum status postgres_copy(struct postgres *postgres, const char *sql, struct slice rows,
                          struct error *error)
{
    PGresult *result;
    enum status status = say(postgres, sql, error);
    if (!status)
        status = next_answer(postgres, &result, error);
    if (status)
        return status;
    if (PQresultStatus(result) != PGRES_COPY_IN)
        status = refused(postgres, result, error);
    else if (PQputCopyData(postgres->link, rows.data, (int)rows.len) != 1 ||
             PQputCopyEnd(postgres->link, NULL) != 1)
        status = lost(postgres, error);
    PQclear(result);
    return status ? status : read_answers(postgres, NULL, error);
}

/* ---- writing ---- */

static void escape(struct slice text, struct buffer *out)
{
    for (size_t i = 0; i < text.len; i++) {
        size_t plain = i;
        while (plain < text.len && (unsigned char)text.data[plain] >= ' ' &&
               text.data[plain] != '\\')
            plain++;
        buffer_add(out, slice_range(text, i, plain));
        i = plain;
        if (i == text.len)
            break;
        switch (text.data[i]) {
        case '\0':
            buffer_add(out, SLICE("\uFFFD"));
            break;
        case '\t':
            buffer_add(out, SLICE("\\t"));
            break;
        case '\n':
            buffer_add(out, SLICE("\\n"));
            break;
        case '\r':
            buffer_add(out, SLICE("\\r"));
            break;
        case '\\':
            buffer_add(out, SLICE("\\\\"));
            break;
        default:
            buffer_append(out, text.data + i, 1);
        }
    }
}

void postgres_cell(struct slice text, struct buffer *out)
{
    const uint8_t *bad;
    while ((bad = u8_check((const uint8_t *)text.data, text.len))) {
        size_t whole = (size_t)((const char *)bad - text.data);
        escape(slice_range(text, 0, whole), out);
        buffer_add(out, SLICE("\uFFFD"));
        text = slice_from(text, whole + 1);
    }
    escape(text, out);
}

static void quoted(struct slice text, char quote, struct buffer *out)
{
    buffer_append(out, &quote, 1);
    for (size_t i = 0; i < text.len; i++)
        buffer_append(out, text.data[i] == quote ? (const char[]){quote, quote} : text.data + i,
                      text.data[i] == quote ? 2 : 1);
    buffer_append(out, &quote, 1);
}

void postgres_name(struct slice name, struct buffer *out)
{
    quoted(name, '"', out);
}

void postgres_text(struct slice text, struct buffer *out)
{
    quoted(text, '\'', out);
}
