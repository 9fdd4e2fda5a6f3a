/* keys.h - CURVE key pairs as files: one to keep, one to give away.
 *
 *   NAME.secret   role, public and secret key; readable by its owner only
 *   NAME.public   role and public key; goes into the broker's folder of keys
 *
 * Both are lines of "word value"; lines that begin with # are for people. What a client may do is
 * what the role in the broker's copy of its public file says.
 */
#ifndef XIANZHI_PROTO_KEYS_H
#define XIANZHI_PROTO_KEYS_H

#include "proto/wire.h"

enum key_role { KEY_SUBMIT, KEY_WORK, KEY_SUBSCRIBE, KEY_ADMIN, KEY_REVIEW, KEY_BROKER, KEY_ROLES };
enum { MAX_KEY_NAME = 64 };

struct key_file {
    char name[MAX_KEY_NAME + 1]; /* the file's, without folder and ending */
    enum key_role role;
    char public_key[41];
    char secret_key[41]; /* empty: a public file */
};

const char *key_role_name(enum key_role role); /* "submit" */
bool key_role_parse(struct slice name, enum key_role *role);

/* 1 to 64 bytes, no slash, no blank, no dot in front: it is a file's name and goes into logs. */
bool key_name_is_good(struct slice name);

/* STATUS_BAD: no such file, not a key file, a secret that others may read; says what to do. */
enum status key_file_read(struct key_file *file, const char *path, struct error *error);

/* Writes both files of the pair into the folder (made where it is missing). STATUS_BAD: one of them
 * is there already (nothing is overwritten); STATUS_FATAL: can't be written. */
enum status key_file_write(const struct key_file *file, const char *folder, struct error *error);

#endif
