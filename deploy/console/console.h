/* console.h - the office in a browser: pages, and the JSON API that they use and nothing else.
 *
 * One server with a thread for each connection. What the API knows it asks of a running pipeline
 * (every request borrows a connection) or of a store's folder; the console can do nothing that
 * another client of the broker could not. pages/openapi.json describes the API.
 */
#ifndef XIANZHI_CONSOLE_CONSOLE_H
#define XIANZHI_CONSOLE_CONSOLE_H

#include "proto/base/status.h"
#include "proto/wire.h"

#include <stdbool.h>

struct console;

struct console_options {
    const char *store;            /* one of the two: a folder to read, */
    const char *broker;           /* or an endpoint */
    const struct wire_keys *keys; /* towards the broker; NULL: none */
    const char *catalogue;        /* folder of the indicator rules; NULL: the built-in one */
    const char *listen;           /* "127.0.0.1:7780" */
    const char *users;            /* file of accounts (accounts.h); NULL: none, loopback only */
    bool behind_proxy;            /* somebody else speaks TLS and says who asks (X-Forwarded-For) */
    const char *certificate, *key; /* PEM files; NULL: no TLS */
    const char *uploads;           /* folder that keeps what is uploaded; NULL: none is taken */
    const char *inbox;             /* drop folder of which is told (dropped.h); NULL: none */
    const char *originals;         /* folder of kept documents (proto/kept.h); NULL: none */
    const char *audit_log;         /* file, a JSON line a request; NULL: none */
};

/* STATUS_BAD: a place, an account file, an address that others reach without accounts or TLS;
 * STATUS_FATAL: the port is in use, pages or catalogue are missing. */
enum status console_open(struct console **console, const struct console_options *options,
                         struct error *error);
void console_close(struct console **console);             /* accepts NULL inside */
const char *console_place(const struct console *console); /* "127.0.0.1:7780" as bound */

#endif
