/* listing.c - the tables of fields of all lists. No state, any thread. */
#include "proto/rows/listing.h"

#include <stddef.h>

#define NAMED FIELD_NAMED
#define IN FIELD_IN
#define ALL IN(BOTH, BOTH, BOTH)
#define AT(member) .offset = offsetof(struct ITEM, member)

/* Of every list whose items are of a unit's report. */
#define UNIT_FIELDS                                                                                \
    {NAMED("region"), "行政区划代码", FIELD_REGION, AT(unit.region), ALL},                         \
        {NAMED("region_name"), "地区", FIELD_TEXT_OR_NULL, AT(unit.region_name), ALL},             \
        {NAMED("level"), "级别", FIELD_LEVEL, AT(unit.level), ALL},                                \
        {NAMED("township"), "乡镇街道", FIELD_TEXT_OR_NULL, AT(unit.township), ALL},               \
        {NAMED("kind"), "单位性质", FIELD_KIND, AT(unit.kind), ALL},                               \
        {NAMED("issuer"), "单位", FIELD_TEXT_OR_NULL, AT(unit.issuer), ALL},                       \
    {                                                                                              \
        NAMED("year"), "年度", FIELD_YEAR, AT(unit.year), ALL                                      \
    }

#define ITEM document_item
static const struct row_field of_documents[] = {
    UNIT_FIELDS,
    {NAMED("title"), "标题", FIELD_TEXT_OR_NULL, AT(title), ALL},
    {NAMED("doc_number"), "文号", FIELD_TEXT_OR_NULL, AT(doc_number), ALL},
    {NAMED("published"), "公开日期", FIELD_DATE, AT(published), ALL},
    {NAMED("signed"), "成文日期", FIELD_DATE, AT(signed_on), ALL},
    {NAMED("figures"), "指标数", FIELD_NUMBER, AT(figures), ALL},
    {NAMED("proposed"), "待定数", FIELD_NUMBER, AT(proposed), ALL},
    {NAMED("audits"), "核查数", FIELD_NUMBER, AT(audits), ALL},
    {NAMED("decisions"), "复核数", FIELD_NUMBER, AT(decisions), ALL},
    {NAMED("stale"), "失效复核", FIELD_NUMBER, AT(stale), ALL},
    {NAMED("path"), "文件", FIELD_TEXT, AT(path), ALL},
    {NAMED("sha256"), "文件摘要", FIELD_TEXT, AT(sha256), ALL},
    {NAMED("catalogue"), "指标库版本", FIELD_TEXT, AT(catalogue), ALL},
    {NAMED("filed_ms"), "入库时间", FIELD_LONG, AT(filed_ms), ALL},
    {NAMED("standing"), "是否计入", FIELD_STANDING, AT(standing), ALL},
    {NAMED("placed_by"), "归属依据", FIELD_TEXT_OR_NULL, AT(placed_by), ALL},
    {NAMED("origin"), "版本来源", FIELD_TEXT_OR_NULL, AT(version_of), ALL},
    {NAMED("order"), "版本次序", FIELD_LONG, AT(order), ALL},
    {NAMED("replaced_by"), "替换版本", FIELD_TEXT_OR_NULL, AT(replaced_by), ALL},
};
#undef ITEM

#define ITEM audit_item
static const struct row_field of_audits[] = {
    UNIT_FIELDS,
    {NAMED("type"), "核查", FIELD_AUDIT, AT(type), ALL},
    {NAMED("note"), "说明", FIELD_TEXT, AT(note), ALL},
    {NAMED("start"), "起", FIELD_NUMBER, AT(span.start), ALL},
    {NAMED("end"), "止", FIELD_NUMBER, AT(span.end), ALL},
    {NAMED("path"), "文件", FIELD_TEXT, AT(path), ALL},
    {NAMED("sha256"), "文件摘要", FIELD_TEXT, AT(sha256), ALL},
};
#undef ITEM

