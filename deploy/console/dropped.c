/* dropped.c - the drop folder as an upload that never ends, of which the oldest documents are
 * forgotten.
 *
 *   young ──closed──▶ waiting ──journalled──▶ accepted ──▶ filed, … dead
 *     └──gone──▶ (forgotten)     └──▶ refused      a line about it: told, or refused
 *
 * The lock of uploads.c guards it. It is kept as uploads are, at most so often and in the end: a
 * console that is killed forgets the last seconds. What is told of documents that were forgotten is
 * passed over.
 */
#include "deploy/console/dropped.h"

#include "deploy/console/upload_private.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define KEPT_NAME "/.dropped" /* in the uploads' folder */

enum {
    KEEP_US = 5000000,
    ONE_CASE_MS = 10000, /* lines about a file that come so fast belong together */
    MOST_TEXT_BYTES = 2000,
};

static const char young[] = "young", waiting[] = "waiting", told[] = "told", refused[] = "refused";

static bool is(const struct upload_document *document, const char *state)
{
    return document && strcmp(document->state, state) == 0;
}

/* ---- entries ---- */

static struct upload_document *find(const struct upload *dropped, const char *path)
{
    struct upload_document *document;
    HASH_FIND_STR(dropped->documents, path, document);
    return document;
}

/* Behind all others, as if it came for the first time; the first one goes where there are many. */
static struct upload_document *anew(struct upload *dropped, const char *path, const char *state)
{
    struct upload_document *document = find(dropped, path);
    if (document)
        upload_forget(dropped, document);
    else if (HASH_COUNT(dropped->documents) >= MAX_DROPPED_TOLD)
        upload_forget(dropped, dropped->documents);
    document = upload_document(dropped, path);
    document->state = state;
    document->at_ms = clock_unix_ms();
    return document;
}

static void add_text(struct upload_document *document, struct slice line)
{
    struct buffer text = {0};
    if (document->text)
        buffer_format(&text, "%s\n", document->text);
    buffer_format(&text, "%.*s", SLICE_ARGS(line));
    if (!document->text || text.len <= MOST_TEXT_BYTES) {
        free(document->text);
        document->text = text.data;
        return;
    }
    buffer_release(&text);
}

/* With the lock; it is given back. */
static void end_change(struct uploads *uploads, bool changed)
{
    uint64_t now_us = clock_monotonic_us();
    if (changed)
        upload_tell(uploads->dropped, false);
    if (changed && now_us - uploads->dropped_kept_us > KEEP_US) {
        upload_keep(uploads->dropped);
        uploads->dropped_kept_us = now_us;
    }
    pthread_mutex_unlock(&uploads->lock);
}

/* NULL: none is kept; else the lock is held. */
static struct upload *begin_change(void *context)
{
    struct uploads *uploads = ((struct console *)context)->uploads;
    if (!uploads || !uploads->dropped)
        return NULL;
    pthread_mutex_lock(&uploads->lock);
    return uploads->dropped;
}

/* ---- what is said ---- */

static bool lies_in(const struct upload_document *document, const char *path)
{
    size_t len = strlen(path);
    return strncmp(document->path, path, len) == 0 &&
           (document->path[len] == '\0' || document->path[len] == '/');
}

static bool fail_all(struct upload *dropped, const char *path)
{
    bool any = false;
    for (struct upload_document *document = dropped->documents; document;
         document = document->hh.next)
        if (is(document, told) && lies_in(document, path)) {
            document->state = refused;
            any = true;
        }
    return any;
}

void dropped_hear(void *console, enum watch_news news, const char *path, const char *sha256)
{
    struct upload *dropped = begin_change(console);
    if (!dropped)
        return;
    struct upload_document *document = find(dropped, path);
    bool was_young = is(document, young), changed = true;
    if (news == WATCH_FAILED) {
        changed = fail_all(dropped, path);
    } else if (news == WATCH_PAST) {
        changed = was_young;
        if (was_young)
            upload_forget(dropped, document);
    } else if (news == WATCH_YOUNG) {
        changed = !was_young;
        if (!was_young)
            anew(dropped, path, young);
    } else {
        document = anew(dropped, path, waiting);
        snprintf(document->sha256, sizeof document->sha256, "%s", sha256);
        dropped->count++;
    }
    end_change(dropped->uploads, changed);
}

void dropped_tell(void *console, const struct submission *submission)
{
    struct upload *dropped = begin_change(console);
    if (!dropped)
        return;
    struct upload_document *document =
        submission->news == SUBMISSION_SLOWED ? NULL : find(dropped, submission->path);
    if (document) {
        document->state = upload_state_of(submission);
        if (submission->text.len)
            add_text(document, submission->text);
        dropped->done += submission->news != SUBMISSION_ACCEPTED;
    }
    end_change(dropped->uploads, document != NULL);
}

/* Whom a line is about: "/srv/inbox/甲县/a.zip: it is damaged", "/srv/inbox/清单.csv, row 2: …".
 * Its name goes as far as a file is there, or to the first colon. False: about none of the folder.
 */
static bool put_subject(const struct upload *dropped, const char *line, struct buffer *path)
{
    size_t folder = strlen(dropped->folder);
    const char *colon = strstr(line, ": ");
    if (strncmp(line, dropped->folder, folder) != 0 || line[folder] != '/' || !colon)
        return false;
    for (const char *at = line + folder; *at; at++) {
        if ((at[0] != ':' && at[0] != ',') || at[1] != ' ')
            continue;
        buffer_clear(path);
        buffer_format(path, "%.*s", (int)(at - line), line);
        if (access(path->data, F_OK) == 0)
            return true;
    }
    buffer_clear(path);
    buffer_format(path, "%.*s", (int)(colon - line), line);
    return true;
}

void dropped_line(void *console, const char *line)
{
    struct upload *dropped = begin_change(console);
    struct buffer path = {0}, text = {0};
    if (!dropped)
        return;
    bool of_file = put_subject(dropped, line, &path);
    if (of_file) {
        upload_put_line(dropped, line, &text);
        struct upload_document *document = find(dropped, path.data);
        bool more = is(document, told) && clock_unix_ms() - document->at_ms < ONE_CASE_MS;
        add_text(more ? document : anew(dropped, path.data, told), buffer_slice(&text));
    }
    end_change(dropped->uploads, of_file);
    buffer_release(&path);
    buffer_release(&text);
}

/* ---- opening, closing ---- */

void dropped_open(struct uploads *uploads)
{
    const struct console_options *options = &uploads->console->options;
    struct buffer record = {0};
    if (!options->inbox)
        return;
    struct upload *dropped = memory_zero(sizeof *dropped);
    buffer_format(&record, "%s" KEPT_NAME, options->uploads);
    dropped->uploads = uploads;
    dropped->folder = memory_copy_text(options->inbox);
    dropped->record = record.data;
    dropped->at_ms = clock_unix_ms();
    upload_recall(dropped);
    struct upload_document *document, *next;
    HASH_ITER(hh, dropped->documents, document, next)
    {
        if (is(document, young) || is(document, waiting))
            upload_forget(dropped, document); /* it will be found again */
    }
    uploads->dropped = dropped;
}

void dropped_close(struct uploads *uploads)
{
    if (uploads->dropped) {
        upload_keep(uploads->dropped);
        upload_free(uploads->dropped);
    }
    uploads->dropped = NULL;
}
