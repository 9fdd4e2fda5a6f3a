/* doubts.c - why a person should look at a figure. No state, any thread. */
#include "workers/results/doubts.h"

#include "workers/results/peers.h"

static const struct slice names[DOUBT_COUNT] = {
    [DOUBT_STALE] = {"stale", 5}, [DOUBT_CONFLICT] = {"conflict", 8},
    [DOUBT_AUDIT] = {"audit", 5}, [DOUBT_OUTLIER] = {"outlier", 7},
    [DOUBT_OCR] = {"ocr", 3},     [DOUBT_PROPOSED] = {"proposed", 8}};

struct slice doubt_name(enum doubt doubt)
{
    return names[doubt];
}

enum doubt doubt_by_name(struct slice name)
{
    enum doubt doubt = 0;
    while (doubt < DOUBT_COUNT && !slice_equal(name, names[doubt]))
        doubt++;
    return doubt;
}

/* ---- a figure ---- */

static bool is_outlier(const struct yardstick *yardstick, const struct filed_row *row)
{
    struct filed_row other;
    for (unsigned i = 0; i < yardstick->year_count; i++)
        if (filing_find(&yardstick->years[i], row->indicator, &other) &&
            slice_equal(other.unit, row->unit) && values_far(other.value, row->value))
            return true;
    if (!yardstick->peers.len)
        return false;
    uint32_t number = names_find(&yardstick->dictionary->names, row->indicator);
    return peers_far(yardstick->peers, number, row->value);
}

unsigned doubts_of(const struct audited *audited, const struct yardstick *yardstick,
                   const struct doubtful *figure)
{
    unsigned doubts = figure->stale ? 1u << DOUBT_STALE : 0;
    if (figure->decided)
        return doubts; /* a person has looked */
    if (figure->leads && figure->row->conflict)
        doubts |= 1u << DOUBT_CONFLICT;
    if (figure->row && audited_touches(audited, figure->span))
        doubts |= 1u << DOUBT_AUDIT;
    if (figure->leads && is_outlier(yardstick, figure->row))
        doubts |= 1u << DOUBT_OUTLIER;
    if (figure->leads && figure->origin == ORIGIN_OCR)
        doubts |= 1u << DOUBT_OCR;
    if (figure->state == STATE_PROPOSED)
        doubts |= 1u << DOUBT_PROPOSED;
    return doubts;
}

/* ---- all of a filing ---- */

static void count(unsigned doubts, struct doubt_count counts[DOUBT_COUNT])
{
    bool first = true;
    for (enum doubt doubt = 0; doubt < DOUBT_COUNT; doubt++) {
        if (!(doubts & 1u << doubt))
            continue;
        counts[doubt].any++;
        counts[doubt].first += first;
        first = false;
    }
}

static void count_rows(const struct filing *filing, const struct audited *audited,
                       const struct yardstick *yardstick, struct doubt_count counts[DOUBT_COUNT])
{
    struct filed_row row;
    for (size_t i = 0; filing_row(filing, i, &row); i++) {
        struct filed_row whole = row;
        struct evidence mention;
        for (bool leads = true; filed_mention(filing, &row, &mention); leads = false) {
            struct doubtful figure = {.row = &whole,
                                      .leads = leads,
                                      .decided = mention.review != REVIEW_NONE,
                                      .span = mention.span,
                                      .origin = mention.origin,
                                      .state = mention.state};
            count(doubts_of(audited, yardstick, &figure), counts);
        }
    }
}

void doubts_count(const struct filing *filing, const struct yardstick *yardstick,
                  struct doubt_count counts[DOUBT_COUNT])
{
    struct filed_aside aside;
    struct audited audited = {.spans = NULL};
    audited_read(&audited, filing);
    count_rows(filing, &audited, yardstick, counts);
    for (size_t i = 0; filing_aside(filing, i, &aside); i++) {
        struct doubtful figure = {.decided = aside.verdict != VERDICT_NONE,
                                  .span = aside.mention.span,
                                  .origin = aside.mention.origin,
                                  .state = aside.mention.state};
        count(doubts_of(&audited, yardstick, &figure), counts);
    }
    audited_release(&audited);
    uint32_t stale = filing_stale(filing);
    counts[DOUBT_STALE].first += stale;
    counts[DOUBT_STALE].any += stale;
}

/* ---- the index ---- */

void queue_total_key(struct buffer *out, enum doubt doubt, uint32_t province, uint16_t year)
{
    char head[] = {QUEUE_TOTAL, queue_letter(doubt)};
    buffer_append(out, head, sizeof head);
    digits_put(out, province, 2);
    digits_put(out, year, 4);
}

void queue_peers_key(struct buffer *out, char letter, uint16_t year, enum level level)
{
    buffer_append(out, &letter, 1);
    digits_put(out, year, 4);
    digits_put(out, (uint32_t)level, 1);
}

void doubt_count_write(struct doubt_count counted, struct buffer *out)
{
    code_number(out, counted.first);
    code_number(out, counted.any);
}

struct doubt_count doubt_count_read(struct coded *in)
{
    struct doubt_count counted = {.first = (uint32_t)coded_number(in)};
    counted.any = (uint32_t)coded_number(in);
    return counted;
}
