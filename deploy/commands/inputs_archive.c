/* inputs_archive.c - the door to libarchive: an archive's members as documents.
 *
 * Happy path: header after header, each regular member read whole. What can fail: the archive is
 * cut off or damaged (what came before still counts), a member is encrypted or too large. Members
 * are never written to disk, so their names can do no harm.
 */
#include "deploy/commands/inputs_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { READ_BYTES = 1 << 16 };

bool archive_by_name(const char *path)
{
    static const char *const endings[] = {".zip",     ".tar", ".tar.gz", ".tgz",
                                          ".tar.bz2", ".7z",  ".tar.xz", ".tar.zst"};
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (len > ending && strcasecmp(path + len - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

/* What systems put into archives beside the documents. */
static bool is_clutter(const char *name)
{
    const char *base = strrchr(name, '/');
    base = base ? base + 1 : name;
    return *base == '.' || *base == '\0' || strncmp(name, "__MACOSX/", 9) == 0;
}

struct member_reader {
    struct inputs *inputs;
    struct archive *archive;
    const char *path;
    input_take *take;
    void *context;
    struct buffer name, full_name, document;
    uint64_t taken;
};

/* ARCHIVE_OK, or what libarchive said. Stops one byte past the limit. */
static int read_member(struct member_reader *reader, uint64_t limit)
{
    struct buffer *document = &reader->document;
    buffer_clear(document);
    while (document->len <= limit) {
        buffer_reserve(document, READ_BYTES);
        ssize_t got = archive_read_data(reader->archive, document->data + document->len,
                                        document->capacity - document->len);
        if (got < 0)
            return (int)got;
        if (got == 0)
            return ARCHIVE_OK;
        document->len += (size_t)got;
    }
    return ARCHIVE_OK;
}

static void name_member(struct member_reader *reader, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    if (!name)
        name = archive_entry_pathname_utf8(entry);
    name_to_utf8(name ? name : "", &reader->name);
    buffer_clear(&reader->full_name);
    struct buffer archive_name = {0};
    name_to_utf8(reader->path, &archive_name);
    buffer_format(&reader->full_name, "%s/%s", archive_name.data, reader->name.data);
    buffer_release(&archive_name);
}

static enum status take_member(struct member_reader *reader, struct archive_entry *entry,
                               struct error *error)
{
    uint64_t limit = inputs_limit(reader->inputs);
    name_member(reader, entry);
    if (archive_entry_filetype(entry) != AE_IFREG || is_clutter(reader->name.data))
        return STATUS_OK;
    bool too_large =
        archive_entry_size_is_set(entry) && (uint64_t)archive_entry_size(entry) > limit;
    if (!too_large && read_member(reader, limit) != ARCHIVE_OK) {
        const char *cause = archive_error_string(reader->archive);
        reader->inputs->failures++;
        inputs_tell(reader->inputs, "%s: can't be unpacked (%s): unpack it by hand, then submit it",
                    reader->full_name.data, cause ? cause : "damaged");
        return STATUS_OK;
    }
    reader->taken++;
    too_large |= reader->document.len > limit;
    if (!too_large)
        return reader->take(reader->context, reader->full_name.data, &reader->document, NULL,
                            error);
    char reason[128];
    snprintf(reason, sizeof reason,
             "more than the %.1f MiB that a document may have: submit the report's text alone",
             (double)limit / (1 << 20));
    buffer_clear(&reader->document);
    return reader->take(reader->context, reader->full_name.data, &reader->document, reason, error);
}

static void tell_broken(struct member_reader *reader)
{
    const char *cause = archive_error_string(reader->archive);
    reader->inputs->failures++;
    inputs_tell(reader->inputs,
                "%s: the archive is damaged (%s): %" PRIu64
                " documents were taken from it; get it again for the rest",
                reader->path, cause ? cause : "cut off", reader->taken);
}

static struct archive *open_archive(const char *path, int *result)
{
    struct archive *archive = archive_read_new();
    archive_read_support_filter_all(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_7zip(archive);
    *result = archive_read_open_filename(archive, path, READ_BYTES);
    return archive;
}

enum status archive_read_members(struct inputs *inputs, const char *path, input_take *take,
                                 void *context, struct error *error)
{
    int result;
    struct member_reader reader = {
        .inputs = inputs, .path = path, .take = take, .context = context};
    reader.archive = open_archive(path, &result);
    enum status status = STATUS_OK;
    while (result >= ARCHIVE_WARN && !status) {
        struct archive_entry *entry;
        result = archive_read_next_header(reader.archive, &entry);
        if (result == ARCHIVE_EOF || result < ARCHIVE_WARN)
            break;
        status = take_member(&reader, entry, error);
    }
    if (result != ARCHIVE_EOF && !status)
        tell_broken(&reader);
    archive_read_free(reader.archive);
    buffer_release(&reader.name);
    buffer_release(&reader.full_name);
    buffer_release(&reader.document);
    return status;
}
