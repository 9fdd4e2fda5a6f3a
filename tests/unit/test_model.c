/* test_model.c - names of features, weights from text, sums, verdicts, and numbers among the
 * others. */
#include "workers/extract/frame/sums.h"
#include "workers/extract/model/own.h"
#include "workers/extract/model/settle.h"
#include "workers/extract/model/terms.h"
#include "workers/extract/model/weights.h"

#include "tests/unit/test.h"

/* Two indicators: a.x is 0, a.y is 1. */
static bool label(void *context, struct slice id, uint16_t *found)
{
    (void)context;
    *found = slice_equal(id, SLICE("a.y"));
    return *found || slice_equal(id, SLICE("a.x"));
}

static struct weights *read_text(const char *text)
{
    struct weights *weights = NULL;
    struct error error = {""};
    assert_int_equal(weights_read(&weights, "w.tsv", slice_of(text), label, NULL, &error),
                     STATUS_OK);
    return weights;
}

/* aa.x is 0, ab.x 1, … */
static bool label_of_many(void *context, struct slice id, uint16_t *found)
{
    (void)context;
    *found = (uint16_t)((id.data[0] - 'a') * 26 + id.data[1] - 'a');
    return true;
}

static struct weights *read_many(const char *text)
{
    struct weights *weights = NULL;
    struct error error = {""};
    assert_int_equal(weights_read(&weights, "w.tsv", slice_of(text), label_of_many, NULL, &error),
                     STATUS_OK);
    return weights;
}

static void a_name_is_its_place_and_text(void **state)
{
    (void)state;
    static const uint32_t glyphs[] = {0x53D7, 0x7406}; /* 受理 */
    struct number_evidence evidence = {.named = true};
    evidence_clear(&evidence);
    evidence_glyphs(&evidence, PLACE_OWN, glyphs, 0, 2);
    evidence_add(&evidence, PLACE_OWN, SLICE("受理"));
    evidence_join(&evidence, PLACE_UNIT, SLICE("件"), SLICE("<recon>"));
    assert_true(evidence.features[0] == evidence.features[1]);
    assert_true(evidence.features[0] == feature_of_name(SLICE("own:受理")));
    assert_true(evidence.features[0] != feature_of_name(SLICE("item:受理")));
    assert_true(evidence.features[2] == feature_of_name(SLICE("unit:件<recon>")));
    assert_string_equal(evidence_name(&evidence, 0), "own:受理");
    assert_true(feature_of_name(SLICE("nowhere:受理")) == 0);
    assert_true(feature_of_name(SLICE("own:")) == 0);
    assert_true(feature_of_name(SLICE("own")) == 0);
    evidence_release(&evidence);
}

static void runs_of_characters_stop_at_blanks_and_titles(void **state)
{
    (void)state;
    static const uint32_t glyphs[] = {'a', 'b', ' ', 'c', 'd', 2, 'e'};
    struct number_evidence evidence = {0};
    evidence_clear(&evidence);
    evidence_grams(&evidence, PLACE_OWN, glyphs, 0, 7, 2, 3);
    assert_int_equal(evidence.count, 2); /* ab, cd */
    assert_true(evidence.features[1] == feature_of_name(SLICE("own:cd")));
}

static void more_features_than_there_is_room_for_are_left_out(void **state)
{
    (void)state;
    struct number_evidence evidence = {0};
    evidence_clear(&evidence);
    for (size_t i = 0; i < EVIDENCE_MAX + 3; i++)
        evidence_add(&evidence, PLACE_OWN, SLICE("x"));
    assert_int_equal(evidence.count, EVIDENCE_MAX);
}

static void a_sum_is_that_of_its_lines(void **state)
{
    (void)state;
    struct weights *weights = read_text("# a comment\n"
                                        "-\town:甲\t-30\n"
                                        "a.x\town:甲\t120\n"
                                        "a.y\town:甲\t5\n"
                                        "gone.z\town:甲\t900\n"
                                        "a.x\town:乙\t7\n");
    struct number_evidence evidence = {.candidate_count = 3};
    int32_t scores[EVIDENCE_CANDIDATES];
    struct weights_shared shared = {0};
    evidence.candidates[0].label = LABEL_NONE;
    evidence.candidates[1].label = 0;
    evidence.candidates[2].label = 1;
    evidence_add(&evidence, PLACE_OWN, SLICE("甲"));
    evidence_add(&evidence, PLACE_OWN, SLICE("乙"));
    evidence_add(&evidence, PLACE_OWN, SLICE("丙"));
    weights_score(weights, &evidence, &shared, scores);
    assert_int_equal(scores[0], -30);
    assert_int_equal(scores[1], 127);
    assert_int_equal(scores[2], 5);
    assert_int_equal(weights_count(weights), 4);
    assert_true(weights_know(weights, 0) && weights_know(weights, 1));
    assert_false(weights_know(weights, 2));
    weights_free(&weights);
}

