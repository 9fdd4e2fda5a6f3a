/* spoil.h - documents as they arrive: in several encodings, and some of them broken. */
#ifndef XIANZHI_DEPLOY_SPOIL_H
#define XIANZHI_DEPLOY_SPOIL_H

#include "deploy/generate/places.h"
#include "proto/base/memory.h"

/* Replaces `bytes` by the document in the encoding that `dice` (0-99) chooses: 80 UTF-8, 5 with a
 * BOM, 10 GB18030, 5 UTF-16 with a BOM. */
void encode_document(struct slice text, unsigned dice, struct buffer *bytes);

/* Replaces `bytes` by something that must become a dead letter. Changes `text`. */
void spoil_document(const struct author *author, struct buffer *text, struct random *random,
                    struct buffer *bytes);

#endif
