/* upload_record.c - what is known of an upload, and the same as JSON: for whoever looks at it, and
 * kept in its folder for the next console. The lock of uploads.c guards what is read. What can
 * fail: the disk, then the next console knows nothing of it.
 */
#include "deploy/console/upload_private.h"

#include "proto/base/file.h"
#include "proto/base/json_text.h"
#include "proto/doors/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

struct upload_document *upload_document(struct upload *upload, const char *path)
{
    struct upload_document *document;
    HASH_FIND_STR(upload->documents, path, document);
    if (document || HASH_COUNT(upload->documents) >= MAX_DOCUMENTS_TOLD)
        return document;
    document = memory_zero(sizeof *document);
    document->path = memory_copy_text(path);
    document->state = "waiting";
    HASH_ADD_KEYPTR(hh, upload->documents, document->path, strlen(document->path), document);
    return document;
}

void upload_forget(struct upload *upload, struct upload_document *document)
{
    HASH_DEL(upload->documents, document);
    free(document->path);
    free(document->text);
    free(document);
}

void upload_free(struct upload *upload)
{
    struct upload_document *document, *next;
    HASH_ITER(hh, upload->documents, document, next)
    {
        upload_forget(upload, document);
    }
    buffer_release(&upload->problem);
    free(upload->folder);
    free(upload->record);
    free(upload);
}

/* ---- as JSON ---- */

static void put_text(const char *key, const char *text, struct buffer *out)
{
    buffer_format(out, ",\"%s\":", key);
    if (text)
        json_text(slice_of(text), out);
    else
        buffer_add(out, SLICE("null"));
}

/* `raw`: as it was told, to be spoken in another language later. */
static void put_lines(const char *key, struct slice lines, bool raw, struct buffer *out)
{
    buffer_format(out, ",\"%s\":", key);
    if (!lines.len)
        buffer_add(out, SLICE("null"));
    else if (raw)
        json_text(lines, out);
    else
        reply_put_lines(lines, out);
}

static void put_document_json(const struct upload *upload, const struct upload_document *document,
                              bool raw, struct buffer *out)
{
    size_t folder = strlen(upload->folder);
    bool below = strncmp(document->path, upload->folder, folder) == 0;
    buffer_format(out, "{\"state\":\"%s\"", document->state);
    put_text("path", below ? document->path + folder + 1 : document->path, out);
    put_lines("text", slice_of(document->text ? document->text : ""), raw, out);
    put_text("sha256", document->sha256[0] ? document->sha256 : NULL, out);
    if (document->at_ms)
        buffer_format(out, ",\"at_ms\":%llu", (unsigned long long)document->at_ms);
    buffer_append(out, "}", 1);
}

static void put_upload(const struct upload *upload, bool raw, struct buffer *out)
{
    const struct upload_document *document;
    buffer_format(out,
                  "{\"id\":%llu,\"at_ms\":%llu,\"count\":%llu,\"done\":%llu,\"ended\":%s,"
                  "\"held\":%s",
                  (unsigned long long)upload->id, (unsigned long long)upload->at_ms,
                  (unsigned long long)upload->count, (unsigned long long)upload->done,
                  upload->ended ? "true" : "false", upload->held ? "true" : "false");
    put_text("by", upload->by, out);
    put_lines("problem", buffer_slice(&upload->problem), raw, out);
    buffer_add(out, SLICE(",\"documents\":["));
    for (document = upload->documents; document; document = document->hh.next) {
        put_document_json(upload, document, raw, out);
        if (document->hh.next)
            buffer_append(out, ",", 1);
    }
    buffer_add(out, SLICE("]}"));
}

void upload_put(const struct upload *upload, struct buffer *out)
{
    put_upload(upload, false, out);
}

/* ---- kept ---- */

static void put_place(const struct upload *upload, struct buffer *path)
{
    if (upload->record)
        buffer_format(path, "%s", upload->record);
    else
        buffer_format(path, "%s" UPLOAD_MARK, upload->folder);
}

void upload_keep(const struct upload *upload)
{
    struct buffer path = {0}, json = {0};
    put_upload(upload, true, &json);
    put_place(upload, &path);
    int fd = open(path.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file) {
        fwrite(json.data, 1, json.len, file);
        fclose(file);
    }
    buffer_release(&path);
    buffer_release(&json);
}

/* A literal of the same name. */
static const char *state_named(struct slice name)
{
    static const char *const states[] = {"waiting", "accepted", "filed",     "replaced",
                                         "dead",    "stale",    "duplicate", "withdrawn",
                                         "rival",   "refused",  "young",     "told"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (slice_equal(slice_of(states[i]), name))
            return states[i];
    return "filed";
}

static void recall_document(struct upload *upload, const struct packed *record)
{
    struct slice path = packed_text(packed_get(record, "path"));
    struct slice text = packed_text(packed_get(record, "text"));
    struct slice sha256 = packed_text(packed_get(record, "sha256"));
    struct buffer whole = {0}, reason = {0};
    buffer_format(&whole, "%s/%.*s", upload->folder, SLICE_ARGS(path));
    struct upload_document *document = upload_document(upload, whole.data);
    buffer_release(&whole);
    if (!document || document->text)
        return;
    document->state = state_named(packed_text(packed_get(record, "state")));
    snprintf(document->sha256, sizeof document->sha256, "%.*s", SLICE_ARGS(sha256));
    document->at_ms = packed_uint(packed_get(record, "at_ms"), 0);
    if (text.len) {
        buffer_format(&reason, "%.*s", SLICE_ARGS(text));
        document->text = reason.data;
    }
}

bool upload_recall(struct upload *upload)
{
    enum { DEEPEST = 4, MOST_NODES = 20 * MAX_DOCUMENTS_TOLD, MOST_BYTES = 16 << 20 };
    struct buffer path = {0}, json = {0};
    struct arena arena = {0};
    const struct packed *root = NULL;
    struct error error;
    put_place(upload, &path);
    bool found = file_read(path.data, MOST_BYTES, &json, &error) == STATUS_OK && json.len &&
                 json_read(&arena, buffer_slice(&json), (struct pack_limits){DEEPEST, MOST_NODES},
                           &root, &error) == STATUS_OK;
    if (found) {
        const struct packed *documents = packed_get(root, "documents");
        upload->at_ms = packed_uint(packed_get(root, "at_ms"), 0);
        upload->count = packed_uint(packed_get(root, "count"), 0);
        upload->done = packed_uint(packed_get(root, "done"), 0);
        snprintf(upload->by, sizeof upload->by, "%.*s",
                 SLICE_ARGS(packed_text(packed_get(root, "by"))));
        buffer_add(&upload->problem, packed_text(packed_get(root, "problem")));
        for (uint32_t i = 0; i < packed_count(documents); i++)
            recall_document(upload, packed_at(documents, i));
    }
    arena_release(&arena);
    buffer_release(&path);
    buffer_release(&json);
    return found;
}
