/* hand_in.h - hands one document to the broker and waits for what becomes of it. */
#ifndef XIANZHI_PROTO_HAND_IN_H
#define XIANZHI_PROTO_HAND_IN_H

#include "proto/submitter.h"

/* One document from the connection to its end: waits until the store has applied it, or not:
 * *outcome. Takes `document` (emptied). STATUS_BAD: refused or dead, with the reason. Of `options`
 * `watch`, `tell` and `context` are set here. */
enum status hand_in_one(const struct submitter_options *options, const struct submission_head *head,
                        struct buffer *document, enum outcome *outcome, struct error *error);

#endif
