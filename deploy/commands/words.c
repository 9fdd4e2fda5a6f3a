/* words.c - the words of records, heads of tables and bounds, in the person's language. Pure. */
#include "deploy/commands/words.h"

#include "proto/rows/row.h"

static const char *const words[][2] = {
    {"province", "省级"},
    {"prefecture", "地级"},
    {"county", "县级"},
    {"township", "乡级"},
    {"government", "政府"},
    {"department", "部门"},
    {"committee", "党委"},
    {"zone", "开发区"},
    {"institution", "事业单位"},
    {"reported", "已报"},
    {"late", "迟报"},
    {"missing", "未报"},
    {"counted", "计入"},
    {"contested", "两份待选"},
    {"aside", "未选用"},
    {"asserted", "认定"},
    {"proposed", "待定"},
    {"none", "未识别"},
    {"confirm", "确认"},
    {"value", "改数值"},
    {"indicator", "改指标"},
    {"reject", "否定"},
    {"add", "补录"},
    {"withdraw", "撤回"},
    {"withdraw_document", "撤下文件"},
    {"restore_document", "恢复文件"},
    {"choose_document", "选用文件"},
    {"stale", "复核失效"},
    {"conflict", "前后不一"},
    {"audit", "核查有疑"},
    {"outlier", "偏离较大"},
    {"ocr", "扫描识别"},
    {"rejected", "拒收"},
    {"unreadable", "无法读取"},
    {"crashed", "处理中断"},
    {"lapsed", "处理超时"},
    {"postponed", "一再推迟"},
    {"unplaced", "归属不明"},
    {"lost", "文件丢失"},
    {"ingest", "读取"},
    {"segment", "分段"},
    {"extract", "提取"},
    {"aggregate", "汇总"},
    {"change", "变化"},
    {"percent", "百分比"},
    {"sum", "合计不符"},
    {"rate", "比率不符"},
    {"concluded_exceeds_accepted", "办结多于受理"},
    {"stale_year", "年份不符"},
    {"level_mismatch", "级别不符"},
    {"missing_part", "缺少部分"},
    {"signed_early", "落款过早"},
    {"duplicate_text", "文字雷同"},
};

struct slice word_for_people(struct slice word)
{
    for (size_t i = 0; tr_language() == LANGUAGE_CHINESE && i < sizeof words / sizeof *words; i++)
        if (slice_equal(word, slice_of(words[i][0])))
            return slice_of(words[i][1]);
    return word;
}

struct slice head_for_people(const struct row_field *field)
{
    return tr_language() == LANGUAGE_CHINESE ? slice_of(field->head) : field->name;
}

struct slice named_head_for_people(struct slice name)
{
    for (size_t i = 0; i < row_fields.count; i++)
        if (slice_equal(row_fields.items[i].name, name))
            return head_for_people(&row_fields.items[i]);
    return word_for_people(name);
}

const char *bound_for_people(enum bound bound)
{
    static const char *const words[] = {[BOUND_OVER] = TR("more than "),
                                        [BOUND_AT_LEAST] = TR("at least "),
                                        [BOUND_AT_MOST] = TR("at most "),
                                        [BOUND_ABOUT] = TR("about ")};
    return words[bound] ? tr(words[bound]) : "";
}
