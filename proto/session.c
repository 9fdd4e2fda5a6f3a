/* session.c - greeting, heartbeats and calling again; see session.h for the states.
 *
 * Owned by one thread at a time. Happy path: the hello goes out as soon as somebody is there, the
 * welcome brings the broker's times, and from then on each side says something at least once a
 * heartbeat. What can fail: nobody answers, the broker falls silent or restarts (a new broker
 * doesn't know this peer and says so): each leads back to calling, with a pause that grows.
 */
#include "proto/session.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"

#include <stdio.h>
#include <unistd.h>

enum {
    GREETING_MS = 2000,  /* a hello unanswered for so long may have died with an old connection */
    LOOK_MS = 100,       /* whether it was refused at the door */
    FIRST_PAUSE_MS = 20, /* doubled for each call in vain */
    LONGEST_PAUSE_MS = 1000,
    CALL_AGAIN_MS = 20, /* how often a pipe that is full or not there yet is tried */
    DEFAULT_HEARTBEAT_MS = 2000,
    DEFAULT_LEASE_MS = 60000,
    SILENT_HEARTBEATS = 3,
    GOODBYE_MS = 500, /* for the last words to go out */
};

static uint64_t ms_since(uint64_t then_us)
{
    uint64_t now_us = clock_monotonic_us();
    return now_us > then_us ? (now_us - then_us) / 1000 : 0;
}

static void enter(struct session *session, enum session_state state)
{
    session->state = state;
    session->since_us = clock_monotonic_us();
}

/* Hangs up; the next call comes after a pause. */
static void pause_session(struct session *session, uint32_t least_ms)
{
    wire_close(&session->wire);
    session->has_early = false;
    session->minor = 0;
    session->coming_us = 0;
    uint32_t pause_ms = session->pause_ms ? session->pause_ms * 2 : FIRST_PAUSE_MS;
    session->pause_ms = pause_ms > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause_ms;
    if (session->pause_ms < least_ms)
        session->pause_ms = least_ms;
    enter(session, SESSION_PAUSED);
}

static enum status call(struct session *session, struct error *error)
{
    enum status status =
        wire_connect(&session->wire, session->options.endpoint, session->options.keys, error);
    if (status == STATUS_OK)
        enter(session, SESSION_CALLING);
    return status;
}

enum status session_open(struct session *session, const struct session_options *options,
                         struct error *error)
{
    *session = (struct session){
        .options = *options, .heartbeat_ms = DEFAULT_HEARTBEAT_MS, .lease_ms = DEFAULT_LEASE_MS};
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    if (options->name)
        snprintf(session->name, sizeof session->name, "%s", options->name);
    else
        snprintf(session->name, sizeof session->name, "%s/%ld", host, (long)getpid());
    return call(session, error);
}

void session_close(struct session *session)
{
    if (session->wire && session->state == SESSION_UP) {
        wire_send(session->wire, NULL, &(struct message){.type = MESSAGE_GOODBYE});
        wire_linger(session->wire, GOODBYE_MS);
    }
    wire_close(&session->wire);
    enter(session, SESSION_PAUSED); /* whoever still beats for it finds nothing to speak through */
}

enum status session_nobody(const struct session *session, uint32_t waited_ms, struct error *error)
{
    const char *endpoint = session->options.endpoint, *reason = session->reason.text;
    /* A broker that is just ending breaks a handshake off, too: that alone proves nobody there. */
    if (reason[0] && strncmp(reason, TR("no handshake"), strlen(TR("no handshake"))) != 0)
        return fail(error, STATUS_AGAIN, "the broker at %s: %s", endpoint, reason);
    return fail(error, STATUS_AGAIN,
                "no broker at %s within %g s: is it running, is the endpoint right?%s%s%s",
                endpoint, waited_ms / 1000.0, reason[0] ? " (" : "", reason, reason[0] ? ")" : "");
}

static void say_hello(struct session *session)
{
    struct message hello = {
        .type = MESSAGE_HELLO,
        .role = session->options.role,
        .version_major = PROTOCOL_MAJOR,
        .version_minor = PROTOCOL_MINOR,
        .stages = session->options.stages,
        .name = slice_of(session->name),
        .store = slice_of(session->options.store),
    };
    if (wire_send(session->wire, NULL, &hello) != STATUS_OK)
        return; /* nobody is there yet: the next step tries again */
    session->sent_us = clock_monotonic_us();
    enter(session, SESSION_GREETED);
}

