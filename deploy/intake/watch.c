/* watch.c - inotify over the folders, and what is to be sent because of it.
 *
 * One thread. A file that was closed after writing or moved in is complete and goes at once. One
 * that appears in another way, or that a scan finds (at the start, with new folders, when the
 * kernel lost events), goes when nobody has it open for writing; where the file system can't say
 * (network shares), when it has lain still for a while. Whatever leads to a file, the list of what
 * was sent decides (watch_list.c), by the time of its last change of any kind: a rewrite in place
 * can keep size and modification time, not that. What can fail: no
 * more watches (told, with what to raise), a broker that is away (we wait for it).
 */
#include "deploy/intake/watch.h"

#include "deploy/intake/inputs_read.h"
#include "deploy/intake/lists.h"
#include "deploy/intake/quiet.h"
#include "deploy/intake/watch_list.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/tr.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uthash.h>

enum {
    WATCHED_EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR,
};

struct folder {
    int wd;        /* inotify's name for it */
    unsigned walk; /* when it was met last */
    char *path;
    UT_hash_handle hh;
};

struct watch {
    struct submitter *submitter;
    struct watch_listener listener;
    struct lists lists; /* of the folders: manifest.csv */
    bool placing;       /* what is read was sent before its list came */
    size_t placed;      /* documents that were sent again for a list's sake */
    struct inputs settings;
    char **paths;
    int path_count;
    int stop_fd, notify_fd, wake_fd;
    struct watch_list list;
    struct folder *folders;
    unsigned walk;       /* through all folders: counts them */
    bool scan;           /* look at everything */
    struct inputs young; /* files that may still be written to */
    uint64_t young_us;   /* when to look at them again */
};

static void hear(const struct watch *watch, enum watch_news news, const char *path,
                 const char *sha256)
{
    if (watch->listener.hear)
        watch->listener.hear(watch->listener.context, news, path, sha256);
}

/* ---- what is due ---- */

static uint64_t changed_ns_of(const struct stat *found)
{
    return (uint64_t)found->st_ctim.tv_sec * 1000000000u + (uint64_t)found->st_ctim.tv_nsec;
}

/* `closed`: nobody writes to it any more. A young file is remembered. */
static bool is_due(struct watch *watch, const char *path, bool closed, struct stat *found)
{
    if (stat(path, found) != 0) {
        hear(watch, WATCH_PAST, path, "");
        return false; /* gone again */
    }
    uint64_t changed_ns = changed_ns_of(found);
    if (watch_list_has(&watch->list, path, (uint64_t)found->st_size, changed_ns))
        return false;
    if (closed || quiet_file(path, changed_ns))
        return true;
    if (watch->young.count == 0)
        watch->young_us = clock_monotonic_us() + QUIET_MS * 1000ull;
    inputs_add(&watch->young, path);
    hear(watch, WATCH_YOUNG, path, "");
    return false;
}

/* What the list says of the document, and whether that is news. */
static const struct listed *look_up(struct watch *watch, const char *path, bool *news)
{
    struct buffer head = {0};
    const struct listed *listed = lists_look(&watch->lists, path);
    *news = false;
    if (listed) {
        listed_encode(listed, &head);
        *news = watch_list_say(&watch->list, path, buffer_slice(&head));
        buffer_release(&head);
    }
    return listed;
}

/* A list that comes after its files speaks for whoever has put it there to say whose they are: as a
 * person's word it decides against their text, too. */
static enum status place_document(struct watch *watch, const char *path, struct buffer *document,
                                  struct error *error)
{
    bool news;
    const struct listed *listed = look_up(watch, path, &news);
    if (!news)
        return STATUS_OK;
    struct listed said = *listed;
    said.by_person = true;
    listed_wrap(&said, document);
    watch->placed++;
    return submitter_put(watch->submitter, path, document, NULL, error);
}

static void hear_put(const struct watch *watch, const char *path, struct slice document,
                     bool readable)
{
    uint8_t digest[DIGEST_BYTES];
    char sha256[2 * DIGEST_BYTES + 1] = "";
    if (!watch->listener.hear)
        return;
    digest_sha256(document, digest);
    if (readable)
        digest_name(digest, sha256);
    hear(watch, WATCH_PUT, path, sha256);
}

static enum status put_document(void *context, const char *path, struct buffer *document,
                                const char *unreadable, struct error *error)
{
    struct watch *watch = context;
    bool news;
    if (lists_is_list(&watch->lists, path))
        return STATUS_OK;
    if (watch->placing)
        return unreadable ? STATUS_OK : place_document(watch, path, document, error);
    hear_put(watch, path, buffer_slice(document), !unreadable);
    if (!unreadable) {
        lists_wrap(&watch->lists, path, document);
        look_up(watch, path, &news);
    }
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
    while (!status && submitter_unaccepted(watch->submitter) > 0) {
        status = submitter_poll(watch->submitter, watch->stop_fd, -1, error);
        if (!status && stopped(watch))
            status = fail(error, STATUS_AGAIN, "stopped");
        status = insist(watch, status, error);
    }
    return status;
}

