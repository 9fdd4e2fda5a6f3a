/* matcher.c - takes a report's quantities sentence by sentence to the judge.
 *
 * One thread owns a matcher. A sentence is judged as it stands, but a distributive list item by
 * item (spread.c), a table row cell by cell (row.c), and a sentence that never ends in parts. What
 * can fail: an expression of the catalogue gives up (judge.c).
 */
#include "workers/extract/rule/matcher.h"

#include "workers/extract/rule/judge.h"
#include "workers/extract/rule/row.h"
#include "workers/extract/rule/rule_expression.h"
#include "workers/extract/rule/spread.h"

#include <stdlib.h>

enum { MAX_SENTENCE_BYTES = 6000 };

struct matcher {
    struct judge judge;
    size_t sentence;
    struct buffer written; /* a sentence made up for a list's item or a table's cell */
    struct quantity *edited;
    size_t edited_capacity;
    bool trace;
    uint64_t *traced; /* scopes per quantity */
    size_t traced_capacity;
};

struct matcher *matcher_new(const struct catalogue *catalogue)
{
    struct matcher *matcher = memory_zero(sizeof *matcher);
    judge_init(&matcher->judge, catalogue);
    return matcher;
}

void matcher_free(struct matcher **matcher)
{
    if (!*matcher)
        return;
    judge_release(&(*matcher)->judge);
    buffer_release(&(*matcher)->written);
    free((*matcher)->edited);
    free((*matcher)->traced);
    free(*matcher);
    *matcher = NULL;
}

static void match_number(struct matcher *matcher, size_t index, struct quantity *quantity)
{
    size_t at = (size_t)(quantity - matcher->judge.report->quantities);
    judge_number(&matcher->judge, index, quantity, matcher->trace ? &matcher->traced[at] : NULL);
}

static struct quantity *room_for(struct matcher *matcher, size_t count)
{
    if (matcher->edited_capacity < count) {
        matcher->edited_capacity = count * 2;
        matcher->edited =
            memory_resize(matcher->edited, matcher->edited_capacity * sizeof *matcher->edited);
    }
    return matcher->edited;
}

static void match_item(struct matcher *matcher, const struct spread *spread, size_t k, bool share,
                       struct slice text, struct quantity *quantities, size_t count,
                       uint32_t origin)
{
    size_t index;
    size_t kept = spread_sentence(spread, k, share, text, quantities, count, origin,
                                  &matcher->written, room_for(matcher, count), &index);
    judge_text(&matcher->judge, matcher->sentence, buffer_slice(&matcher->written), 0,
               matcher->edited, kept);
    match_number(matcher, index, &quantities[spread->first + k]);
}

/* Each number of a distributive list in a sentence of its own, with and without what its items may
 * share. What stands in front of the first is a guess as well: 人大建议、政协提案 share no 人大. */
static void match_spread(struct matcher *matcher, const struct spread *spread, struct slice text,
                         struct quantity *quantities, size_t count, uint32_t origin)
{
    bool shares = spread->shared.end > spread->shared.start;
    for (size_t k = 0; k < spread->count; k++) {
        struct quantity *quantity = &quantities[spread->first + k];
        match_item(matcher, spread, k, spread->shared_first, text, quantities, count, origin);
        if (shares && !quantity->rule.len)
            match_item(matcher, spread, k, !spread->shared_first, text, quantities, count, origin);
        if (k && !quantity->rule.len && spread->prefix.end > spread->prefix.start) {
            struct spread bare = *spread;
            bare.prefix.end = bare.prefix.start;
            match_item(matcher, &bare, k, spread->shared_first, text, quantities, count, origin);
        }
    }
}

/* Matches the quantities [first, end), all of one sentence, of which `part` is seen. Lists come
 * last: they need the view for themselves. */
static void match_part(struct matcher *matcher, size_t first, size_t end, struct span part)
{
    struct report *report = matcher->judge.report;
    struct slice text = slice_range(matcher->judge.report->clean, part.start, part.end);
    struct quantity *quantities = report->quantities + first;
    size_t count = end - first, listed = 0;
    struct spread spread;
    judge_text(&matcher->judge, matcher->sentence, text, part.start, quantities, count);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && spread_find(&spread, text, quantities, count, i, part.start)) {
            i += spread.count - 1;
            listed++;
        } else {
            match_number(matcher, i, &quantities[i]);
        }
    }
    for (size_t i = 0; listed > 0 && i + 1 < count; i++) {
        if (!spread_find(&spread, text, quantities, count, i, part.start))
            continue;
        match_spread(matcher, &spread, text, quantities, count, part.start);
        i += spread.count - 1;
        listed--;
    }
}

