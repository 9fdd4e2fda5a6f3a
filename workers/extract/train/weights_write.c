/* weights_write.c - one line a weight, sorted. One thread; what can fail: the disk. */
#include "workers/extract/train/weights_write.h"

#include "workers/extract/rule/catalogue.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST = 2 }; /* hundredths */

struct lines {
    struct slice *all;
    size_t count, capacity;
};

const char *weights_label_name(const struct lessons *lessons, uint16_t label)
{
    return label == LABEL_NONE ? "-" : lessons->catalogue->indicators[label].id.data;
}

static void add_line(struct lessons *lessons, struct lines *lines, const char *label,
                     uint32_t feature, float weight)
{
    long rounded = lrintf(weight * WEIGHTS_UNIT);
    const char *name = lessons_name(lessons, feature);
    if (labs(rounded) < LEAST || strpbrk(name, "\t\n"))
        return;
    if (rounded > WEIGHTS_MAX || rounded < -WEIGHTS_MAX)
        rounded = rounded > 0 ? WEIGHTS_MAX : -WEIGHTS_MAX;
    *ARENA_PUSH(&lessons->arena, lines->all, lines->count, lines->capacity) =
        arena_format(&lessons->arena, "%s\t%s\t%ld\n", label, name, rounded);
}

static void add_lines(struct lessons *lessons, const struct learned *learned,
                      const int32_t settling[SETTLE_TERMS], struct lines *lines)
{
    for (size_t t = 0; t < SETTLE_TERMS; t++)
        if (settle_name(t) && settling[t])
            *ARENA_PUSH(&lessons->arena, lines->all, lines->count, lines->capacity) =
                arena_format(&lessons->arena, "*\t%s\t%d\n", settle_name(t), (int)settling[t]);
    for (uint32_t f = 0; f < lessons->known_count; f++) {
        add_line(lessons, lines, "*", f, learned->shared[f]);
        for (uint32_t p = learned->first[f]; p < learned->first[f + 1]; p++)
            add_line(lessons, lines, weights_label_name(lessons, learned->labels[p]), f,
                     learned->weights[p]);
    }
}

static int by_text(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

enum status weights_write(const char *path, struct lessons *lessons, const struct learned *learned,
                          const int32_t settling[SETTLE_TERMS], struct error *error)
{
    struct lines lines = {0};
    add_lines(lessons, learned, settling, &lines);
    if (lines.count)
        qsort(lines.all, lines.count, sizeof *lines.all, by_text);
    FILE *file = fopen(path, "wb");
    if (!file)
        return fail(error, STATUS_FATAL, "%s: %s", path, strerror(errno));
    fprintf(
        file,
        "# Learned by `xianzhi catalogue train`: indicator (- none, * each), feature, weight in "
        "hundredths of a log-odds. See README.md, \"The score\".\n");
    for (size_t i = 0; i < lines.count; i++)
        fwrite(lines.all[i].data, 1, lines.all[i].len, file);
    bool failed = ferror(file);
    failed = fclose(file) || failed;
    if (failed)
        return fail(error, STATUS_FATAL, "%s: can't be written", path);
    printf("%zu weights in %s\n", lines.count, path);
    return STATUS_OK;
}
