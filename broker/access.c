/* access.c - reads the folder of keys; the wire's doorkeeper asks it who may come in.
 *
 * Opened by the thread that opens the broker, asked by the doorkeeper's thread alone from then on.
 * What the door lets in is named "role/name"; that travels with each of his messages, so the
 * broker's thread needs nothing from here to know what he may say. What can fail: the folder at
 * start, by name; later a bad file only opens no door, with a line in the log.
 */
#include "broker/access.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <uthash.h>

enum { FRESH_US = 1000000 }; /* a folder read so lately is not read again, unless it has changed */

struct client_key {
    char public_key[41];
    char user[WIRE_USER_BYTES];
    UT_hash_handle hh;
};

struct access {
    char *folder;
    struct client_key *clients;
    struct timespec changed; /* the folder's, when it was read */
    uint64_t read_us;
};

static void forget(struct access *access)
{
    struct client_key *client, *next;
    HASH_ITER(hh, access->clients, client, next)
    {
        HASH_DELETE(hh, access->clients, client);
        free(client);
    }
}

static enum status add(struct access *access, const struct key_file *file, struct error *error)
{
    struct client_key *client;
    HASH_FIND_STR(access->clients, file->public_key, client);
    if (client)
        return fail(error, STATUS_BAD, "%s/%s.public: the same key as %s: everybody has his own",
                    access->folder, file->name, strchr(client->user, '/') + 1);
    client = memory_zero(sizeof *client);
    memcpy(client->public_key, file->public_key, sizeof client->public_key);
    snprintf(client->user, sizeof client->user, "%s/%s", key_role_name(file->role), file->name);
    HASH_ADD_STR(access->clients, public_key, client);
    return STATUS_OK;
}

static enum status add_file(struct access *access, const char *name, struct error *error)
{
    char path[PATH_MAX];
    struct key_file file;
    if (!slice_ends(slice_of(name), SLICE(".public")) || name[0] == '.')
        return STATUS_OK;
    snprintf(path, sizeof path, "%s/%s", access->folder, name);
    enum status status = key_file_read(&file, path, error);
    if (!status && file.role != KEY_BROKER)
        status = add(access, &file, error);
    explicit_bzero(&file, sizeof file);
    return status;
}

/* `strict`: the first bad file ends it; else it is told and passed over. */
static enum status read_folder(struct access *access, bool strict, struct error *error)
{
    struct stat found;
    DIR *dir = opendir(access->folder);
    if (!dir)
        return fail(error, STATUS_BAD, "%s: the folder of keys can't be read: %s", access->folder,
                    strerror(errno));
    if (fstat(dirfd(dir), &found) == 0)
        access->changed = found.st_mtim;
    access->read_us = clock_monotonic_us();
    forget(access);
    enum status status = STATUS_OK;
    for (struct dirent *entry; !status && (entry = readdir(dir));) {
        status = add_file(access, entry->d_name, error);
        if (!status || strict)
            continue;
        log_event(LOG_ERROR, "key.unreadable", "reason=\"%s\"", error->text);
        status = STATUS_OK;
    }
    closedir(dir);
    return status;
}

static void refresh(struct access *access)
{
    struct error error;
    struct stat found;
    bool same = stat(access->folder, &found) == 0 &&
                found.st_mtim.tv_sec == access->changed.tv_sec &&
                found.st_mtim.tv_nsec == access->changed.tv_nsec;
    if (same && clock_monotonic_us() - access->read_us < FRESH_US)
        return;
    if (read_folder(access, false, &error) == STATUS_OK)
        return;
    forget(access); /* what can't be known is denied */
    log_event(LOG_ERROR, "key.unreadable", "reason=\"%s\"", error.text);
}

static bool admit(void *context, const char *public_key, char user[WIRE_USER_BYTES])
{
    struct access *access = context;
    struct client_key *client;
    refresh(access);
    HASH_FIND_STR(access->clients, public_key, client);
    if (client)
        memcpy(user, client->user, sizeof client->user);
    else
        log_event(LOG_WARN, "key.unknown", "public=\"%s\" folder=\"%s\"", public_key,
                  access->folder);
    return client != NULL;
}

enum status access_open(struct access **out, const char *folder, struct wire_keys *keys,
                        struct error *error)
{
    char path[PATH_MAX];
    struct key_file own;
    struct access *access = memory_zero(sizeof *access);
    access->folder = memory_copy_text(folder);
    enum status status = read_folder(access, true, error);
    snprintf(path, sizeof path, "%s/broker.secret", folder);
    if (!status)
        status = key_file_read(&own, path, error);
    if (!status && own.role != KEY_BROKER)
        status = fail(error, STATUS_BAD,
                      "%s: is a key of role %s: make the broker's with `xianzhi "
                      "keygen --role broker`",
                      path, key_role_name(own.role));
    if (!status) {
        *keys = (struct wire_keys){.admit = admit, .admit_context = access};
        memcpy(keys->public_key, own.public_key, sizeof keys->public_key);
        memcpy(keys->secret_key, own.secret_key, sizeof keys->secret_key);
        *out = access;
    } else {
        access_close(&access);
    }
    explicit_bzero(&own, sizeof own);
    return status;
}

void access_close(struct access **access)
{
    if (!*access)
        return;
    forget(*access);
    free((*access)->folder);
    free(*access);
    *access = NULL;
}

bool access_allows(const char *user, enum peer_role role)
{
    const char *slash = strchr(user, '/');
    enum key_role key;
    if (!slash || !key_role_parse((struct slice){user, (size_t)(slash - user)}, &key))
        return false;
    switch (key) {
    case KEY_SUBMIT:
        return role == ROLE_SUBMIT;
    case KEY_WORK:
        return role == ROLE_WORK;
    case KEY_SUBSCRIBE:
        return role == ROLE_READ;
    case KEY_REVIEW:
        return role == ROLE_REVIEW || role == ROLE_READ;
    case KEY_ADMIN:
        return role != ROLE_NONE;
    default:
        return false;
    }
}