static void take_welcome(struct session *session, const struct message *welcome)
{
    if (welcome->heartbeat_ms)
        session->heartbeat_ms = welcome->heartbeat_ms;
    if (welcome->lease_ms)
        session->lease_ms = welcome->lease_ms;
    session->credit = welcome->credit ? welcome->credit : 1;
    session->max_document_bytes = welcome->max_document_bytes;
    session->credit_bytes = welcome->credit_bytes;
    session->minor = welcome->version_minor;
    session->pause_ms = 0;
    session->reason.text[0] = '\0';
    session->barred = false;
    session->heard_us = clock_monotonic_us();
    enter(session, SESSION_UP);
}

static bool fell_silent(const struct session *session)
{
    return ms_since(session->heard_us) >
           (uint64_t)SILENT_HEARTBEATS * session->heartbeat_ms + session->coming_us / 1000;
}

void session_beat(struct session *session)
{
    if (session->state == SESSION_UP && ms_since(session->sent_us) >= session->heartbeat_ms)
        session_send(session, &(struct message){.type = MESSAGE_HEARTBEAT}, NULL);
}

/* Said once: a worker goes on calling, since the key may be put there any moment. */
static void note_refusal(struct session *session)
{
    const char *why = NULL;
    switch (wire_refusal(session->wire)) {
    case WIRE_KEY_UNKNOWN:
        session->barred = true;
        why = TR("it doesn't know this key: put its .public file into the broker's folder of keys");
        break;
    case WIRE_NO_HANDSHAKE:
        why =
            session->options.keys
                ? TR("no handshake: is the broker's public key the right one, does it use keys?")
                : TR("no handshake: it wants a key (--keys FILE), or something else listens there");
        break;
    case WIRE_NOT_REFUSED:
        return;
    }
    if (strcmp(session->reason.text, why) != 0)
        log_event(LOG_WARN, "session.barred", "endpoint=%s reason=\"%s\"",
                  session->options.endpoint, why);
    fail(&session->reason, STATUS_AGAIN, "%s", why);
}

/* What is due without a message. SESSION_QUIET: nothing to tell. */
static enum session_news run_timers(struct session *session, struct error *error)
{
    switch (session->state) {
    case SESSION_PAUSED:
        if (ms_since(session->since_us) >= session->pause_ms && call(session, error) != STATUS_OK)
            return SESSION_REFUSED;
        if (session->state == SESSION_CALLING)
            say_hello(session);
        return SESSION_QUIET;
    case SESSION_CALLING:
        say_hello(session);
        return SESSION_QUIET;
    case SESSION_GREETED:
        note_refusal(session);
        if (ms_since(session->since_us) >= GREETING_MS)
            pause_session(session, 0);
        return SESSION_QUIET;
    case SESSION_UP:
        session_beat(session);
        return SESSION_QUIET;
    }
    return SESSION_QUIET;
}

static enum session_news lose(struct session *session, const char *why, uint32_t least_ms)
{
    bool was_up = session->state == SESSION_UP;
    fail(&session->reason, STATUS_AGAIN, "%s", why);
    if (was_up)
        log_event(LOG_WARN, "session.lost", "endpoint=%s reason=\"%s\"", session->options.endpoint,
                  why);
    pause_session(session, least_ms);
    return was_up ? SESSION_LOST : SESSION_QUIET;
}

/* A refusal of the peer itself, not of one thing it asked. */
static enum session_news take_refusal(struct session *session, const struct message *refused,
                                      struct error *error)
{
    struct error why;
    fail(&why, STATUS_AGAIN, "%.*s", SLICE_ARGS(refused->text));
    if (session->state == SESSION_UP || refused->retry_ms || refused->status == STATUS_AGAIN ||
        refused->status == STATUS_RETRY)
        return lose(session, why.text, refused->retry_ms);
    fail(error, STATUS_FATAL, "the broker at %s refuses: %s", session->options.endpoint, why.text);
    return SESSION_REFUSED;
}

