/* test_po.c - a line is recognised by the format that it was made of, messages in messages too;
 * what is not known stays as it is; files that are no .po are refused. */
#include "proto/base/po.h"
#include "proto/base/tr.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "# head\nmsgid \"\"\nmsgstr \"Language: zh\\n\"\n\n"

static enum status open_text(struct po **po, const char *text, struct error *error)
{
    char path[] = "/tmp/xianzhi-po-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    enum status status = po_open(po, path, error);
    unlink(path);
    return status;
}

static void assert_line(const struct po *po, const char *line, const char *expected)
{
    struct buffer out = {0};
    po_line(po, slice_of(line), &out);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
}

static void test_lines(void **state)
{
    (void)state;
    struct po *po = NULL;
    struct error error = {""};
    enum status status =
        open_text(&po,
                  HEAD "msgid \"%s: empty file\"\nmsgstr \"%s：空文件\"\n"
                       "msgid \"%s: %s\"\nmsgstr \"%s：%s\"\n"
                       "msgid \"more than %d pages\"\nmsgstr \"多于 %d 页\"\n"
                       "msgid \"%u of %u are %%\"\nmsgstr \"%2$u 中的 %1$u 为%%\"\n"
                       "msgid \"%<PRIu64> done\"\nmsgstr \"完成 %<PRIu64>\"\n"
                       "#, fuzzy\nmsgid \"doubtful\"\nmsgstr \"可疑\"\n"
                       "msgid \"whole\"\nmsgstr \"\"\n\"整\"\n\"个\"\n"
                       "msgid \"none\"\nmsgstr \"\"\n",
                  &error);
    if (status != STATUS_OK)
        fail_msg("%s", error.text);
    assert_line(po, "a.pdf: empty file", "a.pdf：空文件");
    assert_line(po, "x.zip: a.pdf: empty file", "x.zip：a.pdf：空文件");
    assert_line(po, "x.zip: more than 12 pages", "x.zip：多于 12 页");
    assert_line(po, "more than many pages", "more than many pages");
    assert_line(po, "3 of 4 are %", "4 中的 3 为%");
    assert_line(po, "18446744073709551615 done", "完成 18446744073709551615");
    assert_line(po, "doubtful", "doubtful");
    assert_line(po, "whole", "整个");
    assert_line(po, "none", "none");
    assert_line(po, "", "");
    assert_line(po, "空文件", "空文件");
    assert_string_equal(po_text(po, "whole"), "整个");
    assert_string_equal(po_text(po, "%" PRIu64 " done"), "完成 %" PRIu64);
    assert_null(po_text(po, "unheard of"));
    po_close(&po);
    po_close(&po);
}

/* A line of nothing but separators must not take for ever. */
static void test_much_to_try(void **state)
{
    (void)state;
    struct po *po = NULL;
    struct error error = {""};
    char line[4000];
    memset(line, ':', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    assert_int_equal(open_text(&po, "msgid \"%s:%s:%s:%s:%s!\"\nmsgstr \"%s%s%s%s%s\"\n", &error),
                     STATUS_OK);
    assert_line(po, line, line);
    po_close(&po);
}

static void test_what_is_no_po(void **state)
{
    (void)state;
    static const char *const bad[] = {"msgid no quotes\n",         "\"nowhere\"\n",
                                      "msgid \"a\nmsgstr \"b\"\n", "msgid \"\\q\"\n",
                                      "msgid_plural \"x\"\n",      "msgid \"a\\\"\n"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct po *po = NULL;
        struct error error = {""};
        assert_int_equal(open_text(&po, bad[i], &error), STATUS_BAD);
        assert_non_null(strstr(error.text, ":1: "));
    }
    struct po *po = NULL;
    assert_int_equal(po_open(&po, "/nowhere/zh.po", NULL), STATUS_FATAL);
}

static void test_languages(void **state)
{
    (void)state;
    unsetenv("LC_ALL");
    unsetenv("LC_MESSAGES");
    setenv("LANG", "zh_CN.UTF-8", 1);
    assert_int_equal(language_of_locale(), LANGUAGE_CHINESE);
    setenv("LC_ALL", "C", 1);
    assert_int_equal(language_of_locale(), LANGUAGE_ENGLISH);
    assert_int_equal(language_of_header("en-US,en;q=0.9,zh;q=0.8"), LANGUAGE_ENGLISH);
    assert_int_equal(language_of_header("zh-CN,zh;q=0.9,en;q=0.8"), LANGUAGE_CHINESE);
    assert_int_equal(language_of_header(NULL), LANGUAGE_ENGLISH);
    assert_string_equal(tr("this text"), "this text"); /* English until told otherwise */
    tr_begin(LANGUAGE_CHINESE);
    assert_string_equal(tr("this text"), "本说明");
    struct buffer out = {0};
    tr_line(LANGUAGE_CHINESE,
            SLICE("a.zip: b.txt: empty file (空文件): nothing in it; get the report again"), &out);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, "a.zip：b.txt：空文件：没有内容；请重新获取报告");
    buffer_release(&out);
}

/* Words for those who read no English go from a message, and never from a name that it holds. */
static void test_spared_of_chinese(void **state)
{
    (void)state;
    struct po *po = NULL;
    assert_int_equal(open_text(&po,
                               HEAD "msgid \"%s: %s\"\nmsgstr \"%s：%s\"\n"
                                    "msgid \"empty file (空文件): get %s again\"\nmsgstr \"空\"\n"
                                    "msgid \"ask for it (%s)\"\nmsgstr \"问\"\n",
                               NULL),
                     STATUS_OK);
    po_spare_chinese(po);
    assert_line(po, "报告 (最终稿).pdf: empty file (空文件): get it again",
                "报告 (最终稿).pdf: empty file: get it again");
    assert_line(po, "报告 (空文件).pdf: ask for it (县)", "报告 (空文件).pdf: ask for it (县)");
    assert_line(po, "nothing known (不知道)", "nothing known (不知道)");
    po_close(&po);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_much_to_try),
        cmocka_unit_test(test_what_is_no_po),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_spared_of_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
