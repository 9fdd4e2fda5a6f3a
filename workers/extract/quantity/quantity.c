/* quantity.c - the quantities of a report: every sentence, prose or table row, in order.
 *
 * Any thread. Nothing here can fail: the report's spans come from segment and lie within its text.
 */
#include "workers/extract/quantity/quantity.h"

#include "workers/extract/quantity/quantity_table.h"

/* A row that the next one names as its header: its numbers are years and column numbers. */
static bool is_header_row(const struct report *report, size_t i)
{
    return i + 1 < report->sentence_count && report->sentences[i + 1].table &&
           report->sentences[i + 1].table_head == (int32_t)i;
}

/* `first`: the sentence that its paragraph begins with. */
static void read_sentence(const struct quantity_rules *rules, const struct report *report,
                          size_t first, size_t i, struct quantity_list *list)
{
    const struct sentence *s = &report->sentences[i];
    if (!s->table) {
        quantity_prose(rules, report->clean, report->sentences[first].clean.start, s->clean.start,
                       s->clean.end, list);
        return;
    }
    if (is_header_row(report, i))
        return;
    quantity_table_row(rules, report, i, list);
}

size_t quantities_allowed(size_t bytes)
{
    enum { ALWAYS = 50000, BYTES_EACH = 8, AT_MOST = 200000 }; /* some 7 KB of memory each */
    size_t allowed = ALWAYS + bytes / BYTES_EACH;
    return allowed < AT_MOST ? allowed : AT_MOST;
}

void quantities_find(const struct quantity_rules *rules, struct report *report)
{
    struct quantity_list list = {.arena = &report->arena,
                                 .limit = quantities_allowed(report->clean.len)};
    for (size_t i = 0, opening = 0; i < report->sentence_count && list.count <= list.limit; i++) {
        size_t first = list.count;
        if (report->sentences[i].paragraph != report->sentences[opening].paragraph)
            opening = i;
        read_sentence(rules, report, opening, i, &list);
        for (size_t k = first; k < list.count; k++) {
            list.items[k].text = span_to_text(report, list.items[k].clean);
            list.items[k].sentence = (int32_t)i;
        }
    }
    for (size_t i = 0; i < list.omission_count; i++)
        list.omissions[i].text = span_to_text(report, list.omissions[i].clean);
    report->quantities = list.items;
    report->quantity_count = list.count;
    report->omissions = list.omissions;
    report->omission_count = list.omission_count;
}

size_t quantities_in(const struct quantity_rules *rules, struct slice sentence,
                     struct quantity *out, size_t max)
{
    struct quantity_list list = {.items = out, .capacity = max};
    quantity_prose(rules, sentence, 0, 0, sentence.len, &list);
    return list.count;
}
