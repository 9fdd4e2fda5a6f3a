/* check.c - every example through the real matcher, every miss with its place.
 *
 * Runs in `xianzhi catalogue check`, one thread. Happy path: load, run the examples, compare the
 * ids with indicators.tsv, look for word classes nobody uses.
 */
#include "workers/extract/rule/check.h"

#include "proto/base/file.h"
#include "workers/extract/rule/example.h"
#include "workers/extract/rule/matcher.h"

#include <stdio.h>
#include <stdlib.h>

enum { WANTED_EXAMPLES = 3, MAX_LIST_BYTES = 8 << 20 };

struct check {
    const struct catalogue *catalogue;
    struct problems *problems;
    struct matcher *matcher;
    struct report report;
};

/* ---- examples ---- */

static const struct quantity *quantity_at(const struct report *report, struct span span)
{
    for (size_t i = 0; i < report->quantity_count; i++)
        if (report->quantities[i].clean.start < span.end &&
            span.start < report->quantities[i].clean.end)
            return &report->quantities[i];
    return NULL;
}

static struct slice owner_of(const struct check *check, const struct catalogue_example *example)
{
    return example->indicator >= 0 ? check->catalogue->indicators[example->indicator].id
                                   : check->catalogue->scopes[example->scope].name;
}

/* What became of the quantity, for the message. */
static void describe(const struct quantity *quantity, char *out, size_t size)
{
    if (quantity->indicator.len)
        snprintf(out, size, "got %.*s by %.*s", SLICE_ARGS(quantity->indicator),
                 SLICE_ARGS(quantity->rule));
    else if (quantity->rule.len)
        snprintf(out, size, "%.*s", SLICE_ARGS(quantity->rule));
    else
        snprintf(out, size, "no rule matched (its unit is %.*s)", SLICE_ARGS(quantity->unit));
}

/* A sentence alone may leave the model in doubt: an example may be asked about, not contradicted.
 */
static bool is_proposed(const struct quantity *quantity, struct slice id)
{
    for (size_t i = 0; i < quantity->proposed_count; i++)
        if (slice_equal(quantity->proposed[i], id))
            return true;
    return false;
}

static void check_mark(struct check *check, const struct catalogue_example *example,
                       struct span mark)
{
    struct slice written = slice_range(check->report.clean, mark.start, mark.end);
    const struct quantity *quantity = quantity_at(&check->report, mark);
    char found[256];
    if (!quantity) {
        if (!example->counter)
            problem_at(check->problems, example->path, example->line, example->column,
                       "{%.*s} isn't found to be a quantity: mark number and unit, or mend "
                       "units.yaml",
                       SLICE_ARGS(written));
        return;
    }
    struct slice owner = owner_of(check, example);
    size_t index = (size_t)(quantity - check->report.quantities);
    bool matched = example->indicator >= 0
                       ? slice_equal(quantity->indicator, owner) ||
                             (!example->counter && is_proposed(quantity, owner))
                       : matcher_scopes_of(check->matcher, index) >> example->scope & 1;
    if (matched != example->counter)
        return;
    describe(quantity, found, sizeof found);
    if (example->counter)
        problem_at(check->problems, example->path, example->line, example->column,
                   "{%.*s} must not be %.*s: %s", SLICE_ARGS(written), SLICE_ARGS(owner),
                   example->indicator >= 0 ? found : "the scope matched");
    else
        problem_at(check->problems, example->path, example->line, example->column,
                   "{%.*s} should be %.*s: %s", SLICE_ARGS(written), SLICE_ARGS(owner),
                   example->indicator >= 0 ? found : "no rule of the scope matched");
}

static void check_example(struct check *check, const struct catalogue_example *example)
{
    struct example_marks marks;
    struct error error;
    report_reset(&check->report);
    if (example_report(check->catalogue, example, &check->report, &marks, &error) ||
        matcher_run(check->matcher, &check->report, &error)) {
        problem_at(check->problems, example->path, example->line, example->column, "%s",
                   error.text);
        return;
    }
    for (size_t i = 0; i < marks.count; i++)
        check_mark(check, example, marks.clean[i]);
}

static bool is_file(const char *path, const char *only)
{
    return !only || slice_ends(slice_of(path), slice_of(only)) ||
           slice_ends(slice_of(only), slice_of(path));
}

