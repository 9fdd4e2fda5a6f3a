/* audit_level.c - a level that does not belong: 我县 in a prefecture's report, 街道 in a town's.
 *
 * A report may speak of the levels above it (我省 in a county's), so only words of a level below
 * the issuer's, or of a sister kind (我县 in a district's), are said. 我市 says nothing about a
 * county: it may mean the prefecture above.
 */
#include "workers/extract/audit/audit_view.h"

enum { MAX_MISMATCHES = 20 }; /* told of one report */

/* 内蒙古, 广西, 西藏, 宁夏, 新疆 call themselves 我区. */
static bool in_autonomous_region(uint32_t region)
{
    unsigned province = region / 10000;
    return province == 15 || province == 45 || province == 54 || province == 64 || province == 65;
}

static bool is_municipality(uint32_t region)
{
    unsigned province = region / 10000;
    return province == 11 || province == 12 || province == 31 || province == 50;
}

/* Whether an issuer of this level and name can't call itself so. */
static bool contradicts(const struct metadata *meta, enum self_level said)
{
    bool district = slice_ends(meta->region_name, SLICE("区"));
    bool city = slice_ends(meta->region_name, SLICE("市"));
    bool region = in_autonomous_region(meta->region) || is_municipality(meta->region);
    switch (meta->level) {
    case LEVEL_PROVINCE:
    case LEVEL_PREFECTURE:
        return said == SELF_TOWNSHIP || said == SELF_COUNTY ||
               (said == SELF_DISTRICT && !region && !slice_has(meta->region_name, SLICE("地区")));
    case LEVEL_COUNTY:
        return said == SELF_TOWNSHIP || (said == SELF_COUNTY && (district || city)) ||
               (said == SELF_DISTRICT && !district && !region);
    default:
        return false;
    }
}

/* Whether one of the excepted words covers `at`: it may begin one character earlier. */
static bool is_excepted(const struct audit_words *excepted, struct slice text, size_t at)
{
    size_t length;
    return wordset_ahead(&excepted->set, text, at, &length) >= 0 ||
           (at >= 3 && wordset_ahead(&excepted->set, text, at - 3, &length) >= 0);
}

static const char *level_word(enum level level)
{
    switch (level) {
    case LEVEL_PROVINCE:
        return "省级";
    case LEVEL_PREFECTURE:
        return "地市级";
    case LEVEL_COUNTY:
        return "县级";
    default:
        return "乡镇（街道）";
    }
}

static void add(struct audit_view *view, uint32_t start, size_t length)
{
    if (view->level_mismatches++ >= MAX_MISMATCHES)
        return;
    struct span span = {start, start + (uint32_t)length};
    audit_add(view, AUDIT_LEVEL_MISMATCH, span,
              "这是%.*s的%s报告，文中却写“%.*s”，层级不符，可能是照搬了别处的文字。",
              SLICE_ARGS(view->report->meta.issuer.len ? view->report->meta.issuer
                                                       : view->report->meta.region_name),
              level_word(view->report->meta.level), SLICE_ARGS(audit_text(view, span)));
}

static bool inside_quotes(struct slice text, size_t at)
{
    enum { QUOTE_REACH_BYTES = 600 };
    size_t line = at;
    while (line > 0 && text.data[line - 1] != '\n' && at - line < QUOTE_REACH_BYTES)
        line--;
    struct slice before = slice_range(text, line, at);
    size_t open = 0, close = 0, hit;
    for (hit = 0; (hit = slice_find(before, SLICE("“"), hit)) != SIZE_MAX; hit += 3)
        open++;
    for (hit = 0; (hit = slice_find(before, SLICE("”"), hit)) != SIZE_MAX; hit += 3)
        close++;
    for (hit = 0; (hit = slice_find(before, SLICE("《"), hit)) != SIZE_MAX; hit += 3)
        open++;
    for (hit = 0; (hit = slice_find(before, SLICE("》"), hit)) != SIZE_MAX; hit += 3)
        close++;
    return open > close;
}

/* The text proper, from its first sentence to its last. */
static struct span text_proper(const struct report *report)
{
    if (report->sentence_count == 0)
        return (struct span){0, 0};
    return (struct span){report->sentences[0].clean.start,
                         report->sentences[report->sentence_count - 1].clean.end};
}

static const struct self_word *self_at(const struct audit_view *view, struct slice text, size_t at)
{
    for (size_t i = 0; i < view->rules->self_count; i++)
        if (slice_starts(slice_range(text, at, text.len), view->rules->self[i].word))
            return &view->rules->self[i];
    return NULL;
}

static void audit_self(struct audit_view *view)
{
    struct span proper = text_proper(view->report);
    struct slice text = slice_range(view->report->clean, 0, proper.end);
    for (size_t at = proper.start; (at = slice_find(text, SLICE("我"), at)) != SIZE_MAX; at += 3) {
        const struct self_word *self = self_at(view, text, at);
        if (self && contradicts(&view->report->meta, self->level) &&
            !is_excepted(&view->rules->self_not, text, at) && !inside_quotes(text, at))
            add(view, (uint32_t)at, self->word.len);
    }
}

/* Where a clause begins: 各乡镇、街道 and 云岭街道 speak of others. */
static bool begins_clause(struct slice text, size_t at)
{
    static const char *const marks[] = {"。", "，", "；", "：", "\n", ",", ";"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_ends(slice_range(text, 0, at), slice_of(marks[i])))
            return true;
    return at == 0;
}

/* 我镇, 本镇: it says whose it is, wherever it stands. */
static bool is_own(struct slice text, size_t at)
{
    struct slice rest = slice_range(text, at, text.len);
    return slice_starts(rest, SLICE("我")) || slice_starts(rest, SLICE("本"));
}

static void audit_township(struct audit_view *view)
{
    const struct metadata *meta = &view->report->meta;
    bool street =
        slice_has(meta->township, SLICE("街道")) || slice_has(meta->issuer, SLICE("街道"));
    if (!street && meta->township.len == 0)
        return;
    const struct audit_words *foreign = street ? &view->rules->town : &view->rules->street;
    struct span proper = text_proper(view->report);
    struct slice text = slice_range(view->report->clean, 0, proper.end);
    for (size_t at = proper.start, length;
         (at = audit_find(foreign, text, at, &length)) != SIZE_MAX; at += length)
        if ((is_own(text, at) ? !is_excepted(&view->rules->self_not, text, at)
                              : begins_clause(text, at)) &&
            !inside_quotes(text, at))
            add(view, (uint32_t)at, length);
}

void audit_levels(struct audit_view *view)
{
    const struct metadata *meta = &view->report->meta;
    if (meta->region == 0)
        return;
    if (meta->level == LEVEL_TOWNSHIP)
        audit_township(view);
    else
        audit_self(view);
}
