/* weights_score.c - sums of what a number's features weigh. Any thread; nothing can fail.
 *
 * Happy path of a score: each feature's slot, then its weight, run or row, added to a row of sums
 * with a column for every indicator; the candidates' columns are taken from there at the end. To
 * add what nobody asks for is cheaper than to ask at each weight, but of the rows only the steps of
 * columns are added that hold candidates: nearly all the time goes into waiting for memory.
 */
#include "workers/extract/model/weights_private.h"

typedef int16_t eight __attribute__((vector_size(16), may_alias));
typedef int32_t eight_wide __attribute__((vector_size(32), may_alias, aligned(4)));

bool weights_know(const struct weights *weights, uint16_t label)
{
    return label < WEIGHTS_LABELS && weights->columns_of[label] != COLUMN_NONE;
}

int weights_of(const struct weights *weights, uint64_t feature, uint16_t label)
{
    const struct weight_slot *slot = slot_of(weights, feature);
    size_t column = label < WEIGHTS_LABELS ? weights->columns_of[label] : column_of(label);
    if (!slot->run || (label < WEIGHTS_LABELS && column == COLUMN_NONE))
        return 0;
    if (slot->run & IS_ONE)
        return column_of_one(slot->run) == column ? (int16_t)slot->run : 0;
    if (slot->run & IS_ROW)
        return row_of(weights, slot->run)[column];
    for (const struct weight_entry *entry = &weights->entries[slot->run - 1];; entry++) {
        if ((entry->column & ~LAST_OF_RUN) == (int)column)
            return entry->weight;
        if (entry->column & LAST_OF_RUN)
            return 0;
    }
}

static void sum_own(struct weights *weights)
{
    const int16_t *own = weights->own, *frame = own + OWN_FRAME;
    struct own_sums *sums = &weights->sums;
    for (unsigned object = 0; object < WHERES; object++)
        for (unsigned other = 0; other < WHERES; other++) {
            sums->action[object][other] = frame[SLOT_OBJECT * WHERES + object] +
                                          frame[SLOT_ACTION * WHERES + other] +
                                          own[OWN_ACTION + object * WHERES + other];
            sums->about[object][other] =
                frame[SLOT_ABOUT * WHERES + other] + own[OWN_ABOUT + object * WHERES + other];
        }
    for (unsigned where = 0; where < NOWHERE; where++)
        sums->against[where] = frame[SLOT_AGAINST * WHERES + where];
    for (unsigned rivals = 0; rivals < 1 << OWN_RIVALS; rivals++)
        for (unsigned rival = 0; rival < OWN_RIVALS; rival++)
            sums->rivals[rivals] += rivals >> rival & 1 ? own[OWN_RIVAL + rival] : 0;
}

void weights_number(struct weights *weights, const struct catalogue *catalogue)
{
    char name[OWN_NAME_BYTES];
    for (unsigned own = 0; own < OWN_COUNT; own++)
        if (own_name(catalogue, own, name))
            weights->own[own] =
                (int16_t)weights_of(weights, feature_of_name(slice_of(name)), LABEL_ANY);
    sum_own(weights);
}

int weights_of_own(const struct weights *weights, unsigned own)
{
    return weights->own[own];
}

uint32_t weights_find(const struct weights *weights, uint64_t feature)
{
    return slot_of(weights, feature)->run;
}

/* What the features of a number have: rows, and runs; a single weight is added at once. */
struct found {
    const int16_t *rows[2 * EVIDENCE_MAX];
    const struct weight_entry *runs[2 * EVIDENCE_MAX];
    size_t row_count, run_count;
    int32_t *sums;
};

static void add_found(const struct weights *weights, uint32_t run, struct found *found)
{
    if (run & IS_ONE) {
        found->sums[column_of_one(run)] += (int16_t)run;
    } else if (run & IS_ROW) {
        found->rows[found->row_count++] = row_of(weights, run);
    } else if (run) {
        found->runs[found->run_count++] = &weights->entries[run - 1];
        __builtin_prefetch(&weights->entries[run - 1]);
    }
}

/* Step by step of columns, so that the sums stay in registers. */
static void sum_some_rows(uint64_t steps, const int16_t *const *rows, size_t count, int32_t *sums)
{
    for (; steps; steps &= steps - 1) {
        size_t from = (size_t)__builtin_ctzll(steps) * WEIGHTS_STEP;
        eight a = {0}, b = {0}, c = {0}, d = {0};
        for (size_t i = 0; i < count; i++) {
            const eight *row = (const eight *)(rows[i] + from);
            a += row[0];
            b += row[1];
            c += row[2];
            d += row[3];
        }
        eight_wide *sum = (eight_wide *)(sums + from);
        sum[0] += __builtin_convertvector(a, eight_wide);
        sum[1] += __builtin_convertvector(b, eight_wide);
        sum[2] += __builtin_convertvector(c, eight_wide);
        sum[3] += __builtin_convertvector(d, eight_wide);
    }
}