static enum status put_file(struct watch *watch, struct inputs *found, size_t index,
                            struct error *error)
{
    enum status status;
    const char *path = found->files[index].path;
    uint64_t failures = found->failures;
    do
        status = inputs_read(found, index, put_document, watch, error);
    while (status == STATUS_AGAIN && insist(watch, status, error) == STATUS_OK);
    if (found->failures > failures)
        hear(watch, WATCH_FAILED, path, "");
    hear(watch, WATCH_PAST, path, "");
    return status;
}

static bool was_sent(struct watch *watch, const char *path)
{
    struct stat found;
    return !lists_is_list(&watch->lists, path) && stat(path, &found) == 0 &&
           watch_list_has(&watch->list, path, (uint64_t)found.st_size, changed_ns_of(&found));
}

/* The files beside and below a list that is new, or another than before, and that were taken
 * without it: once more, with what it says of them. */
static enum status place_by_list(struct watch *watch, const char *path, struct error *error)
{
    struct inputs beside = watch->settings;
    enum status status = STATUS_OK;
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    inputs_add(&beside, folder);
    watch->placing = true;
    watch->placed = 0;
    for (size_t i = 0; i < beside.count && !status; i++)
        if (was_sent(watch, beside.files[i].path))
            status = put_file(watch, &beside, i, error);
    watch->placing = false;
    if (!status && watch->placed)
        inputs_tell(&watch->settings,
                    "%s: %zu documents that were taken before it are placed by it", path,
                    watch->placed);
    inputs_release(&beside);
    return status;
}

/* Before anything of this turn is sent: what comes with its list is no case for it. */
static enum status place_by_lists(struct watch *watch, const struct inputs *found, size_t closed,
                                  struct error *error)
{
    enum status status = STATUS_OK;
    struct stat ignored;
    for (size_t i = 0; i < found->count && !status; i++)
        if (lists_is_list(&watch->lists, found->files[i].path) &&
            is_due(watch, found->files[i].path, i < closed, &ignored))
            status = place_by_list(watch, found->files[i].path, error);
    return status;
}

/* Submits those of `found` that are due, the first `closed` of which are complete, and notes them
 * once all are on the broker's disk. */
static enum status send_due(struct watch *watch, struct inputs *found, size_t closed,
                            struct error *error)
{
    struct stat *stats = memory_zero((found->count + 1) * sizeof *stats);
    bool *put = memory_zero(found->count + 1);
    lists_meet(&watch->lists, found);
    enum status status = place_by_lists(watch, found, closed, error);
    for (size_t i = 0; i < found->count && !status; i++) {
        const char *path = found->files[i].path;
        put[i] = is_due(watch, path, i < closed, &stats[i]);
        if (!put[i])
            continue;
        status = put_file(watch, found, i, error);
        watch_list_note(&watch->list, path, (uint64_t)stats[i].st_size, changed_ns_of(&stats[i]));
    }
    if (!status)
        status = finish(watch, error);
    for (size_t i = 0; i < found->count && !status; i++)
        if (put[i])
            watch_list_write(&watch->list, &watch->settings, found->files[i].path,
                             (uint64_t)stats[i].st_size, changed_ns_of(&stats[i]));
    free(stats);
    free(put);
    return status;
}

/* ---- being told ---- */

/* A folder keeps its number when it is moved. False: this walk has met it before, by another name.
 */
static bool name_folder(struct watch *watch, int wd, const char *path)
{
    struct folder *folder;
    HASH_FIND_INT(watch->folders, &wd, folder);
    if (!folder) {
        folder = memory_zero(sizeof *folder);
        folder->wd = wd;
        HASH_ADD_INT(watch->folders, wd, folder);
    }
    if (folder->walk == watch->walk)
        return false;
    folder->walk = watch->walk;
    free(folder->path);
    folder->path = memory_copy_text(path);
    return true;
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
                    errno == ENOSPC ? TR(": raise fs.inotify.max_user_watches") : "");
    }
    return name_folder(watch, wd, path) && depth < DEEPEST
               ? watch_subfolders(watch, path, depth, error)
               : STATUS_OK;
}

static enum status watch_all(struct watch *watch, struct error *error)
{
    enum status status = STATUS_OK;
    watch->walk++;
    for (int i = 0; i < watch->path_count && !status; i++)
        status = watch_tree(watch, watch->paths[i], 0, error);
    return status;
}

static bool add_existing(struct inputs *inputs, const char *path)
{
    struct stat found;
    bool there = stat(path, &found) == 0; /* it may have been moved on */
    if (there)
        inputs_add(inputs, path);
    return there;
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
        if (!add_existing(found, young.files[i].path))
            hear(watch, WATCH_PAST, young.files[i].path, "");
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
                          int path_count, int stop_fd, struct watch_listener listener,
                          struct error *error)
{
    struct watch watch = {.submitter = submitter,
                          .listener = listener,
                          .lists = {.tell = inputs->tell, .context = inputs->context},
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
    lists_close(&watch.lists);
    watch_list_release(&watch.list);
    if (watch.notify_fd >= 0)
        close(watch.notify_fd);
    if (watch.wake_fd >= 0)
        close(watch.wake_fd);
    return status;
}