static void match_row(struct matcher *matcher, size_t first, size_t end)
{
    struct quantity *quantities = matcher->judge.report->quantities;
    while (first < end) {
        struct quantity *edited = room_for(matcher, end - first);
        size_t count = row_cell(matcher->judge.report, matcher->sentence, first, end,
                                &matcher->written, edited, end - first);
        judge_text(&matcher->judge, matcher->sentence, buffer_slice(&matcher->written), 0, edited,
                   count);
        for (size_t i = 0; i < count; i++)
            match_number(matcher, i, &quantities[first + i]);
        first += count;
    }
}

/* The start of the character that `offset` lies in. */
static uint32_t character_at(struct slice text, uint32_t offset)
{
    while (offset > 0 && ((unsigned char)text.data[offset] & 0xC0) == 0x80)
        offset--;
    return offset;
}

/* A sentence beyond MAX_SENTENCE_BYTES is no prose; it is seen in parts that begin behind a number.
 */
static void match_sentence(struct matcher *matcher, size_t first, size_t end)
{
    struct quantity *quantities = matcher->judge.report->quantities;
    struct span whole = matcher->judge.report->sentences[matcher->sentence].clean;
    uint32_t start = whole.start;
    while (first < end) {
        size_t next = first;
        while (next < end && quantities[next].clean.end - start <= MAX_SENTENCE_BYTES)
            next++;
        if (next == first) { /* far behind: begin with enough text in front of it */
            start = character_at(matcher->judge.report->clean,
                                 quantities[first].clean.start - MAX_SENTENCE_BYTES / 2);
            continue;
        }
        uint32_t stop = next < end ? quantities[next].clean.start : whole.end;
        uint32_t most = quantities[next - 1].clean.end + MAX_SENTENCE_BYTES / 2;
        if (stop > most)
            stop = character_at(matcher->judge.report->clean, most);
        match_part(matcher, first, next, (struct span){start, stop});
        start = quantities[next - 1].clean.end; /* what lies between them is seen in both parts */
        first = next;
    }
}

/* Control characters that would pass for our marks become blanks; hardly any report has one. */
static struct slice without_marks(struct report *report)
{
    struct slice clean = report->clean;
    if (clean.len == 0 || (!memchr(clean.data, MARK_OTHER[0], clean.len) &&
                           !memchr(clean.data, MARK_NUMBER[0], clean.len)))
        return clean;
    char *copy = arena_alloc(&report->arena, clean.len);
    for (size_t i = 0; i < clean.len; i++) {
        char c = clean.data[i];
        copy[i] = c == MARK_OTHER[0] || c == MARK_NUMBER[0] ? ' ' : c;
    }
    return (struct slice){copy, clean.len};
}

enum status matcher_run(struct matcher *matcher, struct report *report, struct error *error)
{
    report->clean = without_marks(report);
    judge_report(&matcher->judge, report, error);
    if (matcher->trace && matcher->traced_capacity < report->quantity_count) {
        matcher->traced_capacity = report->quantity_count * 2;
        matcher->traced =
            memory_resize(matcher->traced, matcher->traced_capacity * sizeof *matcher->traced);
    }
    for (size_t first = 0, end; first < report->quantity_count; first = end) {
        int32_t sentence = report->quantities[first].sentence;
        for (end = first + 1;
             end < report->quantity_count && report->quantities[end].sentence == sentence;)
            end++;
        matcher->sentence = (size_t)sentence;
        if (report->sentences[sentence].table)
            match_row(matcher, first, end);
        else
            match_sentence(matcher, first, end);
    }
    return matcher->judge.status;
}

void matcher_trace_scopes(struct matcher *matcher, bool on)
{
    matcher->trace = on;
}

uint64_t matcher_scopes_of(const struct matcher *matcher, size_t quantity)
{
    return matcher->traced[quantity];
}
