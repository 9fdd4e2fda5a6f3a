/* loci.h - where in the original a text stands, as a list of numbers in records and messages. */
#ifndef XIANZHI_PROTO_LOCI_H
#define XIANZHI_PROTO_LOCI_H

#include "proto/pack.h"
#include "proto/report.h"

/* One array: for each locus its distance from the one before in bytes of the text, page, paragraph,
 * x0, y0, x1, y1, ocr. */
void loci_pack(struct buffer *out, const struct locus *loci, size_t count);

/* {"page": 3, "box": [x0, y0, x1, y1]}, {"paragraph": 12}: where it is known. */
void locus_json(const struct locus *locus, struct buffer *out);

/* `list` may be NULL: none. False: one stands outside of the text's `text_len` bytes. */
bool loci_read(struct arena *arena, const struct packed *list, size_t text_len, struct locus **loci,
               size_t *count);

#endif
