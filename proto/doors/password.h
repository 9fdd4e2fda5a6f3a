/* password.h - the door to libxcrypt: passwords as yescrypt hashes, made slow to guess on purpose
 * (some tens of milliseconds and megabytes each). Any thread. */
#ifndef XIANZHI_PROTO_DOORS_PASSWORD_H
#define XIANZHI_PROTO_DOORS_PASSWORD_H

#include "proto/base/status.h"

#include <stdbool.h>

enum { PASSWORD_HASH_BYTES = 384, PASSWORD_MAX_BYTES = 256 };

/* A fresh salt each time. STATUS_BAD: too long; STATUS_FATAL: no randomness. */
enum status password_hash(const char *password, char hash[PASSWORD_HASH_BYTES],
                          struct error *error);

/* Takes as long for a wrong password as for the right one. */
bool password_fits(const char *password, const char *hash);

#endif
