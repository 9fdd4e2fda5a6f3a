/* audit_count.c - indicators against one another: concluded more than accepted and carried over,
 * and the same statement with two figures.
 */
#include "workers/extract/audit/audit_view.h"

enum {
    MAX_COMPARED = 100, /* figures that bear an indicator, before another one */
    MAX_CONFLICTS = 20, /* told of one report */
    SAME_BYTES = 12,    /* four hanzi: 受理行政复议 twice is one statement */
    LABEL_BYTES = 6,    /* 受理, in a table whose figures bear the same indicator */
};

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

static bool in_table(const struct audit_view *view, const struct quantity *quantity)
{
    return view->report->sentences[quantity->sentence].table;
}

/* 受理（件） is 受理. */
static struct slice without_bracket(struct slice cell)
{
    size_t wide = slice_find(cell, SLICE("（"), 0), narrow = slice_find(cell, SLICE("("), 0);
    size_t at = wide < narrow ? wide : narrow;
    return at == SIZE_MAX ? cell : slice_range(cell, 0, at);
}

/* The nearest cell in front of a table's figure that says what it counts; empty if none does. */
static struct slice row_label(const struct audit_view *view, const struct quantity *quantity)
{
    struct span row = view->report->sentences[quantity->sentence].clean;
    struct slice text = audit_text(view, (struct span){row.start, quantity->clean.start});
    while (text.len) {
        const char *tab = memrchr(text.data, '\t', text.len);
        size_t start = tab ? (size_t)(tab + 1 - text.data) : 0;
        struct slice cell = without_bracket(slice_range(text, start, text.len));
        if (cell.len >= LABEL_BYTES && (unsigned char)cell.data[0] >= 0xE4)
            return cell;
        text.len = tab ? start - 1 : 0;
    }
    return text;
}

/* What is said in front of a figure, without 共, 累计, 约, 达 and the like. */
static struct slice statement(const struct audit_view *view, const struct quantity *quantity)
{
    struct slice text;
    if (in_table(view, quantity)) {
        text = row_label(view, quantity);
    } else {
        struct span clause = audit_clause(view, quantity);
        text = audit_text(view, (struct span){clause.start, quantity->clean.start});
    }
    for (size_t bytes; (bytes = audit_ending(&view->rules->statement_leads, text)) != 0;)
        text.len -= bytes;
    return text;
}

/* A table says it in short, or the text does: 受理 and 全年受理行政复议. */
static bool says_again(struct slice said, struct slice again)
{
    if (said.len < LABEL_BYTES || again.len < LABEL_BYTES)
        return false;
    return said.len < again.len ? slice_has(again, said) : slice_has(said, again);
}

/* `again`: what is said of `b`. */
static bool contradict(const struct audit_view *view, const struct quantity *a,
                       const struct quantity *b, struct slice again)
{
    if (a->value == b->value || !slice_equal(a->indicator, b->indicator) ||
        !slice_equal(a->unit, b->unit) || a->bound != BOUND_EXACT || b->bound != BOUND_EXACT)
        return false;
    const struct sentence *sentences = view->report->sentences;
    if (in_table(view, a) && in_table(view, b))
        return false; /* rows and columns of different units and years */
    if (sentences[a->sentence].paragraph == sentences[b->sentence].paragraph ||
        sentences[a->sentence].part == PART_PLAN || sentences[b->sentence].part == PART_PLAN)
        return false;
    struct slice said = statement(view, a);
    if (in_table(view, a) || in_table(view, b))
        return says_again(said, again);
    size_t same = 0;
    while (same < said.len && same < again.len &&
           said.data[said.len - 1 - same] == again.data[again.len - 1 - same])
        same++;
    return same >= SAME_BYTES;
}

static bool audit_conflict(struct audit_view *view, const struct quantity *const *bearing,
                           size_t count)
{
    const struct quantity *again = bearing[count];
    struct slice said = statement(view, again);
    size_t oldest = count > MAX_COMPARED ? count - MAX_COMPARED : 0;
    for (size_t i = oldest; i < count; i++) {
        if (!contradict(view, bearing[i], again, said))
            continue;
        audit_add(view, AUDIT_CONFLICT, again->clean,
                  "“%.*s”前文写的是%.*s，这里写的是%.*s，两处不一致。", SLICE_ARGS(said),
                  SLICE_ARGS(audit_written(view, bearing[i])),
                  SLICE_ARGS(audit_written(view, again)));
        return true;
    }
    return false;
}

static void audit_conflicts(struct audit_view *view)
{
    struct report *report = view->report;
    const struct quantity **bearing =
        arena_alloc(&report->arena, (report->quantity_count + 1) * sizeof(struct quantity *));
    size_t count = 0, told = 0;
    for (size_t i = 0; i < report->quantity_count && told < MAX_CONFLICTS; i++) {
        const struct quantity *quantity = &report->quantities[i];
        if (quantity->indicator.len == 0)
            continue;
        bearing[count] = &report->quantities[i];
        told += audit_conflict(view, bearing, count);
        count++;
    }
}

void audit_counts(struct audit_view *view)
{
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++)
        audit_flow(view, &flows[i]);
    audit_conflicts(view);
}
