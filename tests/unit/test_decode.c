/* test_decode.c - every encoding that occurs, and every kind of file that is no report. */
#include "workers/ingest/format/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <iconv.h>
#include <stdio.h>
#include <unistr.h>

static struct report report;

static const char sample[] = "临泽县人民政府关于2022年度法治政府建设情况的报告\n　　2022年，全县受"
                             "理行政复议案件9件，审结9件，"
                             "群众满意率达98.6％。举办培训班3期，培训执法人员一百二十余人次。\n";

static struct slice encode(const char *to, struct slice text)
{
    static char out[64 * 1024];
    char *in = (char *)text.data, *end = out;
    size_t left = text.len, room = sizeof out;
    iconv_t converter = iconv_open(to, "UTF-8");
    assert_int_equal(iconv(converter, &in, &left, &end, &room), 0);
    iconv_close(converter);
    return (struct slice){out, (size_t)(end - out)};
}

static enum status decode(struct slice raw, struct error *error)
{
    report_reset(&report);
    report.raw = raw;
    return document_read(&report, error);
}

static void assert_decodes(struct slice raw, const char *text, const char *encoding)
{
    struct error error = {{0}};
    enum status status = decode(raw, &error);
    assert_string_equal(error.text, "");
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(report.text.len, strlen(text));
    assert_memory_equal(report.text.data, text, strlen(text));
    assert_true(slice_equal(report.encoding, slice_of(encoding)));
}

static void assert_refused(struct slice raw, const char *reason)
{
    struct error error = {{0}};
    enum status status = decode(raw, &error);
    if (status != STATUS_BAD)
        print_error("not refused though %s\n", reason);
    assert_int_equal(status, STATUS_BAD);
    if (!strstr(error.text, reason))
        print_error("wanted %s, got %s\n", reason, error.text);
    assert_non_null(strstr(error.text, reason));
}

static void test_utf8_stays_as_it_is(void **unused)
{
    (void)unused;
    struct slice raw = slice_of(sample);
    assert_decodes(raw, sample, "UTF-8");
    assert_ptr_equal(report.text.data, raw.data);
    assert_decodes(SLICE("\xEF\xBB\xBF报告"), "\xEF\xBB\xBF报告", "UTF-8");
}

static void test_gbk_and_gb18030(void **unused)
{
    (void)unused;
    assert_decodes(encode("GBK", slice_of(sample)), sample, "GB18030");
    /* a hanzi that only GB18030 has, in four bytes */
    char rare[sizeof sample + 8] = "";
    strcat(strcpy(rare, sample), "㑇镇");
    assert_decodes(encode("GB18030", slice_of(rare)), rare, "GB18030");
}

static void test_big5_as_text_and_as_a_page(void **unused)
{
    (void)unused;
    static const char text[] = "連江縣政府2023年法治政府建設年度報告\n"
                               "全年收到行政復議申請45件，受理40件，審結38件，其中維持30件。\n";
    struct slice raw = encode("BIG5", slice_of(text));
    assert_decodes(raw, text, "BIG5");
    assert_refused(slice_range(raw, 0, raw.len - 2), "文件末尾不完整");
    assert_decodes(encode("BIG5", SLICE("<html><head><title>連江縣</title></head><body><p>"
                                        "受理行政復議申請40件，審結38件。</p></body></html>")),
                   "受理行政復議申請40件，審結38件。\n", "BIG5");
}

static void test_utf16_with_and_without_mark(void **unused)
{
    (void)unused;
    assert_decodes(encode("UTF-16LE", slice_of(sample)), sample, "UTF-16LE");
    assert_decodes(encode("UTF-16BE", slice_of(sample)), sample, "UTF-16BE");
    char marked[sizeof sample + 3] = "\xEF\xBB\xBF";
    strcat(marked, sample);
    assert_decodes(encode("UTF-16LE", slice_of(marked)), sample, "UTF-16LE");
    assert_decodes(encode("UTF-16BE", slice_of(marked)), sample, "UTF-16BE");
}

static void test_a_cut_off_end_is_refused(void **unused)
{
    (void)unused;
    struct slice raw = slice_of(sample);
    assert_refused(slice_range(raw, 0, raw.len - 2), "文件末尾不完整");
    assert_refused(slice_range(raw, 0, raw.len - 3), "middle of a character");
    raw = encode("GBK", slice_range(raw, 0, raw.len - 1));
    assert_refused(slice_range(raw, 0, raw.len - 1), "文件末尾不完整");
    char marked[sizeof sample + 3] = "\xEF\xBB\xBF";
    raw = encode("UTF-16LE", slice_of(strcat(marked, sample)));
    assert_refused(slice_range(raw, 0, raw.len - 1), "文件末尾不完整");
}

static void test_damage_is_refused_with_its_byte(void **unused)
{
    (void)unused;
    char damaged[sizeof sample];
    memcpy(damaged, sample, sizeof sample);
    damaged[60] = '\xFF';
    assert_refused(slice_of(damaged), "byte 58 (value 0xE5)");
}

/* Overlong, surrogates, beyond the last plane, lone bytes: the byte that libunistring names. */
static void test_every_kind_of_bad_character_is_found(void **unused)
{
    (void)unused;
    static const char *const bad[] = {
        "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xC1\xBF",
        "\x80",         "\xE5\x8E\x41", "\xE5\x41\xBF",     "\xF5\x80\x80\x80", "\xEF\xBF\xC0"};
    static const char *const good[] = {"\xE0\xA0\x80",     "\xED\x9F\xBF", "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF", "\xC2\x80",     "\xEF\xBF\xBF"};
    char text[128], where[32];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int len = snprintf(text, sizeof text, "县人民政府二○二二年%s年度报告", bad[i]);
        const uint8_t *at = u8_check((const uint8_t *)text, (size_t)len);
        assert_non_null(at);
        snprintf(where, sizeof where, "byte %zu (value", (size_t)((const char *)at - text));
        assert_refused(slice_of(text), where);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(text, sizeof text, "县人民政府二○二二年%s年度报告", good[i]);
        assert_decodes(slice_of(text), text, "UTF-8");
    }
}

