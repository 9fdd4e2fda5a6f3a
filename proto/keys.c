/* keys.c - reading and writing key files. No state, any thread. What can fail: the files, each by
 * name and with what to do. */
#include "proto/keys.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILE_BYTES = 4096 };

static const char *const role_names[KEY_ROLES] = {"submit", "work",   "subscribe",
                                                  "admin",  "review", "broker"};

const char *key_role_name(enum key_role role)
{
    return (unsigned)role < KEY_ROLES ? role_names[role] : "unknown";
}

bool key_role_parse(struct slice name, enum key_role *role)
{
    for (unsigned i = 0; i < KEY_ROLES; i++) {
        if (!slice_equal(name, slice_of(role_names[i])))
            continue;
        *role = (enum key_role)i;
        return true;
    }
    return false;
}

bool key_name_is_good(struct slice name)
{
    if (name.len == 0 || name.len > MAX_KEY_NAME || name.data[0] == '.')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.data[i] <= ' ' || strchr("/\\\"'\x7f", name.data[i]))
            return false;
    return true;
}

/* ---- reading ---- */

static enum status take_name(struct key_file *file, const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    struct slice name = slice_of(slash ? slash + 1 : path);
    if (slice_ends(name, SLICE(".public")) || slice_ends(name, SLICE(".secret")))
        name.len -= strlen(".public");
    if (!key_name_is_good(name))
        return fail(error, STATUS_BAD,
                    "%s: a key's name has 1 to %d bytes, no blanks, no quotes and no dot in front: "
                    "rename it",
                    path, MAX_KEY_NAME);
    memcpy(file->name, name.data, name.len);
    file->name[name.len] = '\0';
    return STATUS_OK;
}

static enum status take_key(char key[41], struct slice value, const char *path, unsigned line,
                            struct error *error)
{
    char text[41] = "";
    if (value.len == 40)
        memcpy(text, value.data, 40);
    if (!wire_is_key(text))
        return fail(error, STATUS_BAD,
                    "%s:%u: not a key of 40 characters: copy the file anew, or make one with "
                    "`xianzhi keygen`",
                    path, line);
    memcpy(key, text, 41);
    explicit_bzero(text, sizeof text);
    return STATUS_OK;
}

/* "word value" */
static enum status take_line(struct key_file *file, bool *has_role, struct slice line,
                             const char *path, unsigned number, struct error *error)
{
    while (line.len && isspace((unsigned char)line.data[line.len - 1]))
        line.len--;
    if (line.len == 0 || line.data[0] == '#')
        return STATUS_OK;
    size_t blank = slice_find(line, SLICE(" "), 0);
    struct slice word = slice_range(line, 0, blank == SIZE_MAX ? line.len : blank);
    struct slice value = slice_range(line, blank == SIZE_MAX ? line.len : blank + 1, line.len);
    if (slice_equal(word, SLICE("public")))
        return take_key(file->public_key, value, path, number, error);
    if (slice_equal(word, SLICE("secret")))
        return take_key(file->secret_key, value, path, number, error);
    if (slice_equal(word, SLICE("role"))) {
        *has_role = key_role_parse(value, &file->role);
        if (*has_role)
            return STATUS_OK;
        return fail(error, STATUS_BAD,
                    "%s:%u: there is no role \"%.*s\": submit, work, subscribe, review, admin or "
                    "broker",
                    path, number, SLICE_ARGS(value));
    }
    /* The word itself is not shown: it may be a piece of a secret. */
    return fail(error, STATUS_BAD,
                "%s:%u: not a line of a key file: they begin with role, public, secret or #", path,
                number);
}

static enum status take_text(struct key_file *file, struct slice text, const char *path,
                             struct error *error)
{
    bool has_role = false;
    enum status status = STATUS_OK;
    for (unsigned number = 1; text.len && !status; number++) {
        size_t end = slice_find(text, SLICE("\n"), 0);
        size_t len = end == SIZE_MAX ? text.len : end;
        status = take_line(file, &has_role, slice_range(text, 0, len), path, number, error);
        text = slice_range(text, end == SIZE_MAX ? len : len + 1, text.len);
    }
    if (!status && (!has_role || !file->public_key[0]))
        status = fail(error, STATUS_BAD,
                      "%s: has no line \"%s …\": it isn't a key file made by `xianzhi keygen`",
                      path, has_role ? "public" : "role");
    return status;
}

