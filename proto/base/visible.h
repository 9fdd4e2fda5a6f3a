/* visible.h - text from strangers (file names, peers' names, reports) made harmless for a terminal
 * or a log: a control character is shown, never sent. */
#ifndef XIANZHI_PROTO_BASE_VISIBLE_H
#define XIANZHI_PROTO_BASE_VISIBLE_H

#include "proto/base/memory.h"

#include <stdio.h>

/* Beyond C0: DEL, the controls of C1, and the marks that turn the direction of all that follows
 * them (what stands behind such a mark is read as something else than it is). Terminals obey them.
 */
static inline bool visible_is_obeyed(uint32_t character)
{
    return (character >= 0x7F && character < 0xA0) ||
           (character >= 0x2028 && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069);
}

/* Appends `text` with C0 and C1 controls, DEL, bidirectional overrides and bytes that are no UTF-8
 * written as <U+001B>, <9B>. `keep`: characters of C0 that may pass ("\n\t"); "" for one line. */
void visible_add(struct buffer *out, struct slice text, const char *keep);

/* The same for a table, whose columns stay where they are: each of them as one blank. */
void visible_blank(struct buffer *out, struct slice text);

/* Whether visible_add would append the text as it is. */
bool visible_already(struct slice text, const char *keep);

/* The same in place of a C string: `out` holds it, NUL-terminated, and is cleared first. */
const char *visible_line(struct buffer *out, const char *text);

/* As fwrite, with the text made visible; line feeds and tabs pass, and with `colours` the sequences
 * that set colours and boldness: a stranger's do no more than that. */
void visible_write(FILE *out, struct slice text, bool colours);

/* As fprintf, with what is formatted made visible; line feeds and tabs pass. */
void visible_printf(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
