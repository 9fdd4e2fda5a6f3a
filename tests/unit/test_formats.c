/* test_formats.c - which format is which, by the bytes; tables as text; what is refused before it
 * is read. */
#include "tests/unit/package_fixture.h"

#include "workers/ingest/format/flow.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/ole2.h"

static const char *name_of(struct slice bytes)
{
    return format_of(bytes)->name;
}

/* ---- packages ---- */

static const char *name_of_package(const char *first, const char *second)
{
    struct slice bytes =
        package_make((struct package_text[]){{first, "<a/>"}, {second, "<b/>"}, {0}});
    const char *name = name_of(bytes);
    free((char *)bytes.data);
    return name;
}

static void packages_are_told_by_their_parts(void **state)
{
    (void)state;
    assert_string_equal(name_of_package("[Content_Types].xml", "word/document.xml"), "docx");
    assert_string_equal(name_of_package("word\\document.xml", "x"), "docx");
    assert_string_equal(name_of_package("[Content_Types].xml", "xl/workbook.xml"), "xlsx");
    assert_string_equal(name_of_package("OFD.xml", "Doc_0/Document.xml"), "ofd");
    assert_string_equal(name_of_package("[Content_Types].xml", "ppt/presentation.xml"), "office");
    assert_string_equal(name_of_package("甲县/报告.txt", "word/document.xml.txt"), "archive");
}