/* The group may read it where it belongs to somebody else: root:xianzhi 0640. */
static bool is_exposed(const struct stat *found)
{
    return (found->st_mode & 07) || (found->st_uid == geteuid() && (found->st_mode & 070));
}

static enum status read_text(const char *path, char text[MAX_FILE_BYTES], size_t *len,
                             struct stat *found, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail(error, STATUS_BAD, "%s: can't be read (%s): `xianzhi keygen` makes keys", path,
                    strerror(errno));
    ssize_t got = -1;
    errno = 0;
    if (fstat(fd, found) == 0 && S_ISREG(found->st_mode) && found->st_size < MAX_FILE_BYTES)
        got = read(fd, text, MAX_FILE_BYTES);
    int cause = errno;
    close(fd);
    if (got < 0)
        return fail(error, STATUS_BAD, "%s: can't be read as a key file (%s)", path,
                    cause ? strerror(cause) : "too large, or no plain file");
    *len = (size_t)got;
    return STATUS_OK;
}

enum status key_file_read(struct key_file *file, const char *path, struct error *error)
{
    *file = (struct key_file){.role = KEY_ROLES};
    char text[MAX_FILE_BYTES];
    size_t len = 0;
    struct stat found;
    enum status status = take_name(file, path, error);
    if (!status)
        status = read_text(path, text, &len, &found, error);
    if (!status)
        status = take_text(file, (struct slice){text, len}, path, error);
    if (!status && file->secret_key[0] && is_exposed(&found))
        status = fail(error, STATUS_BAD,
                      "%s: others may read this secret key: chmod 600 it, and make a new one if "
                      "they may have",
                      path);
    if (!status && !file->secret_key[0] && slice_ends(slice_of(path), SLICE(".secret")))
        status = fail(error, STATUS_BAD, "%s: has no line \"secret …\"", path);
    explicit_bzero(text, sizeof text);
    return status;
}

/* ---- writing ---- */

static enum status make_folder(const char *folder, struct error *error)
{
    if (mkdir(folder, 0777) == 0 || errno == EEXIST)
        return STATUS_OK;
    return fail(error, STATUS_FATAL, "%s: can't make the folder: %s", folder, strerror(errno));
}

static enum status write_file(const char *path, mode_t mode, const struct buffer *text,
                              struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 && errno == EEXIST)
        return fail(error, STATUS_BAD,
                    "%s is there already: choose another --name, or take it away first", path);
    bool written =
        fd >= 0 && write(fd, text->data, text->len) == (ssize_t)text->len && fsync(fd) == 0;
    int cause = errno;
    if (fd >= 0)
        close(fd);
    if (written)
        return STATUS_OK;
    if (fd >= 0)
        unlink(path);
    return fail(error, STATUS_FATAL, "%s: can't be written: %s", path, strerror(cause));
}

static enum status write_half(const struct key_file *file, const char *folder, bool secret,
                              struct error *error)
{
    char path[PATH_MAX];
    struct buffer text = {0};
    int len =
        snprintf(path, sizeof path, "%s/%s.%s", folder, file->name, secret ? "secret" : "public");
    if (len >= (int)sizeof path)
        return fail(error, STATUS_FATAL, "%.80s…: path too long", folder);
    buffer_format(&text,
                  secret ? "# xianzhi: secret key of %s; give it to nobody\n"
                         : "# xianzhi: public key of %s; may be known to anyone\n",
                  file->name);
    buffer_format(&text, "role %s\npublic %s\n", key_role_name(file->role), file->public_key);
    if (secret)
        buffer_format(&text, "secret %s\n", file->secret_key);
    enum status status = write_file(path, secret ? 0600 : 0644, &text, error);
    explicit_bzero(text.data, text.len);
    buffer_release(&text);
    return status;
}

enum status key_file_write(const struct key_file *file, const char *folder, struct error *error)
{
    char path[PATH_MAX];
    enum status status = make_folder(folder, error);
    if (!status)
        status = write_half(file, folder, true, error);
    if (status)
        return status;
    status = write_half(file, folder, false, error);
    if (status) { /* half a pair is none */
        snprintf(path, sizeof path, "%s/%s.secret", folder, file->name);
        unlink(path);
    }
    return status;
}
