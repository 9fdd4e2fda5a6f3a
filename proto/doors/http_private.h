/* http_private.h - what the files of the HTTP door share. */
#ifndef XIANZHI_PROTO_DOORS_HTTP_PRIVATE_H
#define XIANZHI_PROTO_DOORS_HTTP_PRIVATE_H

#include "proto/doors/http.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

/* A connection whose head is still awaited, in server->awaited. */
struct http_wait {
    int fd;
    uint64_t until_us;
    struct http_wait *prev, *next;
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    char place[80];
    atomic_bool closing;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t ended;
    struct http_wait *awaited;
    pthread_t sweeper; /* shuts connections that don't say what they want */
    bool sweeping;
};

struct http_request {
    struct http_server *server;
    struct MHD_Connection *connection;
    const char *method;
    char *path; /* as sent, decoded by the library */
    char *cut;  /* a copy, cut into segments */
    char *segments[HTTP_MAX_SEGMENTS], *segment_ends[HTTP_MAX_SEGMENTS];
    unsigned segment_count;
    char peer[64];
    const struct http_route *route;
    unsigned refusal; /* an HTTP code once the request is known to be wrong */
    bool seen;        /* the head was taken, the body may follow */
    struct buffer body;
    uint64_t body_bytes;
    struct MHD_PostProcessor *form;
    struct http_part *parts;
    size_t part_count, part_capacity;
};

/* http_place.c */
union http_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};
bool http_place_parse(const char *place, union http_address *address);
void http_place_name(const union http_address *address, unsigned port, char *out, size_t size);

/* http_body.c: false: the request is wrong, request->refusal says how. */
bool http_body_start(struct http_request *request);
bool http_body_take(struct http_request *request, const char *bytes, size_t len);
void http_body_release(struct http_request *request);

/* http_route.c: sets route and segments, or the refusal (404, 405). */
void http_route_find(struct http_request *request, const char *url);

#endif
