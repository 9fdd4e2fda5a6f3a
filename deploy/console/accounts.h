/* accounts.h - the file of accounts: who may log in to the console, and as what.
 *
 * A line each, NAME:ROLE:HASH, ROLE reader, reviewer or admin, HASH as libxcrypt writes it; lines
 * that begin with # are left out. `xianzhi console account` writes it. Read anew when it changes.
 */
#ifndef XIANZHI_CONSOLE_ACCOUNTS_H
#define XIANZHI_CONSOLE_ACCOUNTS_H

#include "deploy/console/console_private.h"

enum { ACCOUNT_NAME_BYTES = 63, MAX_ACCOUNTS = 1000 };

const char *visitor_role_name(enum visitor_role role); /* "reviewer" */
/* VISITOR_NOBODY: no such role. */
enum visitor_role visitor_role_by_name(const char *name);

/* What `password` opens in the file as it is now: STATUS_OK with *role, VISITOR_NOBODY where name
 * and password don't belong together. As slow for a name that isn't there as for one that is.
 * STATUS_BAD: the file, with its line. */
enum status account_check(const char *path, const char *name, const char *password,
                          enum visitor_role *role, struct error *error);
/* The role that a name has now: a session ends with its account. */
enum status account_role(const char *path, const char *name, enum visitor_role *role,
                         struct error *error);

/* Adds the account, or gives it another role and password; VISITOR_NOBODY takes it away. The file
 * is replaced as a whole, readable by its owner alone. */
enum status account_set(const char *path, const char *name, enum visitor_role role,
                        const char *password, struct error *error);

#endif
