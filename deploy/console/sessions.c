/* sessions.c - a short list under a lock. What can fail: nothing but randomness. */
#include "deploy/console/sessions.h"

#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <utlist.h>

enum { MAX_SESSIONS = 1000, MAX_OF_ONE = 20, IDLE_S = 8 * 3600, LONGEST_S = 24 * 3600 };

struct session {
    uint8_t hash[DIGEST_BYTES]; /* of the token */
    char name[64];
    char csrf[TOKEN_CHARS + 1];
    uint64_t begun_us, used_us;
    struct session *prev, *next;
};

struct sessions {
    pthread_mutex_t lock;
    struct session *list; /* the oldest first */
};

struct sessions *sessions_new(void)
{
    struct sessions *sessions = memory_zero(sizeof *sessions);
    pthread_mutex_init(&sessions->lock, NULL);
    return sessions;
}

static void drop(struct sessions *sessions, struct session *session)
{
    DL_DELETE(sessions->list, session);
    explicit_bzero(session, sizeof *session);
    free(session);
}

void sessions_free(struct sessions **slot)
{
    struct sessions *sessions = *slot;
    if (!sessions)
        return;
    *slot = NULL;
    while (sessions->list)
        drop(sessions, sessions->list);
    pthread_mutex_destroy(&sessions->lock);
    free(sessions);
}

void token_make(char token[TOKEN_CHARS + 1])
{
    uint8_t bytes[TOKEN_CHARS / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        perror("xianzhi: no randomness for a session");
        abort();
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(token + 2 * i, 3, "%02x", bytes[i]);
}

/* Those that have ended, and the oldest where there would be too many. With the lock. */
static void make_room(struct sessions *sessions, const char *name)
{
    struct session *session, *next;
    uint64_t now_us = clock_monotonic_us();
    unsigned count = 0, of_one = 0;
    DL_FOREACH_SAFE(sessions->list, session, next)
    {
        if (now_us - session->used_us > IDLE_S * 1000000ull ||
            now_us - session->begun_us > LONGEST_S * 1000000ull) {
            drop(sessions, session);
            continue;
        }
        count++;
        of_one += strcmp(session->name, name) == 0;
    }
    DL_FOREACH_SAFE(sessions->list, session, next)
    {
        bool own = strcmp(session->name, name) == 0;
        if (count < MAX_SESSIONS && !(own && of_one >= MAX_OF_ONE))
            continue;
        count--;
        of_one -= own;
        drop(sessions, session);
    }
}

void session_begin(struct sessions *sessions, const char *name, char token[TOKEN_CHARS + 1],
                   char csrf[TOKEN_CHARS + 1])
{
    struct session *session = memory_zero(sizeof *session);
    token_make(token);
    token_make(session->csrf);
    memcpy(csrf, session->csrf, sizeof session->csrf);
    digest_sha256((struct slice){token, TOKEN_CHARS}, session->hash);
    snprintf(session->name, sizeof session->name, "%s", name);
    session->begun_us = session->used_us = clock_monotonic_us();
    pthread_mutex_lock(&sessions->lock);
    make_room(sessions, name);
    DL_APPEND(sessions->list, session);
    pthread_mutex_unlock(&sessions->lock);
}

/* With the lock. Comparing hashes of secrets tells nothing of the secrets. */
static struct session *find(struct sessions *sessions, const char *token)
{
    uint8_t hash[DIGEST_BYTES];
    struct session *session;
    digest_sha256(slice_of(token), hash);
    DL_FOREACH(sessions->list, session)
    {
        if (memcmp(session->hash, hash, sizeof hash) == 0)
            return session;
    }
    return NULL;
}

bool session_find(struct sessions *sessions, const char *token, char *name, size_t name_size,
                  char csrf[TOKEN_CHARS + 1])
{
    pthread_mutex_lock(&sessions->lock);
    make_room(sessions, "");
    struct session *session = find(sessions, token);
    if (session) {
        session->used_us = clock_monotonic_us();
        snprintf(name, name_size, "%s", session->name);
        memcpy(csrf, session->csrf, sizeof session->csrf);
    }
    pthread_mutex_unlock(&sessions->lock);
    return session != NULL;
}

void session_end(struct sessions *sessions, const char *token)
{
    pthread_mutex_lock(&sessions->lock);
    struct session *session = find(sessions, token);
    if (session)
        drop(sessions, session);
    pthread_mutex_unlock(&sessions->lock);
}
