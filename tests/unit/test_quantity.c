/* test_quantity.c - what is a quantity and what is none; spans, totals, tables; the data files. */
#include "proto/base/memory.h"
#include "proto/base/yaml.h"
#include "workers/extract/quantity/quantity.h" /* before cmocka.h, whose macro fail() hides ours */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/quantity_cases.h"
#include "tests/unit/quantity_whole_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CATALOGUE XIANZHI_HOME "/workers/extract/catalogue"

enum { MAX_QUANTITIES = 64 };

static struct quantity_rules *rules;

static int load_rules(void **state)
{
    (void)state;
    struct error error = {0};
    if (quantity_rules_load(&rules, CATALOGUE, &error) == STATUS_OK)
        return 0;
    print_error("%s\n", error.text);
    return -1;
}

static int free_rules(void **state)
{
    (void)state;
    quantity_rules_free(&rules);
    return 0;
}

static void describe(struct buffer *out, struct slice sentence)
{
    static const char *const signs[] = {"=", ">", ">=", "<=", "~"};
    struct quantity found[MAX_QUANTITIES];
    size_t count = quantities_in(rules, sentence, found, MAX_QUANTITIES);
    buffer_clear(out);
    buffer_format(out, "%s", "");
    for (size_t i = 0; i < count; i++)
        buffer_format(out, "%s%.*s%s%.12g%.*s", i ? "; " : "",
                      SLICE_ARGS(slice_range(sentence, found[i].clean.start, found[i].clean.end)),
                      signs[found[i].bound], found[i].value, SLICE_ARGS(found[i].unit));
    buffer_append(out, "", 1);
}

static void try_cases(const struct quantity_case *cases, size_t count)
{
    struct buffer got = {0};
    unsigned wrong = 0;
    for (const struct quantity_case *c = cases; c < cases + count; c++) {
        describe(&got, slice_of(c->sentence));
        if (strcmp(got.data, c->expected) == 0)
            continue;
        print_error("%s\n    expected %s\n    got      %s\n", c->sentence, c->expected, got.data);
        wrong++;
    }
    buffer_release(&got);
    assert_int_equal(wrong, 0);
}

static void cases(void **state)
{
    (void)state;
    try_cases(quantity_cases, sizeof quantity_cases / sizeof *quantity_cases);
}

static void whole_or_not_at_all(void **state)
{
    (void)state;
    try_cases(whole_cases, sizeof whole_cases / sizeof *whole_cases);
}

static void print_complaint(void *context, const char *line)
{
    print_error("%s\n", line);
    ++*(unsigned *)context;
}

static void examples_of_the_shapes(void **state)
{
    (void)state;
    unsigned complaints = 0;
    assert_true(quantity_rules_check(rules, print_complaint, &complaints) > 40);
    assert_int_equal(complaints, 0);
}

