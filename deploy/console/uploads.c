/* uploads.c - the list of uploads, each with a thread of its own (upload_run.c).
 *
 * Happy path: the folder is made, the files get their names in it, the thread begins. The lock
 * guards the list and what hangs on it. What can fail: the disk, too many at once.
 */
#include "deploy/console/upload_private.h"

#include "deploy/console/upload_files.h"
#include "deploy/intake/lists.h"
#include "proto/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

/* ---- the list ---- */

/* With the lock. Ends that have not been joined are; the oldest are forgotten, but none that waits
 * for somebody. */
static enum status make_room(struct uploads *uploads, struct error *error)
{
    unsigned running = 0, held = 0, count = 0;
    struct upload *upload, *next;
    DL_FOREACH_SAFE(uploads->list, upload, next)
    {
        if (upload->running && upload->ended) {
            pthread_join(upload->thread, NULL);
            upload->running = false;
        }
        running += upload->running;
        held += upload->held;
        if (++count < MAX_UPLOADS_KEPT || upload->running || upload->held)
            continue;
        DL_DELETE(uploads->list, upload);
        upload_free(upload);
    }
    if (held >= MAX_UPLOADS_HELD)
        return fail(error, STATUS_BAD,
                    "%d uploads wait because of their lists: first let one of them go on, with a "
                    "mended list or without",
                    MAX_UPLOADS_HELD);
    return running < MAX_UPLOADS_AT_ONCE
               ? STATUS_OK
               : fail(error, STATUS_AGAIN, "%d uploads are being read: wait for one of them",
                      MAX_UPLOADS_AT_ONCE);
}

/* With the lock. */
static void start(struct upload *upload)
{
    upload->held = upload->ended = false;
    upload->count = upload->done = 0;
    buffer_clear(&upload->problem);
    upload->running = pthread_create(&upload->thread, NULL, upload_run, upload) == 0;
    upload->ended = !upload->running;
}

/* With the lock. Takes the folder's name. */
static struct upload *add(struct uploads *uploads, char *folder, const char *by)
{
    struct upload *upload = memory_zero(sizeof *upload);
    upload->uploads = uploads;
    upload->id = ++uploads->next_id;
    upload->at_ms = clock_unix_ms();
    upload->folder = folder;
    snprintf(upload->by, sizeof upload->by, "%s", by);
    DL_PREPEND(uploads->list, upload);
    return upload;
}

static char *folder_name(const struct uploads *uploads)
{
    struct buffer name = {0};
    char day[32];
    uint64_t now_ms = clock_unix_ms();
    time_t now = (time_t)(now_ms / 1000);
    struct tm parts;
    localtime_r(&now, &parts);
    strftime(day, sizeof day, "%Y-%m-%d-%H%M%S", &parts);
    buffer_format(&name, "%s/%s-%03u", uploads->console->options.uploads, day,
                  (unsigned)(now_ms % 1000));
    return name.data;
}

static enum status put_down(const char *folder, const struct http_part *parts, size_t count,
                            struct error *error)
{
    size_t files = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status; i++) {
        if (!parts[i].filename || !*parts[i].filename)
            continue;
        status = upload_put_down(folder, &parts[i], error);
        files++;
    }
    if (!status && files == 0)
        status = fail(error, STATUS_BAD,
                      "there is no file in this form: send them as parts with a "
                      "filename");
    return status;
}

enum status uploads_take(struct uploads *uploads, const struct http_part *parts, size_t count,
                         const char *by, uint64_t *id, struct error *error)
{
    pthread_mutex_lock(&uploads->lock);
    enum status status = make_room(uploads, error);
    pthread_mutex_unlock(&uploads->lock);
    if (status)
        return status;
    char *folder = folder_name(uploads);
    if (mkdir(folder, 0700) != 0)
        status = fail(error, STATUS_RETRY, "%s: can't be made: %s", folder, strerror(errno));
    if (!status)
        status = put_down(folder, parts, count, error);
    if (status) {
        rmdir(folder); /* where nothing was put down */
        free(folder);
        return status;
    }
    pthread_mutex_lock(&uploads->lock);
    struct upload *upload = add(uploads, folder, by);
    *id = upload->id;
    start(upload);
    pthread_mutex_unlock(&uploads->lock);
    return STATUS_OK;
}

/* ---- those that wait because of their list ---- */

/* With the lock. NULL: there is none, or it doesn't wait. */
static struct upload *find_held(struct uploads *uploads, uint64_t id)
{
    struct upload *upload;
    DL_SEARCH_SCALAR(uploads->list, upload, id, id);
    if (!upload || !upload->held)
        return NULL;
    if (upload->running)
        pthread_join(upload->thread, NULL);
    upload->running = false;
    return upload;
}

/* All lists in the upload's folder but that one. */
static void drop_lists(struct upload *upload, const char *but)
{
    struct lists lists = {.tell = NULL};
    struct inputs inputs = {.tell = NULL};
    inputs_add(&inputs, upload->folder);
    for (size_t i = 0; i < inputs.count; i++)
        if (lists_is_list(&lists, inputs.files[i].path) && strcmp(inputs.files[i].path, but) != 0)
            unlink(inputs.files[i].path);
    lists_close(&lists);
    inputs_release(&inputs);
}

