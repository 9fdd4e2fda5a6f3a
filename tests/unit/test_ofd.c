/* test_ofd.c - OFD: characters at their places, templates, graphic units, what is no text. */
#include "tests/unit/package_fixture.h"

#include "workers/ingest/format/ofd/drawing.h"
#include "workers/ingest/format/ofd/graphics.h"

#define NS "xmlns:ofd=\"http://www.ofdspec.org/2016\""
#define TEXT(boundary, more, code)                                                                 \
    "<ofd:TextObject Boundary=\"" boundary "\" Size=\"5\" " more ">" code "</ofd:TextObject>"
#define CODE(text, deltas)                                                                         \
    "<ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"" deltas "\">" text "</ofd:TextCode>"

static const char root[] =
    "<ofd:OFD " NS
    "><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
static const char document[] =
    "<ofd:Document " NS "><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
    "</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</"
    "ofd:PublicRes><ofd:TemplatePage "
    "ID=\"7\" BaseLoc=\"Tpls/Tpl.xml\"/></ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" "
    "BaseLoc=\"Pages/0.xml\"/></ofd:Pages></ofd:Document>";
static const char template[] = "<ofd:Page " NS "><ofd:Content><ofd:Layer>" TEXT(
    "20 20 100 6", "", CODE("某县人民政府", "g 5 5")) "</ofd:Layer></ofd:Content></ofd:Page>";
static const char resources[] =
    "<ofd:Res " NS
    "><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID=\"9\"><ofd:Content>" TEXT(
        "0 0 50 6", "", CODE("9件", "g 1 5")) "</ofd:Content></ofd:CompositeGraphicUnit>"
                                              "</ofd:CompositeGraphicUnits></ofd:Res>";

static enum status read_page(const char *content)
{
    struct buffer page = {0};
    buffer_format(&page, "<ofd:Page " NS ">%s</ofd:Page>", content);
    enum status status = package_read((struct package_text[]){{"OFD.xml", root},
                                                              {"Doc_0/Document.xml", document},
                                                              {"Doc_0/PublicRes.xml", resources},
                                                              {"Doc_0/Tpls/Tpl.xml", template},
                                                              {"Doc_0/Pages/0.xml", page.data},
                                                              {0}});
    buffer_release(&page);
    return status;
}

static void expect(const char *content, const char *want)
{
    if (read_page(content) != STATUS_OK)
        fail_msg("%s", package_error.text);
    if (!slice_equal(package_report.text, slice_of(want)))
        fail_msg("got\n%.*snot\n%s", SLICE_ARGS(package_report.text), want);
}

#define PAGE(objects)                                                                              \
    "<ofd:Content><ofd:Layer><ofd:PageBlock>" objects "</ofd:PageBlock></ofd:Layer></ofd:Content>"

#define PATH(data)                                                                                 \
    "<ofd:PathObject Boundary=\"20 40 100 30\"><ofd:AbbreviatedData>" data                         \
    "</ofd:AbbreviatedData></ofd:PathObject>"

static void ruled_lines_make_cells(void **state)
{
    (void)state;
    expect(PAGE(PATH("M 0 0 L 60 0 L 60 30 L 0 30 C") PATH("M 0 10 L 60 10 M 40 0 L 40 30")
                    PATH("M 20 10 L 20 30 B 1 1 2 2 9 9 M 40 20 L 60 20") TEXT(
                        "22 43 9 6", "", CODE("类别", "5")) TEXT("61 43 9 6", "", CODE("件数", "5"))
                        TEXT("21 57 9 6", "", CODE("复议", "5"))
                            TEXT("41 57 9 6", "", CODE("受理审结", "5 5 5"))
                                TEXT("61 53 9 6", "", CODE("9", ""))
                                    TEXT("61 63 9 6", "", CODE("8", ""))),
           "类别\t\t件数\n复议\t受理审结\t9\n复议\t受理审结\t8\n");
}

