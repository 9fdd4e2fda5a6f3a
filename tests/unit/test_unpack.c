/* test_unpack.c - documents within archives: names, nesting, limits, damage. */
#include "tests/unit/test.h"

#include "proto/base/status.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARCHIVE_BYTES = 4 << 20, DOCUMENT_LIMIT = 64 << 20 };

/* ---- making archives ---- */

struct packing {
    struct archive *archive;
    char *bytes;
    size_t used;
};

static struct packing pack_begin(const char *ending)
{
    struct packing packing = {archive_write_new(), memory_alloc(ARCHIVE_BYTES), 0};
    assert_int_equal(archive_write_set_format_filter_by_ext(packing.archive, ending), ARCHIVE_OK);
    return packing;
}

static void pack_open(struct packing *packing)
{
    assert_int_equal(
        archive_write_open_memory(packing->archive, packing->bytes, ARCHIVE_BYTES, &packing->used),
        ARCHIVE_OK);
}

static void pack_member(struct packing *packing, const char *name, struct slice bytes)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)bytes.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    assert_int_equal(archive_write_header(packing->archive, entry), ARCHIVE_OK);
    assert_int_equal(archive_write_data(packing->archive, bytes.data, bytes.len),
                     (la_ssize_t)bytes.len);
    archive_entry_free(entry);
}

static struct slice pack_end(struct packing *packing)
{
    assert_int_equal(archive_write_close(packing->archive), ARCHIVE_OK);
    archive_write_free(packing->archive);
    return (struct slice){packing->bytes, packing->used};
}

static struct slice pack_one(const char *ending, const char *name, struct slice bytes)
{
    struct packing packing = pack_begin(ending);
    pack_open(&packing);
    pack_member(&packing, name, bytes);
    return pack_end(&packing);
}

/* ---- taking them apart ---- */

static struct buffer taken;

static enum status note(void *context, const struct unpacked *unpacked, struct error *error)
{
    static const char *const marks[] = {"=", "!", "?"};
    if (context)
        return fail(error, STATUS_AGAIN, "stopped");
    struct slice bytes = buffer_slice(unpacked->document);
    if (bytes.len > 40)
        bytes.len = 0;
    buffer_format(&taken, "%.*s%s%.*s%.*s\n", SLICE_ARGS(unpacked->path), marks[unpacked->kind],
                  SLICE_ARGS(bytes), SLICE_ARGS(unpacked->reason));
    return STATUS_OK;
}

static enum status unpack(struct slice bytes, const char *path, uint64_t limit, void *context)
{
    struct error error = {{0}};
    int fd = memfd_create("archive", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes.data, bytes.len), (ssize_t)bytes.len);
    buffer_clear(&taken);
    enum status status = unpack_file(fd, bytes.len, path, limit, note, context, &error);
    if (status && !context)
        fail_msg("%s", error.text);
    buffer_append(&taken, "", 1);
    close(fd);
    return status;
}

static void expect(const char *want)
{
    if (strcmp(taken.data, want) != 0)
        fail_msg("got\n%s not\n%s", taken.data, want);
}

static void expect_part(const char *want)
{
    if (!strstr(taken.data, want))
        fail_msg("got\n%s without\n%s", taken.data, want);
}

static void every_kind_gives_its_members(void **state)
{
    (void)state;
    static const char *const endings[] = {"a.zip", "a.tar", "a.tar.gz", "a.tar.xz", "a.7z"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct packing packing = pack_begin(endings[i]);
        pack_open(&packing);
        pack_member(&packing, "乡镇/甲.txt", SLICE("one"));
        pack_member(&packing, "乡镇/.DS_Store", SLICE("clutter"));
        pack_member(&packing, "__MACOSX/乡镇/甲.txt", SLICE("clutter"));
        pack_member(&packing, "乡镇/~$甲.docx", SLICE("clutter"));
        pack_member(&packing, "乡镇/乙.txt", SLICE("two"));
        struct slice bytes = pack_end(&packing);
        assert_true(unpack_holds_documents(bytes));
        unpack(bytes, "x/list.zip", DOCUMENT_LIMIT, NULL);
        expect("x/list.zip/乡镇/甲.txt=one\nx/list.zip/乡镇/乙.txt=two\n");
        free(packing.bytes);
    }
}

static void one_compressed_file_is_named_after_it(void **state)
{
    (void)state;
    struct packing packing = {archive_write_new(), memory_alloc(ARCHIVE_BYTES), 0};
    archive_write_set_format_raw(packing.archive);
    archive_write_add_filter_gzip(packing.archive);
    pack_open(&packing);
    pack_member(&packing, "x", SLICE("text"));
    unpack(pack_end(&packing), "x/报告.txt.gz", DOCUMENT_LIMIT, NULL);
    expect("x/报告.txt.gz/报告.txt=text\n");
    free(packing.bytes);
}

static void names_in_gbk_are_read(void **state)
{
    (void)state;
    /* written as ASCII and put in afterwards: libarchive would mark its own names as UTF-8 */
    struct slice bytes = pack_one("a.zip", "XX/YYYY.txt", SLICE("one"));
    for (size_t at; (at = slice_find(bytes, SLICE("XX/YYYY"), 0)) != SIZE_MAX;)
        memcpy((char *)bytes.data + at, "\xcf\xd8/\xb1\xa8\xb8\xe6", 7);
    unpack(bytes, "a.zip", DOCUMENT_LIMIT, NULL);
    expect("a.zip/县/报告.txt=one\n");
    free((char *)bytes.data);
}