static void sum_rows(const struct weights *weights, const struct found *found, uint64_t steps)
{
    for (size_t from = 0; from < found->row_count; from += weights->safely) {
        size_t left = found->row_count - from;
        sum_some_rows(steps, found->rows + from, left < weights->safely ? left : weights->safely,
                      found->sums);
    }
}

static void sum_run(const struct weight_entry *entry, int32_t *sums)
{
    for (; !(entry->column & LAST_OF_RUN); entry++)
        sums[entry->column] += entry->weight;
    sums[entry->column & ~LAST_OF_RUN] += entry->weight;
}

static void look_up(const struct weights *weights, const uint64_t *features, size_t count,
                    struct found *found)
{
    enum { AHEAD = 16 };
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&weights->slots[features[i + AHEAD] & weights->mask]);
        add_found(weights, weights_find(weights, features[i]), found);
    }
}

/* Which of an evidence's features are summed up. */
struct stretch {
    size_t from, to, found_from, found_to;
    uint64_t steps;
};

static void sum_up(const struct weights *weights, const struct number_evidence *evidence,
                   struct stretch of, int32_t *sums)
{
    struct found found;
    found.row_count = found.run_count = 0;
    found.sums = sums;
    look_up(weights, evidence->features + of.from, of.to - of.from, &found);
    for (size_t i = of.found_from; i < of.found_to; i++)
        add_found(weights, evidence->found[i], &found);
    sum_rows(weights, &found, of.steps);
    for (size_t i = 0; i < found.run_count; i++)
        sum_run(found.runs[i], sums);
}

static void bring_up_to_date(const struct weights *weights, const struct number_evidence *evidence,
                             struct weights_shared *shared)
{
    if (shared->serial == evidence->shared_serial)
        return;
    shared->serial = evidence->shared_serial;
    memset(shared->sums, 0, weights->columns * sizeof *shared->sums);
    size_t steps = weights->columns / WEIGHTS_STEP;
    sum_up(weights, evidence,
           (struct stretch){.to = evidence->shared,
                            .found_to = evidence->shared_found,
                            .steps = ~(uint64_t)0 >> (64 - steps)},
           shared->sums);
}

/* The sum of own_of. Those of idle candidates, nearly all, are taken once. */
enum { IDLES = 1 + (1 << SLOT_COUNT) }; /* evidence_candidate.idle */
static int32_t score_of_own(const struct weights *weights,
                            const struct evidence_candidate *candidate)
{
    const struct own_sums *sums = &weights->sums;
    const uint8_t *at = candidate->where;
    int32_t twice = candidate->twice ? weights->own[RULE_TWICE] : 0;
    return weights->own[candidate->rule] + twice + weights->own[OWN_REST + candidate->rest] +
           sums->action[at[SLOT_OBJECT]][at[SLOT_ACTION]] +
           sums->about[at[SLOT_OBJECT]][at[SLOT_ABOUT]] + sums->against[at[SLOT_AGAINST]] +
           sums->rivals[candidate->rivals];
}

void weights_score(const struct weights *weights, const struct number_evidence *evidence,
                   struct weights_shared *shared, int32_t scores[EVIDENCE_CANDIDATES])
{
    int32_t sums[WEIGHTS_COLUMNS];
    scores[0] = 0;
    if (evidence->candidate_count < 2) /* no indicator could be stated, and nothing was gathered */
        return;
    bring_up_to_date(weights, evidence, shared);
    memcpy(sums, shared->sums, weights->columns * sizeof *sums);
    sum_up(weights, evidence,
           (struct stretch){evidence->shared, evidence->count, evidence->shared_found,
                            evidence->found_count, evidence->steps},
           sums);
    int32_t aspects[ROLLUPS] = {0};
    for (size_t k = 0; k < evidence->aspect_count; k++)
        for (size_t bearing = 0; bearing < ROLLUPS; bearing++)
            aspects[bearing] += weights->own[evidence->aspects[k] + bearing];
    scores[0] = sums[COLUMN_NONE];
    int32_t idle_sums[IDLES];
    uint32_t idle_known = 0;
    for (size_t i = 1; i < evidence->candidate_count; i++) {
        const struct evidence_candidate *candidate = &evidence->candidates[i];
        uint16_t column = weights->columns_of[candidate->label];
        if (!(idle_known >> candidate->idle & 1)) {
            idle_sums[candidate->idle] = score_of_own(weights, candidate);
            idle_known |= (uint32_t)1 << candidate->idle & ~(uint32_t)1;
        }
        scores[i] = column == COLUMN_NONE
                        ? WEIGHTS_UNKNOWN
                        : sums[column] + idle_sums[candidate->idle] + aspects[candidate->bearing];
    }
}
