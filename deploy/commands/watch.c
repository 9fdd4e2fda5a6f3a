/* watch.c - inotify over the folders, a scan whenever something happened, and the list of what was
 * sent.
 *
 * One thread. Inotify only says when to look; what is to be sent is always found by scanning and
 * comparing with the list, so a lost or merged event loses no file. A file is complete when it was
 * closed after writing or moved in; one that was written to moments ago and isn't closed yet waits
 * for the next look. What can fail: no more watches (told, with what to raise), a broker that is
 * away (we wait for it).
 */
#include "deploy/commands/watch.h"

#include "proto/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uthash.h>

#define LIST_NAME ".xianzhi-submitted"

enum {
    SETTLE_MS = 1000, /* a file found by scanning must have lain still for so long */
    WATCHED_EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR,
};

struct sent_file {
    char *path;
    uint64_t bytes, modified_ns;
    UT_hash_handle hh;
};

struct watch {
    struct submitter *submitter;
    struct inputs settings;
    char **paths;
    int path_count;
    int stop_fd, notify_fd, wake_fd;
    struct sent_file *sent;
    bool unsettled; /* a file was written to moments ago: look again soon */
};

/* ---- the list ---- */

static void note_sent(struct watch *watch, const char *path, uint64_t bytes, uint64_t modified_ns)
{
    struct sent_file *file;
    HASH_FIND_STR(watch->sent, path, file);
    if (!file) {
        file = memory_zero(sizeof *file);
        file->path = memory_copy_text(path);
        HASH_ADD_KEYPTR(hh, watch->sent, file->path, strlen(file->path), file);
    }
    file->bytes = bytes;
    file->modified_ns = modified_ns;
}

static void list_name(const char *folder, struct buffer *name)
{
    buffer_format(name, "%s/" LIST_NAME, folder);
}

static void load_list(struct watch *watch, const char *folder)
{
    struct buffer name = {0};
    list_name(folder, &name);
    FILE *list = fopen(name.data, "re");
    buffer_release(&name);
    char *line = NULL;
    size_t size = 0;
    while (list && getline(&line, &size, list) > 0) {
        uint64_t bytes, modified_ns;
        int at = 0;
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%" SCNu64 " %" SCNu64 " %n", &bytes, &modified_ns, &at) < 2 || at == 0)
            continue; /* a torn last line: that file is sent again */
        struct buffer path = {0};
        buffer_format(&path, "%s/%s", folder, line + at);
        note_sent(watch, path.data, bytes, modified_ns);
        buffer_release(&path);
    }
    free(line);
    if (list)
        fclose(list);
}

/* The folder of the command line that `path` lies in, or NULL. */
static const char *folder_of(const struct watch *watch, const char *path)
{
    for (int i = 0; i < watch->path_count; i++) {
        size_t len = strlen(watch->paths[i]);
        if (strncmp(path, watch->paths[i], len) == 0 && path[len] == '/')
            return watch->paths[i];
    }
    return NULL;
}

static void append_to_list(struct watch *watch, const char *path, uint64_t bytes,
                           uint64_t modified_ns)
{
    note_sent(watch, path, bytes, modified_ns);
    const char *folder = folder_of(watch, path);
    if (!folder || strchr(path, '\n'))
        return;
    struct buffer name = {0};
    list_name(folder, &name);
    FILE *list = fopen(name.data, "ae");
    bool written = list && fprintf(list, "%" PRIu64 " %" PRIu64 " %s\n", bytes, modified_ns,
                                   path + strlen(folder) + 1) > 0;
    if (list && fclose(list) != 0)
        written = false;
    if (!written)
        inputs_tell(&watch->settings,
                    "%s: can't be written (%s): after a restart the folder is submitted once more, "
                    "which changes nothing",
                    name.data, strerror(errno));
    buffer_release(&name);
}

/* ---- looking ---- */

static uint64_t modified_ns_of(const struct stat *found)
{
    return (uint64_t)found->st_mtim.tv_sec * 1000000000u + (uint64_t)found->st_mtim.tv_nsec;
}

static bool is_due(struct watch *watch, const char *path, struct stat *found)
{
    struct sent_file *file;
    if (stat(path, found) != 0)
        return false; /* gone again */
    HASH_FIND_STR(watch->sent, path, file);
    uint64_t modified_ns = modified_ns_of(found);
    if (file && file->modified_ns == modified_ns && file->bytes == (uint64_t)found->st_size)
        return false;
    if (modified_ns / 1000000 + SETTLE_MS <= clock_unix_ms())
        return true;
    watch->unsettled = true;
    return false;
}

static enum status put_document(void *context, const char *path, struct buffer *document,
                                const char *unreadable, struct error *error)
{
    struct watch *watch = context;
    return submitter_put(watch->submitter, path, document, unreadable, error);
}

static bool stopped(const struct watch *watch)
{
    return wire_wait(NULL, 0, watch->stop_fd, 0) != 0;
}

/* A broker that is away is waited for: this is a service. */
static enum status insist(struct watch *watch, enum status status, struct error *error)
{
    if (status != STATUS_AGAIN || stopped(watch))
        return status;
    inputs_tell(&watch->settings, "%s: waiting for it", error->text);
    return STATUS_OK;
}

static enum status finish(struct watch *watch, struct error *error)
{
    enum status status = STATUS_OK;
    while (!status && submitter_unfinished(watch->submitter) > 0)
        status = insist(watch, submitter_finish(watch->submitter, error), error);
    return status;
}

