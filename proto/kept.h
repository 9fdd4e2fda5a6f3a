/* kept.h - a folder of documents as they came, by the hash of their bytes: what is read again needs
 * neither the disk nor the host that it came from.
 *
 *   FOLDER/3f/3f2a0c9d…    the bytes with the envelopes around them (listed.h) as they came last,
 *                          so that reading them again files them where they were filed
 *
 * Files are written and synced whole or not at all. Any thread, any process.
 */
#ifndef XIANZHI_PROTO_KEPT_H
#define XIANZHI_PROTO_KEPT_H

#include "proto/base/digest.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

/* Where a store keeps its documents. */
#define KEPT_FOLDER "originals"

/* `sha256` of what is in the envelopes. What is kept already is not written again; with other
 * envelopes, or damaged, it is. STATUS_RETRY: the disk is
 * full; STATUS_FATAL: the folder can't be written. */
enum status kept_put(const char *folder, const uint8_t sha256[DIGEST_BYTES], struct slice bytes,
                     struct error *error);

/* Appends what is kept under 64 hex digits. STATUS_AGAIN: nothing; STATUS_BAD: other bytes than
 * those, the file was changed. */
enum status kept_get(const char *folder, struct slice sha256, struct buffer *bytes,
                     struct error *error);

#endif
