/* office.h - fuzzing readers of office files by the parts inside: the input holds them one after
 * another, parted by a record separator, and they are packed anew, for a mutated archive rarely
 * unpacks. */
#ifndef XIANZHI_TESTS_FUZZ_OFFICE_H
#define XIANZHI_TESTS_FUZZ_OFFICE_H

#include "tests/fuzz/fuzz.h"

#include "workers/ingest/format/format.h"

#include <archive.h>
#include <archive_entry.h>

enum { PART_SEPARATOR = 0x1E, PACKED_BYTES = 1 << 18 };

/* `names` ends with NULL; what is left over is one more part of the last name. */
static inline struct slice office_pack(const char *const *names, struct slice parts, char *packed)
{
    size_t used = 0;
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    archive_write_set_options(archive, "zip:compression=store");
    archive_write_open_memory(archive, packed, PACKED_BYTES, &used);
    for (size_t from = 0; *names && from <= parts.len; names++) {
        const char *end =
            from < parts.len ? memchr(parts.data + from, PART_SEPARATOR, parts.len - from) : NULL;
        size_t len = end ? (size_t)(end - parts.data) - from : parts.len - from;
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, *names);
        archive_entry_set_size(entry, (la_int64_t)len);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_write_header(archive, entry);
        archive_write_data(archive, parts.data + from, len);
        archive_entry_free(entry);
        from += len + 1;
    }
    archive_write_close(archive);
    archive_write_free(archive);
    return (struct slice){packed, used};
}

/* Decodes as the child does, and reads the message back as the stage does. */
static inline void office_decode(const struct format *format, struct slice bytes)
{
    struct arena arena = {0};
    struct blocks blocks = {.arena = &arena};
    struct error error = {{0}};
    struct report report = {0};
    struct buffer message = {0};
    if (format->decode(bytes, &blocks, &error) == STATUS_OK &&
        blocks_finish(&blocks, &error) == STATUS_OK) {
        blocks_pack(&blocks, &message);
        fuzz_require(blocks_unpack(&report.arena, buffer_slice(&message), &report, &error) ==
                         STATUS_OK,
                     error.text);
        fuzz_touch(report.text);
    }
    buffer_release(&message);
    blocks_release(&blocks);
    report_release(&report);
    arena_release(&arena);
}

static inline int office_fuzz(const struct format *format, const char *const *names,
                              const uint8_t *data, size_t size)
{
    static char packed[PACKED_BYTES];
    struct slice bytes = office_pack(names, (struct slice){(const char *)data, size}, packed);
    fuzz_require(format_of(bytes) == format, "packed, it is not recognised");
    office_decode(format, bytes);
    return 0;
}

static inline int office_seeds(const char *const seeds[][2], size_t count)
{
    const char *folder = getenv("FUZZ_SEED");
    struct buffer bytes = {0};
    for (size_t i = 0; folder && i < count; i++) {
        buffer_add(&bytes, slice_of(seeds[i][1]));
        fuzz_seed(folder, seeds[i][0], -1, &bytes);
    }
    if (folder)
        exit(0);
    formats_prepare();
    return 0;
}

#endif
