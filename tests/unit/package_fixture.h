/* package_fixture.h - office files made of the parts that a test writes, and what is read of them.
 */
#ifndef XIANZHI_TESTS_PACKAGE_FIXTURE_H
#define XIANZHI_TESTS_PACKAGE_FIXTURE_H

#include "tests/unit/test.h"
#include "workers/ingest/format/document.h"

#include <archive.h>
#include <archive_entry.h>

struct package_text {
    const char *name, *xml;
};

/* A zip of the parts, ended by a NULL name; to be freed. */
static inline struct slice package_make(const struct package_text *parts)
{
    size_t capacity = 4096, used = 0;
    for (const struct package_text *part = parts; part->name; part++)
        capacity += strlen(part->xml) + 1024;
    char *bytes = memory_alloc(capacity);
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    assert_int_equal(archive_write_open_memory(archive, bytes, capacity, &used), ARCHIVE_OK);
    for (const struct package_text *part = parts; part->name; part++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, part->name);
        archive_entry_set_size(entry, (la_int64_t)strlen(part->xml));
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
        archive_write_data(archive, part->xml, strlen(part->xml));
        archive_entry_free(entry);
    }
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return (struct slice){bytes, used};
}

static struct report package_report;
static struct error package_error;

static inline enum status package_read(const struct package_text *parts)
{
    struct slice bytes = package_make(parts);
    report_reset(&package_report);
    package_error.text[0] = '\0';
    package_report.raw = arena_copy(&package_report.arena, bytes);
    free((char *)bytes.data);
    return document_read(&package_report, &package_error);
}

static inline void package_expect(const struct package_text *parts, const char *want)
{
    if (package_read(parts) != STATUS_OK)
        fail_msg("%s", package_error.text);
    if (!slice_equal(package_report.text, slice_of(want)))
        fail_msg("got\n%.*snot\n%s", SLICE_ARGS(package_report.text), want);
}

static inline void package_refused(const struct package_text *parts, const char *reason)
{
    assert_int_equal(package_read(parts), STATUS_BAD);
    if (!strstr(package_error.text, reason))
        fail_msg("got \"%s\", without \"%s\"", package_error.text, reason);
}

static inline int package_stop(void **state)
{
    (void)state;
    report_release(&package_report);
    return 0;
}

#endif
