/* audit_view.h - what the single audits share: the report, the words, its figures by full stops. */
#ifndef XIANZHI_EXTRACT_AUDIT_VIEW_H
#define XIANZHI_EXTRACT_AUDIT_VIEW_H

#include "workers/extract/audit/audit_rules.h"

/* Text between two full stops of a paragraph with the figures in it. Wider than a sentence, which
 * may end at a ；: figures that belong together stand on both sides of one. */
/* Prose has a dozen figures between two full stops; what has more than this is a dump of numbers,
 * in which nothing is compared with everything else. */
enum { PERIOD_MAX_QUANTITIES = 200 };

struct period {
    struct span clean;
    size_t first, end; /* quantities [first, end); at least one */
    enum part part;
};

struct audit_view {
    struct report *report;
    const struct audit_rules *rules;
    struct period *periods;
    size_t period_count;
    size_t capacity; /* of report->audits */
    size_t level_mismatches;
};

void audit_view_init(struct audit_view *view, struct report *report,
                     const struct audit_rules *rules);

/* Adds an audit on a clean span ({0, 0}: the whole report). */
void audit_add(struct audit_view *view, enum audit_type type, struct span clean, const char *format,
               ...) __attribute__((format(printf, 4, 5)));

/* Whether the figures of a period are looked at: it is no plan and no dump. */
bool audit_reads(const struct period *period);

/* The clause a figure stands in: between 、，；。：and brackets, CLAUSE_REACH_BYTES at most. */
enum { CLAUSE_REACH_BYTES = 300 };
struct span audit_clause(const struct audit_view *view, const struct quantity *quantity);

/* What a written figure may stand for: 1.94万 is right to 100, 8210余 is under 8220. */
struct range {
    double low, high;
};
struct range audit_count_range(const struct audit_view *view, const struct quantity *quantity);
/* Of a percentage, by its decimals (rounded or cut off) and its bound. */
struct range audit_rate_range(const struct audit_view *view, const struct quantity *rate);
/* Same unit; 件, 起 and 宗 all count cases. */
bool audit_comparable(const struct quantity *a, const struct quantity *b);
/* From the first of the three to the end of the last, in whatever order they stand. */
struct span audit_spanning(const struct quantity *a, const struct quantity *b,
                           const struct quantity *c);

static inline struct slice audit_text(const struct audit_view *view, struct span clean)
{
    return slice_range(view->report->clean, clean.start, clean.end);
}

static inline struct slice audit_written(const struct audit_view *view,
                                         const struct quantity *quantity)
{
    return audit_text(view, quantity->clean);
}

/* The audits, one family a file. Each adds what it finds. */
void audit_formalities(struct audit_view *view); /* audit_formal.c: missing parts, dates */
void audit_years(struct audit_view *view);       /* audit_year.c: a year that does not belong */
void audit_levels(struct audit_view *view);      /* audit_level.c: a level that does not belong */
void audit_sums(struct audit_view *view);        /* audit_sum.c: totals against their lists */
void audit_rates(struct audit_view *view);       /* audit_rate.c: rates against their counts */
void audit_changes(struct audit_view *view); /* audit_change.c: growth against its two figures */
void audit_counts(struct audit_view *view);  /* audit_count.c: concluded > accepted, conflicts */

#endif