static enum status put_file(struct watch *watch, struct inputs *found, size_t index,
                            struct error *error)
{
    enum status status;
    do {
        status = inputs_read(found, index, put_document, watch, error);
        if (status != STATUS_AGAIN)
            return status;
    } while (insist(watch, status, error) == STATUS_OK);
    return status;
}

/* Finds what is new, submits it, and notes it once all of it is on the broker's disk. */
static enum status look(struct watch *watch, struct error *error)
{
    struct inputs found = watch->settings;
    watch->unsettled = false;
    for (int i = 0; i < watch->path_count; i++)
        inputs_add(&found, watch->paths[i]);
    struct stat *stats = memory_zero((found.count + 1) * sizeof *stats);
    bool *put = memory_zero(found.count + 1);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < found.count && !status; i++) {
        put[i] = is_due(watch, found.files[i].path, &stats[i]);
        if (put[i])
            status = put_file(watch, &found, i, error);
    }
    if (!status)
        status = finish(watch, error);
    for (size_t i = 0; i < found.count && !status; i++)
        if (put[i])
            append_to_list(watch, found.files[i].path, (uint64_t)stats[i].st_size,
                           modified_ns_of(&stats[i]));
    free(stats);
    free(put);
    inputs_release(&found);
    return status;
}

/* ---- being told ---- */

static enum status watch_tree(struct watch *watch, const char *path, unsigned depth,
                              struct error *error);

static enum status watch_subfolders(struct watch *watch, const char *path, unsigned depth,
                                    struct error *error)
{
    size_t count = 0;
    char **names = folder_names(path, &count);
    enum status status = STATUS_OK;
    for (size_t i = 0; names && i < count; i++) {
        struct buffer inner = {0};
        struct stat found;
        buffer_format(&inner, "%s/%s", path, names[i]);
        if (!status && stat(inner.data, &found) == 0 && S_ISDIR(found.st_mode))
            status = watch_tree(watch, inner.data, depth + 1, error);
        buffer_release(&inner);
        free(names[i]);
    }
    free(names);
    return status;
}

/* Adding a watch twice changes nothing, so new subfolders are found by walking again. */
static enum status watch_tree(struct watch *watch, const char *path, unsigned depth,
                              struct error *error)
{
    enum { DEEPEST = 64 };
    if (inotify_add_watch(watch->notify_fd, path, WATCHED_EVENTS) < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return STATUS_OK;
        return fail(error, STATUS_FATAL, "%s: can't be watched (%s)%s", path, strerror(errno),
                    errno == ENOSPC ? ": raise fs.inotify.max_user_watches" : "");
    }
    return depth < DEEPEST ? watch_subfolders(watch, path, depth, error) : STATUS_OK;
}

static enum status watch_all(struct watch *watch, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < watch->path_count && !status; i++)
        status = watch_tree(watch, watch->paths[i], 0, error);
    return status;
}

static void drain_events(const struct watch *watch)
{
    char events[16384];
    while (read(watch->notify_fd, events, sizeof events) > 0)
        ;
}

static enum status keep(struct watch *watch, struct error *error)
{
    for (int i = 0; i < watch->path_count; i++)
        load_list(watch, watch->paths[i]);
    enum status status = STATUS_OK;
    while (!status && !stopped(watch)) {
        drain_events(watch);
        status = watch_all(watch, error); /* before looking: nothing slips between the two */
        if (!status)
            status = look(watch, error);
        if (!status)
            status = insist(watch,
                            submitter_poll(watch->submitter, watch->wake_fd,
                                           watch->unsettled ? SETTLE_MS : -1, error),
                            error);
    }
    return stopped(watch) ? STATUS_OK : status;
}

static enum status open_fds(struct watch *watch, struct error *error)
{
    struct epoll_event event = {.events = EPOLLIN};
    watch->notify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    watch->wake_fd = epoll_create1(EPOLL_CLOEXEC);
    if (watch->notify_fd < 0 || watch->wake_fd < 0 ||
        epoll_ctl(watch->wake_fd, EPOLL_CTL_ADD, watch->notify_fd, &event) != 0 ||
        epoll_ctl(watch->wake_fd, EPOLL_CTL_ADD, watch->stop_fd, &event) != 0)
        return fail(error, STATUS_FATAL,
                    "folders can't be watched (%s): raise "
                    "fs.inotify.max_user_instances",
                    strerror(errno));
    return STATUS_OK;
}

enum status watch_folders(struct submitter *submitter, struct inputs *inputs, char **paths,
                          int path_count, int stop_fd, struct error *error)
{
    struct watch watch = {.submitter = submitter,
                          .settings = *inputs,
                          .paths = paths,
                          .path_count = path_count,
                          .stop_fd = stop_fd,
                          .notify_fd = -1,
                          .wake_fd = -1};
    for (int i = 0; i < path_count; i++)
        for (size_t len = strlen(paths[i]); len > 1 && paths[i][len - 1] == '/';)
            paths[i][--len] = '\0'; /* so that "folder/" and "folder" note the same paths */
    enum status status = open_fds(&watch, error);
    if (!status)
        status = keep(&watch, error);
    struct sent_file *file, *next;
    HASH_ITER(hh, watch.sent, file, next)
    {
        HASH_DEL(watch.sent, file);
        free(file->path);
        free(file);
    }
    if (watch.notify_fd >= 0)
        close(watch.notify_fd);
    if (watch.wake_fd >= 0)
        close(watch.wake_fd);
    return status;
}
