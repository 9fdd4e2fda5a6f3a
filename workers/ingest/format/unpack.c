/* unpack.c - the walk through containers in the child, and the reading of what it says.
 *
 * Happy path: the format's unpack calls unpack_member for each document; one that is a container
 * itself is walked in its turn. What goes wrong inside costs a line or a dead letter; only a file
 * that unpacks beyond all measure ends the walk.
 */
#include "workers/ingest/format/unpack.h"

#include "proto/base/tr.h"
#include "proto/doors/process.h"
#include "proto/pack.h"
#include "workers/ingest/format/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistr.h>

/* ---- in the child ---- */

static bool take_inner(struct unpacking *unpacking, struct slice path, struct slice bytes)
{
    const struct format *format = format_of(bytes);
    if (!format->unpack || unpacking->depth >= MAX_ARCHIVE_NESTING)
        return unpack_say(unpacking, UNPACKED_DOCUMENT, path, "", bytes);
    struct unpacking inner = *unpacking;
    inner.path = path;
    inner.name = path;
    inner.depth++;
    inner.count = 0;
    if (format->decode && !unpack_say(unpacking, UNPACKED_DOCUMENT, path, "", bytes))
        return false;
    format->unpack(bytes, &inner);
    return *unpacking->members < MAX_ARCHIVE_MEMBERS &&
           *unpacking->unpacked_bytes <= unpacking->max_unpacked_bytes;
}

/* Of the asker, in front of the file. */
struct order {
    uint64_t max_document_bytes;
    char name[256]; /* the file's own, cut if it is longer; it only serves to name a member */
};

static int unpack_in_child(struct slice parameters, struct slice bytes, int out)
{
    struct order order;
    if (parameters.len != sizeof order)
        return 1;
    memcpy(&order, parameters.data, sizeof order);
    unsigned members = 0;
    uint64_t unpacked_bytes = 0;
    struct unpacking unpacking = {
        .out = out,
        .name = slice_of(order.name),
        .max_document_bytes = order.max_document_bytes,
        .depth = 1,
        .members = &members,
        .unpacked_bytes = &unpacked_bytes,
        .max_unpacked_bytes = MAX_UNPACKED_BYTES + bytes.len * MAX_ARCHIVE_RATIO,
        .inner = take_inner,
    };
    const struct format *format = format_of(bytes);
    if (!format->unpack || format->decode)
        unpack_say(&unpacking, UNPACKED_DOCUMENT, SLICE(""), "", bytes);
    if (format->unpack)
        format->unpack(bytes, &unpacking);
    return 0;
}

/* ---- in the asker ---- */

struct taking {
    const char *path;
    unpacked_take *take;
    void *context;
    uint64_t documents;
};

static enum status take_said(void *context, struct slice head, struct buffer *bytes,
                             struct error *error)
{
    struct taking *taking = context;
    struct arena arena = {0};
    struct buffer path = {0};
    const struct packed *root;
    struct pack_limits limits = {.depth = 2, .nodes = 8};
    enum status status = packed_read(&arena, head, limits, &root, error);
    struct slice inner = packed_text(packed_at(root, 1)), reason = packed_text(packed_at(root, 2));
    uint64_t kind = packed_uint(packed_at(root, 0), UNPACKED_FAILURE + 1);
    if (!status && (kind > UNPACKED_FAILURE || u8_check((const uint8_t *)inner.data, inner.len) ||
                    u8_check((const uint8_t *)reason.data, reason.len)))
        status = fail(error, STATUS_BAD, "%s: what unpacks it is out of order", taking->path);
    if (!status) {
        buffer_format(&path, "%s%.*s", taking->path, SLICE_ARGS(inner));
        struct unpacked unpacked = {kind, buffer_slice(&path), reason, bytes};
        taking->documents += kind != UNPACKED_FAILURE;
        status = taking->take(taking->context, &unpacked, error);
    }
    buffer_release(&path);
    arena_release(&arena);
    return status;
}

/* The child did not come to its end: what it had given still counts. */
static enum status tell_end(struct taking *taking, enum process_end end, struct error *error)
{
    char reason[256];
    snprintf(reason, sizeof reason,
             TR("the archive is damaged or made to do harm (unpacking it %s): %llu documents were "
                "taken from it; unpack it by hand for the rest"),
             process_end_text(end), (unsigned long long)taking->documents);
    struct buffer none = {0};
    struct unpacked unpacked = {UNPACKED_FAILURE, slice_of(taking->path), slice_of(reason), &none};
    return taking->take(taking->context, &unpacked, error);
}

/* As format_of says, but those behind the last that has any are not tried: text is told from a
 * table by reading it. */
bool unpack_holds_documents(struct slice bytes)
{
    size_t tried = 0;
    for (size_t i = 0; formats[i]; i++)
        if (formats[i]->unpack)
            tried = i + 1;
    for (size_t i = 0; i < tried; i++)
        if (formats[i]->matches(bytes))
            return formats[i]->unpack != NULL;
    return false;
}

enum status unpack_file(int fd, uint64_t bytes, const char *path, uint64_t max_document_bytes,
                        unpacked_take *take, void *context, struct error *error)
{
    const char *base = strrchr(path, '/');
    struct order order = {.max_document_bytes = max_document_bytes};
    snprintf(order.name, sizeof order.name, "%s", base ? base + 1 : path);
    struct process_limits limits = {.memory_bytes = 1ull << 30,
                                    .output_bytes = max_document_bytes + 1,
                                    .time_ms = UNPACK_TIME_MS};
    struct taking taking = {.path = path, .take = take, .context = context};
    struct process_report report;
    formats_prepare();
    struct slice parameters = {(const char *)&order, sizeof order};
    enum status status = process_stream(unpack_in_child, parameters, fd, bytes, &limits, take_said,
                                        &taking, &report, error);
    if (!status && report.end != PROCESS_DONE)
        status = tell_end(&taking, report.end, error);
    return status;
}