/* Weights of all that can be said of a candidate but its aspects, each another. */
static struct weights *weights_of_all_own(struct catalogue *catalogue)
{
    struct buffer text = {0};
    char name[OWN_NAME_BYTES];
    for (unsigned own = 0; own < OWN_ASPECT; own++)
        if (own_name(catalogue, own, name))
            buffer_format(&text, "*\t%s\t%d\n", name, (int)(own * 37 % 401) - 200);
    buffer_format(&text, "a.x\town:甲\t1\n");
    struct weights *weights = read_text(text.data);
    weights_number(weights, catalogue);
    buffer_release(&text);
    return weights;
}

static void a_candidate_scores_what_its_numbered_features_weigh(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    struct weights *weights = weights_of_all_own(&catalogue);
    struct number_evidence evidence = {.candidate_count = 4}; /* one touched, two idle ones */
    int32_t scores[EVIDENCE_CANDIDATES];
    uint16_t own[OWN_MOST];
    evidence.candidates[0].label = LABEL_NONE;
    for (unsigned i = 0; i < WHERES * WHERES * WHERES * WHERES; i++) {
        struct evidence_candidate *candidate = &evidence.candidates[1];
        struct weights_shared shared = {0};
        int32_t sum = 0;
        *candidate = (struct evidence_candidate){
            .rule = (uint8_t)(i % RULE_TWICE),
            .twice = i % 3 == 0,
            .rest = (uint8_t)(i % (RESTS * 4)),
            .rivals = (uint8_t)(i % (1 << OWN_RIVALS)),
            .where = {i % 10, i / 10 % 10, i / 100 % 10, (uint8_t)(i / 1000)}};
        size_t count = own_of(candidate, own);
        for (size_t k = 0; k < count; k++)
            sum += weights_of_own(weights, own[k]);
        evidence.candidates[2] = evidence.candidates[3] = *candidate;
        evidence.candidates[2].idle = evidence.candidates[3].idle = 1 + i % 16;
        candidate->twice = !candidate->twice;
        weights_score(weights, &evidence, &shared, scores);
        int twice = weights_of_own(weights, RULE_TWICE);
        assert_int_equal(scores[1], candidate->twice ? sum + twice : sum - twice);
        assert_int_equal(scores[2], sum);
        assert_int_equal(scores[3], sum);
    }
    weights_free(&weights);
}

/* 甲 has a row, 丙 a run, 乙 a single weight. */
static void arranged_weights_are_the_same(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 100; i++)
        buffer_format(&text, "%c%c.x\town:甲\t%d\n", 'a' + i / 26, 'a' + i % 26, 10 + i);
    buffer_format(&text, "aa.x\town:丙\t5\naf.x\town:丙\t-7\nac.x\town:乙\t9\n");
    struct weights *weights = read_many(text.data);
    struct number_evidence evidence = {.candidate_count = 4};
    int32_t before[EVIDENCE_CANDIDATES], scores[EVIDENCE_CANDIDATES];
    struct weights_shared shared = {0}, again = {0};
    static const uint16_t asked[] = {LABEL_NONE, 0, 5, 2};
    uint16_t labels[100];
    evidence_add(&evidence, PLACE_OWN, SLICE("甲"));
    evidence_add(&evidence, PLACE_OWN, SLICE("乙"));
    evidence_add(&evidence, PLACE_OWN, SLICE("丙"));
    evidence.steps = ~(uint64_t)0 >> 60;
    for (size_t i = 0; i < 4; i++)
        evidence.candidates[i].label = asked[i];
    weights_score(weights, &evidence, &shared, before);
    assert_int_equal(before[1], 15);
    assert_int_equal(before[2], 8);
    assert_int_equal(before[3], 21);
    for (uint16_t i = 0; i < 100; i++)
        labels[i] = (uint16_t)(99 - i);
    weights_arrange(weights, labels, 100);
    evidence.steps = 0;
    for (size_t i = 0; i < 4; i++)
        evidence.steps |= weights_step(weights, asked[i]);
    weights_score(weights, &evidence, &again, scores);
    assert_memory_equal(before, scores, 4 * sizeof *scores);
    assert_int_equal(weights_of(weights, feature_of_name(SLICE("own:丙")), 5), -7);
    assert_int_equal(weights_step(weights, 200), 0);
    weights_free(&weights);
    buffer_release(&text);
}