static void check_examples(struct check *check, const char *only, struct check_counts *counts)
{
    check->matcher = matcher_new(check->catalogue);
    for (size_t i = 0; i < check->catalogue->example_count; i++) {
        if (!is_file(check->catalogue->examples[i].path, only))
            continue;
        check_example(check, &check->catalogue->examples[i]);
        counts->examples++;
    }
    matcher_free(&check->matcher);
    report_release(&check->report);
}

static void take_complaint(void *problems, const char *line)
{
    problem_line(problems, line);
}

/* Those that stand beside the shapes in nonquantities.yaml. */
static void check_shapes(struct check *check, const char *only, struct check_counts *counts)
{
    if (is_file("nonquantities.yaml", only))
        counts->examples +=
            quantity_rules_check(check->catalogue->quantities, take_complaint, check->problems);
}

/* ---- completeness ---- */

static const struct catalogue_indicator *find_indicator(const struct catalogue *catalogue,
                                                        struct slice id)
{
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        if (slice_equal(catalogue->indicators[i].id, id))
            return &catalogue->indicators[i];
    return NULL;
}

/* indicators.tsv: the ids that users know; missing ones are said, since columns would stay empty.
 */
static void check_required(struct check *check, const char *folder)
{
    char path[4096];
    struct buffer list = {0};
    struct error ignored;
    snprintf(path, sizeof path, "%s/indicators.tsv", folder);
    if (file_read(path, MAX_LIST_BYTES, &list, &ignored) != STATUS_OK)
        buffer_clear(&list); /* a catalogue of one's own need not have the list */
    struct slice rest = buffer_slice(&list);
    for (unsigned number = 1; rest.len > 0; number++) {
        size_t end = slice_find(rest, SLICE("\n"), 0);
        struct slice line = slice_range(rest, 0, end == SIZE_MAX ? rest.len : end);
        size_t tab = slice_find(line, SLICE("\t"), 0);
        struct slice id = slice_range(line, 0, tab == SIZE_MAX ? line.len : tab);
        rest = slice_range(rest, end == SIZE_MAX ? rest.len : end + 1, rest.len);
        if (number > 1 && id.len && !find_indicator(check->catalogue, id))
            problem_warn(check->problems, path, number, 1,
                         "no rules for %.*s yet: add it to a file in indicators/", SLICE_ARGS(id));
    }
    buffer_release(&list);
}

static void check_thin(struct check *check, const char *only)
{
    for (size_t i = 0; i < check->catalogue->indicator_count; i++) {
        const struct catalogue_indicator *indicator = &check->catalogue->indicators[i];
        if (is_file(indicator->path, only) && (indicator->example_count < WANTED_EXAMPLES ||
                                               indicator->counterexample_count < WANTED_EXAMPLES))
            problem_warn(check->problems, indicator->path, indicator->line, indicator->column,
                         "%.*s has %zu examples and %zu counterexamples: give it %d of each",
                         SLICE_ARGS(indicator->id), indicator->example_count,
                         indicator->counterexample_count, WANTED_EXAMPLES);
    }
}

static void check_unused(struct check *check, const char *folder)
{
    const struct lexicon *lexicon = &check->catalogue->lexicon;
    char path[4096];
    if (check->catalogue->weights)
        return; /* to the model every class is a concept */
    snprintf(path, sizeof path, "%s/words.yaml", folder);
    for (size_t i = 0; i < lexicon->class_count; i++)
        if (!lexicon->classes[i].used && !slice_equal(lexicon->classes[i].name, SLICE("lead")))
            problem_warn(check->problems, path, 1, 1, "class <%.*s> is used nowhere: remove it",
                         SLICE_ARGS(lexicon->classes[i].name));
}

void catalogue_check(const char *folder, const char *only, struct problems *problems,
                     struct check_counts *counts)
{
    struct catalogue *catalogue = NULL;
    struct check check = {.problems = problems};
    *counts = (struct check_counts){0};
    catalogue_load(&catalogue, folder, (struct catalogue_options){.examples = true}, problems);
    if (!catalogue)
        return;
    check.catalogue = catalogue;
    counts->indicators = catalogue->indicator_count;
    counts->scopes = catalogue->scope_count;
    counts->rules = catalogue->rule_count;
    check_shapes(&check, only, counts);
    check_examples(&check, only, counts);
    check_thin(&check, only);
    if (!only) {
        check_unused(&check, folder);
        check_required(&check, folder);
    }
    catalogue_free(&catalogue);
}
