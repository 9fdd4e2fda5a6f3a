/* gold.c - lines of annotation, each laid onto its place in the text.
 *
 * Any thread. A context that occurs several times is taken at its first place behind the line
 * before that no other line has. What can fail: see gold_read.
 */
#include "workers/extract/train/gold.h"

#include <stdlib.h>

enum { FIELDS = 6 };

static size_t split(struct slice line, struct slice fields[FIELDS])
{
    size_t count = 0;
    for (size_t from = 0; count < FIELDS; count++) {
        size_t tab = slice_find(line, SLICE("\t"), from);
        fields[count] = slice_range(line, from, tab == SIZE_MAX ? line.len : tab);
        if (tab == SIZE_MAX)
            return count + 1;
        from = tab + 1;
    }
    return count;
}

/* Where the span begins that stands `inside` bytes into `context`: at or behind `from` if it does
 * so anywhere there; SIZE_MAX: nowhere free. */
static size_t place(const struct gold *gold, const size_t *taken, struct slice text,
                    struct slice context, size_t inside, size_t from)
{
    size_t first = SIZE_MAX;
    for (size_t at = slice_find(text, context, 0); at != SIZE_MAX;
         at = slice_find(text, context, at + 1)) {
        bool free = true;
        for (size_t i = 0; i < gold->count && free; i++)
            free = taken[i] != at + inside;
        if (free && at + inside >= from)
            return at + inside;
        if (free && first == SIZE_MAX)
            first = at + inside;
    }
    return first;
}

static enum status read_line(struct gold *gold, struct arena *arena, size_t *taken,
                             struct slice line, struct slice text, const char **wrong)
{
    struct slice fields[FIELDS];
    size_t count = split(line, fields);
    struct slice opens = SLICE("⟦"), closes = SLICE("⟧");
    size_t a = slice_find(fields[0], opens, 0), b = slice_find(fields[0], closes, 0);
    *wrong = "not context, value, unit, bound, ids with a ⟦span⟧ in the context";
    if (count < 5 || a == SIZE_MAX || b == SIZE_MAX || b < a)
        return STATUS_BAD;
    struct slice plain =
        arena_format(arena, "%.*s%.*s%.*s", (int)a, fields[0].data, (int)(b - a - opens.len),
                     fields[0].data + a + opens.len, (int)(fields[0].len - b - closes.len),
                     fields[0].data + b + closes.len);
    size_t at = place(gold, taken, text, plain, a, gold->count ? taken[gold->count - 1] : 0);
    *wrong = "its context is not in the text";
    if (at == SIZE_MAX)
        return STATUS_BAD;
    taken[gold->count] = at;
    uint32_t start = (uint32_t)at, len = (uint32_t)(b - a - opens.len);
    gold->quantities[gold->count++] = (struct gold_quantity){
        .span = {start, start + len},
        .value = strtod(arena_copy(arena, fields[1]).data, NULL),
        .unit = fields[2],
        .ids = fields[4],
        .optional = count > 5 && slice_has(fields[5], SLICE("optional")),
    };
    return STATUS_OK;
}

enum status gold_read(struct gold *gold, struct arena *arena, const char *path, struct slice lines,
                      struct slice text, struct error *error)
{
    size_t most = 1, number = 1;
    for (size_t i = 0; i < lines.len; i++)
        most += lines.data[i] == '\n';
    gold->quantities = arena_alloc(arena, most * sizeof *gold->quantities);
    gold->count = 0;
    size_t *taken = arena_alloc(arena, most * sizeof *taken);
    for (size_t from = 0; from < lines.len; number++) {
        size_t end = slice_find(lines, SLICE("\n"), from);
        end = end == SIZE_MAX ? lines.len : end;
        struct slice line = slice_range(lines, from, end);
        const char *wrong = NULL;
        if (line.len && line.data[0] != '#' && read_line(gold, arena, taken, line, text, &wrong))
            return fail(error, STATUS_BAD, "%s:%zu: %s: mend the annotation", path, number, wrong);
        from = end + 1;
    }
    return STATUS_OK;
}