static void archives_nest_to_three_levels(void **state)
{
    (void)state;
    static const char *const endings[] = {"4.tar", "3.zip", "2.7z", "1.zip"};
    struct slice bytes = pack_one(endings[0], "报告.txt", SLICE("text"));
    for (int i = 1; i < 4; i++) {
        struct slice outer = pack_one(endings[i], endings[i - 1], bytes);
        free((char *)bytes.data);
        bytes = outer;
        unpack(bytes, endings[i], DOCUMENT_LIMIT, NULL);
        if (i == 1)
            expect("3.zip/4.tar/报告.txt=text\n");
        else if (i == 2)
            expect("2.7z/3.zip/4.tar/报告.txt=text\n");
        else
            expect("1.zip/2.7z/3.zip/4.tar=\n"); /* a document, which ingest refuses by its name */
    }
    free((char *)bytes.data);
}

static void an_office_file_is_one_document(void **state)
{
    (void)state;
    struct packing packing = pack_begin("a.zip");
    pack_open(&packing);
    pack_member(&packing, "[Content_Types].xml", SLICE("<Types/>"));
    pack_member(&packing, "word/document.xml", SLICE("<document/>"));
    struct slice docx = pack_end(&packing);
    assert_false(unpack_holds_documents(docx)); /* whatever its name */
    struct slice outer = pack_one("a.zip", "甲.docx", docx);
    unpack(outer, "a.zip", DOCUMENT_LIMIT, NULL);
    expect("a.zip/甲.docx=\n");
    free((char *)docx.data);
    free((char *)outer.data);
}

/* What is told fastest is told the same: whether the format that it is of unpacks. */
static void what_holds_documents_is_what_its_format_says(void **state)
{
    (void)state;
    static const struct slice texts[] = {
        SLICE("一、工作情况\n受理案件12件。\n"),
        SLICE("乡镇,件数\n甲乡,3\n乙乡,4\n丙乡,5\n"),
        SLICE("<!DOCTYPE html><html><body>报告</body></html>"),
        SLICE("From: a@b.cn\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n报告\r\n"),
        SLICE("%PDF-1.4\n"),
        SLICE("PK"),
        SLICE("\x1f\x8b\x08"),
    };
    bool any = false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool holds = unpack_holds_documents(texts[i]);
        assert_int_equal(holds, format_of(texts[i])->unpack != NULL);
        any |= holds;
    }
    assert_true(any);
}

static void a_large_member_is_a_document_that_cant_be_read(void **state)
{
    (void)state;
    struct slice bytes = pack_one("a.zip", "甲.txt", SLICE("12345"));
    unpack(bytes, "a.zip", 5, NULL);
    expect("a.zip/甲.txt=12345\n");
    unpack(bytes, "a.zip", 4, NULL);
    expect_part("a.zip/甲.txt!more than the");
    free((char *)bytes.data);
}

static void a_bomb_ends_early(void **state)
{
    (void)state;
    struct packing packing = pack_begin("a.tar.gz");
    char *zeros = memory_zero(DOCUMENT_LIMIT);
    pack_open(&packing);
    for (int i = 0; i < 6; i++)
        pack_member(&packing, "0", (struct slice){zeros, DOCUMENT_LIMIT - 1});
    unpack(pack_end(&packing), "a.tar.gz", DOCUMENT_LIMIT, NULL);
    expect_part("a.tar.gz?it unpacks beyond all measure");
    free(zeros);
    free(packing.bytes);
}

static void a_member_under_a_password_is_named(void **state)
{
    (void)state;
    struct packing packing = pack_begin("a.zip");
    if (archive_write_set_options(packing.archive, "zip:encryption=traditional") != ARCHIVE_OK ||
        archive_write_set_passphrase(packing.archive, "x") != ARCHIVE_OK)
        skip();
    pack_open(&packing);
    pack_member(&packing, "甲.txt", SLICE("secret"));
    unpack(pack_end(&packing), "a.zip", DOCUMENT_LIMIT, NULL);
    expect_part("a.zip/甲.txt!protected by a password");
    free(packing.bytes);
}

static void damage_is_told_and_what_came_before_counts(void **state)
{
    (void)state;
    struct packing packing = pack_begin("a.tar");
    pack_open(&packing);
    pack_member(&packing, "a.txt", SLICE("one"));
    pack_member(&packing, "b.txt", SLICE("two"));
    struct slice bytes = pack_end(&packing);
    bytes.len = 512 * 2 + 300;
    unpack(bytes, "b.tar", DOCUMENT_LIMIT, NULL);
    expect_part("b.tar/a.txt=one\n");
    expect_part("b.tar?the archive is damaged");
    expect_part("1 documents were taken");
    unpack(SLICE("PK\3\4 this is no archive"), "c.zip", DOCUMENT_LIMIT, NULL);
    expect_part("c.zip?");
    free(packing.bytes);
}

static void a_taker_that_stops_ends_it(void **state)
{
    (void)state;
    struct slice bytes = pack_one("a.zip", "甲.txt", SLICE("one"));
    assert_int_equal(unpack(bytes, "a.zip", DOCUMENT_LIMIT, ""), STATUS_AGAIN);
    free((char *)bytes.data);
}

static int stop(void **state)
{
    (void)state;
    buffer_release(&taken);
    return 0;
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_gives_its_members),
        cmocka_unit_test(one_compressed_file_is_named_after_it),
        cmocka_unit_test(names_in_gbk_are_read),
        cmocka_unit_test(archives_nest_to_three_levels),
        cmocka_unit_test(an_office_file_is_one_document),
        cmocka_unit_test(what_holds_documents_is_what_its_format_says),
        cmocka_unit_test(a_large_member_is_a_document_that_cant_be_read),
        cmocka_unit_test(a_bomb_ends_early),
        cmocka_unit_test(a_member_under_a_password_is_named),
        cmocka_unit_test(damage_is_told_and_what_came_before_counts),
        cmocka_unit_test(a_taker_that_stops_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
