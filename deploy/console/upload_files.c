/* upload_files.c - the file's bytes are in an unnamed file on the same disk already: giving it a
 * name copies nothing. Where the file system can't do that, they are copied. No state. */
#include "deploy/console/upload_files.h"

#include "proto/base/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- names ---- */

static bool is_harmless(unsigned char byte)
{
    return byte >= 0x20 && byte != 0x7f && !strchr("\\:*?\"<>|", byte);
}

/* At most UPLOAD_NAME_BYTES, cut between characters, its ending kept. */
static void add_part(struct slice part, struct buffer *name)
{
    while (part.len && (part.data[0] == '.' || part.data[0] == ' '))
        part = slice_from(part, 1);
    size_t dot = part.len;
    while (dot > 0 && part.len - dot < 12 && part.data[dot - 1] != '.')
        dot--;
    struct slice ending =
        dot > 1 && part.data[dot - 1] == '.' ? slice_from(part, dot - 1) : (struct slice){0};
    struct slice stem = slice_range(part, 0, part.len - ending.len);
    if (part.len > UPLOAD_NAME_BYTES) {
        stem.len = UPLOAD_NAME_BYTES - ending.len;
        while (stem.len && ((unsigned char)stem.data[stem.len] & 0xC0) == 0x80)
            stem.len--;
    }
    if (stem.len + ending.len == 0)
        return;
    if (name->len)
        buffer_append(name, "/", 1);
    buffer_add(name, stem);
    buffer_add(name, ending);
}

bool upload_name(const char *sent, struct buffer *name)
{
    struct buffer utf8 = {0};
    unsigned depth = 0;
    name_to_utf8(sent, &utf8);
    buffer_clear(name);
    for (size_t i = 0; i < utf8.len; i++)
        if (!is_harmless((unsigned char)utf8.data[i]))
            utf8.data[i] = utf8.data[i] == '\\' ? '/' : '_';
    for (size_t start = 0, end; start < utf8.len; start = end + 1) {
        for (end = start; end < utf8.len && utf8.data[end] != '/'; end++)
            ;
        size_t before = name->len;
        struct slice part = {utf8.data + start, end - start};
        add_part(part, name);
        if (name->len > before && ++depth > UPLOAD_DEPTH) { /* its last folders are kept */
            buffer_clear(name);
            add_part(part, name);
            depth = 1;
        }
    }
    buffer_append(name, "", 1);
    name->len--;
    buffer_release(&utf8);
    return name->len > 0;
}

/* ---- files ---- */

static bool make_folders(char *path, size_t from)
{
    for (char *slash = path + from; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool copy(int from, const char *path)
{
    char chunk[65536];
    ssize_t got = 0;
    off_t at = 0;
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0)
        return false;
    while ((got = pread(from, chunk, sizeof chunk, at)) > 0 && write(to, chunk, (size_t)got) == got)
        at += got;
    bool whole = got == 0 && fsync(to) == 0;
    if (close(to) != 0 || !whole) {
        unlink(path);
        errno = whole ? errno : ENOSPC;
        return false;
    }
    return true;
}

static bool link_or_copy(int fd, const char *path)
{
    char unnamed[64];
    snprintf(unnamed, sizeof unnamed, "/proc/self/fd/%d", fd);
    if (fsync(fd) == 0 && linkat(AT_FDCWD, unnamed, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
        return true;
    return errno != EEXIST && copy(fd, path);
}

enum status upload_put_down(const char *folder, const struct http_part *part, struct error *error)
{
    enum { MOST_ALIKE = 1000 };
    struct buffer name = {0}, path = {0};
    if (!upload_name(part->filename, &name)) {
        buffer_release(&name);
        return fail(error, STATUS_BAD, "%.200s: is no name for a file: rename it", part->filename);
    }
    const char *slash = strrchr(name.data, '/'), *base = slash ? slash + 1 : name.data;
    const char *dot = strrchr(base, '.');
    size_t stem = dot && dot != base ? (size_t)(dot - name.data) : name.len;
    bool done = false;
    for (unsigned copy_number = 1; !done && copy_number < MOST_ALIKE; copy_number++) {
        buffer_clear(&path);
        buffer_format(&path, "%s/%.*s", folder, (int)stem, name.data);
        if (copy_number > 1)
            buffer_format(&path, "-%u", copy_number);
        buffer_format(&path, "%s", name.data + stem);
        done = make_folders(path.data, strlen(folder) + 1) && link_or_copy(part->fd, path.data);
        if (!done && errno != EEXIST)
            break;
    }
    enum status status =
        done ? STATUS_OK
             : fail(error, STATUS_RETRY, "%.200s: can't be kept: %s", name.data, strerror(errno));
    buffer_release(&name);
    buffer_release(&path);
    return status;
}
