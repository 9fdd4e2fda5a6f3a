/* archive.c - libarchive behind archive.h. One thread an archive. */
#include "proto/doors/archive.h"

#include "proto/base/name.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

enum { READ_BYTES = 1 << 16 };

struct archive_file {
    struct archive *archive;
    struct buffer name;
};

static bool is_compressed(struct slice head)
{
    return slice_starts(head, SLICE("\x1F\x8B")) || slice_starts(head, SLICE("BZh")) ||
           slice_starts(head, SLICE("\xFD"
                                    "7zXZ")) ||
           slice_starts(head, SLICE("\x28\xB5\x2F\xFD"));
}

bool archive_by_bytes(struct slice head)
{
    enum { USTAR_AT = 257 };
    return slice_starts(head, SLICE("PK\3\4")) || slice_starts(head, SLICE("PK\5\6")) ||
           slice_starts(head, SLICE("7z\xBC\xAF\x27\x1C")) ||
           slice_starts(head, SLICE("Rar!\x1A\x07")) || is_compressed(head) ||
           (head.len > USTAR_AT + 5 && memcmp(head.data + USTAR_AT, "ustar", 5) == 0);
}

static enum status damaged(struct archive *archive, struct error *error)
{
    const char *cause = archive_error_string(archive);
    return fail(error, STATUS_BAD, "%s", cause ? cause : "damaged");
}

enum status archive_open(struct archive_file **archive, struct slice bytes, struct error *error)
{
    struct archive_file *new = memory_zero(sizeof *new);
    struct archive *reader = archive_read_new();
    new->archive = reader;
    *archive = new;
    archive_read_support_filter_all(reader);
    archive_read_support_format_zip(reader);
    archive_read_support_format_tar(reader);
    archive_read_support_format_7zip(reader);
    archive_read_support_format_rar(reader);
    archive_read_support_format_rar5(reader);
    if (is_compressed(bytes))
        archive_read_support_format_raw(reader); /* takes anything that no other takes */
    if (archive_read_open_memory(reader, bytes.data, bytes.len) < ARCHIVE_WARN)
        return damaged(reader, error);
    return STATUS_OK;
}

void archive_close(struct archive_file **archive)
{
    if (!*archive)
        return;
    archive_read_free((*archive)->archive);
    buffer_release(&(*archive)->name);
    free(*archive);
    *archive = NULL;
}

enum status archive_next(struct archive_file *archive, struct archive_member *member,
                         struct error *error)
{
    struct archive_entry *entry;
    *member = (struct archive_member){0};
    int result = archive_read_next_header(archive->archive, &entry);
    if (result == ARCHIVE_EOF)
        return STATUS_OK;
    if (result < ARCHIVE_WARN)
        return damaged(archive->archive, error);
    const char *name = archive_entry_pathname(entry);
    if (!name)
        name = archive_entry_pathname_utf8(entry);
    if (archive_format(archive->archive) == ARCHIVE_FORMAT_RAW)
        name = ""; /* libarchive calls it "data" */
    name_to_utf8(name ? name : "", &archive->name);
    *member = (struct archive_member){
        .name = buffer_slice(&archive->name),
        .bytes = archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : 0,
        .regular = archive_entry_filetype(entry) == AE_IFREG,
        .encrypted = archive_entry_is_encrypted(entry) != 0,
    };
    return STATUS_OK;
}

enum status archive_read(struct archive_file *archive, uint64_t limit, struct buffer *into,
                         struct error *error)
{
    size_t first = into->len;
    while (into->len - first <= limit) {
        buffer_reserve(into, READ_BYTES);
        uint64_t room = into->capacity - into->len, left = limit + 1 - (into->len - first);
        ssize_t got =
            archive_read_data(archive->archive, into->data + into->len, room < left ? room : left);
        if (got < 0)
            return damaged(archive->archive, error);
        if (got == 0)
            break;
        into->len += (size_t)got;
    }
    return STATUS_OK;
}
