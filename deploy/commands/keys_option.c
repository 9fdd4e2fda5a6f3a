/* keys_option.c - reads the keys of somebody who connects: his own and the broker's. */
#include "deploy/commands/keys_option.h"

#include "proto/keys.h"

#include <limits.h>
#include <stdio.h>

static void beside(const char *file, char path[PATH_MAX])
{
    const char *slash = strrchr(file, '/');
    int len = slash ? (int)(slash - file) + 1 : 0;
    snprintf(path, PATH_MAX, "%.*sbroker.public", len, file);
}

static enum status take_own(struct wire_keys *keys, const char *path, struct error *error)
{
    struct key_file own;
    enum status status = key_file_read(&own, path, error);
    if (status)
        return status;
    if (!own.secret_key[0])
        return fail(error, STATUS_BAD, "%s: is a public key: name the file NAME.secret", path);
    memcpy(keys->public_key, own.public_key, sizeof keys->public_key);
    memcpy(keys->secret_key, own.secret_key, sizeof keys->secret_key);
    return STATUS_OK;
}

enum status keys_option_load(struct keys_option *option, const struct wire_keys **keys,
                             struct error *error)
{
    char path[PATH_MAX];
    struct key_file broker;
    *keys = NULL;
    if (!option->file && option->broker_file)
        return fail(error, STATUS_BAD, "--broker-key without --keys: name the own secret key too");
    if (!option->file)
        return STATUS_OK;
    if (!option->broker_file)
        beside(option->file, path);
    enum status status = take_own(&option->keys, option->file, error);
    if (!status)
        status = key_file_read(&broker, option->broker_file ? option->broker_file : path, error);
    if (status)
        return status;
    if (broker.role != KEY_BROKER)
        return fail(error, STATUS_BAD,
                    "%s: is the key of a client (role %s), not of the broker: name broker.public "
                    "with --broker-key",
                    option->broker_file ? option->broker_file : path, key_role_name(broker.role));
    memcpy(option->keys.server_key, broker.public_key, sizeof broker.public_key);
    *keys = &option->keys;
    return STATUS_OK;
}