#define ITEM coverage_item
static const struct row_field of_coverage[] = {
    {NAMED("region"), "行政区划代码", FIELD_REGION, AT(region), ALL},
    {NAMED("region_name"), "地区", FIELD_TEXT_OR_NULL, AT(region_name), ALL},
    {NAMED("level"), "级别", FIELD_LEVEL, AT(level), ALL},
    {NAMED("year"), "年度", FIELD_YEAR, AT(year), ALL},
    {NAMED("coverage"), "报送", FIELD_COVERAGE, AT(coverage), ALL},
    {NAMED("published"), "公开日期", FIELD_DATE, AT(published), ALL},
    {NAMED("issuer"), "单位", FIELD_TEXT_OR_NULL, AT(issuer), ALL},
    {NAMED("path"), "文件", FIELD_TEXT_OR_NULL, AT(path), ALL},
    {NAMED("sha256"), "文件摘要", FIELD_TEXT_OR_NULL, AT(sha256), ALL},
};
#undef ITEM

#define ITEM figure_item
static const struct row_field of_figures[] = {
    {NAMED("id"), "编号", FIELD_TEXT, AT(id), ALL},
    UNIT_FIELDS,
    {NAMED("indicator"), "指标代码", FIELD_TEXT_OR_NULL, AT(holds.indicator), ALL},
    {NAMED("label"), "指标", FIELD_TEXT_OR_NULL, AT(holds.label), ALL},
    {NAMED("value"), "数值", FIELD_FIGURE, AT(holds.value), ALL},
    {NAMED("unit"), "计量单位", FIELD_TEXT, AT(holds.unit), ALL},
    {NAMED("bound"), "界限", FIELD_BOUND, AT(holds.bound), ALL},
    {NAMED("reasons"), "缘由", FIELD_TEXTS, AT(reasons), ALL},
    {NAMED("text"), "原文数字", FIELD_TEXT, AT(text), ALL},
    {NAMED("sentence"), "原文", FIELD_TEXT, AT(sentence), ALL},
    {NAMED("offset"), "句中位置", FIELD_NUMBER, AT(offset), ALL},
    {NAMED("section"), "所在章节", FIELD_SECTION, AT(section), ALL},
    {NAMED("start"), "起", FIELD_NUMBER, AT(span.start), ALL},
    {NAMED("end"), "止", FIELD_NUMBER, AT(span.end), ALL},
    {NAMED("state"), "状态", FIELD_STATE, AT(state), ALL},
    {NAMED("origin"), "文字来源", FIELD_ORIGIN, AT(origin), ALL},
    {NAMED("candidates"), "备选代码", FIELD_TEXTS, AT(candidates), ALL},
    {NAMED("candidate_labels"), "备选指标", FIELD_TEXTS, AT(candidate_labels), ALL},
    {NAMED("said_indicator"), "机读指标代码", FIELD_TEXT_OR_NULL, AT(said.indicator), ALL},
    {NAMED("said_label"), "机读指标", FIELD_TEXT_OR_NULL, AT(said.label), ALL},
    {NAMED("said_value"), "机读数值", FIELD_FIGURE, AT(said.value), ALL},
    {NAMED("said_unit"), "机读计量单位", FIELD_TEXT, AT(said.unit), ALL},
    {NAMED("said_bound"), "机读界限", FIELD_BOUND, AT(said.bound), ALL},
    {NAMED("verdict"), "复核", FIELD_VERDICT, AT(verdict), ALL},
    {NAMED("by"), "复核人", FIELD_TEXT_OR_NULL, AT(by), ALL},
    {NAMED("note"), "备注", FIELD_TEXT_OR_NULL, AT(note), ALL},
    {NAMED("at_ms"), "复核时间", FIELD_LONG, AT(at_ms), ALL},
    {NAMED("decision"), "复核号", FIELD_LONG, AT(decision), ALL},
    {NAMED("stale"), "失效", FIELD_BOOL, AT(stale), ALL},
    {NAMED("lease_by"), "正由", FIELD_TEXT_OR_NULL, AT(lease_by), ALL},
    {NAMED("lease_until_ms"), "占用至", FIELD_LONG, AT(lease_until_ms), ALL},
    {NAMED("rule"), "规则", FIELD_TEXT, AT(rule), ALL},
    {NAMED("path"), "文件", FIELD_TEXT, AT(path), ALL},
    {NAMED("sha256"), "文件摘要", FIELD_TEXT, AT(sha256), ALL},
    {NAMED("catalogue"), "指标库版本", FIELD_TEXT, AT(catalogue), ALL},
};
#undef ITEM

