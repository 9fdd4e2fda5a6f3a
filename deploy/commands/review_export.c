/* review_export.c - what people have decided, as files that keep it decided: annotated text to
 * score by, and examples for the catalogue. The thread of the command. What can fail: the source,
 * the disk.
 *
 *   gold.tsv        context⟦figure⟧context, value, unit, bound, indicator or -: a line a figure
 *   examples.yaml   by indicator: the sentences that state it, those that don't as counterexamples
 */
#include "deploy/commands/review.h"

#include "proto/base/json_text.h"
#include "proto/base/visible.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct decided {
    struct decision *items; /* the last word on each figure */
    size_t count, capacity;
    struct arena arena;
};

static bool same_figure(const struct decision *a, const struct decision *b)
{
    return a->offset == b->offset && slice_equal(a->written, b->written) &&
           slice_equal(a->sentence, b->sentence);
}

static void take(struct decided *decided, const struct decision *decision)
{
    size_t kept = 0;
    for (size_t i = 0; i < decided->count; i++)
        if (!same_figure(&decided->items[i], decision))
            decided->items[kept++] = decided->items[i];
    decided->count = kept;
    if (decision->verdict >= VERDICT_WITHDRAW)
        return;
    struct decision *copy =
        ARENA_PUSH(&decided->arena, decided->items, decided->count, decided->capacity);
    *copy = *decision;
    copy->written = arena_copy(&decided->arena, decision->written);
    copy->sentence = arena_copy(&decided->arena, decision->sentence);
    copy->holds.indicator = arena_copy(&decided->arena, decision->holds.indicator);
    copy->holds.unit = arena_copy(&decided->arena, decision->holds.unit);
    copy->said.indicator = arena_copy(&decided->arena, decision->said.indicator);
}

static enum status gather(struct review_call *review, struct decided *decided, struct error *error)
{
    struct arena arena = {0};
    struct buffer after = {0};
    struct answer page = {.more = true};
    enum status status = STATUS_OK;
    review->listing.request.list = LIST_DECISIONS;
    while (status == STATUS_OK && page.more) {
        arena_reset(&arena);
        review->listing.request.after = buffer_slice(&after);
        status = listing_page(&review->listing, &arena, &page, error);
        for (size_t i = 0; status == STATUS_OK && i < page.item_count; i++)
            take(decided, &((struct decision *)page.items)[i]);
        buffer_clear(&after);
        if (status == STATUS_OK)
            buffer_add(&after, page.after);
    }
    buffer_release(&after);
    arena_release(&arena);
    return status;
}

/* The figure's bytes in its sentence; noise may stand between them in the original. */
static struct slice figure_in(const struct decision *decision)
{
    struct slice rest = slice_range(decision->sentence, decision->offset, decision->sentence.len);
    return slice_starts(rest, decision->written) ? slice_range(rest, 0, decision->written.len)
                                                 : slice_range(rest, 0, 0);
}

static size_t character_before(struct slice text, size_t at, unsigned characters)
{
    for (; characters && at; characters--)
        do
            at--;
        while (at && ((unsigned char)text.data[at] & 0xC0) == 0x80);
    return at;
}

static size_t character_behind(struct slice text, size_t at, unsigned characters)
{
    for (; characters && at < text.len; characters--)
        do
            at++;
        while (at < text.len && ((unsigned char)text.data[at] & 0xC0) == 0x80);
    return at;
}

static void put_gold(const struct decision *decision, struct buffer *out)
{
    enum { CONTEXT = 6 };
    struct slice sentence = decision->sentence, figure = figure_in(decision);
    size_t start = decision->offset, end = start + figure.len;
    size_t from = character_before(sentence, start, CONTEXT);
    size_t to = character_behind(sentence, end, CONTEXT);
    bool none = decision->verdict == VERDICT_REJECT;
    if (!figure.len)
        return;
    struct slice before = slice_range(sentence, from, start),
                 behind = slice_range(sentence, end, to);
    buffer_format(out, "%.*s⟦%.*s⟧%.*s\t", SLICE_ARGS(before), SLICE_ARGS(figure),
                  SLICE_ARGS(behind));
    json_number(decision->holds.value, out);
    buffer_format(out, "\t%.*s\t%s\t%.*s\n", SLICE_ARGS(decision->holds.unit),
                  bound_name(decision->holds.bound), none ? 1 : (int)decision->holds.indicator.len,
                  none ? "-" : decision->holds.indicator.data);
}

