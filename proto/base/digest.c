/* digest.c - SHA-256 in one call, and how it is written. Nothing can fail. */
#include "proto/base/digest.h"

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

void digest_name(const uint8_t digest[DIGEST_BYTES], char name[2 * DIGEST_BYTES + 1])
{
    digest_hex((struct slice){(const char *)digest, DIGEST_BYTES}, name);
}

bool digest_parse(struct slice hex, uint8_t digest[DIGEST_BYTES])
{
    struct base16_decode_ctx state;
    size_t len = DIGEST_BYTES;
    if (hex.len != 2 * DIGEST_BYTES)
        return false;
    base16_decode_init(&state);
    return base16_decode_update(&state, &len, digest, hex.len, hex.data) &&
           base16_decode_final(&state) && len == DIGEST_BYTES;
}