static void characters_stand_at_their_places(void **state)
{
    (void)state;
    expect(PAGE(TEXT("20 40 100 6", "", CODE("受理126件", "5 5 2.5 2.5 2.5"))), "受理126件\n");
    const struct locus *locus = report_locus(&package_report, 0);
    assert_int_equal(locus->page, 1);
    assert_true(locus->box[0] > 56 && locus->box[0] < 57.5); /* 20 mm */
    /* parts of a line, out of order, each an object of its own */
    expect(PAGE(TEXT("53 40 50 6", "", CODE("行政诉讼", "g 3 5"))
                    TEXT("20 40 40 6", "", CODE("办理本年度的", "g 5 5.5"))),
           "办理本年度的行政诉讼\n");
    /* moved and scaled by a matrix */
    expect(PAGE(TEXT("20 40 100 6", "CTM=\"2 0 0 2 10 0\"", CODE("成效", "5"))), "成效\n");
}

static void templates_and_units_are_drawn(void **state)
{
    (void)state;
    expect(
        "<ofd:Template TemplateID=\"7\"/>" PAGE(TEXT(
            "20 40 100 6", "",
            CODE("办结", "5")) "<ofd:CompositeObject Boundary=\"30 40 50 6\" ResourceID=\"9\"/>"),
        "某县人民政府\n办结9件\n");
}

static void watermarks_are_left_out(void **state)
{
    (void)state;
    expect(PAGE(TEXT("20 40 100 6", "", CODE("正文", "5"))
                    TEXT("20 90 100 6", "CTM=\"0.7 0.7 -0.7 0.7 0 0\"", CODE("内部资料", "g 3 5"))
                        TEXT("20 60 100 6", "Visible=\"false\"", CODE("看不见", "g 2 5"))),
           "正文\n");
    expect(PAGE(TEXT("20 40 100 6", "", CODE("正文", "5")) TEXT(
               "20 70 1 0", "",
               "<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary=\"0 0 1 0\"/></ofd:Area>"
               "</ofd:Clip></ofd:Clips>" CODE("暗码", "5"))
                    TEXT("20 50 100 6", "",
                         "<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary=\"0 0 99 9\"/>"
                         "</ofd:Area></ofd:Clip></ofd:Clips>" CODE("另行", "5"))),
           "正文\n另行\n");
}

static void pages_without_words_say_what_they_are(void **state)
{
    (void)state;
    assert_int_equal(read_page(PAGE("<ofd:PathObject/><ofd:PathObject/>")), STATUS_BAD);
    assert_non_null(strstr(package_error.text, "outlines (文字已转为轮廓)"));
    assert_int_equal(read_page(PAGE("<ofd:ImageObject/>")), STATUS_BAD);
    assert_non_null(strstr(package_error.text, "pictures or empty"));
    package_refused((struct package_text[]){{"OFD.xml", root}, {"Doc_0/Document.xml", "<a>"}, {0}},
                    "damaged in Doc_0/Document.xml");
    package_refused((struct package_text[]){{"OFD.xml", root}, {0}},
                    "damaged in Doc_0/Document.xml");
}

static void units_do_not_draw_themselves_forever(void **state)
{
    (void)state;
    static const char loop[] =
        "<ofd:Res " NS "><ofd:CompositeGraphicUnit ID=\"9\"><ofd:Content><ofd:CompositeObject "
        "Boundary=\"0 0 1 1\" ResourceID=\"9\"/>" TEXT(
            "0 0 50 6", "", CODE("件", "")) "</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>";
    package_read((struct package_text[]){
        {"OFD.xml", root},
        {"Doc_0/Document.xml", document},
        {"Doc_0/PublicRes.xml", loop},
        {"Doc_0/Pages/0.xml",
         "<ofd:Page " NS
         ">" PAGE("<ofd:CompositeObject Boundary=\"30 40 50 6\" ResourceID=\"9\"/>") "</ofd:Page>"},
        {0}});
    assert_true(package_report.text.len < 100);
}

static void deltas_may_be_counted(void **state)
{
    (void)state;
    struct ofd_deltas deltas = {.text = SLICE(" 4.2 g 3 5  1 g 0 9 7")};
    static const double want[] = {4.2, 5, 5, 5, 1};
    double value;
    for (size_t i = 0; i < 5; i++) {
        assert_true(ofd_deltas_next(&deltas, &value));
        assert_true(value == want[i]);
    }
    assert_false(ofd_deltas_next(&deltas, &value)); /* g 0 is none */
    deltas = (struct ofd_deltas){.text = SLICE("1 nan 2")};
    assert_true(ofd_deltas_next(&deltas, &value));
    assert_false(ofd_deltas_next(&deltas, &value));
    assert_false(ofd_deltas_next(&deltas, &value));
}

