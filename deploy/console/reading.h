/* reading.h - documents read again, to be shown: text, outline, every quantity with its state. */
#ifndef XIANZHI_CONSOLE_READING_H
#define XIANZHI_CONSOLE_READING_H

#include "deploy/console/console_private.h"

enum status reading_open(struct reading **reading, const struct console *console,
                         struct error *error);
void reading_close(struct reading **reading); /* accepts NULL inside */

/* Appends `"text": …, "outline": […], "parts": {…}, "quantities": […]` of these bytes. `sha256`
 * (64 hex digits) names what is kept for the next time; empty: nothing is. STATUS_BAD: no reader
 * reads them. Any thread, one document at a time. */
enum status reading_put(struct reading *reading, struct slice sha256, const char *path,
                        struct slice bytes, struct buffer *out, struct error *error);

#endif
