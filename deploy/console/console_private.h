/* console_private.h - what the console's own files share.
 *
 *   console.c   opening, and the table of addresses
 *   guard.c     who may: hosts, sessions, forged requests      accounts.c  names and passwords
 *   pages.c     the static files of pages/                     sessions.c  who is logged in
 *   sources.c   connections to the pipeline, lent to one request at a time
 *   reply.c     answers in JSON, problems
 *   feed.c      what has changed, kept for those who follow
 *   params.c    a request's parameters as a question to the results
 *   uploads.c   files that were brought in     upload_run.c  one upload's thread
 *   upload_files.c  their names                upload_record.c  one as JSON, and kept
 *   dropped.c   the drop folder as one of them
 *   reading.c   documents read again, to be shown              originals.c  where their bytes are
 *   export_file.c  sheets and databases                        page_image.c  pages as pictures
 *   api_*.c     the API, a file for each kind of question
 */
#ifndef XIANZHI_CONSOLE_PRIVATE_H
#define XIANZHI_CONSOLE_PRIVATE_H

#include "deploy/console/console.h"
#include "proto/client.h"
#include "proto/doors/http.h"
#include "proto/pack.h"
#include "workers/extract/rule/catalogue.h"
#include "workers/results/regions.h"
#include "workers/results/store.h"

#include <pthread.h>

struct pages;
struct guard;
struct feed;
struct sources;
struct uploads;
struct reading;
struct audit_log;

/* A walk through the store that has taken so long ends where it is: an empty page, and its `next`.
 */
enum { CONSOLE_PATIENCE_US = 1500000 };

/* Immutable once open but for what its parts guard themselves. */
struct console {
    struct console_options options;
    struct http_server *server;
    struct pages *pages;
    struct guard *guard;
    struct regions *regions;
    struct catalogue *catalogue;
    struct sources *sources;
    struct feed *feed;
    struct uploads *uploads; /* NULL: none are taken */
    struct reading *reading; /* documents read again, to be shown */
    struct audit_log *audit_log;
    pthread_mutex_t reviewing; /* one walk through the queue at a time: it takes long, and others'
                                  questions would wait for all of them */
    int stop_fd;               /* eventfd: readable once closing has begun */
};

/* ---- reply.c ---- */

/* The body is there: says what it is. */
void reply_json(struct http_answer *answer, unsigned code);
/* From now on this thread answers that request, in its language (Accept-Language). */
void reply_speak(const struct http_request *request);
/* Appends the message, or several, a line each, as a JSON text in that language. */
void reply_put_lines(struct slice lines, struct buffer *out);
/* The same, with an ETag; 304 without the body where the asker has it. */
void reply_json_tagged(struct http_request *request, struct http_answer *answer);
/* To be saved under that name (RFC 6266, RFC 8187): any name, and nothing that ends the header. */
void reply_download(struct slice name, struct http_answer *answer);
/* "version" and "store", "next": the place of the next page, and the end of the object. */
void reply_next(const struct answer *page, struct buffer *out);
/* `application/problem+json` (RFC 9457): {"type", "title", "status", "detail"}. */
void reply_problem(struct http_answer *answer, unsigned code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What became of a document: "filed", "replaced", … */
const char *reply_outcome(enum outcome outcome);
/* What a question ended in: BAD is the asker's fault, AGAIN and RETRY pass. */
void reply_error(struct http_answer *answer, enum status status, const struct error *error);

/* ---- sources.c ---- */

/* Where rows come from during one request: give it back with lent_return. */
struct lent {
    struct store *store; /* one of the two */
    struct client *client;
    uint64_t opened_us;   /* of the store: it is as it was then */
    uint64_t returned_us; /* unused since */
};

struct sources *sources_new(const struct console *console);
void sources_free(struct sources **sources); /* accepts NULL inside */
/* Closes what nobody has used for some seconds: silent peers look dead to the broker. */
void sources_sweep(struct sources *sources);
enum status lent_take(struct sources *sources, struct lent *lent, struct error *error);
/* `status`: how the last question ended; a connection that failed is not used again. */
void lent_return(struct sources *sources, struct lent *lent, enum status status);
enum status lent_read(struct lent *lent, const struct request *request, struct arena *arena,
                      struct answer *answer, struct error *error);
/* The broker's answer to a question; STATUS_BAD where there is a folder only. */
enum status lent_ask(struct lent *lent, const struct message *question, struct message *answer,
                     struct error *error);
/* The three in one, for questions that have a packed map for an answer; it lives in the arena. */
enum status sources_ask(struct sources *sources, const struct message *question,
                        struct arena *arena, const struct packed **root, struct error *error);

/* ---- guard.c ---- */

enum visitor_role { VISITOR_NOBODY, VISITOR_READER, VISITOR_REVIEWER, VISITOR_ADMIN };

struct visitor {
    char name[64]; /* empty where there are no accounts */
    enum visitor_role role;
    char csrf[65]; /* what his requests that change something must bring */
    char peer[64]; /* address */
};

enum status guard_open(struct guard **guard, const struct console_options *options,
                       struct error *error);
void guard_close(struct guard **guard);
/* Who asks, and whether he may: 0, or the code to refuse him with. `changes`: it is more than a
 * look. Asked for each request, before its body is taken. */
unsigned guard_admit(struct guard *guard, const struct http_request *request,
                     enum visitor_role least, bool changes, struct visitor *visitor,
                     struct error *error);

/* ---- feed.c ---- */

enum status feed_open(struct feed **feed, const struct console *console, struct error *error);
void feed_close(struct feed **feed);
/* Tells everybody who follows. `json`: one line. Any thread. */
void feed_tell(struct feed *feed, const char *event, struct slice json);

/* ---- pages.c ---- */

enum status pages_open(struct pages **pages, struct error *error);
void pages_close(struct pages **pages);

/* ---- the API ---- */

typedef void console_handler(struct console *console, const struct visitor *visitor,
                             struct http_request *request, struct http_answer *answer);

console_handler pages_answer, guard_session, guard_log_in, guard_log_out;
console_handler api_status, api_dead, api_dead_show, api_dead_replay, api_dead_place, api_dead_drop;
console_handler api_indicators, api_indicator, api_regions;
console_handler api_values, api_rollups, api_export, api_changes, api_recent;
console_handler api_upload, api_uploads, api_upload_go_on;
console_handler api_documents, api_coverage, api_audits, api_decisions;
console_handler api_document, api_original, api_page, api_sentence;
console_handler api_review, api_review_lease, api_decide, api_restore;

#endif
