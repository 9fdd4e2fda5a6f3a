/* test_editions_model.c - random sequences of what happens to a few documents of a few units, one
 * by one and in batches, against a plain model of what stands where: nothing is counted twice,
 * nothing is lost, and it is all the same how the sequence was cut into batches. */
#include "tests/unit/editions_fixture.h"

#include "workers/results/aside.h"

enum { UNITS = 3, DOCUMENTS = 5, STEPS = 24, TRIALS = 40, NOWHERE = -1 };

/* Versions of two texts. */
static const char texts[DOCUMENTS] = {'a', 'a', 'a', 'b', 'b'};

enum what { HAND_IN, READ_AGAIN, FORCE, WITHDRAW, RESTORE, PLACE, CHOOSE, WHATS };

struct step {
    enum what what;
    unsigned document, unit;
};

/* ---- the model ---- */

struct model {
    struct {
        int unit; /* where it stands */
        bool withdrawn;
        uint64_t age;             /* of the versions of a text the latest is in force */
        uint64_t replaced[UNITS]; /* its age where it is no longer, but once was replaced; or 0 */
        unsigned reading;         /* by which rules */
        int chosen;               /* as enum chosen_by */
    } documents[DOCUMENTS];
    int homes[2];
};

/* -1: no version of the text stands there. */
static int in_force(const struct model *model, int unit, char text)
{
    int latest = -1;
    for (int d = 0; d < DOCUMENTS; d++)
        if (texts[d] == text && model->documents[d].unit == unit &&
            (latest < 0 || model->documents[d].age > model->documents[latest].age))
            latest = d;
    return latest;
}

/* Which is counted; -1: none. */
static int counted_at(const struct model *model, int unit)
{
    int a = in_force(model, unit, 'a'), b = in_force(model, unit, 'b');
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    int left = model->documents[a].chosen, right = model->documents[b].chosen;
    return left > right ? a : right > left ? b : -1;
}

static enum standing standing_of(const struct model *model, int d)
{
    int unit = model->documents[d].unit;
    return in_force(model, unit, texts[d]) != d ? STANDING_REPLACED
           : counted_at(model, unit) == d       ? STANDING_COUNTED
           : counted_at(model, unit) < 0        ? STANDING_CONTESTED
                                                : STANDING_ASIDE;
}

/* What was chosen of a text that another version of it takes over. */
static void hand_over(struct model *model, int from, int to, bool back)
{
    int *left = &model->documents[from].chosen, *taken = &model->documents[to].chosen;
    if (*left == CHOSEN_BY_REVIEW || (!back && *left > *taken))
        *taken = *left;
    if (*left == CHOSEN_BY_REVIEW)
        *left = CHOSEN_BY_NOBODY;
}

static void leave(struct model *model, int d)
{
    int unit = model->documents[d].unit;
    bool was_latest = in_force(model, unit, texts[d]) == d;
    model->documents[d].unit = NOWHERE;
    int latest = in_force(model, unit, texts[d]);
    if (!was_latest)
        model->documents[d].replaced[unit] = model->documents[d].age;
    if (was_latest && latest >= 0)
        hand_over(model, d, latest, true);
    for (int other = 0; latest < 0 && other < DOCUMENTS; other++)
        if (texts[other] == texts[d])
            model->documents[other].replaced[unit] = 0;
}

/* `said`: by whom. */
static void hand_in(struct model *model, int d, int unit, uint64_t seq, int said, bool forced)
{
    int latest = in_force(model, unit, texts[d]), stood = model->documents[d].unit;
    if (model->documents[d].withdrawn)
        return;
    if (stood != NOWHERE && stood != unit)
        leave(model, d);
    if (stood != unit) {
        uint64_t *replaced = &model->documents[d].replaced[unit];
        model->documents[d].age = *replaced && !forced ? *replaced : seq;
        model->documents[d].chosen = said;
        *replaced = 0;
    }
    model->documents[d].unit = unit;
    if (said > model->documents[d].chosen)
        model->documents[d].chosen = said;
    if (forced || in_force(model, unit, texts[d]) == d)
        model->documents[d].age = seq;
    if (latest >= 0 && latest != d && in_force(model, unit, texts[d]) == d)
        hand_over(model, latest, d, false);
}

static void choose_one(struct model *model, int d)
{
    int unit = model->documents[d].unit, other = -1;
    if (unit == NOWHERE || in_force(model, unit, texts[d]) != d)
        return;
    other = in_force(model, unit, texts[d] == 'a' ? 'b' : 'a');
    if (other < 0)
        return;
    if (model->documents[other].chosen == CHOSEN_BY_REVIEW)
        model->documents[other].chosen = CHOSEN_BY_NOBODY;
    model->documents[d].chosen = CHOSEN_BY_REVIEW;
}

