/* accounts.c - reads and writes the file line by line; small enough to be read for each question.
 * No state, any thread. */
#include "deploy/console/accounts.h"

#include "proto/doors/password.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct account {
    char name[ACCOUNT_NAME_BYTES + 1];
    enum visitor_role role;
    char hash[PASSWORD_HASH_BYTES];
};

static const char *const role_names[] = {"nobody", "reader", "reviewer", "admin"};

const char *visitor_role_name(enum visitor_role role)
{
    return role_names[role];
}

enum visitor_role visitor_role_by_name(const char *name)
{
    for (unsigned role = VISITOR_READER; role <= VISITOR_ADMIN; role++)
        if (strcmp(role_names[role], name) == 0)
            return role;
    return VISITOR_NOBODY;
}

/* ---- reading ---- */

static bool parse(const char *line, struct account *account)
{
    char role[16] = "";
    const char *first = strchr(line, ':'), *second = first ? strchr(first + 1, ':') : NULL;
    if (!second || first == line || first - line > ACCOUNT_NAME_BYTES ||
        second - first - 1 >= (ptrdiff_t)sizeof role || strlen(second + 1) >= sizeof account->hash)
        return false;
    snprintf(account->name, sizeof account->name, "%.*s", (int)(first - line), line);
    snprintf(role, sizeof role, "%.*s", (int)(second - first - 1), first + 1);
    snprintf(account->hash, sizeof account->hash, "%s", second + 1);
    account->role = visitor_role_by_name(role);
    return account->role != VISITOR_NOBODY && account->hash[0];
}

/* Each line that isn't empty or a remark, until `take` says true. */
typedef bool take_account(void *context, const struct account *account);

static enum status read_accounts(const char *path, take_account *take, void *context,
                                 struct error *error)
{
    enum { LINE_BYTES = 1024 };
    char line[LINE_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would be waited for */
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    if (!file)
        return fail(error, STATUS_BAD,
                    "%s: no file of accounts (%s): make one with xianzhi "
                    "console account",
                    path, strerror(errno));
    enum status status = STATUS_OK;
    for (unsigned number = 1; !status && fgets(line, sizeof line, file); number++) {
        struct account account;
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '\0' || line[0] == '#')
            continue;
        if (number > MAX_ACCOUNTS || !parse(line, &account))
            status = fail(error, STATUS_BAD, "%s:%u: is no line NAME:reader|reviewer|admin:HASH",
                          path, number);
        else if (take(context, &account))
            break;
    }
    fclose(file);
    return status;
}

struct search {
    const char *name;
    struct account found; /* role VISITOR_NOBODY: not found */
};

static bool is_wanted(void *context, const struct account *account)
{
    struct search *search = context;
    if (strcmp(account->name, search->name) != 0)
        return false;
    search->found = *account;
    return true;
}

/* Of no password: somebody who asks for a name that isn't there waits as long as others. */
static const char *const nobodys_hash =
    "$y$j9T$zzzzzzzzzzzzzzzzzzzzz/$pw43h9z.1ji09BAljLS5qLrtYr2sZmv1kGOn6BEJ8D5";

enum status account_check(const char *path, const char *name, const char *password,
                          enum visitor_role *role, struct error *error)
{
    struct search search = {.name = name};
    *role = VISITOR_NOBODY;
    enum status status = read_accounts(path, is_wanted, &search, error);
    if (status)
        return status;
    bool known = search.found.role != VISITOR_NOBODY;
    if (password_fits(password, known ? search.found.hash : nobodys_hash) && known)
        *role = search.found.role;
    return STATUS_OK;
}

enum status account_role(const char *path, const char *name, enum visitor_role *role,
                         struct error *error)
{
    struct search search = {.name = name};
    enum status status = read_accounts(path, is_wanted, &search, error);
    *role = search.found.role;
    return status;
}

/* ---- writing ---- */

struct rewriting {
    const char *without;
    struct buffer lines;
};

static bool keep_others(void *context, const struct account *account)
{
    struct rewriting *rewriting = context;
    if (strcmp(account->name, rewriting->without) != 0)
        buffer_format(&rewriting->lines, "%s:%s:%s\n", account->name,
                      visitor_role_name(account->role), account->hash);
    return false;
}

static enum status write_whole(const char *path, struct slice bytes, struct error *error)
{
    char fresh[4096];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return fail(error, STATUS_BAD, "%s: too long a name", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool whole = fd >= 0 && write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len && !fsync(fd);
    if (fd >= 0 && close(fd) != 0)
        whole = false;
    if (!whole || rename(fresh, path) != 0)
        return fail(error, STATUS_FATAL, "%s: can't be written: %s", path, strerror(errno));
    return STATUS_OK;
}

static bool is_name(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == ':' || name[i] == 127)
            return false;
    return len > 0 && len <= ACCOUNT_NAME_BYTES && name[0] != '#';
}

enum status account_set(const char *path, const char *name, enum visitor_role role,
                        const char *password, struct error *error)
{
    char hash[PASSWORD_HASH_BYTES];
    struct rewriting rewriting = {.without = name};
    if (!is_name(name))
        return fail(error, STATUS_BAD,
                    "%s: a name has 1 to %d bytes, no blank, no colon and no # in front", name,
                    ACCOUNT_NAME_BYTES);
    enum status status = role ? password_hash(password, hash, error) : STATUS_OK;
    if (!status && access(path, F_OK) == 0)
        status = read_accounts(path, keep_others, &rewriting, error);
    if (!status && role)
        buffer_format(&rewriting.lines, "%s:%s:%s\n", name, visitor_role_name(role), hash);
    if (!status)
        status = write_whole(path, buffer_slice(&rewriting.lines), error);
    buffer_release(&rewriting.lines);
    return status;
}
