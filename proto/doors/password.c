/* password.c - see crypt(5) of libxcrypt: $y$ is yescrypt. No state. */
#include "proto/doors/password.h"

#include "proto/base/memory.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

enum { COST = 0 }; /* the library's default for yescrypt */

_Static_assert(PASSWORD_HASH_BYTES >= CRYPT_OUTPUT_SIZE, "a hash has room");

/* NULL: it could not be hashed. `data` is wiped by the caller. */
static const char *hash_of(const char *password, const char *setting, struct crypt_data *data)
{
    const char *hash = crypt_r(password, setting, data);
    return hash && hash[0] == '*' ? NULL : hash;
}

static void wipe(struct crypt_data *data)
{
    explicit_bzero(data, sizeof *data);
    free(data);
}

enum status password_hash(const char *password, char hash[PASSWORD_HASH_BYTES], struct error *error)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (strlen(password) > PASSWORD_MAX_BYTES)
        return fail(error, STATUS_BAD, "a password has at most %d bytes", PASSWORD_MAX_BYTES);
    if (!crypt_gensalt_rn("$y$", COST, NULL, 0, setting, sizeof setting))
        return fail(error, STATUS_FATAL, "no salt for the password: libxcrypt has no yescrypt?");
    struct crypt_data *data = memory_zero(sizeof *data);
    const char *made = hash_of(password, setting, data);
    if (made)
        memcpy(hash, made, strlen(made) + 1);
    wipe(data);
    return made ? STATUS_OK : fail(error, STATUS_FATAL, "the password can't be hashed");
}

bool password_fits(const char *password, const char *hash)
{
    if (strlen(password) > PASSWORD_MAX_BYTES)
        return false;
    struct crypt_data *data = memory_zero(sizeof *data);
    const char *made = hash_of(password, hash, data);
    bool fits = made && strlen(made) == strlen(hash);
    unsigned char differ = 0;
    for (size_t i = 0; fits && hash[i]; i++)
        differ |= (unsigned char)(made[i] ^ hash[i]);
    wipe(data);
    return fits && !differ;
}
