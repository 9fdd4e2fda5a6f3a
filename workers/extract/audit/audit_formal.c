/* audit_formal.c - what the regulation asks of form and date (2019, Art. 24 and 25): the required
 * parts are there, the report is public by 1 April and was signed after the year had ended.
 */
#include "workers/extract/audit/audit_view.h"

#include <stdio.h>

static const char *part_title(enum part part)
{
    switch (part) {
    case PART_MEASURES:
        return "上一年度推进法治政府建设的主要举措和成效";
    case PART_SHORTCOMINGS:
        return "存在的不足和原因";
    case PART_LEADERS_DUTY:
        return "党政主要负责人履行推进法治建设第一责任人职责的情况";
    default:
        return "下一年度推进法治政府建设的主要安排";
    }
}

static void audit_parts(struct audit_view *view)
{
    for (enum part part = PART_MEASURES; part < PART_COUNT; part++)
        if (!view->report->parts[part])
            audit_add(view, AUDIT_MISSING_PART, (struct span){0, 0},
                      "报告中没有找到“%s”部分，按规定年度报告应当包括这一内容。", part_title(part));
}

/* 2024年4月12日, as far as it is stated. */
static const char *date_text(struct date date, char *out, size_t size)
{
    if (date.day)
        snprintf(out, size, "%u年%u月%u日", date.year, date.month, date.day);
    else if (date.month)
        snprintf(out, size, "%u年%u月", date.year, date.month);
    else
        snprintf(out, size, "%u年", date.year);
    return out;
}

static void audit_late(struct audit_view *view)
{
    const struct metadata *meta = &view->report->meta;
    struct date date = meta->published;
    unsigned due_year = meta->year + 1u;
    bool late = date.year > due_year ||
                (date.year == due_year && (date.month > 4 || (date.month == 4 && date.day > 1)));
    char text[48];
    if (date.year && date.month && late)
        audit_add(view, AUDIT_LATE, (struct span){0, 0},
                  "报告于%s发布，晚于规定的公开期限%u年4月1日。",
                  date_text(date, text, sizeof text), due_year);
}

static void audit_signed_early(struct audit_view *view)
{
    const struct metadata *meta = &view->report->meta;
    bool has_signature = meta->signed_on.year > 0;
    struct date date = has_signature ? meta->signed_on : meta->published;
    char text[48];
    if (date.year && date.year <= meta->year)
        audit_add(view, AUDIT_SIGNED_EARLY, (struct span){0, 0},
                  "报告%s日期为%s，而%u年尚未结束，年度数据不可能完整。",
                  has_signature ? "落款" : "发布", date_text(date, text, sizeof text), meta->year);
}

void audit_formalities(struct audit_view *view)
{
    enum { MIN_SENTENCES = 5 }; /* less is an extract or a notice, not a report with gaps */
    if (view->report->sentence_count >= MIN_SENTENCES)
        audit_parts(view);
    if (view->report->meta.year == 0)
        return;
    audit_late(view);
    audit_signed_early(view);
}
