/* catalogue_diff.c - `xianzhi catalogue diff OLD NEW REPORT...`.
 *
 * One thread. Each report is decoded and segmented once, then extracted under both catalogues; the
 * two lists of quantities are walked side by side by their spans. What can fail: a catalogue with a
 * mistake, a report that can't be read (told; the others go on).
 */
#include "deploy/commands/catalogue_diff.h"

#include "deploy/commands/command.h"
#include "deploy/commands/marked.h"
#include "deploy/intake/inputs_read.h"
#include "deploy/pipeline/chain.h"
#include "proto/base/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of one indicator, in figures: those that nothing else claimed before or claims now, and those
 * that moved from or to another indicator, or kept it with another value. */
struct change {
    char *id;
    size_t appeared, vanished, moved_here, moved_away, reread;
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

static struct change *change_of(struct diff *diff, struct slice id)
{
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
    return &diff->changes[i];
}

static void count_change(struct diff *diff, struct slice old, struct slice new)
{
    if (old.len && slice_equal(old, new)) {
        change_of(diff, new)->reread++;
        return;
    }
    if (old.len && new.len)
        change_of(diff, old)->moved_away++;
    else if (old.len)
        change_of(diff, old)->vanished++;
    if (new.len && old.len)
        change_of(diff, new)->moved_here++;
    else if (new.len)
        change_of(diff, new)->appeared++;
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

static void put_side(struct buffer *out, char sign, const struct quantity *quantity, bool same)
{
    char value[32];
    buffer_format(out, "  %c ", sign);
    buffer_add(out, id_of(quantity).len ? quantity->indicator : SLICE("-"));
    if (quantity && !same) {
        number_text(quantity->value, value);
        buffer_format(out, " %s%.*s %s", value, SLICE_ARGS(quantity->unit),
                      bound_name(quantity->bound));
    }
    buffer_format(out, " (%s)\n", reason(quantity));
}

static void print_change(struct diff *diff, const struct quantity *old, const struct quantity *new)
{
    const struct report *report = &diff->report;
    const struct quantity *any = new ? new : old;
    if (slice_equal(id_of(old), id_of(new)) && same_figure(old, new))
        return;
    struct span whole = report->sentences[any->sentence].clean;
    struct span span = {any->clean.start - whole.start, any->clean.end - whole.start};
    struct buffer out = {0};
    buffer_format(&out, "%.*s:%u-%u: ", SLICE_ARGS(report->path), any->text.start, any->text.end);
    put_marked_one(&out, slice_range(report->clean, whole.start, whole.end), span,
                   isatty(STDOUT_FILENO));
    buffer_format(&out, "\n");
    put_side(&out, '-', old, same_figure(old, new));
    put_side(&out, '+', new, same_figure(old, new));
    fwrite(out.data, 1, out.len, stdout);
    buffer_release(&out);
    count_change(diff, id_of(old), id_of(new));
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
    if (diff->change_count)
        printf("%-44s %9s %9s %9s %9s %9s\n", "", "appeared", "vanished", "moved in", "moved out",
               "reread");
    for (size_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];
        printf("%-44s %9zu %9zu %9zu %9zu %9zu\n", change->id, change->appeared, change->vanished,
               change->moved_here, change->moved_away, change->reread);
    }
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