static void a_page_is_drawn_as_it_is_read(void **state)
{
    (void)state;
    static const char page[] =
        "<ofd:Page " NS "><ofd:Template TemplateID=\"7\"/>" PAGE(PATH("M 0 0 L 60 0") TEXT(
            "20 40 60 6", "",
            CODE("&lt;script&gt;&amp;9件",
                 "")) "<ofd:ImageObject Boundary=\"10 20 30 40\" CTM=\"30 0 0 40 0 0\" "
                      "ResourceID=\"3\"/>"
                      "<ofd:ImageObject Boundary=\"0 0 1 1\" ResourceID=\"4\"/>") "</ofd:Page>";
    static const char media[] =
        "<ofd:Res " NS " BaseLoc=\"Res\"><ofd:MultiMedias><ofd:MultiMedia ID=\"3\"><ofd:MediaFile>"
        "a.gif</ofd:MediaFile></ofd:MultiMedia><ofd:MultiMedia ID=\"4\"><ofd:MediaFile>b.svg"
        "</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>";
    struct slice bytes =
        package_make((struct package_text[]){{"OFD.xml", root},
                                             {"Doc_0/Document.xml", document},
                                             {"Doc_0/PublicRes.xml", media},
                                             {"Doc_0/Tpls/Tpl.xml", template},
                                             {"Doc_0/Pages/0.xml", page},
                                             {"Doc_0/Res/a.gif", "GIF89a!"},
                                             {"Doc_0/Res/b.svg", "<svg onload='x'/>"},
                                             {0}});
    struct buffer svg = {0};
    struct error error;
    assert_int_equal(ofd_draw(bytes, 1, &svg, &error), STATUS_OK);
    buffer_append(&svg, "", 1);
    static const char *const wanted[] = {"viewBox=\"0 0 595.28 841.89\"",
                                         "<text x=\"56.69\" y=\"70.87\" font-size=\"14.17\"",
                                         ">某县人民政府</text>",
                                         ">&#60;script&#62;&#38;9件</text>",
                                         "<path d=\"M56.69 113.39L226.77",
                                         "matrix(85.0394 0.0000 0.0000 113.3858 28.35 56.69)",
                                         "data:image/gif;base64,R0lGODlhIQ==\""};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strstr(svg.data, wanted[i]))
            fail_msg("no %s in\n%s", wanted[i], svg.data);
    assert_null(strstr(svg.data, "onload"));
    assert_int_equal(ofd_draw(bytes, 2, &svg, &error), STATUS_BAD);
    assert_int_equal(ofd_draw(bytes, 0, &svg, &error), STATUS_BAD);
    assert_int_equal(ofd_draw(SLICE("PK"), 1, &svg, &error), STATUS_BAD);
    buffer_release(&svg);
    free((char *)bytes.data);
}

/* A document of two pages; the first shows picture 3 so many times, the second is `second`. */
static enum status draw(unsigned page, const char *second, const char *file, const char *member,
                        const char *picture, unsigned times, struct buffer *svg)
{
    static const char two[] =
        "<ofd:Document " NS "><ofd:CommonData><ofd:PublicRes>Res.xml</ofd:PublicRes>"
        "</ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/0.xml\"/>"
        "<ofd:Page ID=\"2\" BaseLoc=\"Pages/1.xml\"/></ofd:Pages></ofd:Document>";
    struct buffer media = {0}, first = {0};
    struct error error;
    buffer_format(&media,
                  "<ofd:Res " NS " BaseLoc=\"Res\"><ofd:MultiMedia ID=\"3\"><ofd:MediaFile>%s"
                  "</ofd:MediaFile></ofd:MultiMedia></ofd:Res>",
                  file);
    buffer_format(&first, "<ofd:Page " NS "><ofd:Content>");
    for (unsigned i = 0; i < times; i++)
        buffer_format(&first, "<ofd:ImageObject Boundary=\"1 1 9 9\" ResourceID=\"3\"/>");
    buffer_format(&first, "</ofd:Content></ofd:Page>");
    struct slice bytes = package_make((struct package_text[]){{"OFD.xml", root},
                                                              {"Doc_0/Document.xml", two},
                                                              {"Doc_0/Res.xml", media.data},
                                                              {"Doc_0/Pages/0.xml", first.data},
                                                              {"Doc_0/Pages/1.xml", second},
                                                              {member, picture},
                                                              {0}});
    enum status status = ofd_draw(bytes, page, svg, &error);
    buffer_append(svg, "", 1);
    free((char *)bytes.data);
    buffer_release(&media);
    buffer_release(&first);
    return status;
}