static enum session_news take_message(struct session *session, struct message *message,
                                      struct error *error)
{
    session->heard_us = clock_monotonic_us();
    session->coming_us = wire_coming_us(message->coming_bytes);
    switch (message->type) {
    case MESSAGE_WELCOME: {
        bool begins = session->state == SESSION_GREETED;
        take_welcome(session, message);
        return begins ? SESSION_BEGUN : SESSION_QUIET;
    }
    case MESSAGE_HEARTBEAT:
        return SESSION_QUIET;
    case MESSAGE_GOODBYE:
        return lose(session, TR("the broker is going away"), 0);
    case MESSAGE_REFUSED:
        if (message->id == 0 && message->token == 0)
            return take_refusal(session, message, error);
        break;
    default:
        break;
    }
    if (session->state == SESSION_UP)
        return SESSION_MESSAGE;
    /* The broker speaks to us, so we are in; its welcome waits for a commit. Dropping this would
     * leave whoever asked without an answer. */
    session->early = *message;
    session->has_early = true;
    enter(session, SESSION_UP);
    return SESSION_BEGUN;
}

enum session_news session_next(struct session *session, struct message *message,
                               struct error *error)
{
    enum session_news news = run_timers(session, error);
    if (session->has_early) {
        session->has_early = false;
        *message = session->early;
        return SESSION_MESSAGE;
    }
    while (news == SESSION_QUIET && session->wire) {
        struct peer_id from;
        enum status status = wire_recv(session->wire, &from, message, error);
        if (status == STATUS_AGAIN) {
            if (session->state == SESSION_UP && fell_silent(session))
                return lose(session, TR("the broker fell silent"), 0);
            return SESSION_QUIET;
        }
        if (status != STATUS_OK)
            return lose(session, error->text, 0);
        news = take_message(session, message, error);
    }
    return news;
}

/* Until the next timer is due. */
static int timer_ms(const struct session *session)
{
    uint64_t passed_ms = ms_since(session->since_us), due_ms = CALL_AGAIN_MS;
    if (session->state == SESSION_PAUSED)
        due_ms = session->pause_ms > passed_ms ? session->pause_ms - passed_ms : 0;
    else if (session->state == SESSION_GREETED)
        due_ms = passed_ms + LOOK_MS < GREETING_MS ? LOOK_MS
                 : passed_ms < GREETING_MS         ? GREETING_MS - passed_ms
                                                   : 0;
    else if (session->state == SESSION_UP) {
        uint64_t quiet_ms = ms_since(session->sent_us);
        due_ms = quiet_ms < session->heartbeat_ms ? session->heartbeat_ms - quiet_ms : 1;
    }
    return due_ms > DEFAULT_LEASE_MS ? DEFAULT_LEASE_MS : (int)due_ms;
}

bool session_wait(struct session *session, int wakeup_fd, int timeout_ms)
{
    int due_ms = timer_ms(session);
    if (timeout_ms < 0 || due_ms < timeout_ms)
        timeout_ms = due_ms;
    unsigned count = session->wire != NULL;
    return wire_wait(&session->wire, count, wakeup_fd, timeout_ms) >> count & 1;
}

enum status session_send(struct session *session, const struct message *message,
                         struct buffer *payload)
{
    if (session->state != SESSION_UP)
        return STATUS_AGAIN;
    enum status status = payload ? wire_send_buffer(session->wire, NULL, message, payload, NULL)
                                 : wire_send(session->wire, NULL, message);
    if (status == STATUS_OK)
        session->sent_us = clock_monotonic_us();
    return status == STATUS_OK ? STATUS_OK : STATUS_AGAIN;
}

enum status session_deliver(struct session *session, const struct message *message,
                            struct buffer *payload)
{
    enum { TRY_AGAIN_MS = 1 };
    uint64_t limit_ms = (uint64_t)SILENT_HEARTBEATS * session->heartbeat_ms;
    uint64_t started_us = clock_monotonic_us();
    while (session->state == SESSION_UP) {
        if (session_send(session, message, payload) == STATUS_OK)
            return STATUS_OK;
        if (ms_since(started_us) > limit_ms) {
            session->heard_us = 0; /* as good as silent: the next step hangs up */
            return STATUS_AGAIN;
        }
        wire_wait(NULL, 0, -1, TRY_AGAIN_MS);
    }
    return STATUS_AGAIN;
}