#define ITEM decision
static const struct row_field of_decisions[] = {
    {NAMED("seq"), "复核号", FIELD_LONG, AT(seq), ALL},
    {NAMED("base"), "前一复核号", FIELD_LONG, AT(base), ALL},
    {NAMED("verdict"), "复核", FIELD_VERDICT, AT(verdict), ALL},
    {NAMED("indicator"), "指标代码", FIELD_TEXT_OR_NULL, AT(holds.indicator), ALL},
    {NAMED("label"), "指标", FIELD_TEXT_OR_NULL, AT(holds.label), ALL},
    {NAMED("value"), "数值", FIELD_FIGURE, AT(holds.value), ALL},
    {NAMED("unit"), "计量单位", FIELD_TEXT, AT(holds.unit), ALL},
    {NAMED("bound"), "界限", FIELD_BOUND, AT(holds.bound), ALL},
    {NAMED("by"), "复核人", FIELD_TEXT, AT(by), ALL},
    {NAMED("at_ms"), "复核时间", FIELD_LONG, AT(at_ms), ALL},
    {NAMED("note"), "备注", FIELD_TEXT_OR_NULL, AT(note), ALL},
    {NAMED("text"), "原文数字", FIELD_TEXT, AT(written), ALL},
    {NAMED("sentence"), "原文", FIELD_TEXT, AT(sentence), ALL},
    {NAMED("offset"), "句中位置", FIELD_NUMBER, AT(offset), ALL},
    {NAMED("section"), "所在章节", FIELD_SECTION, AT(section), ALL},
    {NAMED("start"), "起", FIELD_NUMBER, AT(span.start), ALL},
    {NAMED("end"), "止", FIELD_NUMBER, AT(span.end), ALL},
    {NAMED("said_indicator"), "机读指标代码", FIELD_TEXT_OR_NULL, AT(said.indicator), ALL},
    {NAMED("said_label"), "机读指标", FIELD_TEXT_OR_NULL, AT(said.label), ALL},
    {NAMED("said_value"), "机读数值", FIELD_FIGURE, AT(said.value), ALL},
    {NAMED("said_unit"), "机读计量单位", FIELD_TEXT, AT(said.unit), ALL},
    {NAMED("said_bound"), "机读界限", FIELD_BOUND, AT(said.bound), ALL},
    {NAMED("state"), "状态", FIELD_STATE, AT(state), ALL},
    {NAMED("sha256"), "文件摘要", FIELD_DIGEST, AT(sha256), ALL},
    {NAMED("catalogue"), "指标库版本", FIELD_TEXT, AT(catalogue), ALL},
    {NAMED("path"), "文件", FIELD_TEXT_OR_NULL, AT(path), ALL},
    {NAMED("origin"), "版本来源", FIELD_TEXT_OR_NULL, AT(lineage.origin), ALL},
    {NAMED("order"), "版本次序", FIELD_LONG, AT(lineage.order), ALL},
    {NAMED("again"), "重新启用时间", FIELD_LONG, AT(lineage.again), ALL},
    {NAMED("sent"), "送出时间", FIELD_LONG, AT(lineage.sent), ALL},
};
#undef ITEM

#define LIST(word, array, item)                                                                    \
    {                                                                                              \
        word, {array, sizeof(array) / sizeof *(array)}, sizeof(struct item)                        \
    }
const struct listing_kind listing_kinds[LIST_COUNT] = {
    [LIST_ROWS] = {"rows", {NULL, 0}, 0},
    [LIST_DOCUMENTS] = LIST("documents", of_documents, document_item),
    [LIST_AUDITS] = LIST("audits", of_audits, audit_item),
    [LIST_COVERAGE] = LIST("coverage", of_coverage, coverage_item),
    [LIST_FIGURES] = LIST("figures", of_figures, figure_item),
    [LIST_REVIEW] = LIST("review", of_figures, figure_item),
    [LIST_DECISIONS] = LIST("decisions", of_decisions, decision),
};

enum list list_by_name(struct slice name)
{
    enum list list = LIST_ROWS;
    while (list < LIST_COUNT && !slice_equal(name, slice_of(listing_kinds[list].name)))
        list++;
    return list;
}
