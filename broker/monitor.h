/* monitor.h - a thread's figures and health for monitoring (the broker's, a bridge's): /metrics,
 * /healthz, /readyz.
 *
 * A server thread of its own answers from the last page that the other one published, so whoever
 * asks, however often, costs that nothing.
 */
#ifndef XIANZHI_BROKER_MONITOR_H
#define XIANZHI_BROKER_MONITOR_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct monitor;

/* `place`: a port (on 127.0.0.1 then), ADDRESS:PORT or [ADDRESS]:PORT; port 0: any that is free.
 * STATUS_BAD: not such a place; STATUS_FATAL: in use, no such address. */
enum status monitor_open(struct monitor **monitor, const char *place, struct error *error);
void monitor_close(struct monitor **monitor); /* accepts NULL inside */

const char *monitor_place(const struct monitor *monitor); /* "127.0.0.1:9750" as bound */

/* Takes the text of /metrics (empties it). `unready`: why new reports aren't taken; NULL: they are.
 */
void monitor_publish(struct monitor *monitor, struct buffer *metrics, const char *unready);

#endif
