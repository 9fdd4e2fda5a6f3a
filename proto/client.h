/* client.h - what a program that isn't a worker wants of the broker: ask, submit, follow changes.
 *
 * Each of the three is one connection, owned by one thread, and survives a restart of the broker.
 * `stop_fd` (-1: none) ends any wait: the call then returns STATUS_AGAIN with "stopped".
 */
#ifndef XIANZHI_PROTO_CLIENT_H
#define XIANZHI_PROTO_CLIENT_H

#include "proto/reading.h"
#include "proto/wire.h"

struct client_options {
    const char *endpoint;
    const struct wire_keys *keys; /* NULL: no encryption */
    enum peer_role role;
    const char *name; /* for people; NULL: host and pid */
    uint32_t
        timeout_ms; /* longest wait for anybody to be there, 0: 5000; an answer may take longer */
    int stop_fd;    /* -1: none */
};

/* ---- asking: query, status, dead letters ---- */

struct client;

/* STATUS_BAD: malformed endpoint. Does not wait for anybody to be there. */
enum status client_open(struct client **client, const struct client_options *options,
                        struct error *error);
void client_close(struct client **client); /* accepts NULL inside */

/* Sends `question` (type, verb, since, payload; the id is chosen here) and waits for its answer,
 * whose slices are valid until the next call. STATUS_AGAIN: nobody answers ("no broker at tcp://…
 * within 5 s: is it running, is the endpoint right?"), or the broker says to ask later; STATUS_BAD:
 * refused. */
enum status client_ask(struct client *client, const struct message *question,
                       struct message *answer, struct error *error);

/* The same, but the answer may take as long as it takes, once the broker is there. */
enum status client_ask_patiently(struct client *client, const struct message *question,
                                 struct message *answer, struct error *error);

/* One page of rows: client_ask with a request, answer decoded into the arena (reset by the caller;
 * the rows live as long as the arena and until the next call). Goes on with request.after. */
enum status client_read(struct client *client, const struct request *request, struct arena *arena,
                        struct answer *answer, struct error *error);

/* ---- following changes ---- */

struct changes;

/* `filter` is copied; since 0: begin with a snapshot. */
enum status changes_open(struct changes **changes, const struct client_options *options,
                         const struct filter *filter, uint64_t since, struct error *error);
void changes_close(struct changes **changes); /* accepts NULL inside */

/* Waits for the next page, without end once the broker has been there. answer->snapshot: the first
 * page of everything, what was seen before is void. Rows are valid until the next call. Reconnects
 * and resumes by itself; a page is given once. Only STATUS_AGAIN (stop_fd, or nobody there at
 * first), STATUS_BAD and STATUS_FATAL (refused for good) are errors. */
enum status changes_next(struct changes *changes, struct answer *answer, struct error *error);

/* Everything up to here was given: pass it to changes_open to go on later. */
uint64_t changes_version(const struct changes *changes);
/* Everything up to `version` counts as given, what is left of the last page's answer (page.more)
 * with it: for whom it is enough that much has changed. */
void changes_skip(struct changes *changes, uint64_t version);
/* … in which store (empty: an older worker doesn't say): versions of two stores are unrelated, so
 * one that another store answers than before begins with a snapshot. */
struct slice changes_store(const struct changes *changes);
/* Before the first page: `since` counts in this store. */
void changes_set_store(struct changes *changes, struct slice store);

#endif
