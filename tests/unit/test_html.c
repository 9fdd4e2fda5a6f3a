/* test_html.c - web pages: what a browser shows, line by line; tables; what the head says; pages
 * made to do harm. */
#include "tests/unit/test.h"
#include "workers/ingest/format/document.h"
#include "workers/ingest/format/format.h"

static struct report report;

static enum status read_page(struct slice page, struct error *error)
{
    report_reset(&report);
    error->text[0] = '\0';
    report.raw = arena_copy(&report.arena, page);
    return document_read(&report, error);
}

static void expect_page(const char *page, const char *want)
{
    struct error error;
    if (read_page(slice_of(page), &error) != STATUS_OK)
        fail_msg("%s", error.text);
    if (!slice_equal(report.text, slice_of(want)))
        fail_msg("%s\n  got \"%.*s\"\n  not \"%s\"", page, SLICE_ARGS(report.text), want);
}

static void expect(const char *body, const char *want)
{
    struct buffer page = {0};
    buffer_format(&page, "<!DOCTYPE html><html><body>%s</body></html>%c", body, 0);
    expect_page(page.data, want);
    buffer_release(&page);
}

static void expect_refusal(struct slice page, const char *word)
{
    struct error error;
    assert_int_equal(read_page(page, &error), STATUS_BAD);
    if (!strstr(error.text, word))
        fail_msg("\"%s\" does not say %s", error.text, word);
}

static void what_is_hidden_is_not_read(void **state)
{
    (void)state;
    static const char *const hidden[] = {
        "<p style='display:none'>99件</p>",
        "<p style='color:red; DISPLAY : NONE !important'>99件</p>",
        "<p style='visibility: hidden'>99件</p>",
        "<span style='font-size:0px'>99</span>",
        "<span style=opacity:0>99</span>",
        "<p hidden>99件</p>",
        "<template><p>99件</p></template>",
        "<script>document.write('99件')</script>",
        "<style>p::after{content:'99件'}</style>",
        "<noscript>99件</noscript>",
        "<s>99</s>",
        "<strike>99</strike>",
        "<del>99</del>",
        "<span style='text-decoration: line-through'>99</span>",
        "<svg><text>99件</text></svg>",
        "<canvas>99件</canvas><video>99件</video><iframe>99件</iframe><object>99件</object>",
        "<select><option>99件</option></select>",
        "<!-- 99件 --><!--[if gte mso 9]><xml><w:Count>99件</w:Count></xml><![endif]-->",
        "<img alt='99件' title='99件'><input value='99件' type=hidden>",
        "<w:del>99</w:del>",
        "<span style='mso-hide:all'>99</span>",
        "<dialog>99件</dialog>",
        "<ruby><rt>99</rt></ruby>",
    };
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        struct buffer body = {0};
        buffer_format(&body, "<div>受理%s45件</div>%c", hidden[i], 0);
        struct error error;
        struct buffer page = {0};
        buffer_format(&page, "<html><body>%s</body></html>", body.data);
        assert_int_equal(read_page(buffer_slice(&page), &error), STATUS_OK);
        if (slice_has(report.text, SLICE("99")) || !slice_has(report.text, SLICE("45件")))
            fail_msg("%s gives %.*s", hidden[i], SLICE_ARGS(report.text));
        buffer_release(&page);
        buffer_release(&body);
    }
}

