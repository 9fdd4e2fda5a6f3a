/* audit_view.c - figures by full stops, clauses, and how an audit is written down. Can't fail. */
#include "workers/extract/audit/audit_view.h"

#include <stdarg.h>
#include <stdio.h>

static bool ends_period(struct slice sentence)
{
    for (size_t len = sentence.len; len >= 3 && len + 9 > sentence.len; len -= 3) {
        const char *last = sentence.data + len - 3;
        if (memcmp(last, "。", 3) == 0 || memcmp(last, "！", 3) == 0 || memcmp(last, "？", 3) == 0)
            return true;
    }
    return false;
}

static struct period *open_period(struct audit_view *view, size_t sentence, size_t *capacity)
{
    struct report *report = view->report;
    const struct sentence *s = &report->sentences[sentence];
    struct period *period =
        ARENA_PUSH(&report->arena, view->periods, view->period_count, *capacity);
    *period = (struct period){.clean = s->clean, .part = s->part};
    return period;
}

void audit_view_init(struct audit_view *view, struct report *report,
                     const struct audit_rules *rules)
{
    *view = (struct audit_view){.report = report, .rules = rules};
    struct period *period = NULL;
    size_t capacity = 0, quantity = 0;
    for (size_t i = 0; i < report->sentence_count; i++) {
        const struct sentence *s = &report->sentences[i];
        const struct sentence *before = i ? s - 1 : NULL;
        bool goes_on = period && before->paragraph == s->paragraph && !s->table &&
                       !ends_period(audit_text(view, before->clean));
        if (!goes_on) {
            if (period && period->end == period->first)
                view->period_count--;
            period = open_period(view, i, &capacity);
            period->first = quantity;
        }
        period->clean.end = s->clean.end;
        while (quantity < report->quantity_count &&
               report->quantities[quantity].clean.start < s->clean.end)
            quantity++;
        period->end = quantity;
    }
    if (period && period->end == period->first)
        view->period_count--;
}

void audit_add(struct audit_view *view, enum audit_type type, struct span clean, const char *format,
               ...)
{
    char note[600];
    va_list args;
    va_start(args, format);
    int written = vsnprintf(note, sizeof note, format, args);
    va_end(args);
    size_t len = written < 0 ? 0 : (size_t)written;
    if (len >= sizeof note) /* cut at a character */
        for (len = sizeof note - 1; len && ((unsigned char)note[len] & 0xC0) == 0x80;)
            len--;
    struct report *report = view->report;
    struct audit *audit =
        ARENA_PUSH(&report->arena, report->audits, report->audit_count, view->capacity);
    *audit = (struct audit){.type = type,
                            .note = arena_copy(&report->arena, (struct slice){note, len}),
                            .text = clean.end > clean.start ? span_to_text(report, clean)
                                                            : (struct span){0, 0}};
}

/* Bytes of the mark that parts clauses at `at`, else 0. */
static uint32_t clause_mark(struct slice text, uint32_t at)
{
    unsigned char lead = (unsigned char)text.data[at];
    if (lead < 0x80)
        return lead == ',' || lead == ';' || lead == ':' || lead == '(' || lead == ')' ||
               lead == '\t';
    if ((lead != 0xE3 && lead != 0xEF) || at + 3 > text.len)
        return 0;
    static const char marks[] = "，、；。：（）！？";
    for (const char *mark = marks; *mark; mark += 3)
        if (memcmp(text.data + at, mark, 3) == 0)
            return 3;
    return 0;
}

bool audit_reads(const struct period *period)
{
    return period->part != PART_PLAN && period->end - period->first <= PERIOD_MAX_QUANTITIES;
}

static uint32_t character_start(struct slice text, uint32_t at)
{
    while (at > 0 && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at--;
    return at;
}

struct span audit_clause(const struct audit_view *view, const struct quantity *quantity)
{
    struct slice text = view->report->clean;
    struct span sentence = view->report->sentences[quantity->sentence].clean;
    struct span clause = {quantity->clean.start, quantity->clean.end};
    if (clause.start - sentence.start > CLAUSE_REACH_BYTES)
        sentence.start = character_start(text, clause.start - CLAUSE_REACH_BYTES);
    if (sentence.end > clause.end + CLAUSE_REACH_BYTES)
        sentence.end = character_start(text, clause.end + CLAUSE_REACH_BYTES);
    for (uint32_t at = clause.start, bytes; at > sentence.start; clause.start = at) {
        do
            at--;
        while (at > sentence.start && ((unsigned char)text.data[at] & 0xC0) == 0x80);
        if ((bytes = clause_mark(text, at)) != 0)
            break;
    }
    while (clause.end < sentence.end && !clause_mark(text, clause.end))
        clause.end++;
    return clause;
}
