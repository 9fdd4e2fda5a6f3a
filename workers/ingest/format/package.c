/* package.c - unpacks a package's XML parts. In the child; what fails is the file. */
#include "workers/ingest/format/package.h"

#include "proto/base/tr.h"
#include "proto/doors/archive.h"
#include "workers/ingest/format/blocks.h"

static bool is_xml(struct slice name)
{
    return slice_ends(name, SLICE(".xml")) || slice_ends(name, SLICE(".rels")) ||
           slice_ends(name, SLICE(".XML")) || slice_equal(name, SLICE("mimetype"));
}

static enum status refuse_size(const char *what, struct error *error)
{
    return fail(error, STATUS_BAD,
                "%s that unpacks to more than %d MiB (解压后过大): no report is so large; save its "
                "text alone",
                what, MAX_UNPACKED_BYTES >> 20);
}

static enum status take_part(struct package *package, struct arena *arena,
                             struct archive_file *archive, const struct archive_member *member,
                             size_t *total, const char *what, struct error *error)
{
    enum { SPARE_BYTES = 1 << 17 }; /* so that reading the declared size never grows it */
    struct error cause;
    uint64_t limit = MAX_UNPACKED_BYTES - *total;
    if (member->encrypted)
        return package_protected(what, error);
    struct package_part *part =
        ARENA_PUSH(arena, package->parts, package->count, package->capacity);
    *part = (struct package_part){.name = package_resolve(arena, SLICE(""), member->name)};
    if (member->bytes > limit)
        return refuse_size(what, error);
    buffer_reserve(&part->bytes, member->bytes + SPARE_BYTES);
    if (archive_read(archive, limit, &part->bytes, &cause))
        return package_damaged(what, part->name, &cause, error);
    *total += part->bytes.len;
    return *total > MAX_UNPACKED_BYTES ? refuse_size(what, error) : STATUS_OK;
}

static enum status take_parts(struct package *package, struct arena *arena,
                              struct archive_file *archive, const char *what, struct error *error)
{
    size_t total = 0, members = 0;
    for (;;) {
        struct archive_member member;
        struct error cause;
        if (archive_next(archive, &member, &cause) != STATUS_OK)
            return package_damaged(what, SLICE(TR("its table of contents")), &cause, error);
        if (!member.name.data)
            return STATUS_OK;
        if (++members > PACKAGE_MAX_MEMBERS)
            return refuse_size(what, error);
        if (!member.regular || !is_xml(member.name))
            continue;
        enum status status = take_part(package, arena, archive, &member, &total, what, error);
        if (status)
            return status;
    }
}

enum status package_open(struct package *package, struct arena *arena, struct slice bytes,
                         const char *what, struct error *error)
{
    struct archive_file *archive;
    struct error cause;
    *package = (struct package){0};
    enum status status = archive_open(&archive, bytes, &cause);
    if (status)
        status = package_damaged(what, SLICE(TR("its beginning")), &cause, error);
    else
        status = take_parts(package, arena, archive, what, error);
    archive_close(&archive);
    return status;
}

void package_close(struct package *package)
{
    for (size_t i = 0; i < package->count; i++)
        buffer_release(&package->parts[i].bytes);
    package->count = 0;
}

struct slice package_part(const struct package *package, struct slice name)
{
    for (size_t i = 0; i < package->count; i++)
        if (slice_equal(package->parts[i].name, name))
            return buffer_slice(&package->parts[i].bytes);
    return (struct slice){0};
}

static bool parts_folders(char c)
{
    return c == '/' || c == '\\';
}

struct slice package_resolve(struct arena *arena, struct slice from, struct slice target)
{
    size_t folder = target.len > 0 && parts_folders(target.data[0]) ? 0 : from.len;
    while (folder > 0 && from.data[folder - 1] != '/')
        folder--;
    struct slice path =
        arena_format(arena, "%.*s%.*s", (int)folder, folder ? from.data : "", SLICE_ARGS(target));
    char *name = arena_alloc(arena, path.len + 1);
    size_t len = 0;
    for (size_t at = 0, end; at < path.len; at = end + 1) {
        for (end = at; end < path.len && !parts_folders(path.data[end]);)
            end++;
        struct slice step = slice_range(path, at, end);
        if (slice_equal(step, SLICE(".."))) {
            while (len > 0 && name[--len] != '/')
                continue;
        } else if (step.len && !slice_equal(step, SLICE("."))) {
            if (len)
                name[len++] = '/';
            memcpy(name + len, step.data, step.len);
            len += step.len;
        }
    }
    return (struct slice){name, len};
}

enum status package_protected(const char *what, struct error *error)
{
    return fail(error, STATUS_BAD,
                "%s protected by a password (有密码): take the password off, then submit it", what);
}

enum status package_damaged(const char *what, struct slice part, const struct error *cause,
                            struct error *error)
{
    return fail(error, STATUS_BAD,
                "%s, damaged in %.*s (文件损坏; %s): open it in its program, save it anew, and "
                "submit that",
                what, SLICE_ARGS(part), cause->text);
}
