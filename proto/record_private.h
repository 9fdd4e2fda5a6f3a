/* record_private.h - what the record_*.c files share; nobody else includes it. */
#ifndef XIANZHI_PROTO_RECORD_PRIVATE_H
#define XIANZHI_PROTO_RECORD_PRIVATE_H

#include "proto/pack.h"
#include "proto/record.h"

/* ---- record_edits.c: the clean text, told by how it differs from the text ---- */

/* Whether the clean text is made of the text's bytes and of others that are told; else it has to be
 * sent whole. */
bool record_has_edits(const struct report *report);
/* [length, start, bytes, start, bytes …] */
void record_pack_edits(struct buffer *out, const struct report *report);

/* Makes room for as many bytes as the edits say; to be filled in when the shifts are known. False:
 * these are no edits of that text. */
bool record_read_length(const struct packed *edits, struct report *report);
bool record_read_edits(const struct packed *edits, struct report *report);

#endif