static void pictures_are_found_however_they_are_named(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"a.gif", "Doc_0/Res/a.gif"},          {"a.gif", "/Doc_0/Res/a.gif"},
        {"a.gif", "./Doc_0/Res/a.gif"},        {"a.gif", "Doc_0\\Res\\a.gif"},
        {"./a.gif", "Doc_0/./Res//a.gif"},     {"../Res/a.gif", "Doc_0/Res/a.gif"},
        {"..\\Res\\a.gif", "Doc_0/Res/a.gif"}, {"/Doc_0/Res/a.gif", "Doc_0/x/../Res/a.gif"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buffer svg = {0};
        assert_int_equal(draw(1, "<ofd:Page " NS "/>", names[i][0], names[i][1], "GIF89a", 1, &svg),
                         STATUS_OK);
        if (!strstr(svg.data, "data:image/gif;base64,R0lGODlh\""))
            fail_msg("%s is not found as %s", names[i][1], names[i][0]);
        buffer_release(&svg);
    }
}

/* One picture a hundred times over is as much as a hundred pictures. */
static void what_pictures_a_page_shows_is_bounded(void **state)
{
    (void)state;
    enum { LARGE = 1 << 20, MOST = 16 << 20, TIMES = 100 };
    struct buffer svg = {0}, gif = {0};
    buffer_format(&gif, "GIF89a%*s", LARGE, "");
    assert_int_equal(
        draw(1, "<ofd:Page " NS "/>", "a.gif", "Doc_0/Res/a.gif", gif.data, TIMES, &svg),
        STATUS_OK);
    assert_non_null(strstr(svg.data, "</svg>"));
    assert_in_range(svg.len, MOST / 2, MOST + 1000);
    buffer_release(&svg);
    buffer_release(&gif);
}

static void a_page_is_drawn_though_another_is_damaged(void **state)
{
    (void)state;
    struct buffer svg = {0};
    assert_int_equal(draw(1, "<ofd:Page", "a.gif", "Doc_0/Res/a.gif", "GIF89a", 1, &svg),
                     STATUS_OK);
    assert_int_equal(draw(2, "<ofd:Page", "a.gif", "Doc_0/Res/a.gif", "GIF89a", 1, &svg),
                     STATUS_BAD);
    buffer_clear(&svg);
    assert_int_equal(draw(2,
                          "<ofd:Page " NS "><ofd:Content>" TEXT(
                              "1 1 9 9", "", CODE("9", "")) "</ofd:Content></ofd:Page>",
                          "a.gif", "Doc_0/Res/a.gif", "GIF89a", 1, &svg),
                     STATUS_OK);
    assert_non_null(strstr(svg.data, ">9</text>"));
    buffer_release(&svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ruled_lines_make_cells),
        cmocka_unit_test(characters_stand_at_their_places),
        cmocka_unit_test(templates_and_units_are_drawn),
        cmocka_unit_test(watermarks_are_left_out),
        cmocka_unit_test(pages_without_words_say_what_they_are),
        cmocka_unit_test(units_do_not_draw_themselves_forever),
        cmocka_unit_test(deltas_may_be_counted),
        cmocka_unit_test(a_page_is_drawn_as_it_is_read),
        cmocka_unit_test(pictures_are_found_however_they_are_named),
        cmocka_unit_test(what_pictures_a_page_shows_is_bounded),
        cmocka_unit_test(a_page_is_drawn_though_another_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, package_stop);
}