/* The new one gets a name that is a list's. Only once it is on the disk do the old ones go,
 * whatever they are called: without any the files would be filed as if none had come. */
static enum status change_list(struct upload *upload, const struct http_part *part,
                               struct error *error)
{
    const char *dot = strrchr(part->filename, '.');
    const char *name = dot && strcmp(dot, ".xlsx") == 0 ? "manifest.xlsx" : "manifest.csv";
    struct buffer drafts = {0}, draft = {0}, path = {0};
    struct http_part named = *part;
    named.filename = (char *)name;
    buffer_format(&drafts, "%s/.list", upload->folder);
    buffer_format(&draft, "%s/%s", drafts.data, name);
    buffer_format(&path, "%s/%s", upload->folder, name);
    unlink(draft.data); /* of one that was broken off */
    enum status status =
        mkdir(drafts.data, 0700) == 0 || errno == EEXIST
            ? upload_put_down(drafts.data, &named, error)
            : fail(error, STATUS_RETRY, "%.200s: can't be kept: %s", name, strerror(errno));
    if (!status && rename(draft.data, path.data) != 0)
        status = fail(error, STATUS_RETRY, "%.200s: can't be kept: %s", name, strerror(errno));
    if (!status)
        drop_lists(upload, path.data);
    rmdir(drafts.data);
    buffer_release(&drafts);
    buffer_release(&draft);
    buffer_release(&path);
    return status;
}

enum status uploads_go_on(struct uploads *uploads, uint64_t id, const struct http_part *list,
                          struct error *error)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&uploads->lock);
    struct upload *upload = find_held(uploads, id);
    if (!upload)
        status = fail(error, STATUS_BAD, "this upload doesn't wait for a list");
    if (!status && list)
        status = change_list(upload, list, error);
    if (!status) {
        upload->no_list = !list;
        start(upload);
    }
    pthread_mutex_unlock(&uploads->lock);
    return status;
}

/* ---- opening, closing ---- */

/* What an earlier console was done with is shown; what it was not done with goes on. */
static void resume(struct uploads *uploads)
{
    const char *parent = uploads->console->options.uploads;
    size_t count = 0;
    char **names = folder_names(parent, &count); /* by time */
    for (size_t i = 0; names && i < count; i++) {
        struct buffer path = {0}, mark = {0};
        struct stat found;
        buffer_format(&path, "%s/%s", parent, names[i]);
        buffer_format(&mark, "%s" UPLOAD_MARK, path.data);
        bool folder = stat(path.data, &found) == 0 && S_ISDIR(found.st_mode);
        bool done = folder && access(mark.data, F_OK) == 0;
        if (folder && (!done || i + MAX_UPLOADS_KEPT >= count)) {
            struct upload *upload = add(uploads, path.data, "");
            path = (struct buffer){0};
            upload->ended = done;
            upload->at_ms = (uint64_t)found.st_mtim.tv_sec * 1000;
            if (!done) {
                start(upload);
            } else if (!upload_recall(upload)) {
                DL_DELETE(uploads->list, upload);
                upload_free(upload);
            }
        }
        buffer_release(&path);
        buffer_release(&mark);
        free(names[i]);
    }
    free(names);
}

enum status uploads_open(struct uploads **out, const struct console *console, struct error *error)
{
    const char *folder = console->options.uploads;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fail(error, STATUS_BAD, "%s: can't keep uploads there: %s", folder, strerror(errno));
    struct uploads *uploads = memory_zero(sizeof *uploads);
    uploads->console = console;
    pthread_mutex_init(&uploads->lock, NULL);
    *out = uploads;
    pthread_mutex_lock(&uploads->lock);
    resume(uploads);
    dropped_open(uploads);
    pthread_mutex_unlock(&uploads->lock);
    return STATUS_OK;
}

void uploads_close(struct uploads **slot)
{
    struct uploads *uploads = *slot;
    struct upload *upload, *next;
    if (!uploads)
        return;
    *slot = NULL;
    DL_FOREACH_SAFE(uploads->list, upload, next)
    {
        if (upload->running)
            pthread_join(upload->thread, NULL);
        DL_DELETE(uploads->list, upload);
        upload_free(upload);
    }
    dropped_close(uploads);
    pthread_mutex_destroy(&uploads->lock);
    free(uploads);
}

/* ---- as JSON ---- */

void uploads_put(struct uploads *uploads, struct buffer *out)
{
    const struct upload *upload;
    buffer_add(out, SLICE("{\"uploads\":["));
    pthread_mutex_lock(&uploads->lock);
    DL_FOREACH(uploads->list, upload)
    {
        upload_put(upload, out);
        if (upload->next)
            buffer_append(out, ",", 1);
    }
    buffer_add(out, SLICE("],\"dropped\":"));
    if (uploads->dropped)
        upload_put(uploads->dropped, out);
    else
        buffer_add(out, SLICE("null"));
    pthread_mutex_unlock(&uploads->lock);
    buffer_add(out, SLICE("}"));
}
