/* watch.c - inotify over the folders, and what is to be sent because of it.
 *
 * One thread. A file that was closed after writing or moved in is complete and goes at once. One
 * that appears in another way, or that a scan finds (at the start, with new folders, when the
 * kernel lost events), may still be written to: it is young until it has lain still for a while.
 * Whatever leads to a file, the list of what was sent decides (watch_list.c). What can fail: no
 * more watches (told, with what to raise), a broker that is away (we wait for it).
 */
#include "deploy/commands/watch.h"

#include "deploy/commands/inputs_read.h"
#include "deploy/commands/watch_list.h"
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

enum {
    SETTLE_MS = 1000, /* a file found by scanning must have lain still for so long */
    WATCHED_EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR,
};

struct folder {
    int wd; /* inotify's name for it */
    char *path;
    UT_hash_handle hh;
};

struct watch {
    struct submitter *submitter;
    struct inputs settings;
    char **paths;
    int path_count;
    int stop_fd, notify_fd, wake_fd;
    struct watch_list list;
    struct folder *folders;
    bool scan;           /* look at everything */
    struct inputs young; /* files that may still be written to */
    uint64_t young_us;   /* when to look at them again */
};

/* ---- what is due ---- */

static uint64_t modified_ns_of(const struct stat *found)
{
    return (uint64_t)found->st_mtim.tv_sec * 1000000000u + (uint64_t)found->st_mtim.tv_nsec;
}

/* `closed`: nobody writes to it any more. A young file is remembered. */
static bool is_due(struct watch *watch, const char *path, bool closed, struct stat *found)
{
    if (stat(path, found) != 0)
        return false; /* gone again */
    uint64_t modified_ns = modified_ns_of(found);
    if (watch_list_has(&watch->list, path, (uint64_t)found->st_size, modified_ns))
        return false;
    if (closed || modified_ns / 1000000 + SETTLE_MS <= clock_unix_ms())
        return true;
    if (watch->young.count == 0)
        watch->young_us = clock_monotonic_us() + SETTLE_MS * 1000ull;
    inputs_add(&watch->young, path);
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

/* Submits those of `found` that are due, the first `closed` of which are complete, and notes them
 * once all are on the broker's disk. */
static enum status send_due(struct watch *watch, struct inputs *found, size_t closed,
                            struct error *error)
{
    struct stat *stats = memory_zero((found->count + 1) * sizeof *stats);
    bool *put = memory_zero(found->count + 1);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < found->count && !status; i++) {
        const char *path = found->files[i].path;
        put[i] = is_due(watch, path, i < closed, &stats[i]);
        if (!put[i])
            continue;
        status = put_file(watch, found, i, error);
        watch_list_note(&watch->list, path, (uint64_t)stats[i].st_size, modified_ns_of(&stats[i]));
    }
    if (!status)
        status = finish(watch, error);
    for (size_t i = 0; i < found->count && !status; i++)
        if (put[i])
            watch_list_write(&watch->list, &watch->settings, found->files[i].path,
                             (uint64_t)stats[i].st_size, modified_ns_of(&stats[i]));
    free(stats);
    free(put);
    return status;
}

/* ---- being told ---- */

/* A folder keeps its number when it is moved. */
static void name_folder(struct watch *watch, int wd, const char *path)
{
    struct folder *folder;
    HASH_FIND_INT(watch->folders, &wd, folder);
    if (!folder) {
        folder = memory_zero(sizeof *folder);
        folder->wd = wd;
        HASH_ADD_INT(watch->folders, wd, folder);
    }
    free(folder->path);
    folder->path = memory_copy_text(path);
}

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
    int wd = inotify_add_watch(watch->notify_fd, path, WATCHED_EVENTS);
    if (wd < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return STATUS_OK;
        return fail(error, STATUS_FATAL, "%s: can't be watched (%s)%s", path, strerror(errno),
                    errno == ENOSPC ? ": raise fs.inotify.max_user_watches" : "");
    }
    name_folder(watch, wd, path);
    return depth < DEEPEST ? watch_subfolders(watch, path, depth, error) : STATUS_OK;
}