static void totals(void **state)
{
    (void)state;
    static const struct {
        const char *sentence;
        bool total;
    } cases[] = {
        {"全年共受理行政复议案件9件", true}, {"合计12件", true},
        {"累计开展活动30余场", true},        {"2023年，共发放资料3万份", true},
        {"共有执法人员20人", true},          {"受理9件", false},
        {"公共法律服务站12个", false},       {"开展共建活动3次", false},
        {"中共隰县县委学习4次", false},      {"全年受理，办结9件", false},
        {"全县共建成示范村9个", true},       {"全年满意率98%", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct quantity q;
        struct slice sentence = slice_of(cases[i].sentence);
        assert_int_equal(quantities_in(rules, sentence, &q, 1), 1);
        if (q.total != cases[i].total)
            fail_msg("%s: total is %d", cases[i].sentence, q.total);
    }
}

static void a_short_list_is_counted_beyond(void **state)
{
    (void)state;
    struct quantity q[2] = {0};
    assert_int_equal(quantities_in(rules, SLICE("受理3件、4件、5件"), q, 2), 3);
    assert_true(q[1].value == 4);
    assert_int_equal(quantities_in(rules, SLICE("受理3件"), NULL, 0), 1);
}

/* A report of one text, each line a paragraph; lines with tabs are table rows under the first. */
static void make_report(struct report *report, const char *text)
{
    report->text = report->clean = slice_of(text);
    size_t capacity = 0;
    int32_t head = -1;
    for (size_t start = 0; start < report->clean.len;) {
        size_t end = slice_find(report->clean, SLICE("\n"), start);
        end = end == SIZE_MAX ? report->clean.len : end;
        bool table = memchr(text + start, '\t', end - start) != NULL;
        struct sentence *s =
            ARENA_PUSH(&report->arena, report->sentences, report->sentence_count, capacity);
        *s = (struct sentence){.clean = {(uint32_t)start, (uint32_t)end},
                               .heading = -1,
                               .paragraph = (uint32_t)report->sentence_count - 1,
                               .table = table,
                               .table_head = table ? head : -1};
        if (table && head < 0)
            head = (int32_t)report->sentence_count - 1;
        start = end + 1;
    }
}

static void expect_in_report(const char *text, const char *expected)
{
    struct report report = {0};
    make_report(&report, text);
    quantities_find(rules, &report);
    struct buffer got = {0};
    buffer_format(&got, "%s", "");
    for (size_t i = 0; i < report.quantity_count; i++) {
        const struct quantity *q = &report.quantities[i];
        const struct sentence *s = &report.sentences[q->sentence];
        assert_true(q->clean.start >= s->clean.start && q->clean.end <= s->clean.end);
        buffer_format(&got, "%s%.*s=%.12g%.*s", i ? "; " : "",
                      SLICE_ARGS(slice_range(report.text, q->text.start, q->text.end)), q->value,
                      SLICE_ARGS(q->unit));
    }
    buffer_append(&got, "", 1);
    assert_string_equal(got.data, expected);
    buffer_release(&got);
    report_release(&report);
}

static void tables(void **state)
{
    (void)state;
    expect_in_report("序号\t指标\t数量（件）\n1\t受理\t37\n2\t办结\t1,035\n",
                     "37=37件; 1,035=1035件");
    expect_in_report("指标\t单位\t2023年\t2022年\n罚没款\t万元\t68.5\t70\n处罚\t件\t30\t28\n",
                     "68.5=685000元; 70=700000元; 30=30件; 28=28件");
    expect_in_report("单位\t参训人数\t合格率\n公安局\t120\t98.5%\n司法局\t30人\t100%\n",
                     "120=120人; 98.5%=98.5%; 30人=30人; 100%=100%");
    expect_in_report("项目\t本年\n罚没款（万元）\t1087.6\n资料（万份）\t1.2\n",
                     "1087.6=10876000元; 1.2=12000份");
    expect_in_report("项目\t装机（万千瓦）\t收储（千克）\t均价（元/吨）\n甲\t120\t35\t80\n",
                     "120=1200000千瓦; 35=35千克; 80=80元/吨");
    expect_in_report("年度\t受理（件）\n2023\t9\n", "9=9件");
    expect_in_report("事项\t情况\n复议\t受理9件，办结6件\n诉讼\t/\n", "9件=9件; 6件=6件");
    expect_in_report("项目\t得分\n甲\t98\n", "98=98");
    expect_in_report("项目\t数量\n村（社区）法律顾问（名）\t24\n检查(含抽查)(次)\t7\n",
                     "24=24名; 7=7次");
}

/* The unit of a cell that spans the heads; cells with blanks, powers, signs and digits apart. */
static void cells_of_every_make(void **state)
{
    (void)state;
    expect_in_report("行政处罚实施数量（宗）\n警告\t罚款\t合计\t罚没金额（万元）\n2\t0\t2\t5.5\n",
                     "2=2宗; 0=0宗; 2=2宗; 5.5=55000元");
    expect_in_report("项目\t数量\n受众\t1 234 人次\n罚没款\t12 345.6 元\n受理\t45 件\n",
                     "1 234 人次=1234人次; 12 345.6 元=12345.6元; 45 件=45件");
    expect_in_report("项目\t数量\n受理\t4 5\n办结\t-5件\n审结\t1O件\n", "");
    expect_in_report("项目\t金额（元）\n罚没\t1.25E+06\n追缴\t1e99\n", "1.25E+06=1250000元");
    expect_in_report("序号\t数量（件）\n1\t37\n2\t35\n", "37=37件; 35=35件");
    /* remarks: what has a unit of its own, no year, telephone or footnote */
    expect_in_report("项目\t数量\t备注\n立案（件）\t97\t2021\n办结（件）\t88\t含交警12件\n",
                     "97=97件; 88=88件; 12件=12件");
    expect_in_report("项目\t单位\t数量\t备注\n立案\t件\t97\t1\n办结\t件\t88\t5712345\n",
                     "97=97件; 88=88件");
}

/* 1 to `cells` under heads of their own: every cell of a wide row is read. */
static void wide_rows(void **state)
{
    (void)state;
    enum { CELLS = 200 };
    struct buffer text = {0}, want = {0};
    for (unsigned i = 0; i < CELLS; i++)
        buffer_format(&text, "%s受理（件）", i ? "\t" : "");
    for (unsigned i = 0; i < CELLS; i++)
        buffer_format(&text, "%s%u", i ? "\t" : "\n", i * 7 + 100);
    for (unsigned i = 0; i < CELLS; i++)
        buffer_format(&want, "%s%u=%u件", i ? "; " : "", i * 7 + 100, i * 7 + 100);
    buffer_append(&text, "\n", 2);
    buffer_append(&want, "", 1);
    expect_in_report(text.data, want.data);
    buffer_release(&text);
    buffer_release(&want);
}

/* At the limit all are there, one past it the caller can tell. */
static void a_dump_of_numbers_ends(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct report report = {0};
    for (size_t i = 0; i < 200000; i++)
        buffer_append(&text, "5%", 2);
    buffer_append(&text, "\n", 2);
    make_report(&report, text.data);
    quantities_find(rules, &report);
    assert_int_equal(report.quantity_count, quantities_allowed(report.clean.len) + 1);
    report_release(&report);
    text.data[90001] = '\0';
    make_report(&report, text.data);
    quantities_find(rules, &report);
    assert_int_equal(report.quantity_count, 45000);
    report_release(&report);
    buffer_release(&text);
    assert_true(quantities_allowed((size_t)1 << 30) == 200000);
}

static void sentences_of_a_report(void **state)
{
    (void)state;
    expect_in_report("1.3所中小学校配齐法治副校长\n平均1.3人。\n", "3所=3所; 1.3人=1.3人");
    expect_in_report("存在问题：1.律师仅7人。2.6个乡镇无专职所长。\n", "7人=7人; 6个=6个");
    expect_in_report("一、存在问题\n1.律师力量不足。全县仅7人。2.6个乡镇无专职所长。\n",
                     "7人=7人; 6个=6个");
    expect_in_report("存在问题：1.律师仅7人。\n平均结案多日。2.6个乡镇无专职所长。\n",
                     "7人=7人; 2.6个=2.6个");
    expect_in_report("", "");
}

/* ---- mistakes in the data files ---- */

static char folder[64];

static void write_file(const char *name, const char *text, size_t len)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

static struct buffer read_data(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, CATALOGUE "/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct buffer text = {0};
    buffer_reserve(&text, 256 * 1024);
    text.len = fread(text.data, 1, 256 * 1024, file);
    fclose(file);
    return text;
}

/* Loads the data files with the first `what` of `name` replaced; expects a message. */
static void refuses(const char *name, const char *what, const char *by, const char *message)
{
    static const char *const names[] = {"units.yaml", "nonquantities.yaml"};
    for (size_t i = 0; i < 2; i++) {
        struct buffer text = read_data(names[i]);
        struct buffer changed = {0};
        size_t at = SIZE_MAX;
        if (strcmp(names[i], name) == 0) {
            at = slice_find(buffer_slice(&text), slice_of(what), 0);
            assert_true(at != SIZE_MAX);
            buffer_append(&changed, text.data, at);
            buffer_add(&changed, slice_of(by));
            at += strlen(what);
        }
        at = at == SIZE_MAX ? 0 : at;
        buffer_append(&changed, text.data + at, text.len - at);
        write_file(names[i], changed.data, changed.len);
        buffer_release(&changed);
        buffer_release(&text);
    }
    struct quantity_rules *broken = NULL;
    struct error error = {0};
    assert_int_equal(quantity_rules_load(&broken, folder, &error), STATUS_BAD);
    if (!strstr(error.text, message) || !strstr(error.text, name))
        fail_msg("\"%s\" does not say \"%s\"", error.text, message);
    assert_null(broken);
}

static void mistakes_in_the_data(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_quantity.XXXXXX");
    assert_non_null(mkdtemp(folder));
    refuses("units.yaml", "classifiers: [", "classifiers: [件, ", "listed twice");
    refuses("units.yaml", "measures:", "mesures:", "\"measures\" is missing");
    refuses("units.yaml", "人(次): 人次", "人(次): 人回", "not a unit");
    refuses("units.yaml", "万: 10000", "万: 10千", "whole number");
    refuses("units.yaml", "  about: [", "  abuot: [", "expected exact");
    refuses("nonquantities.yaml", "terms: [", "terms: [制度, ", "must begin with its number");
    refuses("nonquantities.yaml", "  - say: 每N", "  - say: 每年", "names no number");
    refuses("nonquantities.yaml", "  - say: 每N", "  - say: 每N(年", "isn't closed");
    refuses("nonquantities.yaml", "counts: true\n    but", "counts: yes\n    but", "true or false");
    refuses("nonquantities.yaml", "counts: true\n    but", "counts: \"true\"\n    but",
            "true or false");
    char path[128];
    snprintf(path, sizeof path, "%s/units.yaml", folder);
    unlink(path);
    struct quantity_rules *none = NULL;
    struct error error = {0};
    assert_int_equal(quantity_rules_load(&none, folder, &error), STATUS_RETRY);
    assert_non_null(strstr(error.text, "units.yaml"));
    snprintf(path, sizeof path, "%s/nonquantities.yaml", folder);
    unlink(path);
    rmdir(folder);
}

/* Broken and cut characters around every case: no crash, spans inside the text. */
static void survives_broken_bytes(void **state)
{
    (void)state;
    uint32_t random = 7;
    for (size_t i = 0; i < sizeof quantity_cases / sizeof *quantity_cases; i++) {
        char text[512];
        size_t len = strlen(quantity_cases[i].sentence);
        for (unsigned round = 0; round < 64; round++) {
            memcpy(text, quantity_cases[i].sentence, len);
            for (unsigned k = 0; k < 3; k++) {
                random = random * 1664525 + 1013904223;
                text[(random >> 8) % len] = (char)(random >> 24);
            }
            char *exact = malloc(len); /* so that a sanitizer sees one byte too far */
            size_t cut = (random >> 4) % len;
            memcpy(exact, text, len);
            struct quantity found[MAX_QUANTITIES];
            size_t count =
                quantities_in(rules, (struct slice){exact, len - cut}, found, MAX_QUANTITIES);
            for (size_t k = 0; k < count && k < MAX_QUANTITIES; k++) {
                assert_true(found[k].clean.start < found[k].clean.end);
                assert_true(found[k].clean.end <= len - cut);
            }
            free(exact);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(whole_or_not_at_all),
        cmocka_unit_test(examples_of_the_shapes),
        cmocka_unit_test(totals),
        cmocka_unit_test(a_short_list_is_counted_beyond),
        cmocka_unit_test(tables),
        cmocka_unit_test(cells_of_every_make),
        cmocka_unit_test(wide_rows),
        cmocka_unit_test(a_dump_of_numbers_ends),
        cmocka_unit_test(sentences_of_a_report),
        cmocka_unit_test(mistakes_in_the_data),
        cmocka_unit_test(survives_broken_bytes),
    };
    return cmocka_run_group_tests(tests, load_rules, free_rules);
}