static void test_no_text_at_all(void **unused)
{
    (void)unused;
    static const char zeros[1000];
    assert_refused((struct slice){0}, "empty file");
    assert_refused((struct slice){zeros, sizeof zeros}, "1000 zero bytes");
    assert_refused((struct slice){zeros, 1}, "1 zero bytes");
    assert_refused(SLICE("%PDF-1.7\n"), "PDF");
    assert_refused(SLICE("PK\3\4\x14\0"), "an archive");
    assert_refused(SLICE("PK\3\4\24\0\0\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\23\0\0\0"
                         "[Content_Types].xml"),
                   "an office file, damaged");
    assert_refused(SLICE("\xD0\xCF\x11\xE0\xA1\xB1"), "an old Office program");
    assert_refused(SLICE("plain text\0with a zero"), "byte 10 is zero");
}

#define JPEG "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define PNG "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0"

/* Heads of pictures with nothing behind them, or with what is no frame: a table (FFC4), a width of
 * nothing, a length that does not fit, too few bytes. */
static void test_pictures_without_contents(void **unused)
{
    (void)unused;
    static const char noise[] = JPEG "\xFF\xC4\0\x0B\x08\0\x10\0\x10\1\1\x11\0";
    assert_refused(SLICE(JPEG), "without its contents");
    assert_refused(SLICE(noise), "without its contents");
    assert_refused(SLICE(JPEG "\xFF\xC0\0\x0B\x08\0\x10\0\0\1\1\x11\0"), "without its contents");
    assert_refused(SLICE(JPEG "\xFF\xC0\0\x0C\x08\0\x10\0\x10\1\1\x11\0"), "without its contents");
    assert_refused(SLICE(JPEG "\xFF\xC0\0\x0B\x08\0\x10"), "without its contents");
    assert_refused(SLICE(PNG), "without its contents");
    assert_refused(SLICE("\x89PNG\r\n\x1A\n"), "without its contents");
}

/* Pictures are no failure: their text is read off later. */
static void test_pictures_wait_to_be_read(void **unused)
{
    (void)unused;
    struct error error;
    static const char tiff[] =
        "II*\0\x08\0\0\0\0\0\x0E\0\0\0\0\0\0\0\0\0"; /* two empty directories */
    static const char circle[] = "II*\0\x08\0\0\0\0\0\x08\0\0\0";
    assert_int_equal(decode(SLICE(JPEG "\xFF\xC0\0\x0B\x08\0\x10\0\x10\1\1\x11\0"), &error),
                     STATUS_OK);
    assert_int_equal(report.scan_count, 1);
    assert_int_equal(decode(SLICE(PNG "\0\0\0\0IDAT"), &error), STATUS_OK);
    assert_int_equal(report.scan_count, 1);
    assert_int_equal(decode(SLICE(tiff), &error), STATUS_OK);
    assert_int_equal(report.scan_count, 2);
    assert_int_equal(report.scans[1].page, 2);
    assert_int_equal(decode(SLICE(circle), &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "500"));
}

/* Bytes without order pass no decoder that asks for everyday characters. */
static void test_random_bytes_are_refused(void **unused)
{
    (void)unused;
    uint64_t seed = 20240401;
    for (int round = 0; round < 200; round++) {
        char bytes[512];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = (char)(seed >> 56);
        }
        struct error error = {{0}};
        assert_int_equal(decode((struct slice){bytes, sizeof bytes}, &error), STATUS_BAD);
    }
}

static void test_html_becomes_lines(void **unused)
{
    (void)unused;
    assert_decodes(
        SLICE("<!DOCTYPE html><html><head><title>隰县</title><style>p{}</style></head>"
              "<body><p>受理&nbsp;9件，</p>\n<script>if (a < b) x()</script><!-- x -->"
              "<table><tr><td>1</td><td>2</td></tr></table>A&amp;B &#20214;</body></html>"),
        "受理\xC2\xA0"
        "9件，\n1\t2\nA&B 件\n",
        "UTF-8");
}

static void test_the_identity_is_the_bytes(void **unused)
{
    (void)unused;
    struct error error;
    static const unsigned char abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
    decode(SLICE("abc"), &error);
    assert_memory_equal(report.sha256, abc, sizeof abc);
}

static int teardown(void **unused)
{
    (void)unused;
    report_release(&report);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_stays_as_it_is),
        cmocka_unit_test(test_gbk_and_gb18030),
        cmocka_unit_test(test_big5_as_text_and_as_a_page),
        cmocka_unit_test(test_utf16_with_and_without_mark),
        cmocka_unit_test(test_a_cut_off_end_is_refused),
        cmocka_unit_test(test_damage_is_refused_with_its_byte),
        cmocka_unit_test(test_every_kind_of_bad_character_is_found),
        cmocka_unit_test(test_no_text_at_all),
        cmocka_unit_test(test_pictures_without_contents),
        cmocka_unit_test(test_pictures_wait_to_be_read),
        cmocka_unit_test(test_random_bytes_are_refused),
        cmocka_unit_test(test_html_becomes_lines),
        cmocka_unit_test(test_the_identity_is_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
