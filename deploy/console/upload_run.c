/* upload_run.c - one upload's thread: reads its files (archives give many documents), hands them to
 * the broker, and notes what becomes of each.
 *
 * The lock of uploads.c guards what is noted; the broker is spoken to without it. A broker that is
 * away is waited for; a file that can't be read costs a line.
 */
#include "deploy/console/upload_private.h"

#include "deploy/intake/inputs_read.h"
#include "deploy/intake/lists.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/tr.h"
#include "proto/submitter.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TELL_US = 300000 }; /* followers hear of an upload at most so often */

/* ---- what becomes of them ---- */

void upload_tell(struct upload *upload, bool at_once)
{
    struct buffer json = {0};
    uint64_t now_us = clock_monotonic_us();
    if (!at_once && now_us - upload->told_us < TELL_US)
        return;
    upload->told_us = now_us;
    buffer_format(&json, "{\"id\":%llu,\"count\":%llu,\"done\":%llu}",
                  (unsigned long long)upload->id, (unsigned long long)upload->count,
                  (unsigned long long)upload->done);
    feed_tell(upload->uploads->console->feed, "uploads", buffer_slice(&json));
    buffer_release(&json);
}

const char *upload_state_of(const struct submission *submission)
{
    switch (submission->news) {
    case SUBMISSION_DEAD:
        return "dead";
    case SUBMISSION_REFUSED:
        return "refused";
    case SUBMISSION_DONE:
        return reply_outcome(submission->outcome);
    default:
        return "accepted";
    }
}

static void take_news(void *context, const struct submission *submission)
{
    struct upload *upload = context;
    if (submission->news == SUBMISSION_SLOWED)
        return;
    bool final = submission->news != SUBMISSION_ACCEPTED;
    pthread_mutex_lock(&upload->uploads->lock);
    struct upload_document *document = upload_document(upload, submission->path);
    if (document) {
        document->state = upload_state_of(submission);
        if (submission->text.len && !document->text) {
            struct buffer text = {0};
            buffer_format(&text, "%.*s", SLICE_ARGS(submission->text));
            document->text = text.data;
        }
    }
    upload->done += final;
    upload_tell(upload, false);
    pthread_mutex_unlock(&upload->uploads->lock);
}

void upload_put_line(const struct upload *upload, const char *line, struct buffer *out)
{
    size_t folder = strlen(upload->folder);
    for (const char *at = line, *next; at; at = next) {
        const char *found = strstr(at, upload->folder);
        next = found && found[folder] == '/' ? found + folder + 1 : NULL;
        buffer_append(out, at, next ? (size_t)(found - at) : strlen(at));
    }
}

static void take_line(void *context, const char *line)
{
    enum { MOST_BYTES = 8192 };
    struct upload *upload = context;
    pthread_mutex_lock(&upload->uploads->lock);
    struct buffer *out = &upload->problem;
    if (out->len < MOST_BYTES) {
        buffer_add(out, out->len ? SLICE("\n") : SLICE(""));
        upload_put_line(upload, line, out);
    }
    pthread_mutex_unlock(&upload->uploads->lock);
}

/* ---- handing in ---- */

struct handing {
    struct upload *upload;
    struct submitter *submitter;
    struct lists lists; /* the collector's, where one came with the files */
};

static void note_document(struct upload *upload, const char *path, const struct buffer *bytes)
{
    uint8_t hash[DIGEST_BYTES];
    digest_sha256(buffer_slice(bytes), hash);
    pthread_mutex_lock(&upload->uploads->lock);
    struct upload_document *document = upload_document(upload, path);
    if (document && bytes->len)
        digest_name(hash, document->sha256);
    upload->count++;
    upload_tell(upload, false);
    pthread_mutex_unlock(&upload->uploads->lock);
}

/* A list is read as a file of its folder: one that came packed speaks for nobody, and says so. */
static void tell_packed_list(struct upload *upload, const char *path)
{
    struct buffer line = {0};
    if (access(path, F_OK) == 0)
        return;
    buffer_format(
        &line, TR("%s: a list within an archive is not used: bring it beside the archive"), path);
    take_line(upload, line.data);
    buffer_release(&line);
}

static enum status put_document(void *context, const char *path, struct buffer *document,
                                const char *unreadable, struct error *error)
{
    struct handing *handing = context;
    if (lists_is_list(&handing->lists, path)) {
        tell_packed_list(handing->upload, path);
        return STATUS_OK;
    }
    note_document(handing->upload, path, document);
    if (!unreadable && !handing->upload->no_list)
        lists_wrap(&handing->lists, path, document);
    return submitter_put(handing->submitter, path, document, unreadable, error);
}

static bool is_closing(const struct upload *upload)
{
    return wire_wait(NULL, 0, upload->uploads->console->stop_fd, 0) != 0;
}

/* A broker that is away is waited for; false: it is not that, or we are to end. */
static bool insist(struct upload *upload, enum status status)
{
    return status == STATUS_AGAIN && !is_closing(upload);
}

static enum status hand_in(struct upload *upload, struct inputs *inputs, struct handing *handing,
                           struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < inputs->count && !status; i++)
        do
            status = inputs_read(inputs, i, put_document, handing, error);
        while (insist(upload, status));
    while (!status && submitter_unfinished(handing->submitter) > 0) {
        status = submitter_finish(handing->submitter, error);
        if (insist(upload, status))
            status = STATUS_OK;
    }
    return status;
}

/* False: a list came with the files and has faults, which are told. Without it they would go to
 * the wrong place, or to none: they wait for somebody to mend it, or to say that it isn't wanted.
 */
static bool lists_are_sound(struct upload *upload, struct inputs *inputs, struct lists *lists)
{
    bool sound = true;
    lists_meet(lists, inputs);
    for (size_t i = 0; i < inputs->count && !upload->no_list; i++)
        if (lists_is_list(lists, inputs->files[i].path))
            sound = lists_read(lists, inputs->files[i].path) && sound;
    return sound;
}

static enum status send(struct upload *upload, struct inputs *inputs, struct lists *lists,
                        struct error *error)
{
    const struct console *console = upload->uploads->console;
    struct handing handing = {.upload = upload, .lists = *lists};
    char flow[80];
    snprintf(flow, sizeof flow, "console/%.60s", upload->by);
    const struct submitter_options options = {.client = {.endpoint = console->options.broker,
                                                         .keys = console->options.keys,
                                                         .stop_fd = console->stop_fd},
                                              .flow = flow,
                                              .watch = true,
                                              .tell = take_news,
                                              .context = upload};
    enum status status = submitter_open(&handing.submitter, &options, error);
    if (!status)
        status = hand_in(upload, inputs, &handing, error);
    submitter_close(&handing.submitter);
    *lists = handing.lists;
    return status;
}

void *upload_run(void *context)
{
    struct upload *upload = context;
    struct lists lists = {.tell = take_line, .context = upload};
    struct inputs inputs = {.tell = take_line, .context = upload};
    struct error error = {{0}};
    inputs_add(&inputs, upload->folder);
    bool held = !lists_are_sound(upload, &inputs, &lists);
    enum status status = held ? STATUS_BAD : send(upload, &inputs, &lists, &error);
    lists_close(&lists);
    inputs_release(&inputs);
    if (status && !held && !is_closing(upload))
        take_line(upload, error.text);
    pthread_mutex_lock(&upload->uploads->lock);
    upload->held = held;
    upload->ended = true;
    if (!status)
        upload_keep(upload);
    upload_tell(upload, true);
    pthread_mutex_unlock(&upload->uploads->lock);
    return NULL;
}
