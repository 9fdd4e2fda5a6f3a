/* teach.c - runs the matcher over a report and lays its evidence beside the annotations.
 *
 * One thread. Happy path: the matcher tells of each number; the annotation that overlaps it with
 * the same value gives the right answers; a number that nobody annotated states nothing. An
 * annotated one that was not found, or whose unit its indicator does not come in, counts as missed.
 * What can fail: an expression of the catalogue gives up.
 */
#include "workers/extract/train/teach.h"

#include "workers/extract/rule/example.h"

#include <math.h>
#include <stdlib.h>

enum { NO_LESSON = -1 };

struct teacher {
    const struct catalogue *catalogue;
    struct lessons *lessons;
    struct matcher *matcher;
    bool known[CATALOGUE_MAX_INDICATORS]; /* to the annotators */
    /* the report at hand */
    struct report *report;
    const struct gold *gold;
    const struct catalogue_example *example; /* or NULL */
    const struct example_marks *marks;
    uint32_t document;
    int32_t *lesson_of; /* of each quantity */
    size_t capacity;
    /* the number at hand */
    struct slice ids; /* as annotated: "a|b", "-" */
    bool counter;     /* anything but `ids` */
};

/* ---- right answers ---- */

/* Is the id among those parted by `mark`? */
static bool lists(struct slice ids, const char *mark, struct slice id)
{
    for (size_t from = 0; from <= ids.len;) {
        size_t end = slice_find(ids, slice_of(mark), from);
        end = end == SIZE_MAX ? ids.len : end;
        if (slice_equal(slice_range(ids, from, end), id))
            return true;
        from = end + 1;
    }
    return false;
}

static bool is_known(void *context, uint16_t label)
{
    const struct teacher *teacher = context;
    return label == LABEL_NONE || teacher->known[label];
}

static bool is_right(void *context, uint16_t label)
{
    const struct teacher *teacher = context;
    struct slice id = label == LABEL_NONE ? SLICE("-") : teacher->catalogue->indicators[label].id;
    return lists(teacher->ids, "|", id) != teacher->counter;
}

void teacher_ids(struct teacher *teacher, struct slice ids)
{
    for (size_t i = 0; i < teacher->catalogue->indicator_count; i++)
        teacher->known[i] = ids.len == 0 || lists(ids, "\n", teacher->catalogue->indicators[i].id);
}

/* ---- numbers ---- */

static const struct gold_quantity *annotation_of(const struct gold *gold,
                                                 const struct quantity *quantity)
{
    double slack = fabs(quantity->value) * 1e-6 + 0.006;
    for (size_t i = 0; i < gold->count; i++)
        if (gold->quantities[i].span.start < quantity->text.end &&
            quantity->text.start < gold->quantities[i].span.end &&
            fabs(gold->quantities[i].value - quantity->value) <= slack)
            return &gold->quantities[i];
    return NULL;
}

static bool is_marked(const struct example_marks *marks, const struct quantity *quantity)
{
    for (size_t i = 0; i < marks->count; i++)
        if (marks->clean[i].start < quantity->clean.end &&
            quantity->clean.start < marks->clean[i].end)
            return true;
    return false;
}

/* Sets the right answers; false: the number teaches nothing. */
static bool set_answers(struct teacher *teacher, const struct quantity *quantity)
{
    teacher->counter = false;
    if (teacher->example) {
        teacher->ids = teacher->catalogue->indicators[teacher->example->indicator].id;
        teacher->counter = teacher->example->counter;
        return is_marked(teacher->marks, quantity);
    }
    const struct gold_quantity *annotated = annotation_of(teacher->gold, quantity);
    teacher->ids = annotated ? annotated->ids : SLICE("-");
    return !annotated || !annotated->optional;
}

static void forget(struct lessons *lessons, int32_t lesson)
{
    lessons->lessons[lesson].feature_count = lessons->lessons[lesson].candidate_count = 0;
}