static int unit_of_step(const struct model *model, const struct step *step)
{
    int stands = model->documents[step->document].unit;
    return step->what == PLACE ? (int)step->unit
           : stands != NOWHERE ? stands
                               : model->homes[texts[step->document] == 'b'];
}

static void take(struct model *model, const struct step *step, uint64_t seq)
{
    int d = (int)step->document, unit = unit_of_step(model, step);
    bool there = model->documents[d].unit != NOWHERE;
    if (step->what == CHOOSE) {
        choose_one(model, d);
    } else if (step->what == WITHDRAW) {
        if (there)
            leave(model, d);
        model->documents[d].withdrawn |= there;
    } else {
        model->documents[d].withdrawn &= step->what != RESTORE;
        model->documents[d].reading += step->what == READ_AGAIN;
        hand_in(model, d, unit, seq, step->what == PLACE ? CHOSEN_BY_PLACING : CHOSEN_BY_NOBODY,
                step->what == FORCE);
    }
}

/* ---- the store ---- */

struct trial {
    unsigned number;
    uint16_t year;
    uint64_t seq;
    struct report *batch[2 * STEPS];
    struct said said[STEPS];
    size_t count, said_count;
    struct buffer told; /* the steps so far */
};

static const char *content(const struct trial *trial, int d, char *out)
{
    sprintf(out, "%c%d-%u", texts[d], d, trial->number);
    return out;
}

static double value_of(int d, unsigned reading)
{
    return 10 * (d + 1) + reading / 100.0;
}

static struct report *report_of(const struct trial *trial, const struct model *model, int d,
                                int unit)
{
    char name[32], text[2] = {texts[d], 0};
    struct report *report = document(trial->seq, text, content(trial, d, name) + 1,
                                     value_of(d, model->documents[d].reading));
    report->meta.region = REGION + (uint32_t)unit;
    report->meta.issuer = arena_format(&report->arena, "%06u人民政府", report->meta.region);
    report->meta.year = trial->year;
    report->catalogue = arena_format(&report->arena, "rules-%u", model->documents[d].reading);
    return report;
}

/* The reports that a step is made of, behind those of the batch; and what the model makes of it. */
static void add_step(struct trial *trial, struct model *model, const struct step *step)
{
    static const enum verdict verdicts[WHATS] = {
        [WITHDRAW] = VERDICT_UNFILE, [RESTORE] = VERDICT_REFILE, [CHOOSE] = VERDICT_CHOOSE};
    static const char *const named[WHATS] = {"hand in", "read",  "force", "withdraw",
                                             "restore", "place", "choose"};
    int d = (int)step->document, unit = unit_of_step(model, step);
    char name[32];
    trial->seq++;
    buffer_format(&trial->told, " %s %c%d %d,", named[step->what], texts[d], d, unit);
    take(model, step, trial->seq + (step->what == RESTORE));
    if (verdicts[step->what])
        trial->batch[trial->count++] = saying(&trial->said[trial->said_count++], trial->seq,
                                              verdicts[step->what], content(trial, d, name));
    if (step->what == WITHDRAW || step->what == CHOOSE)
        return;
    trial->seq += step->what == RESTORE;
    struct report *report = report_of(trial, model, d, unit);
    report->meta.placed_by = step->what == PLACE ? SLICE("person") : SLICE("");
    report->lineage.again = step->what == FORCE ? trial->seq : 0;
    trial->batch[trial->count++] = report;
}

static void file_batch(struct fixture *f, struct trial *trial)
{
    struct error error = {""};
    if (trial->count && store_apply(f->store, trial->batch, trial->count, &error) != STATUS_OK)
        fail_msg("store_apply: %s", error.text);
    for (size_t i = 0; i < trial->count; i++)
        if (trial->batch[i]->decision)
            report_release(trial->batch[i]);
        else
            report_free(trial->batch[i]);
    trial->count = trial->said_count = 0;
}

/* ---- the same? ---- */

/* `wanted` empty: it stands nowhere. */
static void describe(const struct trial *trial, const struct model *model, int d,
                     struct buffer *out)
{
    char name[32];
    uint8_t hash[32];
    char hex[65];
    if (model->documents[d].unit == NOWHERE)
        return;
    enum standing standing = standing_of(model, d);
    int latest = in_force(model, model->documents[d].unit, texts[d]);
    digest_sha256(slice_of(content(trial, latest, name)), hash);
    digest_hex((struct slice){(const char *)hash, sizeof hash}, hex);
    buffer_format(out, "%u %s by rules-%u %s", REGION + (unsigned)model->documents[d].unit,
                  standing_name(standing), model->documents[d].reading,
                  standing == STANDING_REPLACED ? hex : "");
}

