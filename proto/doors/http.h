/* http.h - the one door to libmicrohttpd: a server of routes, with bounded requests and answers
 * that may go on.
 *
 * The server has threads of its own and calls handlers on them. One thread serves all connections
 * (handlers must not wait then), or each connection has one (`blocking`, for handlers that ask
 * others and for answers that go on). Everything that a stranger can send has a limit: connections,
 * connections of an address, bytes of a head, the time until the head is there, bytes of a body.
 */
#ifndef XIANZHI_PROTO_DOORS_HTTP_H
#define XIANZHI_PROTO_DOORS_HTTP_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

#include <stdint.h>

struct http_server;
struct http_request;

enum { HTTP_MAX_SEGMENTS = 16, HTTP_MAX_HEADERS = 16, HTTP_MAX_PARTS = 4096 };

/* How a route's request body is taken. */
enum http_body {
    HTTP_NO_BODY,   /* none is allowed */
    HTTP_IN_MEMORY, /* up to route.max_body bytes, as http_request_body */
    HTTP_PARTS,     /* multipart/form-data, its files into unlinked temporary files, as parts */
};

/* One field of a multipart form. */
struct http_part {
    char *name, *filename; /* filename NULL: a plain field */
    int fd;                /* its bytes, positioned at 0; belongs to the request */
    uint64_t bytes;
};

/* What becomes of an answer that goes on. */
enum http_more {
    HTTP_MORE,   /* ask again */
    HTTP_END,    /* it is whole */
    HTTP_BROKEN, /* it can't be ended well: the connection breaks off, so that nobody takes what is
                    there for the whole */
};

/* Writes on after the head: fills `out` (cleared) with the next piece and waits for it at most a
 * second or so; an empty piece is asked for again. A piece that comes with HTTP_END is not sent.
 * Called on the connection's thread. */
typedef enum http_more (*http_producer)(void *context, struct buffer *out);

/* What a handler fills in; zero is "204 No Content". Texts are borrowed until the handler returns
 * unless said otherwise. */
struct http_answer {
    unsigned code;      /* 200 */
    const char *type;   /* "application/json"; static */
    struct buffer body; /* taken */
    int fd;             /* if body is empty and fd > 0: a file, taken, `fd_bytes` of it */
    uint64_t fd_bytes;
    http_producer producer; /* instead of a body: an answer that goes on (blocking servers) */
    void *producer_context;
    void (*producer_end)(void *context); /* once, when the answer has ended; may be NULL */
    struct {
        const char *name; /* static */
        char *value;      /* taken: malloc'ed */
    } headers[HTTP_MAX_HEADERS];
    unsigned header_count;
};

/* Adds a header, its value formatted. */
void http_answer_header(struct http_answer *answer, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

typedef void (*http_handler)(void *context, struct http_request *request,
                             struct http_answer *answer);

struct http_route {
    const char *method;  /* "GET" serves HEAD too */
    const char *pattern; /* "/api/v1/documents/{}/pages/{}": {} is any one segment; a last "*" any
                            rest */
    http_handler handle;
    enum http_body body;
    uint64_t max_body; /* bytes of all of it */
    const void *note;  /* the server's own, for http_request_note; may be NULL */
};

struct http_options {
    const char *place; /* PORT (of 127.0.0.1), ADDRESS:PORT, [ADDRESS]:PORT; port 0: any free one */
    const struct http_route *routes; /* the first that fits is asked; ended by a NULL method */
    void *context;                   /* for the handlers */
    /* Asked once a request's head is known, before a byte of its body is kept: 0, or the code that
     * it is refused with. NULL: every request may. */
    unsigned (*admit)(void *context, const struct http_request *request);
    void (*refuse)(
        void *context, struct http_request *request, unsigned code,
        struct http_answer *answer); /* words for 404, 405, 413 …; NULL: one plain line */
    const char *const *headers; /* "Name: value" of every answer, NULL-terminated; may be NULL */
    bool blocking;
    unsigned max_connections;      /* 0: 512 */
    unsigned of_one_address;       /* 0: half of them */
    unsigned idle_s;               /* silence that ends a connection; 0: 30 */
    unsigned head_s;               /* until a request's head is there; 0: 10 */
    size_t head_bytes;             /* of a request's line and headers; 0: 32 KiB */
    const char *certificate, *key; /* PEM texts for TLS; NULL: none */
    const char *temporary;         /* folder for the parts of forms; NULL: /tmp */
};

/* STATUS_BAD: not such a place; STATUS_FATAL: in use, no such address, no threads. */
enum status http_server_open(struct http_server **server, const struct http_options *options,
                             struct error *error);
/* Ends all answers, those that go on too, and waits for the handlers. Accepts NULL inside. */
void http_server_close(struct http_server **server);
const char *http_server_place(const struct http_server *server); /* "127.0.0.1:9750" as bound */
/* True once closing began: producers end themselves. */
bool http_server_is_closing(const struct http_server *server);

/* Of a request, valid until its handler returns. NULL: not there. */
const char *http_request_method(const struct http_request *request);
const char *http_request_path(const struct http_request *request);
const char *http_request_segment(const struct http_request *request, unsigned index); /* of {} */
const char *http_request_query(const struct http_request *request, const char *name);
/* Every value of a name that stands several times; false: no more. `index` counts from 0. */
const char *http_request_query_at(const struct http_request *request, const char *name,
                                  unsigned index);
const char *http_request_header(const struct http_request *request, const char *name);
const char *http_request_cookie(const struct http_request *request, const char *name);
const char *http_request_peer(const struct http_request *request); /* "192.0.2.7" */
const void *http_request_note(const struct http_request *request); /* of its route */
struct slice http_request_body(const struct http_request *request);
const struct http_part *http_request_parts(const struct http_request *request, size_t *count);

#endif