static int by_indicator(const void *left, const void *right)
{
    const struct decision *a = left, *b = right;
    int order = slice_compare(a->holds.indicator, b->holds.indicator);
    return order ? order
                 : (int)(a->verdict == VERDICT_REJECT) - (int)(b->verdict == VERDICT_REJECT);
}

static void put_example(const struct decision *decision, struct buffer *out)
{
    struct slice figure = figure_in(decision), sentence = decision->sentence;
    struct buffer text = {0};
    buffer_add(&text, slice_range(sentence, 0, decision->offset));
    buffer_format(&text, "{%.*s}", SLICE_ARGS(figure));
    buffer_add(&text, slice_range(sentence, decision->offset + figure.len, sentence.len));
    buffer_add(out, SLICE("    - "));
    json_text(buffer_slice(&text), out); /* YAML reads JSON's texts */
    buffer_add(out, SLICE("\n"));
    buffer_release(&text);
}

static void put_examples(struct decided *decided, struct buffer *out)
{
    struct slice indicator = {NULL, 0};
    int rejected = -1;
    if (decided->count)
        qsort(decided->items, decided->count, sizeof *decided->items, by_indicator);
    for (size_t i = 0; i < decided->count; i++) {
        const struct decision *decision = &decided->items[i];
        struct slice id = decision->holds.indicator;
        bool reject = decision->verdict == VERDICT_REJECT;
        if (!id.len || !figure_in(decision).len)
            continue;
        if (!slice_equal(id, indicator)) {
            buffer_format(out, "%.*s:\n", SLICE_ARGS(id));
            rejected = -1;
        }
        if (rejected != (int)reject)
            buffer_format(out, "  %s:\n", reject ? "counterexamples" : "examples");
        indicator = id;
        rejected = reject;
        put_example(decision, out);
    }
}

static enum status write_whole(const char *folder, const char *name, const struct buffer *text,
                               struct error *error)
{
    struct buffer path = {0};
    buffer_format(&path, "%s/%s", folder, name);
    buffer_append(&path, "", 1);
    FILE *file = fopen(path.data, "wb");
    bool written = file && fwrite(text->data, 1, text->len, file) == text->len;
    written = file && fclose(file) == 0 && written;
    enum status status = STATUS_OK;
    if (!written)
        status = fail(error, STATUS_FATAL, "%s could not be written whole: %s", path.data,
                      strerror(errno));
    buffer_release(&path);
    return status;
}

enum status review_export(struct review_call *review, struct error *error)
{
    struct decided decided = {0};
    struct buffer gold = {0}, examples = {0};
    enum status status = gather(review, &decided, error);
    for (size_t i = 0; i < decided.count; i++)
        put_gold(&decided.items[i], &gold);
    put_examples(&decided, &examples);
    if (status == STATUS_OK && mkdir(review->out, 0777) != 0 && errno != EEXIST)
        status = fail(error, STATUS_FATAL, "%s: can't be made: %s", review->out, strerror(errno));
    if (status == STATUS_OK)
        status = write_whole(review->out, "gold.tsv", &gold, error);
    if (status == STATUS_OK)
        status = write_whole(review->out, "examples.yaml", &examples, error);
    if (status == STATUS_OK)
        visible_printf(stdout, "%zu decided figures in %s/gold.tsv and %s/examples.yaml\n",
                       decided.count, review->out, review->out);
    buffer_release(&gold);
    buffer_release(&examples);
    arena_release(&decided.arena);
    return status;
}