static void compare_documents(struct fixture *f, const struct trial *trial,
                              const struct model *model)
{
    for (int d = 0; d < DOCUMENTS; d++) {
        struct arena arena = {0};
        struct answer answer;
        struct buffer wanted = {0}, got = {0};
        char name[32], hex[65];
        uint8_t hash[32];
        digest_sha256(slice_of(content(trial, d, name)), hash);
        digest_hex((struct slice){(const char *)hash, sizeof hash}, hex);
        const struct request request = {.list = LIST_DOCUMENTS,
                                        .filter = {.document = slice_of(hex)}};
        assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
        const struct document_item *items = answer.items;
        for (size_t i = 0; i < answer.item_count; i++)
            buffer_format(&got, "%u %s by %.*s %.*s", items[i].unit.region,
                          standing_name(items[i].standing), SLICE_ARGS(items[i].catalogue),
                          SLICE_ARGS(items[i].replaced_by));
        describe(trial, model, d, &wanted);
        if (!slice_equal(buffer_slice(&got), buffer_slice(&wanted)))
            fail_msg("trial %u:%.*s %s stands \"%.*s\", not \"%.*s\"", trial->number,
                     SLICE_ARGS(buffer_slice(&trial->told)), name, SLICE_ARGS(buffer_slice(&got)),
                     SLICE_ARGS(buffer_slice(&wanted)));
        buffer_release(&wanted);
        buffer_release(&got);
        arena_release(&arena);
    }
}

static void compare_values(struct fixture *f, const struct trial *trial, const struct model *model)
{
    struct arena arena = {0};
    struct answer answer;
    const struct request request = {.list = LIST_ROWS,
                                    .filter = {.units_only = true, .year = trial->year}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    struct buffer wanted = {0}, got = {0};
    for (size_t i = 0; i < answer.row_count; i++)
        buffer_format(&got, " %u: %g", answer.rows[i].region, answer.rows[i].value);
    for (int unit = 0; unit < UNITS; unit++) {
        int d = counted_at(model, unit);
        if (d >= 0)
            buffer_format(&wanted, " %u: %g", REGION + (unsigned)unit,
                          value_of(d, model->documents[d].reading));
    }
    if (!slice_equal(buffer_slice(&got), buffer_slice(&wanted)))
        fail_msg("trial %u:%.*s counted are%.*s, not%.*s", trial->number,
                 SLICE_ARGS(buffer_slice(&trial->told)), SLICE_ARGS(buffer_slice(&got)),
                 SLICE_ARGS(buffer_slice(&wanted)));
    buffer_release(&wanted);
    buffer_release(&got);
    arena_release(&arena);
}

/* ---- */

static unsigned drawn(uint64_t *state, unsigned below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % below;
}

/* The same steps each time, cut into batches of up to `most`. */
static void run_trial(struct fixture *f, unsigned number, unsigned most)
{
    struct trial *trial = memory_zero(sizeof *trial);
    struct model model = {.homes = {1, (int)number % 2}};
    uint64_t steps = number * 7919u + 1, cuts = steps;
    trial->number = number;
    trial->year = (uint16_t)(2000 + number);
    for (int d = 0; d < DOCUMENTS; d++)
        model.documents[d].unit = NOWHERE;
    for (unsigned i = 0, left = 1; i < STEPS; i++) {
        const struct step step = {drawn(&steps, WHATS), drawn(&steps, DOCUMENTS),
                                  drawn(&steps, UNITS)};
        add_step(trial, &model, &step);
        if (--left > 0 && i + 1 < STEPS)
            continue;
        file_batch(f, trial);
        compare_values(f, trial, &model);
        compare_documents(f, trial, &model);
        left = 1 + drawn(&cuts, most);
    }
    buffer_release(&trial->told);
    free(trial);
}

static void test_it_is_as_the_model_says(void **state)
{
    static const unsigned most[] = {1, 6, STEPS};
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        void *own = NULL;
        assert_int_equal(fixture_make(&own), 0);
        for (unsigned number = 0; number < TRIALS; number++)
            run_trial(own, number, most[i]);
        assert_int_equal(store_verify(((struct fixture *)own)->store, NULL), STATUS_OK);
        assert_int_equal(fixture_drop(&own), 0);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_it_is_as_the_model_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
