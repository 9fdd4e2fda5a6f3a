/* test_mail.c - mails and saved pages: which part is the text, what is a document of its own. */
#include "tests/unit/test.h"
#include "workers/ingest/format/document.h"
#include "workers/ingest/format/format.h"

static struct report report;

static enum status read_mail(const char *mail, struct error *error)
{
    report_reset(&report);
    error->text[0] = '\0';
    report.raw = arena_copy(&report.arena, slice_of(mail));
    return document_read(&report, error);
}

static void expect(const char *mail, const char *want)
{
    struct error error;
    if (read_mail(mail, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_true(slice_equal(report.format, SLICE("mail")));
    if (!slice_equal(report.text, slice_of(want)))
        fail_msg("got \"%.*s\", not \"%s\"", SLICE_ARGS(report.text), want);
}

#define HEAD "From: a@b.cn\r\nSubject: =?utf-8?B?5oql5ZGK?=\r\nMIME-Version: 1.0\r\n"
#define PART(type, body) "--x\r\nContent-Type: " type "\r\n\r\n" body "\r\n"

static void plain_mails(void **state)
{
    (void)state;
    expect("From: a@b.cn\nDate: today\n\n受理9件。\n\n另段\n", "受理9件。\n\n另段\n");
    expect(HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
                "quoted-printable\r\n\r\n=E5=8F=97=E7=90=86 9=\r\n=E4=BB=B6\r\n",
           "受理 9件\n");
    assert_true(slice_equal(report.page.title, SLICE("报告")));
}

static void the_page_goes_before_plain_text(void **state)
{
    (void)state;
    expect(HEAD "Content-Type: multipart/alternative; boundary=x\r\n\r\n" PART(
               "text/plain; charset=utf-8", "文本")
               PART("text/html; charset=utf-8", "<html><p>网页<s>9</s></p>") "--x--\r\n",
           "网页\n");
}

static void resources_and_attachments_are_not_the_text(void **state)
{
    (void)state;
    expect(HEAD "Content-Type: multipart/related; boundary=x\r\n\r\n" PART(
               "text/html; charset=utf-8", "<html><p>正文") PART("text/css", "p{content:'99件'}")
               PART("text/html", "<html><p>框架99件") "--x--\r\n",
           "正文\n");
    expect(HEAD "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
                "--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; "
                "filename=a.txt\r\n\r\n附件99件\r\n" PART("text/plain; charset=utf-8",
                                                          "正文") "--x--\r\n",
           "正文\n");
}

static void the_page_is_the_one_that_start_names(void **state)
{
    (void)state;
    expect(HEAD "Content-Type: multipart/related; boundary=x; start=\"<page>\"\r\n\r\n" PART(
               "text/html; charset=utf-8", "<html><p>框架99件")
               PART("text/html; charset=utf-8\r\nContent-ID: <page>", "<html><p>正文") "--x--\r\n",
           "正文\n");
    expect(HEAD "Content-Type: multipart/related; boundary=x\r\n\r\n" PART(
               "application/xhtml+xml; charset=utf-8", "<html><p>正文</p></html>") "--x--\r\n",
           "正文\n");
}

static void a_frame_shows_its_pages(void **state)
{
    (void)state;
    expect(HEAD "Content-Type: multipart/related; boundary=x\r\n\r\n" PART(
               "text/html", "<html><frameset><frame src=a><frame src=b></frameset></html>")
               PART("text/html; charset=utf-8", "<html><p>导航")
                   PART("text/html; charset=utf-8", "<html><p>受理9件") "--x--\r\n",
           "导航\n受理9件\n");
}

static void flowed_lines_go_on(void **state)
{
    (void)state;
    expect(HEAD "Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n"
                "受理案件 \r\n12 \r\n件。\r\n另段 one \r\ntwo\r\n",
           "受理案件12 件。\n另段 one two\n");
    expect(HEAD "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\n"
                "受理12 \r\n件。\r\n",
           "受理12件。\n");
    expect(HEAD "Content-Type: text/plain; charset=utf-8\r\n\r\n一 \r\n二\r\n", "一 \n二\n");
}

static void a_mark_in_front_of_the_head(void **state)
{
    (void)state;
    expect("\xEF\xBB\xBF" HEAD "Content-Type: text/plain; charset=utf-8\r\n\r\n受理9件\r\n",
           "受理9件\n");
}

/* Only the beginning of a file is looked at: a field that goes on behind it is none of its. */
static void a_line_cut_by_the_look_is_not_judged(void **state)
{
    (void)state;
    struct buffer mail = {0};
    buffer_format(&mail, HEAD "Content-Type: text/plain; charset=utf-8\r\n");
    while (mail.len < 4096 - 2)
        buffer_format(&mail, "X-Pad: %.*s\r\n", mail.len < 4000 ? 40 : 4096 - 11 - (int)mail.len,
                      "0123456789012345678901234567890123456789"
                      "0123456789012345678901234567890123456789");
    assert_int_equal(mail.len, 4096 - 2); /* two letters of the next field's name are seen */
    buffer_format(&mail, "X-Spam: no\r\n\r\n受理9件\r\n");
    buffer_append(&mail, "", 1);
    expect(mail.data, "受理9件\n");
    buffer_release(&mail);
}

static void what_is_no_mail(void **state)
{
    (void)state;
    struct error error;
    assert_int_equal(read_mail("标题: 报告\n日期: 今天\n\n受理9件\n", &error), STATUS_OK);
    assert_false(slice_equal(report.format, SLICE("mail")));
    assert_int_equal(read_mail("From: the office\nsome text without a head\n", &error), STATUS_OK);
    assert_false(slice_equal(report.format, SLICE("mail")));
    assert_int_equal(read_mail(HEAD "Content-Type: image/png\r\n\r\nxx\r\n", &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "邮件没有正文"));
}

/* The half of a report that has arrived would be read as one; a picture behind it may lack its end.
 */
static void what_was_cut_off_is_no_mail(void **state)
{
    (void)state;
    static const char head[] = HEAD "Content-Type: multipart/mixed; boundary=x\r\n\r\n";
    struct error error;
    char mail[1000];
    snprintf(mail, sizeof mail, "%s%s", head, "--x\r\nContent-Type: text/plain\r\n\r\n受理9件，办");
    assert_int_equal(read_mail(mail, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "文件末尾不完整"));
    snprintf(mail, sizeof mail, "%s%s", head,
             PART("text/plain", "受理9件") "--x\r\nContent-Type: image/png\r\n\r\nxx");
    expect(mail, "受理9件\n");
}

static void wild_mails_are_bounded(void **state)
{
    (void)state;
    struct buffer mail = {0};
    struct error error;
    buffer_format(&mail, HEAD "Content-Type: multipart/mixed; boundary=x0\r\n\r\n");
    for (int i = 0; i < 5000; i++)
        buffer_format(&mail, "--x%d\r\nContent-Type: multipart/mixed; boundary=x%d\r\n\r\n", i,
                      i + 1);
    buffer_append(&mail, "", 1);
    assert_int_equal(read_mail(mail.data, &error), STATUS_BAD);
    buffer_clear(&mail);
    buffer_format(&mail, HEAD "Content-Type: multipart/mixed; boundary=x\r\n\r\n");
    for (int i = 0; i < 20000; i++)
        buffer_format(&mail, PART("text/plain", "1"));
    buffer_format(&mail, "--x--\r\n%c", 0);
    assert_int_equal(read_mail(mail.data, &error), STATUS_OK);
    buffer_release(&mail);
}

static int start(void **state)
{
    (void)state;
    formats_prepare();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    report_release(&report);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_mails),
        cmocka_unit_test(the_page_goes_before_plain_text),
        cmocka_unit_test(resources_and_attachments_are_not_the_text),
        cmocka_unit_test(the_page_is_the_one_that_start_names),
        cmocka_unit_test(a_frame_shows_its_pages),
        cmocka_unit_test(flowed_lines_go_on),
        cmocka_unit_test(a_mark_in_front_of_the_head),
        cmocka_unit_test(a_line_cut_by_the_look_is_not_judged),
        cmocka_unit_test(what_is_no_mail),
        cmocka_unit_test(what_was_cut_off_is_no_mail),
        cmocka_unit_test(wild_mails_are_bounded),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
