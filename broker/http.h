/* http.h - the broker's figures and health for monitoring: /metrics, /healthz, /readyz.
 *
 * A server thread of its own answers from the last page that the broker's thread published, so
 * whoever asks, however often, costs the broker nothing.
 */
#ifndef XIANZHI_BROKER_HTTP_H
#define XIANZHI_BROKER_HTTP_H

#include "proto/memory.h"
#include "proto/status.h"

struct http;

/* `place`: a port (on 127.0.0.1 then), ADDRESS:PORT or [ADDRESS]:PORT; port 0: any that is free.
 * STATUS_BAD: not such a place; STATUS_FATAL: in use, no such address. */
enum status http_open(struct http **http, const char *place, struct error *error);
void http_close(struct http **http); /* accepts NULL inside */

const char *http_place(const struct http *http); /* "127.0.0.1:9750" as bound */

/* Takes the text of /metrics (empties it). `unready`: why new reports aren't taken; NULL: they are.
 */
void http_publish(struct http *http, struct buffer *metrics, const char *unready);

#endif
