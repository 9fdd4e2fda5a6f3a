/* catalogue_diff.c - `xianzhi catalogue diff OLD NEW REPORT...`.
 *
 * One thread. Each report is decoded and segmented once, then extracted under both catalogues; the
 * two lists of quantities are walked side by side by their spans. What can fail: a catalogue with a
 * mistake, a report that can't be read (told; the others go on).
 */
#include "deploy/commands/catalogue_diff.h"

#include "deploy/commands/chain.h"
#include "deploy/commands/command.h"
#include "deploy/commands/inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct change {
    char *id;
    size_t gained, lost;
};

struct diff {
    struct chain before, after;
    struct report report;
    struct change *changes;
    size_t change_count, change_capacity;
    size_t reports, quantities, failures;
};

/* What one catalogue made of a report: the report's fields before the other one overwrites them. */
struct reading {
    const struct quantity *quantities;
    size_t count;
};

static void count_change(struct diff *diff, struct slice id, bool gained)
{
    if (!id.len)
        return;
    size_t i = 0;
    while (i < diff->change_count && !slice_equal(slice_of(diff->changes[i].id), id))
        i++;
    if (i == diff->change_count) {
        if (i == diff->change_capacity) {
            diff->change_capacity = 2 * i + 16;
            diff->changes =
                memory_resize(diff->changes, diff->change_capacity * sizeof *diff->changes);
        }
        diff->changes[diff->change_count++] =
            (struct change){.id = memory_copy_text(id.data)}; /* ids end in NUL */
    }
    if (gained)
        diff->changes[i].gained++;
    else
        diff->changes[i].lost++;
}

static const char *reason(const struct quantity *quantity)
{
    return !quantity ? "not found" : quantity->rule.len ? quantity->rule.data : "no rule";
}

static struct slice id_of(const struct quantity *quantity)
{
    return quantity ? quantity->indicator : (struct slice){0};
}

static bool same_figure(const struct quantity *a, const struct quantity *b)
{
    return a && b && a->value == b->value && a->bound == b->bound && slice_equal(a->unit, b->unit);
}

static void print_change(struct diff *diff, const struct quantity *old, const struct quantity *new)
{
    const struct report *report = &diff->report;
    const struct quantity *any = new ? new : old;
    if (slice_equal(id_of(old), id_of(new)) && same_figure(old, new))
        return;
    struct span whole = report->sentences[any->sentence].clean;
    struct slice front = slice_range(report->clean, whole.start, any->clean.start);
    struct slice back = slice_range(report->clean, any->clean.end, whole.end);
    struct slice written = slice_range(report->clean, any->clean.start, any->clean.end);
    printf("%.*s:%u: %.*s⟦%.*s⟧%.*s\n  - %s (%s)\n  + %s (%s)\n", SLICE_ARGS(report->path),
           any->text.start, SLICE_ARGS(front), SLICE_ARGS(written), SLICE_ARGS(back),
           id_of(old).len ? old->indicator.data : "-", reason(old),
           id_of(new).len ? new->indicator.data : "-", reason(new));
    count_change(diff, id_of(old), false);
    count_change(diff, id_of(new), true);
    diff->quantities++;
}

static void compare(struct diff *diff, struct reading old, struct reading new)
{
    size_t i = 0, k = 0;
    while (i < old.count || k < new.count) {
        const struct quantity *a = i < old.count ? &old.quantities[i] : NULL;
        const struct quantity *b = k < new.count ? &new.quantities[k] : NULL;
        if (a && b && a->clean.start != b->clean.start) {
            if (a->clean.start < b->clean.start)
                b = NULL;
            else
                a = NULL;
        }
        print_change(diff, a, b);
        i += a != NULL;
        k += b != NULL;
    }
}

static enum status take(void *context, const char *path, struct buffer *document,
                        const char *unreadable, struct error *error)
{
    struct diff *diff = context;
    struct report *report = &diff->report;
    report_reset(report);
    report->raw = buffer_slice(document);
    report->path = slice_of(path);
    enum status status = unreadable ? fail(error, STATUS_BAD, "%s: %s", path, unreadable)
                                    : chain_segment(&diff->before, report, error);
    struct reading old = {0};
    if (status == STATUS_OK)
        status = chain_extract(&diff->before, report, error);
    if (status == STATUS_OK) {
        old = (struct reading){report->quantities, report->quantity_count};
        report->quantities = NULL;
        report->quantity_count = 0;
        report->audits = NULL;
        report->audit_count = 0;
        report->passages = NULL;
        report->passage_count = 0;
        status = chain_extract(&diff->after, report, error);
    }
    if (status) {
        complain_error("catalogue", error);
        diff->failures++;
        return STATUS_OK;
    }
    compare(diff, old, (struct reading){report->quantities, report->quantity_count});
    diff->reports++;
    return STATUS_OK;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct change *)a)->id, ((const struct change *)b)->id);
}

static void print_sums(struct diff *diff)
{
    if (diff->change_count)
        qsort(diff->changes, diff->change_count, sizeof *diff->changes, by_id);
    for (size_t i = 0; i < diff->change_count; i++)
        printf("%-44s -%zu +%zu\n", diff->changes[i].id, diff->changes[i].lost,
               diff->changes[i].gained);
    printf("%zu reports: %zu quantities read differently\n", diff->reports, diff->quantities);
}

static void read_all(struct diff *diff, char **paths)
{
    struct inputs inputs = {0};
    struct error error;
    for (; *paths; paths++)
        inputs_add(&inputs, *paths);
    for (size_t i = 0; i < inputs.count; i++)
        if (inputs_read(&inputs, i, take, diff, &error) != STATUS_OK)
            diff->failures++;
    diff->failures += inputs.failures;
    inputs_release(&inputs);
}

int catalogue_diff(const char *before, const char *after, char **paths)
{
    struct diff diff = {0};
    struct error error;
    int code = EXIT_FAILED;
    if (chain_open(&diff.before, "catalogue", before, &error) ||
        chain_open(&diff.after, "catalogue", after, &error)) {
        complain_error("catalogue", &error);
    } else {
        read_all(&diff, paths);
        print_sums(&diff);
        code = diff.failures ? EXIT_FAILED : EXIT_DONE;
    }
    chain_close(&diff.before);
    chain_close(&diff.after);
    report_release(&diff.report);
    for (size_t i = 0; i < diff.change_count; i++)
        free(diff.changes[i].id);
    free(diff.changes);
    return code;
}