static void sheets_of_the_page_hide_too(void **state)
{
    (void)state;
    expect("<style>.a{color:red}.h, #x { display:none } .menu li{visibility:hidden}"
           "@media print{.p{display:none}} @media (max-width:9px){.q{display:none}}</style>"
           "<p class='b h'>1件</p><p id=x>2件</p><ul class=menu><li>3件</ul><p class=p>4件</p>"
           "<p class=q>5件</p>",
           "4件\n5件\n");
    /* the weightier selector, the later of equals, the element's own style */
    expect("<style>.t{display:none}.t.on{display:block}.u{display:block}.u{display:none}</style>"
           "<p class='t on'>1</p><p class=t>2</p><p class=u>3</p>"
           "<p class=t style='display:block'>4</p>",
           "1\n4\n");
    /* a page that hides itself until its script has run; rules that are not understood */
    expect("<style>body{display:none} p:hover{display:none} [x]{display:none} /* .v{display:none} "
           "*/</style><p class=v x=1>1</p>",
           "1\n");
    /* what stands within may be shown again, but not where there is no box at all */
    expect("<div style=visibility:hidden>1<p style=visibility:visible>2</p></div>"
           "<div style=display:none><p style=display:block>3</p></div>",
           "2\n");
}

static void blanks_are_as_a_browser_shows_them(void **state)
{
    (void)state;
    expect("<p>受理\n  复议\n案件 45\n件  </p>", "受理复议案件 45 件\n");
    expect("<p>4<b>5</b>件 <i> 6 </i> 件</p>", "45件 6 件\n");
    expect("<p>one\ntwo</p>a<br>b<br/>c<div>d</div>e", "one two\na\nb\nc\nd\ne\n");
    expect("<pre>a  1\nb\t2\n\nc</pre>d", "a  1\nb\t2\nc\nd\n");
    expect("<p style='white-space:pre-line'>a\n b  c</p>", "a\nb c\n");
    expect("<p>12<wbr>34<o:p></o:p>件<span lang=EN-US>\n</span>5</p>", "1234件 5\n");
    expect("<a href=1>首页</a><a href=2>公开</a>", "首页 公开\n");
    expect("<p>a<p>b<div>c<p>d</div>e", "a\nb\nc\nd\ne\n");
    expect("<span style='display:block'>a</span>b<div style='display:inline'>c</div>d", "a\nbcd\n");
}

static void characters_are_resolved(void **state)
{
    (void)state;
    expect("<p>&#52;&#x35;&#20214;&nbsp;A&amp;B &lt;1 a < b 5<6 3&#150;5 &ldquo;x&rdquo;</p>",
           "45件\xC2\xA0"
           "A&B <1 a < b 5<6 3–5 “x”\n");
    expect("<p title='a>99件'>1件</p><![if !IE]><p>2件</p><![endif]>", "1件\n2件\n");
}

static void raised_marks_are_no_digits(void **state)
{
    (void)state;
    expect("<p>45<sup>1</sup>件46<sup>[2]</sup>件47<sup>①</sup>件48<sup>（注3）</sup>件</p>",
           "45件46件47件48件\n");
    expect("<p>45<span style='vertical-align:super'>1</span>件</p>", "45件\n");
    expect("<p>9m<sup>2</sup>、9μg/m<sup>3</sup>、9km<sup>2</sup>、1.5×10<sup>4</sup>份</p>",
           "9m²、9μg/m³、9km²、1.5×10⁴份\n");
    expect("<p>PM<sub>2.5</sub>，甲<sup>试点单位</sup></p>", "PM2.5，甲试点单位\n");
    expect("<p>45<a href='#_ftn1'><span>[1]</span></a>件</p><div id=ftn1><p>统计到月底。</p></div>"
           "<p>后文</p>",
           "45件\n后文\n统计到月底。\n");
}

static void list_items_have_their_numbers(void **state)
{
    (void)state;
    expect("<ol><li>甲<li><p>乙</p><p>丙</p></ol><ol start=5><li>丁<li value=9>戊<li>己</ol>",
           "1. 甲\n2. 乙\n丙\n5. 丁\n9. 戊\n10. 己\n");
    expect("<ol><li>甲<ol><li>子</ol><li>乙</ol>", "1. 甲\n1. 子\n2. 乙\n");
    expect("<ul><li>甲</ul><ol style='list-style:none'><li>乙</ol>", "甲\n乙\n");
    expect("<ol class=breadcrumb><li>甲</ol><nav><ol><li>乙</ol></nav><ol><li><a>丙</a></ol>",
           "甲\n乙\n丙\n");
}

