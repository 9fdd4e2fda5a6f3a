/* params.h - a request's parameters as a question to the results: ?indicator=&region=&year=&level=
 * &kind=&document=&reason=&cursor=&limit=; indicator, region and year repeat. An indicator, region
 * or level may be given by its Chinese name. */
#ifndef XIANZHI_CONSOLE_PARAMS_H
#define XIANZHI_CONSOLE_PARAMS_H

#include "deploy/console/console_private.h"

enum { DEFAULT_LIMIT = 1000, MAX_LIMIT = 10000 };

/* Texts live in the arena. STATUS_BAD: names the parameter and what it may be. */
enum status params_read(const struct console *console, const struct http_request *request,
                        struct arena *arena, struct request *question, struct error *error);

/* A page's place as text that goes into an address, and back. STATUS_BAD: not one of ours. */
void cursor_put(struct slice after, struct buffer *out);
enum status cursor_take(struct arena *arena, const char *text, struct slice *after,
                        struct error *error);
/* A whole number within [low, high]. STATUS_BAD. */
enum status param_number(const struct http_request *request, const char *name, uint64_t low,
                         uint64_t high, uint64_t *number, struct error *error);

#endif
