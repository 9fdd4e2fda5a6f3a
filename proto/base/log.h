/* log.h - one line an event on stderr, plain or json, each with ids that can be grepped for.
 *
 *   log_event(LOG_WARN, "lease.lapsed", "seq=%" PRIu64 " stage=%s attempt=%u", seq, stage,
 * attempt);
 *
 * The event name is a dotted word that never changes; the rest is key=value pairs separated by
 * blanks, a value with blanks in double quotes. Any thread.
 */
#ifndef XIANZHI_PROTO_BASE_LOG_H
#define XIANZHI_PROTO_BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_event(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Process-wide, set once at start: the least level written, json instead of plain lines, and who
 * is speaking ("broker", "worker extract"). `who` must stay valid. Default: LOG_WARN, plain. */
void log_configure(enum log_level least, bool json, const char *who);

#endif