static void rows_are_lines(void **state)
{
    (void)state;
    expect("<table><tr><td>a</td><td><p>b</p></td></tr> <tr><td>c<br>d</td><td>1</td></tr></table>",
           "a\tb\nc d\t1\n");
    expect("<TABLE class=x><TR><TH>a<TH>b<TR><TD>c<TD>&lt;1</TABLE>e", "a\tb\nc\t<1\ne\n");
    expect("<table><caption>表一</caption><thead><tr><th>a<th>b</thead><tbody><tr><td>c<td>1"
           "<tr hidden><td>d<td>2</table>",
           "表一\na\tb\nc\t1\n");
}

static void merged_cells_keep_the_columns(void **state)
{
    (void)state;
    expect("<table><tr><td rowspan=2>a</td><td colspan=\"2\">b</td></tr>"
           "<tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td><td>g</td></tr></table>",
           "a\tb\t\na\tc\td\ne\tf\tg\n");
    expect("<table><tr><td>a</td><td>b</td><td rowspan=3>c</td></tr><tr><td>d</td><td>e</td></tr>"
           "</table>",
           "a\tb\tc\nd\te\tc\n");
    /* a figure stands once; a title claims no more columns than there are */
    expect("<table><tr><td colspan=9>表</td></tr><tr><td>a</td><td rowspan=2>45</td></tr>"
           "<tr><td>b</td></tr><tr><td rowspan=2>十二件</td><td>1</td></tr><tr><td>2</td></tr>"
           "</table>",
           "表\t\na\t45\nb\t\n十二件\t1\n\t2\n");
}

static void a_page_laid_out_in_tables_is_blocks(void **state)
{
    (void)state;
    expect("<table><tr><td><p>a</p><table><tr><td>b</td><td>1</td></tr></table></td></tr></table>",
           "a\nb\t1\n");
    expect("<table><tr><td>a</td></tr>", "a\n");
}

static void the_head_is_evidence_not_text(void **state)
{
    (void)state;
    expect_page("<html><head><title> 隰县2023年报告_隰县人民政府 </title>"
                "<meta name=sitename content='隰县人民政府'>"
                "<meta name='ArticleTitle' content='隰县2023年报告'>"
                "<meta name='ContentSource' content='司法局'>"
                "<meta name='PubDate' content='2024-02-01 09:00'></head><body><p>正文</body>",
                "正文\n");
    assert_true(slice_equal(report.page.title, SLICE("隰县2023年报告_隰县人民政府")));
    assert_true(slice_equal(report.page.site, SLICE("隰县人民政府")));
    assert_true(slice_equal(report.page.article, SLICE("隰县2023年报告")));
    assert_true(slice_equal(report.page.source, SLICE("司法局")));
    assert_true(slice_equal(report.page.published, SLICE("2024-02-01 09:00")));
}

static void every_charset_is_told_by_the_bytes(void **state)
{
    (void)state;
    static const char gbk[] = "<html><head><meta charset=utf-8></head><body><p>"
                              "\xCA\xDC\xC0\xED\xB0\xB8\xBC\xFE\x34\x35\xBC\xFE</p></body></html>";
    expect_page(gbk, "受理案件45件\n");
    expect_page("<!-- 保存自 --><!DOCTYPE html><meta charset=gb2312><p>受理</p>", "受理\n");
    struct buffer wide = {0};
    buffer_append(&wide, "\xFF\xFE", 2);
    for (const char *c = "<html><p>abc"; *c; c++)
        buffer_append(&wide, (char[]){*c, 0}, 2);
    buffer_append(&wide, "\xD7\x53\x06\x74", 4); /* 受理 */
    struct error error;
    assert_int_equal(read_page(buffer_slice(&wide), &error), STATUS_OK);
    assert_true(slice_equal(report.text, SLICE("abc受理\n")));
    buffer_release(&wide);
}

