/* test_gold.c - annotations are laid onto their places; learning tells two words apart and repeats.
 */
#include "workers/extract/train/blind.h"
#include "workers/extract/train/gold.h"
#include "workers/extract/train/learn.h"

#include "tests/unit/test.h"

static void repeated_contexts_have_places_of_their_own(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct gold gold;
    struct error error = {""};
    struct slice text = SLICE("受理9件，办结9件，受理9件。");
    struct slice lines = SLICE("# a comment\n"
                               "受理⟦9件⟧\t9\t件\texact\ta.x\n"
                               "办结⟦9件⟧\t9\t件\texact\ta.y|-\n"
                               "受理⟦9件⟧\t9\t件\texact\t-\toptional\n");
    assert_int_equal(gold_read(&gold, &arena, "g.tsv", lines, text, &error), STATUS_OK);
    assert_int_equal(gold.count, 3);
    assert_int_equal(gold.quantities[0].span.start, strlen("受理"));
    assert_int_equal(gold.quantities[2].span.start, strlen("受理9件，办结9件，受理"));
    assert_int_equal(gold.quantities[2].span.end - gold.quantities[2].span.start, strlen("9件"));
    assert_true(slice_equal(gold.quantities[1].ids, SLICE("a.y|-")));
    assert_true(gold.quantities[2].optional && !gold.quantities[0].optional);
    arena_release(&arena);
}

static void a_bad_annotation_has_its_line(void **state)
{
    (void)state;
    static const char *const bad[] = {"受理9件\t9\t件\texact\ta.x\n", "受理⟦9件⟧\t9\t件\n",
                                      "驳回⟦9件⟧\t9\t件\texact\ta.x\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena arena = {0};
        struct gold gold;
        struct error error = {""};
        char lines[128];
        snprintf(lines, sizeof lines, "\n%s", bad[i]);
        assert_int_equal(
            gold_read(&gold, &arena, "g.tsv", slice_of(lines), SLICE("受理9件。"), &error),
            STATUS_BAD);
        assert_non_null(strstr(error.text, "g.tsv:2: "));
        arena_release(&arena);
    }
}

/* ---- learning ---- */

struct answer {
    uint16_t right;
};

static bool is_right(void *context, uint16_t label)
{
    const struct answer *answer = context;
    return answer->right == label;
}

static bool is_asked(void *context, uint16_t label)
{
    (void)context;
    (void)label;
    return true;
}

/* Half of the numbers stand behind 受理 and state indicator 0, half behind 天气 and state nothing.
 */
static void teach(struct lessons *lessons, bool stated)
{
    struct number_evidence evidence = {.named = true};
    struct answer answer = {stated ? 0 : LABEL_NONE};
    const struct lesson where = {.document = 0};
    evidence_clear(&evidence);
    evidence.candidate_count = 2;
    evidence.candidates[0] = (struct evidence_candidate){.label = LABEL_NONE};
    evidence.candidates[1] = (struct evidence_candidate){.label = 0};
    evidence_add(&evidence, PLACE_OWN, stated ? SLICE("受理") : SLICE("天气"));
    lessons_add(lessons, &where, &evidence, is_right, is_asked, &answer);
    evidence_release(&evidence);
}

static void learning_tells_words_apart_and_gives_the_same_again(void **state)
{
    (void)state;
    const struct learn_options options = {.passes = 6,
                                          .courses = 1,
                                          .rate = 0.1,
                                          .least = 2,
                                          .seen_weight = 0.5,
                                          .counter_weight = 0.5};
    struct lessons lessons = {0};
    size_t capacity = 0;
    struct learned learned[2];
    float scores[EVIDENCE_CANDIDATES];
    bool use[] = {true};
    *ARENA_PUSH(&lessons.arena, lessons.documents, lessons.document_count, capacity) =
        (struct lesson_document){.path = SLICE("g")};
    for (size_t i = 0; i < 20; i++)
        teach(&lessons, i % 2 == 0);
    for (size_t i = 0; i < 2; i++)
        learn(&learned[i], &lessons, use, &options);
    learned_score(&learned[0], &lessons, &lessons.lessons[0], scores);
    assert_true(scores[1] > scores[0]);
    learned_score(&learned[0], &lessons, &lessons.lessons[1], scores);
    assert_true(scores[0] > scores[1]);
    assert_int_equal(learned[0].pair_count, learned[1].pair_count);
    assert_memory_equal(learned[0].weights, learned[1].weights,
                        learned[0].pair_count * sizeof *learned[0].weights);
    learned_release(&learned[0]);
    learned_release(&learned[1]);
    lessons_release(&lessons);
}