static void take(void *context, size_t quantity, const struct number_evidence *evidence,
                 const struct hits *hits)
{
    struct teacher *teacher = context;
    const struct quantity *at = &teacher->report->quantities[quantity];
    (void)hits;
    if (teacher->lesson_of[quantity] != NO_LESSON)
        forget(teacher->lessons, teacher->lesson_of[quantity]);
    teacher->lesson_of[quantity] = NO_LESSON;
    if (evidence->candidate_count < 2 || !set_answers(teacher, at))
        return;
    teacher->lesson_of[quantity] = (int32_t)teacher->lessons->count;
    const struct lesson where = {.document = teacher->document,
                                 .start = at->text.start,
                                 .sentence = (uint32_t)at->sentence,
                                 .value = at->value,
                                 .counter = teacher->counter};
    lessons_add(teacher->lessons, &where, evidence, is_right, is_known, teacher);
}

/* ---- reports ---- */

static enum status run(struct teacher *teacher, struct report *report, struct error *error)
{
    teacher->report = report;
    if (teacher->capacity < report->quantity_count) {
        teacher->capacity = report->quantity_count * 2;
        teacher->lesson_of =
            memory_resize(teacher->lesson_of, teacher->capacity * sizeof *teacher->lesson_of);
    }
    for (size_t i = 0; i < report->quantity_count; i++)
        teacher->lesson_of[i] = NO_LESSON;
    return matcher_run(teacher->matcher, report, error);
}

static bool answerable(const struct lessons *lessons, int32_t at)
{
    const struct lesson *lesson = &lessons->lessons[at];
    for (uint32_t i = 0; i < lesson->candidate_count; i++)
        if (lessons->candidates[lesson->first_candidate + i].right)
            return true;
    return false;
}

/* The annotated indicators that no lesson can find. */
static void count_missed(struct teacher *teacher)
{
    struct lesson_document *document = &teacher->lessons->documents[teacher->document];
    for (size_t g = 0; g < teacher->gold->count; g++) {
        const struct gold_quantity *gold = &teacher->gold->quantities[g];
        bool found = false;
        if (gold->optional || lists(gold->ids, "|", SLICE("-")))
            continue;
        for (size_t i = 0; i < teacher->report->quantity_count && !found; i++)
            found = annotation_of(teacher->gold, &teacher->report->quantities[i]) == gold &&
                    teacher->lesson_of[i] != NO_LESSON &&
                    answerable(teacher->lessons, teacher->lesson_of[i]);
        document->missed += !found;
    }
}

enum status teacher_report(struct teacher *teacher, struct report *report, const struct gold *gold,
                           uint32_t document, struct error *error)
{
    teacher->gold = gold;
    teacher->example = NULL;
    teacher->document = document;
    enum status status = run(teacher, report, error);
    teacher->lessons->documents[document].piece = cuts_is_piece(report);
    if (status == STATUS_OK)
        count_missed(teacher);
    return status;
}

enum status teacher_examples(struct teacher *teacher, struct error *error)
{
    struct report report = {0};
    struct example_marks marks;
    enum status status = STATUS_OK;
    struct lessons *lessons = teacher->lessons;
    *ARENA_PUSH(&lessons->arena, lessons->documents, lessons->document_count,
                lessons->document_capacity) =
        (struct lesson_document){.path = SLICE("examples"), .group = UINT32_MAX, .seen = true};
    teacher->document = (uint32_t)lessons->document_count - 1;
    teacher->marks = &marks;
    teacher_ids(teacher, (struct slice){0});
    for (size_t i = 0; i < teacher->catalogue->example_count && status == STATUS_OK; i++) {
        teacher->example = &teacher->catalogue->examples[i];
        if (teacher->example->indicator < 0)
            continue;
        report_reset(&report);
        status = example_report(teacher->catalogue, teacher->example, &report, &marks, error);
        if (status == STATUS_OK)
            status = run(teacher, &report, error);
    }
    report_release(&report);
    return status;
}

struct teacher *teacher_new(const struct catalogue *catalogue, struct lessons *lessons)
{
    struct teacher *teacher = memory_zero(sizeof *teacher);
    teacher->catalogue = catalogue;
    teacher->lessons = lessons;
    teacher->matcher = matcher_new(catalogue);
    matcher_watch_with(teacher->matcher, take, teacher);
    return teacher;
}

void teacher_free(struct teacher **teacher)
{
    if (!*teacher)
        return;
    matcher_free(&(*teacher)->matcher);
    free((*teacher)->lesson_of);
    free(*teacher);
    *teacher = NULL;
}