/* Of 300 indicators the first 100 were learned: rows are as wide as those need, and no wider. */
static void arranged_weights_leave_out_what_was_never_learned(void **state)
{
    (void)state;
    enum { LEARNED = 100, ALL = 300 };
    struct buffer text = {0};
    for (int i = 0; i < LEARNED; i++)
        buffer_format(&text, "%c%c.x\town:甲\t%d\n", 'a' + i / 26, 'a' + i % 26, 10 + i);
    struct weights *weights = read_many(text.data);
    struct number_evidence evidence = {.candidate_count = 3};
    int32_t scores[EVIDENCE_CANDIDATES];
    struct weights_shared shared = {0};
    uint16_t labels[ALL];
    uint64_t steps = 0;
    evidence_add(&evidence, PLACE_OWN, SLICE("甲"));
    for (uint16_t i = 0; i < ALL; i++)
        labels[i] = (uint16_t)(ALL - 1 - i);
    weights_arrange(weights, labels, ALL);
    for (uint16_t i = 0; i < LEARNED; i++) {
        evidence.candidates[0].label = LABEL_NONE;
        evidence.candidates[1].label = i;
        evidence.candidates[2].label = (uint16_t)(LEARNED + i);
        evidence.steps = weights_step(weights, LABEL_NONE) | weights_step(weights, i);
        steps |= evidence.steps;
        weights_score(weights, &evidence, &shared, scores);
        assert_int_equal(scores[1], 10 + i);
        assert_int_equal(scores[2], WEIGHTS_UNKNOWN);
    }
    assert_int_equal(steps, 0xF); /* 102 columns: no step lies behind the row's end */
    weights_free(&weights);
    buffer_release(&text);
}

static void many_large_weights_do_not_run_over(void **state)
{
    (void)state;
    struct buffer text = {0};
    for (int i = 0; i < 40; i++) /* of so many indicators a run becomes a row */
        buffer_format(&text, "%c%c.x\town:甲\t%d\n", 'a' + i / 26, 'a' + i % 26, WEIGHTS_MAX);
    struct weights *weights = read_many(text.data);
    struct number_evidence evidence = {.candidate_count = 2};
    int32_t scores[EVIDENCE_CANDIDATES];
    struct weights_shared shared = {0};
    evidence.candidates[0].label = LABEL_NONE;
    evidence.candidates[1] = (struct evidence_candidate){.label = 7};
    evidence.steps = weights_step(weights, 7);
    for (int i = 0; i < 100; i++)
        evidence_add(&evidence, PLACE_OWN, SLICE("甲"));
    weights_score(weights, &evidence, &shared, scores);
    assert_int_equal(scores[1], 100 * WEIGHTS_MAX);
    weights_free(&weights);
    buffer_release(&text);
}

static void a_candidate_that_was_never_learned_is_out(void **state)
{
    (void)state;
    struct weights *weights = read_text("a.x\town:甲\t1\n");
    struct number_evidence evidence = {.candidate_count = 2};
    int32_t scores[EVIDENCE_CANDIDATES];
    struct weights_shared shared = {0};
    evidence.candidates[0].label = LABEL_NONE;
    evidence.candidates[1].label = 1;
    weights_score(weights, &evidence, &shared, scores);
    assert_int_equal(scores[1], WEIGHTS_UNKNOWN);
    weights_free(&weights);
}

static void a_bad_line_has_its_place(void **state)
{
    (void)state;
    static const char *const bad[] = {"a.x\town:甲\n", "a.x\tnowhere:甲\t3\n",
                                      "a.x\town:甲\tthree\n", "a.x\town:甲\t-\n",
                                      "a.x\town:甲\t99999\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct weights *weights = NULL;
        struct error error = {""};
        char text[128];
        snprintf(text, sizeof text, "a.x\town:乙\t1\n%s", bad[i]);
        assert_int_equal(weights_read(&weights, "w.tsv", slice_of(text), label, NULL, &error),
                         STATUS_BAD);
        assert_null(weights);
        assert_non_null(strstr(error.text, "w.tsv:2:1: "));
    }
}

static struct verdict verdict(int32_t x, int32_t y, int32_t none, int32_t sure)
{
    struct number_evidence evidence = {.candidate_count = 3};
    struct verdict made;
    int32_t scores[EVIDENCE_CANDIDATES] = {none, x, y};
    evidence.candidates[0].label = LABEL_NONE;
    evidence.candidates[1] = (struct evidence_candidate){.label = 0, .present = true};
    evidence.candidates[2] = (struct evidence_candidate){.label = 1, .present = true};
    verdict_of(&made, &evidence, scores);
    made.sure = sure;
    return made;
}

