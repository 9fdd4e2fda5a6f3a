/* desk.h - the dead letters that a run has left in its store, and what people have said of them.
 *
 * STORE/desk holds a file a letter, NUMBER.letter: the broker's answer to `show`, as it is. What a
 * person says of one is kept as SHA256.placed (the head of an envelope, proto/listed.h), and counts
 * in every later run with this store when the same bytes come.
 */
#ifndef XIANZHI_INTAKE_DESK_H
#define XIANZHI_INTAKE_DESK_H

#include "proto/base/digest.h"
#include "proto/client.h"
#include "proto/listed.h"

/* Asks the broker for its dead letters and keeps them; one of the same bytes and path as an earlier
 * one takes its place. */
enum status desk_keep(const char *store, struct client *client, struct error *error);

/* Numbers of the letters, rising; the caller frees them. */
enum status desk_list(const char *store, uint64_t **seqs, size_t *count, struct error *error);
/* The answer to `show`: a map of "letter" and "document". STATUS_BAD: there is no such letter. */
enum status desk_read(const char *store, uint64_t seq, struct buffer *answer, struct error *error);
enum status desk_drop(const char *store, uint64_t seq, struct error *error);

enum status desk_place(const char *store, struct slice document, const struct listed *listed,
                       struct error *error);
/* Whether something was said of a document of this hash. */
bool desk_has(const char *store, const uint8_t sha256[DIGEST_BYTES]);
/* Puts the head of an envelope in front of a document of this hash of which something was said. */
void desk_wrap(const char *store, const uint8_t sha256[DIGEST_BYTES], struct buffer *document);

#endif
