/* audit_count.c - indicators against one another: concluded more than accepted and carried over,
 * and the same statement with two figures.
 */
#include "workers/extract/audit/audit_view.h"

struct flow {
    const char *accepted, *carried, *concluded, *noun;
};

static const struct flow flows[] = {
    {"reconsideration.accepted", "reconsideration.carried_over", "reconsideration.concluded",
     "行政复议案件"},
    {"litigation.cases", "", "litigation.concluded", "行政诉讼案件"},
};

static const struct quantity *first_bearing(const struct report *report, struct span within,
                                            const char *indicator)
{
    for (size_t i = 0; i < report->quantity_count; i++) {
        const struct quantity *quantity = &report->quantities[i];
        if (quantity->clean.start >= within.start && quantity->clean.end <= within.end &&
            slice_equal(quantity->indicator, slice_of(indicator)))
            return quantity;
    }
    return NULL;
}

static size_t bearing_count(const struct report *report, const char *indicator)
{
    size_t count = 0;
    for (size_t i = 0; i < report->quantity_count; i++)
        count += slice_equal(report->quantities[i].indicator, slice_of(indicator));
    return count;
}

/* The paragraph a sentence is in. */
static struct span paragraph_of(const struct report *report, int32_t sentence)
{
    size_t first = (size_t)sentence, last = first;
    uint32_t paragraph = report->sentences[first].paragraph;
    while (first > 0 && report->sentences[first - 1].paragraph == paragraph)
        first--;
    while (last + 1 < report->sentence_count && report->sentences[last + 1].paragraph == paragraph)
        last++;
    return (struct span){report->sentences[first].clean.start, report->sentences[last].clean.end};
}

/* Said only where one figure each is given, in one paragraph, all exact; without a figure for cases
 * carried over, only if nothing hints at any. */
static void audit_flow(struct audit_view *view, const struct flow *flow)
{
    const struct report *report = view->report;
    struct span all = {0, (uint32_t)report->clean.len};
    const struct quantity *concluded = first_bearing(report, all, flow->concluded);
    if (!concluded || bearing_count(report, flow->concluded) > 1)
        return;
    struct span paragraph = paragraph_of(report, concluded->sentence);
    const struct quantity *accepted = first_bearing(report, paragraph, flow->accepted);
    const struct quantity *carried = first_bearing(report, paragraph, flow->carried);
    if (!accepted || bearing_count(report, flow->accepted) > 1 || accepted == concluded ||
        accepted->bound != BOUND_EXACT || concluded->bound != BOUND_EXACT ||
        (carried && carried->bound != BOUND_EXACT))
        return;
    double available = accepted->value + (carried ? carried->value : 0);
    if (concluded->value <= available ||
        (!carried && audit_says(&view->rules->carried, audit_text(view, paragraph))))
        return;
    struct span span = {accepted->clean.start, concluded->clean.end};
    if (concluded->clean.start < accepted->clean.start)
        span = (struct span){concluded->clean.start, accepted->clean.end};
    if (carried)
        audit_add(view, AUDIT_CONCLUDED_EXCEEDS_ACCEPTED, span,
                  "%s办结%.*s，多于受理%.*s与上年结转%.*s之和（%.10g%.*s）。", flow->noun,
                  SLICE_ARGS(audit_written(view, concluded)),
                  SLICE_ARGS(audit_written(view, accepted)),
                  SLICE_ARGS(audit_written(view, carried)), available, SLICE_ARGS(accepted->unit));
    else
        audit_add(view, AUDIT_CONCLUDED_EXCEEDS_ACCEPTED, span,
                  "%s办结%.*s，多于受理%.*s，文中也没有说到上年结转。", flow->noun,
                  SLICE_ARGS(audit_written(view, concluded)),
                  SLICE_ARGS(audit_written(view, accepted)));
}

/* What is said in front of a figure, without 共, 累计, 约, 达 and the like. */
static struct slice statement(const struct audit_view *view, const struct quantity *quantity)
{
    static const char *const leads[] = {"共计", "累计", "合计", "总计", "共", "约",   "近",  "达到",
                                        "达",   "超过", "为",   "了",   "有", "各类", "案件"};
    struct span clause = audit_clause(view, quantity);
    struct slice text = audit_text(view, (struct span){clause.start, quantity->clean.start});
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        if (slice_ends(text, slice_of(leads[i]))) {
            text.len -= strlen(leads[i]);
            i = (size_t)-1;
        }
    return text;
}

static bool contradict(const struct audit_view *view, const struct quantity *a,
                       const struct quantity *b)
{
    enum { SAME_BYTES = 12 }; /* four hanzi: 受理行政复议 twice is one statement */
    if (a->value == b->value || !slice_equal(a->indicator, b->indicator) ||
        !slice_equal(a->unit, b->unit) || a->bound != BOUND_EXACT || b->bound != BOUND_EXACT)
        return false;
    const struct sentence *sentences = view->report->sentences;
    if (sentences[a->sentence].paragraph == sentences[b->sentence].paragraph ||
        sentences[a->sentence].part == PART_PLAN || sentences[b->sentence].part == PART_PLAN)
        return false;
    struct slice said = statement(view, a), again = statement(view, b);
    size_t same = 0;
    while (same < said.len && same < again.len &&
           said.data[said.len - 1 - same] == again.data[again.len - 1 - same])
        same++;
    return same >= SAME_BYTES;
}

static void audit_conflict(struct audit_view *view, const struct quantity *const *bearing,
                           size_t count)
{
    const struct quantity *again = bearing[count];
    for (size_t i = 0; i < count; i++) {
        if (!contradict(view, bearing[i], again))
            continue;
        audit_add(view, AUDIT_CONFLICT, again->clean,
                  "“%.*s”前文写的是%.*s，这里写的是%.*s，两处不一致。",
                  SLICE_ARGS(statement(view, again)), SLICE_ARGS(audit_written(view, bearing[i])),
                  SLICE_ARGS(audit_written(view, again)));
        return;
    }
}

static void audit_conflicts(struct audit_view *view)
{
    struct report *report = view->report;
    const struct quantity **bearing =
        arena_alloc(&report->arena, (report->quantity_count + 1) * sizeof(struct quantity *));
    size_t count = 0;
    for (size_t i = 0; i < report->quantity_count; i++) {
        if (report->quantities[i].indicator.len == 0)
            continue;
        bearing[count] = &report->quantities[i];
        audit_conflict(view, bearing, count);
        count++;
    }
}

void audit_counts(struct audit_view *view)
{
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++)
        audit_flow(view, &flows[i]);
    audit_conflicts(view);
}
