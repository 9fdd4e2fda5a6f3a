/* sessions.h - who is logged in: random tokens, kept in memory as hashes, so that neither a copy
 * of the memory's text nor a restart lets anybody in. Any thread. */
#ifndef XIANZHI_CONSOLE_SESSIONS_H
#define XIANZHI_CONSOLE_SESSIONS_H

#include "proto/base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { TOKEN_CHARS = 64 };

struct sessions;

struct sessions *sessions_new(void);
void sessions_free(struct sessions **sessions); /* accepts NULL inside */

/* TOKEN_CHARS hex digits and a NUL. Ends the process where there is no randomness. */
void token_make(char token[TOKEN_CHARS + 1]);

/* A new session: its token, and in `csrf` what its changes must bring. Beyond the limits of all
 * (1000) and of a name (20) the oldest ends. */
void session_begin(struct sessions *sessions, const char *name, char token[TOKEN_CHARS + 1],
                   char csrf[TOKEN_CHARS + 1]);
/* Whose it is; false: nobody's (any more). Counts as use: eight hours of silence end it, a day does
 * in any case. */
bool session_find(struct sessions *sessions, const char *token, char *name, size_t name_size,
                  char csrf[TOKEN_CHARS + 1]);
void session_end(struct sessions *sessions, const char *token);

#endif
