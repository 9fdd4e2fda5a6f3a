/* status.h - how every function that can fail says so.
 *
 * A function returns one of these classes and, where it isn't STATUS_OK, has written one line for a
 * person into the caller's `struct error`: what happened, where, and what to do about it.
 */
#ifndef XIANZHI_PROTO_BASE_STATUS_H
#define XIANZHI_PROTO_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_AGAIN, /* full or not there yet: keep what you have and wait; nothing was changed */
    STATUS_RETRY, /* a temporary failure: the same call may succeed later */
    STATUS_BAD,   /* the input itself is wrong: a dead letter, never retried */
    STATUS_FATAL, /* this process can't go on with that resource: stop, loudly */
};

/* Owned by the caller; empty text means no error. Text is UTF-8, one line, without a newline. */
struct error {
    char text[512];
};

/* Writes the formatted line into `error` (may be NULL) and returns `status`, so that a failing
 * branch is one line: `return fail(error, STATUS_BAD, "%s: empty file", path);`
 * Of a text longer than the buffer the middle is left out, so that what to do about it stays. */
enum status fail(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "ok", "again", "retry", "bad", "fatal": the word in records, logs and status output. */
const char *status_name(enum status status);

#endif
