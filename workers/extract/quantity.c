/* quantity.c - the quantities of a report: every sentence, prose or table row, in order. */
#include "workers/extract/quantity.h"

#include "workers/extract/quantity_prose.h"

static bool opens_paragraph(const struct report *report, size_t i)
{
    return i == 0 || report->sentences[i - 1].paragraph != report->sentences[i].paragraph;
}

static void place(struct report *report, struct quantity *q, size_t sentence)
{
    q->text = span_to_text(report, q->clean);
    q->sentence = (int32_t)sentence;
}

void quantities_find(const struct quantity_rules *rules, struct report *report)
{
    struct quantity_list list = {.arena = &report->arena};
    for (size_t i = 0; i < report->sentence_count; i++) {
        const struct sentence *s = &report->sentences[i];
        size_t first = list.count;
        quantity_prose(rules, report->clean, s->clean.start, s->clean.end,
                       opens_paragraph(report, i), &list);
        for (size_t k = first; k < list.count; k++)
            place(report, &list.items[k], i);
    }
    report->quantities = list.items;
    report->quantity_count = list.count;
}

size_t quantities_in(const struct quantity_rules *rules, struct slice sentence,
                     struct quantity *out, size_t max)
{
    struct quantity_list list = {.items = out, .capacity = max};
    quantity_prose(rules, sentence, 0, sentence.len, true, &list);
    return list.count;
}
