/* digest.h - the one door to Nettle: SHA-256, which names a document by its bytes.
 *
 * Nettle uses the processor's own instructions for it: 10 µs instead of 50 for a usual report, and
 * every report is hashed twice (journal, ingest). Any thread.
 */
#ifndef XIANZHI_PROTO_BASE_DIGEST_H
#define XIANZHI_PROTO_BASE_DIGEST_H

#include "proto/base/slice.h"

enum { DIGEST_BYTES = 32 };

void digest_sha256(struct slice bytes, uint8_t digest[DIGEST_BYTES]);

/* The bytes as hex, 2 characters each and a NUL. */
void digest_hex(struct slice bytes, char *hex);
/* 64 hex digits back; false: they aren't. */
bool digest_parse(struct slice hex, uint8_t digest[DIGEST_BYTES]);

#endif