static enum status watch_all(struct watch *watch, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < watch->path_count && !status; i++)
        status = watch_tree(watch, watch->paths[i], 0, error);
    return status;
}

static void add_existing(struct inputs *inputs, const char *path)
{
    struct stat found;
    if (stat(path, &found) == 0) /* it may have been moved on */
        inputs_add(inputs, path);
}

static void take_event(struct watch *watch, const struct inotify_event *event,
                       struct inputs *closed)
{
    struct folder *folder;
    HASH_FIND_INT(watch->folders, &event->wd, folder);
    if (event->mask & (IN_Q_OVERFLOW | IN_ISDIR))
        watch->scan = true;
    if (event->mask & (IN_Q_OVERFLOW | IN_ISDIR) || !folder || event->len == 0 ||
        event->name[0] == '.')
        return;
    struct buffer path = {0};
    struct stat ignored;
    buffer_format(&path, "%s/%s", folder->path, event->name);
    if (event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO))
        add_existing(closed, path.data);
    else if (event->mask & IN_CREATE && is_due(watch, path.data, false, &ignored))
        add_existing(closed, path.data); /* a link to an old file */
    buffer_release(&path);
}

static void take_events(struct watch *watch, struct inputs *closed)
{
    _Alignas(struct inotify_event) char events[16384];
    ssize_t len;
    while ((len = read(watch->notify_fd, events, sizeof events)) > 0)
        for (const char *at = events; at < events + len;) {
            const struct inotify_event *event = (const void *)at;
            take_event(watch, event, closed);
            at += sizeof *event + event->len;
        }
}

/* ---- looking ---- */

static void take_young(struct watch *watch, struct inputs *found)
{
    if (watch->young.count == 0 || clock_monotonic_us() < watch->young_us)
        return;
    struct inputs young = watch->young;
    watch->young = watch->settings;
    for (size_t i = 0; i < young.count; i++)
        add_existing(found, young.files[i].path);
    inputs_release(&young);
}

static enum status look(struct watch *watch, struct error *error)
{
    struct inputs found = watch->settings;
    enum status status = STATUS_OK;
    take_events(watch, &found);
    size_t closed = found.count;
    take_young(watch, &found);
    if (watch->scan) {
        watch->scan = false;
        status = watch_all(watch, error); /* before looking: nothing slips between the two */
        for (int i = 0; i < watch->path_count; i++)
            inputs_add(&found, watch->paths[i]);
    }
    if (!status)
        status = send_due(watch, &found, closed, error);
    inputs_release(&found);
    return status;
}

static int pause_ms(const struct watch *watch)
{
    uint64_t now_us = clock_monotonic_us();
    if (watch->young.count == 0)
        return -1;
    return watch->young_us > now_us ? (int)((watch->young_us - now_us) / 1000) + 1 : 0;
}

static enum status keep(struct watch *watch, struct error *error)
{
    watch_list_load(&watch->list);
    enum status status = STATUS_OK;
    while (!status && !stopped(watch)) {
        status = look(watch, error);
        if (!status)
            status = insist(
                watch, submitter_poll(watch->submitter, watch->wake_fd, pause_ms(watch), error),
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
                          .list = {.folders = paths, .folder_count = path_count},
                          .scan = true,
                          .young = *inputs,
                          .stop_fd = stop_fd,
                          .notify_fd = -1,
                          .wake_fd = -1};
    for (int i = 0; i < path_count; i++)
        for (size_t len = strlen(paths[i]); len > 1 && paths[i][len - 1] == '/';)
            paths[i][--len] = '\0'; /* so that "folder/" and "folder" note the same paths */
    enum status status = open_fds(&watch, error);
    if (!status)
        status = keep(&watch, error);
    struct folder *folder, *next;
    HASH_ITER(hh, watch.folders, folder, next)
    {
        HASH_DEL(watch.folders, folder);
        free(folder->path);
        free(folder);
    }
    inputs_release(&watch.young);
    watch_list_release(&watch.list);
    if (watch.notify_fd >= 0)
        close(watch.notify_fd);
    if (watch.wake_fd >= 0)
        close(watch.wake_fd);
    return status;
}