/* Of the document `of`: one number behind 受理 that states indicator 0, or nothing, as its
 * annotator says. */
static void teach_one(struct lessons *lessons, uint32_t of, bool stated)
{
    teach(lessons, true);
    struct lesson *lesson = &lessons->lessons[lessons->count - 1];
    lesson->document = of;
    lessons->candidates[lesson->first_candidate].right = !stated;
    lessons->candidates[lesson->first_candidate + 1].right = stated;
}

static void reports_are_judged_by_other_hands(void **state)
{
    (void)state;
    struct lessons lessons = {0};
    size_t capacity = 0;
    static const char *const hands[] = {"a", "a", "b", "", "c"};
    uint32_t fold_of[5];
    for (size_t d = 0; d < 5; d++)
        *ARENA_PUSH(&lessons.arena, lessons.documents, lessons.document_count, capacity) =
            (struct lesson_document){.hand = lessons_hand(&lessons, slice_of(hands[d])),
                                     .seen = d == 4};
    assert_int_equal(blind_deal(&lessons, 4, fold_of), 3);
    assert_int_equal(fold_of[0], fold_of[1]);
    assert_int_not_equal(fold_of[0], fold_of[2]);
    assert_int_equal(fold_of[3], NO_FOLD); /* of nobody known */
    assert_int_equal(fold_of[4], NO_FOLD); /* the rules were written to it */
    for (size_t d = 0; d < 4; d++)
        lessons.documents[d].hand = HAND_UNKNOWN;
    lessons.hand_count = 1;
    assert_int_equal(blind_deal(&lessons, 2, fold_of), 2);
    assert_int_not_equal(fold_of[0], fold_of[1]);
    lessons_release(&lessons);
}

static void an_annotation_that_nobody_else_would_give_is_in_doubt(void **state)
{
    (void)state;
    enum { EACH = 40, OTHERWISE = 7 };
    const struct learn_options options = {.passes = 20,
                                          .courses = 1,
                                          .rate = 0.5,
                                          .least = 1,
                                          .seen_weight = 0.5,
                                          .counter_weight = 0.5};
    struct lessons lessons = {0};
    size_t capacity = 0;
    uint32_t fold_of[2];
    for (size_t d = 0; d < 2; d++)
        *ARENA_PUSH(&lessons.arena, lessons.documents, lessons.document_count, capacity) =
            (struct lesson_document){.hand = lessons_hand(&lessons, d ? SLICE("b") : SLICE("a"))};
    for (size_t i = 0; i < 2 * EACH; i++)
        teach_one(&lessons, i >= EACH, i != OTHERWISE);
    struct opinion *opinions =
        blind_judge(&lessons, fold_of, blind_deal(&lessons, 2, fold_of), &options, NULL);
    assert_int_equal(blind_doubt(&lessons, opinions), 1);
    assert_true(lessons.lessons[OTHERWISE].doubtful);
    free(opinions);
    lessons_release(&lessons);
}

static void nothing_to_settle_gives_no_weights(void **state)
{
    (void)state;
    const struct lessons lessons = {0};
    int32_t weights[SETTLE_TERMS];
    memset(weights, 1, sizeof weights);
    learn_settle(&lessons, NULL, NULL, weights);
    for (size_t t = 0; t < SETTLE_TERMS; t++)
        assert_int_equal(weights[t], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeated_contexts_have_places_of_their_own),
        cmocka_unit_test(a_bad_annotation_has_its_line),
        cmocka_unit_test(learning_tells_words_apart_and_gives_the_same_again),
        cmocka_unit_test(reports_are_judged_by_other_hands),
        cmocka_unit_test(an_annotation_that_nobody_else_would_give_is_in_doubt),
        cmocka_unit_test(nothing_to_settle_gives_no_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