static void what_is_sure_is_asserted_and_what_is_likely_proposed(void **state)
{
    (void)state;
    const struct cuts cuts = {100, -50, 3, 8, 100};
    uint16_t labels[VERDICT_BEST];
    struct verdict at = verdict(50, 20, 0, 100), below = verdict(50, 20, 0, 99),
                   least = verdict(20, 50, 90, -50), none = verdict(20, 50, 90, -51);
    assert_int_equal(verdict_asserted(&at, &cuts), 0);
    assert_int_equal(verdict_proposed(&at, &cuts, labels), 0);
    assert_int_equal(verdict_asserted(&below, &cuts), LABEL_NONE);
    assert_int_equal(verdict_proposed(&below, &cuts, labels), 2);
    assert_int_equal(labels[0], 0);
    assert_int_equal(verdict_proposed(&least, &cuts, labels), 2);
    assert_int_equal(labels[0], 1); /* the better one first */
    assert_int_equal(verdict_proposed(&none, &cuts, labels), 0);
}

static void nothing_is_asserted_on_context_alone_or_against_a_scope(void **state)
{
    (void)state;
    const struct cuts cuts = {100, -50, 3, 8, 100};
    uint16_t labels[VERDICT_BEST];
    struct verdict absent = verdict(50, 20, 0, 400), barred = absent;
    absent.present[0] = false;
    barred.barred[0] = true;
    assert_int_equal(verdict_asserted(&absent, &cuts), LABEL_NONE);
    assert_int_equal(verdict_asserted(&barred, &cuts), LABEL_NONE);
    assert_int_equal(verdict_proposed(&barred, &cuts, labels), 2);
}

static void expect_state(const struct verdict *verdict, int32_t least_asked, const char *wanted)
{
    const struct cuts cuts = {
        .assert_margin = 100, .propose_margin = -50, .most_proposed = 3, .most_questions = 8};
    struct catalogue_scope scopes[] = {{.name = SLICE("target"), .label = SLICE("目标数")},
                                       {.name = SLICE("part"), .label = SLICE("部分数")}};
    struct catalogue catalogue = {.scopes = scopes, .scope_count = 2};
    struct buffer out = {0};
    terms_of_state(&out, &catalogue, verdict, &cuts, least_asked, 3);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, wanted);
    buffer_release(&out);
}

static void a_state_says_what_it_lacks(void **state)
{
    (void)state;
    struct verdict sure = verdict(50, 20, 0, 400), likely = verdict(50, 20, 0, 99),
                   unlikely = verdict(50, 20, 0, -51), barred = sure, absent = sure;
    barred.barred[0] = true;
    absent.present[0] = false;
    expect_state(&sure, INT32_MIN, "asserted: sure 400\n");
    expect_state(&likely, INT32_MIN, "proposed: sure 99, asserted from 100 on\n");
    expect_state(&barred, INT32_MIN,
                 "proposed: sure 400, barred by target (目标数), barred by part (部分数)\n");
    expect_state(
        &absent, INT32_MIN,
        "proposed: sure 400, neither its object nor its action stands here or in a heading\n");
    expect_state(&likely, 200,
                 "none: sure 99, asserted from 100 on, 8 surer ones are asked about\n");
    expect_state(&unlikely, 200, "none: sure -51, asserted from 100 on, asked about from -50 on\n");
}

static void the_surest_questions_are_asked(void **state)
{
    (void)state;
    const struct cuts two = {100, -50, 3, 2, 100}, none = {100, -50, 3, 0, 100};
    int32_t sums[] = {10, 40, 20, 30};
    assert_int_equal(verdict_least_asked(sums, 2, &two), INT32_MIN);
    assert_int_equal(verdict_least_asked(sums, 4, &two), 30);
    assert_int_equal(verdict_least_asked(sums, 4, &none), INT32_MAX);
}

/* ---- among the others ---- */

static bool has(const struct settle_terms *terms, const char *name)
{
    for (size_t t = 0; t < SETTLE_RELATIONS; t++)
        if (settle_name(t) && strcmp(settle_name(t), name) == 0)
            return terms->relations >> t & 1;
    fail_msg("no term %s", name);
    return false;
}

static struct standing lead(uint16_t best, double value, uint32_t sentence, int32_t to_none)
{
    return (struct standing){.best = best,
                             .second = LABEL_NONE,
                             .group = 0,
                             .to_none = to_none,
                             .to_second = 100,
                             .value = value,
                             .sentence = sentence};
}

