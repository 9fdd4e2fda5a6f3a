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
/* A digest as hex: what a document is called by. */
void digest_name(const uint8_t digest[DIGEST_BYTES], char name[2 * DIGEST_BYTES + 1]);
/* 64 hex digits back; false: they aren't. */
bool digest_parse(struct slice hex, uint8_t digest[DIGEST_BYTES]);

#endif