/* Its name stands in the bytes of the inner file, not in the outer one's table of contents. */
static void a_document_within_an_archive_makes_no_document_of_it(void **state)
{
    (void)state;
    struct slice inner = package_make((struct package_text[]){{"word/document.xml", "<w/>"}, {0}});
    size_t used = 0;
    char outer[4096];
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    archive_write_set_format_zip(archive);
    archive_write_set_options(archive, "zip:compression=store");
    archive_write_open_memory(archive, outer, sizeof outer, &used);
    archive_entry_set_pathname(entry, "a.docx");
    archive_entry_set_size(entry, (la_int64_t)inner.len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(archive, entry);
    archive_write_data(archive, inner.data, inner.len);
    archive_entry_free(entry);
    archive_write_close(archive);
    archive_write_free(archive);
    assert_string_equal(name_of((struct slice){outer, used}), "archive");
    free((char *)inner.data);
}

/* Whatever is cut off or changed, looking reads nothing outside of the bytes (run under ASan). */
static void a_damaged_directory_is_no_danger(void **state)
{
    (void)state;
    struct slice whole = package_make((struct package_text[]){
        {"[Content_Types].xml", "<a/>"}, {"word/document.xml", "<b/>"}, {0}});
    for (size_t len = 0; len <= whole.len; len++) {
        char *cut = memory_alloc(len ? len : 1);
        memcpy(cut, whole.data, len);
        format_of((struct slice){cut, len});
        for (size_t at = len > 80 ? len - 80 : 0; at < len; at++) {
            char old = cut[at];
            cut[at] = (char)0xFF;
            format_of((struct slice){cut, len});
            cut[at] = old;
        }
        free(cut);
    }
    free((char *)whole.data);
}

/* ---- compound files ---- */

enum { SECTOR = 512, ENTRY = 128 };

/* A compound file whose directory has these entries, and one stream behind it. */
static struct slice compound(char *bytes, const char *const *names, const char *stream)
{
    memset(bytes, 0, 8 * SECTOR);
    memcpy(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    bytes[30] = 9; /* sectors of 512 bytes */
    for (size_t i = 0; names[i]; i++) {
        char *entry = bytes + SECTOR + i * ENTRY;
        size_t len = strlen(names[i]);
        for (size_t j = 0; j < len; j++)
            entry[2 * j] = names[i][j];
        entry[0x40] = (char)(2 * len + 2);
        entry[0x42] = 2;
        entry[0x74] = 4;    /* its first sector */
        entry[0x79] = 0x10; /* 4096 bytes */
    }
    memcpy(bytes + 5 * SECTOR, stream, 16);
    return (struct slice){bytes, 8 * SECTOR};
}

static const char *read_compound(const char *const *names, const char *stream)
{
    static char bytes[8 * SECTOR];
    report_reset(&package_report);
    package_error.text[0] = '\0';
    package_report.raw = compound(bytes, names, stream);
    assert_int_equal(document_read(&package_report, &package_error), STATUS_BAD);
    return package_error.text;
}

static void old_office_files_are_told_by_their_streams(void **state)
{
    (void)state;
    static char bytes[8 * SECTOR];
    static const char stream[16] = "";
    assert_string_equal(
        name_of(compound(bytes, (const char *[]){"Root Entry", "WordDocument", NULL}, stream)),
        "doc");
    assert_string_equal(name_of(compound(bytes, (const char *[]){"Workbook", NULL}, stream)),
                        "xls");
    assert_string_equal(
        name_of(compound(bytes, (const char *[]){"PowerPoint Document", NULL}, stream)), "ole2");
    assert_string_equal(
        name_of(
            compound(bytes, (const char *[]){"EncryptionInfo", "EncryptedPackage", NULL}, stream)),
        "protected");
    assert_int_equal(
        ole2_stream_start(compound(bytes, (const char *[]){"Book", NULL}, stream), "Book").len,
        SECTOR);
}

static void passwords_are_told_before_anything_is_tried(void **state)
{
    (void)state;
    const char *reason =
        read_compound((const char *[]){"EncryptedPackage", NULL}, "0123456789abcdef");
    assert_non_null(strstr(reason, "有密码"));
    reason = read_compound((const char *[]){"WordDocument", NULL},
                           "\xEC\xA5\xC1\0\0\0\0\0\0\0\0\1\0\0\0");
    if (!strstr(reason, "缺少软件包"))
        assert_non_null(strstr(reason, "有密码"));
    reason =
        read_compound((const char *[]){"Workbook", NULL}, "\x09\x08\4\0\0\0\0\0\x2F\0\0\0\0\0\0");
    assert_non_null(reason);
}

/* ---- text ---- */

static void expect_text(const char *bytes, const char *format, const char *want)
{
    report_reset(&package_report);
    package_report.raw = slice_of(bytes);
    if (document_read(&package_report, &package_error) != STATUS_OK)
        fail_msg("%s", package_error.text);
    assert_true(slice_equal(package_report.format, slice_of(format)));
    if (!slice_equal(package_report.text, slice_of(want)))
        fail_msg("got\n%.*snot\n%s", SLICE_ARGS(package_report.text), want);
}

static void tables_as_text_are_rows(void **state)
{
    (void)state;
    expect_text("类别,件数\n复议,9\n", "csv", "类别\t件数\n复议\t9\n");
    expect_text("\xEF\xBB\xBF"
                "a;b\r\n\"c;\"\"d\"\"\ne\";1\r\n",
                "csv", "a\tb\nc;\"d\" e\t1\n");
    /* Prose is none, whatever its commas. */
    expect_text("全年检查1,640次。其中夜间9次\n压减1,160万吨。立案2件\n", "txt",
                "全年检查1,640次。其中夜间9次\n压减1,160万吨。立案2件\n");
    expect_text("办结案件1,640件\n罚没款2,300元\n", "txt", "办结案件1,640件\n罚没款2,300元\n");
    expect_text("去年,县里开会2次。办案9件\n今年,县里开会3次。办案8件\n", "txt",
                "去年,县里开会2次。办案9件\n今年,县里开会3次。办案8件\n");
    /* Nobody quotes a cell for its full stops. */
    expect_text("指标,说明,件数\n行政复议,已办结。其中2件延期,9\n行政应诉,已审结。无败诉,8\n调解,"
                "已履行,7\n",
                "csv",
                "指标\t说明\t件数\n行政复议\t已办结。其中2件延期\t9\n"
                "行政应诉\t已审结。无败诉\t8\n调解\t已履行\t7\n");
    expect_text("县,意见,数\n甲,\"已完成。在办1件\",\"1,640\"\n", "csv",
                "县\t意见\t数\n甲\t已完成。在办1件\t1,640\n");
    expect_text("\xC0\xE0,\xCA\xFD\n\xB8\xB4,9\n\xD2\xE9,8", "csv", "类\t数\n复\t9\n议\t8\n");
    expect_text("某县报告\n类别,单位,件数\n复议,件,9\n诉讼,件,8\n", "csv",
                "某县报告\n类别\t单位\t件数\n复议\t件\t9\n诉讼\t件\t8\n");
    expect_text("\"某县2022年法治政府建设年度报告，按照上级有关文件要求向全社会公布如下，请予监督。"
                "\n受理9件，办结8件"
                "，共17件。\",\n类,数\n",
                "csv",
                "某县2022年法治政府建设年度报告，按照上级有关文件要求向全社会公布如下，请予监督。\n"
                "受理9件，办结8件，"
                "共17件。\n类\t数\n");
    /* a report with a comma here and there is none */
    expect_text("某县报告\n一,成效\n受理9件，办结8件，共17件。\n", "txt",
                "某县报告\n一,成效\n受理9件，办结8件，共17件。\n");
    expect_text("一,受理,9件\n二,受理,9件\n另\n三,受理,9件\n", "txt",
                "一,受理,9件\n二,受理,9件\n另\n三,受理,9件\n");
}

/* What stands behind the last column that a table may have is kept in it. */
static void wide_tables_as_text_keep_their_words(void **state)
{
    (void)state;
    struct buffer bytes = {0}, want = {0};
    for (int row = 0; row < 2; row++)
        for (int column = 1; column <= LAYOUT_MAX_COLUMNS + 2; column++) {
            bool last = column == LAYOUT_MAX_COLUMNS + 2;
            buffer_format(&bytes, "%d%s", column, last ? "\n" : ",");
            buffer_format(&want, "%d%s", column,
                          last                          ? "\n"
                          : column < LAYOUT_MAX_COLUMNS ? "\t"
                                                        : " ");
        }
    buffer_append(&bytes, "", 1), buffer_append(&want, "", 1);
    expect_text(bytes.data, "csv", want.data);
    buffer_release(&bytes);
    buffer_release(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packages_are_told_by_their_parts),
        cmocka_unit_test(a_document_within_an_archive_makes_no_document_of_it),
        cmocka_unit_test(a_damaged_directory_is_no_danger),
        cmocka_unit_test(old_office_files_are_told_by_their_streams),
        cmocka_unit_test(passwords_are_told_before_anything_is_tried),
        cmocka_unit_test(tables_as_text_are_rows),
        cmocka_unit_test(wide_tables_as_text_keep_their_words),
    };
    return cmocka_run_group_tests(tests, NULL, package_stop);
}
