/* unpacking.c - members by their paths inside, counted against the limits of a file. In the child;
 * what goes wrong with one of them costs a line or a dead letter, and only a file that unpacks
 * beyond all measure ends the walk.
 */
#include "workers/ingest/format/unpacking.h"

#include "proto/base/tr.h"
#include "proto/doors/process.h"
#include "proto/pack.h"

#include <stdio.h>

bool unpack_say(const struct unpacking *unpacking, enum unpacked_kind kind, struct slice path,
                const char *reason, struct slice bytes)
{
    struct buffer head = {0};
    pack_array(&head, 3);
    pack_uint(&head, kind);
    pack_text(&head, path);
    pack_text(&head, slice_of(reason));
    bool said = process_emit(unpacking->out, buffer_slice(&head), bytes);
    buffer_release(&head);
    return said;
}

static struct slice path_of(struct buffer *path, const struct unpacking *unpacking,
                            struct slice name)
{
    buffer_format(path, "%.*s/%.*s", SLICE_ARGS(unpacking->path), SLICE_ARGS(name));
    return buffer_slice(path);
}

/* What systems put into archives beside the documents. */
static bool is_clutter(struct slice name)
{
    struct slice last = slice_file_name(name);
    return last.len == 0 || last.data[0] == '.' || slice_starts(last, SLICE("~$")) ||
           slice_starts(name, SLICE("__MACOSX/")) || slice_equal(last, SLICE("Thumbs.db")) ||
           slice_equal(last, SLICE("desktop.ini"));
}

bool unpack_member(struct unpacking *unpacking, struct slice name, struct slice bytes)
{
    if (is_clutter(name))
        return true;
    *unpacking->unpacked_bytes += bytes.len;
    if (++*unpacking->members > MAX_ARCHIVE_MEMBERS ||
        *unpacking->unpacked_bytes > unpacking->max_unpacked_bytes) {
        unpack_failure(unpacking,
                       "it unpacks beyond all measure (解压炸弹?): the rest is left out; "
                       "unpack it by hand and submit its documents");
        return false;
    }
    struct buffer path = {0};
    path_of(&path, unpacking, name);
    unpacking->count++;
    bool go_on;
    if (bytes.len > unpacking->max_document_bytes) {
        char reason[160];
        snprintf(
            reason, sizeof reason,
            TR("more than the %.1f MiB that a document may have: submit the report's text alone"),
            (double)unpacking->max_document_bytes / (1 << 20));
        go_on = unpack_say(unpacking, UNPACKED_UNREADABLE, buffer_slice(&path), reason, SLICE(""));
    } else {
        go_on = unpacking->inner(unpacking, buffer_slice(&path), bytes);
    }
    buffer_release(&path);
    return go_on;
}

bool unpack_unreadable(struct unpacking *unpacking, struct slice name, const char *reason)
{
    if (is_clutter(name))
        return true;
    struct buffer path = {0};
    path_of(&path, unpacking, name);
    unpacking->count++;
    ++*unpacking->members;
    bool go_on = unpack_say(unpacking, UNPACKED_UNREADABLE, buffer_slice(&path), reason, SLICE(""));
    buffer_release(&path);
    return go_on;
}

bool unpack_failure(struct unpacking *unpacking, const char *reason)
{
    return unpack_say(unpacking, UNPACKED_FAILURE, unpacking->path, reason, SLICE(""));
}

uint64_t unpack_limit(const struct unpacking *unpacking)
{
    return unpacking->max_document_bytes;
}

unsigned unpack_count(const struct unpacking *unpacking)
{
    return unpacking->count;
}

struct slice unpack_base_name(const struct unpacking *unpacking)
{
    struct slice name = slice_file_name(unpacking->name);
    size_t end = name.len;
    while (end > 0 && name.data[end - 1] != '.')
        end--;
    return slice_range(name, 0, end > 1 ? end - 1 : name.len);
}
