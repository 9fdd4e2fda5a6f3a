/* audit_log.h - who saw and did what: a JSON line a request, appended to a file. Any thread. */
#ifndef XIANZHI_CONSOLE_AUDIT_LOG_H
#define XIANZHI_CONSOLE_AUDIT_LOG_H

#include "deploy/console/console_private.h"

/* STATUS_BAD: the file can't be written. */
enum status audit_log_open(struct audit_log **log, const char *path, struct error *error);
void audit_log_close(struct audit_log **log); /* accepts NULL inside */
/* {"at", "who", "role", "from", "method", "path", "code"}; NULL: writes nothing. */
void audit_log_note(struct audit_log *log, const struct visitor *visitor,
                    const struct http_request *request, unsigned code);

#endif
