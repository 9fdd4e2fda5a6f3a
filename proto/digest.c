/* digest.c - SHA-256 in one call, and how it is written. Nothing can fail. */
#include "proto/digest.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>

void digest_sha256(struct slice bytes, uint8_t digest[DIGEST_BYTES])
{
    struct sha256_ctx state;
    sha256_init(&state);
    sha256_update(&state, bytes.len, (const uint8_t *)bytes.data);
    sha256_digest(&state, DIGEST_BYTES, digest);
}

void digest_hex(struct slice bytes, char *hex)
{
    base16_encode_update(hex, bytes.len, (const uint8_t *)bytes.data);
    hex[2 * bytes.len] = '\0';
}