static void western_pages_with_references(void **state)
{
    (void)state;
    expect_page("<html><p>\xA0&#21463;&#29702;\x93&#26696;&#20214;\x94\xB7 9&#20214;</p></html>",
                "\xC2\xA0受理“案件”· 9件\n");
    assert_true(slice_equal(report.encoding, SLICE("WINDOWS-1252")));
    expect_refusal(SLICE("<html><p>\xE9\x80\xE9&#21463;</p></html>"), "编码错误");
}

static void pieces_of_a_page_are_pages(void **state)
{
    (void)state;
    expect_page("<font size=3>受理9件</font><br>另行", "受理9件\n另行\n");
    expect_page("<H2>标题</H2>", "标题\n");
    struct error error;
    assert_int_equal(read_page(SLICE("<bread> 受理9件"), &error), STATUS_OK);
    assert_true(slice_equal(report.format, SLICE("txt")));
    static const char wide[] = "<\0p\0>\0\xD7\x53\x06\x74\x39\0\xF6\x4E";
    assert_int_equal(read_page((struct slice){wide, sizeof wide - 1}, &error), STATUS_OK);
    assert_true(slice_equal(report.text, SLICE("受理9件\n")));
}

static void a_page_without_text_is_refused(void **state)
{
    (void)state;
    expect_refusal(SLICE("<html><frameset><frame src=a></frameset></html>"), "网页没有正文");
    expect_refusal(SLICE("<html><body><script>load()</script><p>&#10;</p></body></html>"),
                   "网页没有正文");
}

static void repeat(struct buffer *out, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_append(out, piece, strlen(piece));
}

static void wild_pages_are_bounded(void **state)
{
    (void)state;
    struct error error;
    static const char *const nested[] = {"<div>", "<b>", "<table><tr><td>", "<ol><li>", "<sup>"};
    for (size_t i = 0; i < sizeof nested / sizeof *nested; i++) {
        struct buffer page = {0};
        repeat(&page, "<html>", 1);
        repeat(&page, nested[i], 200000);
        expect_refusal(buffer_slice(&page), "嵌套过深");
        buffer_release(&page);
    }
    struct buffer page = {0};
    repeat(&page, "<html><table>", 1);
    repeat(&page, "<tr><td colspan=99999 rowspan=99999>1</td><td>2</td></tr>", 200);
    assert_int_equal(read_page(buffer_slice(&page), &error), STATUS_OK);
    assert_true(report.text.len < 200 * 1024);
    buffer_clear(&page);
    repeat(&page, "<html><style>", 1);
    repeat(&page, ".a .b{display:none}", 20000);
    repeat(&page, "</style>", 1);
    repeat(&page, "<p class=b>1", 2000);
    assert_int_equal(read_page(buffer_slice(&page), &error), STATUS_OK);
    buffer_clear(&page);
    repeat(&page, "<html><p>1<!", 1);
    repeat(&page, "<![<!--", 100000);
    assert_int_equal(read_page(buffer_slice(&page), &error), STATUS_OK);
    buffer_release(&page);
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
        cmocka_unit_test(what_is_hidden_is_not_read),
        cmocka_unit_test(sheets_of_the_page_hide_too),
        cmocka_unit_test(blanks_are_as_a_browser_shows_them),
        cmocka_unit_test(characters_are_resolved),
        cmocka_unit_test(raised_marks_are_no_digits),
        cmocka_unit_test(list_items_have_their_numbers),
        cmocka_unit_test(rows_are_lines),
        cmocka_unit_test(merged_cells_keep_the_columns),
        cmocka_unit_test(a_page_laid_out_in_tables_is_blocks),
        cmocka_unit_test(the_head_is_evidence_not_text),
        cmocka_unit_test(every_charset_is_told_by_the_bytes),
        cmocka_unit_test(western_pages_with_references),
        cmocka_unit_test(pieces_of_a_page_are_pages),
        cmocka_unit_test(a_page_without_text_is_refused),
        cmocka_unit_test(wild_pages_are_bounded),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