static void a_part_is_smaller_than_what_leads_beside_it(void **state)
{
    (void)state;
    const struct standing all[] = {lead(0, 712, 4, 300), lead(0, 548, 4, 100), lead(1, 9, 4, 200),
                                   lead(0, 712, 40, 250), lead(0, 30, 41, -300)};
    struct settle_terms terms[5];
    settle_collect(all, 5, terms);
    assert_true(has(&terms[0], "settle:sentence largest"));
    assert_true(has(&terms[0], "settle:sentence first"));
    assert_true(has(&terms[0], "settle:equal elsewhere"));
    assert_true(has(&terms[1], "settle:sentence smallest"));
    assert_true(has(&terms[1], "settle:sentence surer"));
    assert_true(has(&terms[1], "settle:sentence later"));
    assert_true(has(&terms[1], "settle:before named, same group"));
    assert_true(has(&terms[2], "settle:sentence alone"));
    assert_true(has(&terms[2], "settle:rest alone"));
    assert_true(has(&terms[3], "settle:next alone")); /* the 30 is led by too little */
    assert_true(has(&terms[3], "settle:rest largest"));
}

static void a_long_table_has_its_least_and_its_largest(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    struct standing *all = calloc(COUNT, sizeof *all);
    struct settle_terms *terms = calloc(COUNT, sizeof *terms);
    for (size_t i = 0; i < COUNT; i++)
        all[i] = lead(0, (double)i, (uint32_t)(i / 10), 300);
    settle_collect(all, COUNT, terms);
    assert_true(has(&terms[0], "settle:rest smallest"));
    assert_true(has(&terms[COUNT - 1], "settle:rest largest"));
    free(all);
    free(terms);
}

static void the_last_sum_adds_relations_and_margins(void **state)
{
    (void)state;
    int32_t weights[SETTLE_TERMS] = {0};
    struct settle_terms terms = {.relations = 5, .margins = {200, 50, 50, 50, 0}};
    weights[0] = 7;
    weights[1] = 1000;
    weights[2] = -3;
    weights[SETTLE_RELATIONS] = 50; /* hundredths for each hundred of margin */
    assert_int_equal(settle_sum(weights, &terms), 7 - 3 + 100);
}

static void parts_add_up_to_the_number_beside_them(void **state)
{
    (void)state;
    struct quantity quantities[] = {{.value = 154, .unit = SLICE("件")},
                                    {.value = 91, .unit = SLICE("件")},
                                    {.value = 60, .unit = SLICE("人")},
                                    {.value = 63, .unit = SLICE("件")},
                                    {.value = 154, .unit = SLICE("件"), .sentence = 1}};
    struct sentence sentences[] = {{.paragraph = 0}, {.paragraph = 1}};
    const struct report report = {
        .quantities = quantities, .quantity_count = 5, .sentences = sentences, .sentence_count = 2};
    uint8_t roles[5];
    sums_mark(&report, roles);
    assert_int_equal(roles[0], SUM_WHOLE);
    assert_int_equal(roles[1], SUM_PART);
    assert_int_equal(roles[2], 0);
    assert_int_equal(roles[3], SUM_PART);
    assert_int_equal(roles[4], 0); /* another paragraph */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_its_place_and_text),
        cmocka_unit_test(runs_of_characters_stop_at_blanks_and_titles),
        cmocka_unit_test(more_features_than_there_is_room_for_are_left_out),
        cmocka_unit_test(a_sum_is_that_of_its_lines),
        cmocka_unit_test(a_candidate_scores_what_its_numbered_features_weigh),
        cmocka_unit_test(arranged_weights_are_the_same),
        cmocka_unit_test(arranged_weights_leave_out_what_was_never_learned),
        cmocka_unit_test(many_large_weights_do_not_run_over),
        cmocka_unit_test(a_candidate_that_was_never_learned_is_out),
        cmocka_unit_test(a_bad_line_has_its_place),
        cmocka_unit_test(what_is_sure_is_asserted_and_what_is_likely_proposed),
        cmocka_unit_test(nothing_is_asserted_on_context_alone_or_against_a_scope),
        cmocka_unit_test(a_state_says_what_it_lacks),
        cmocka_unit_test(the_surest_questions_are_asked),
        cmocka_unit_test(a_part_is_smaller_than_what_leads_beside_it),
        cmocka_unit_test(a_long_table_has_its_least_and_its_largest),
        cmocka_unit_test(the_last_sum_adds_relations_and_margins),
        cmocka_unit_test(parts_add_up_to_the_number_beside_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
