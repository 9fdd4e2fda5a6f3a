/* review_figure.c - one figure: found by its id, and shown with its sentence and what was said of
 * it. The thread of the command. */
#include "deploy/commands/review.h"

#include "deploy/commands/marked.h"
#include "deploy/commands/words.h"
#include "proto/base/json_text.h"

#include <unistd.h>

enum status review_find(struct review_call *review, struct arena *arena, struct figure_item **item,
                        struct error *error)
{
    struct listing *listing = &review->listing;
    struct request before = listing->request;
    struct answer page;
    listing->request =
        (struct request){.list = LIST_FIGURES, .filter = {.figure = slice_of(review->id)}};
    enum status status = listing_page(listing, arena, &page, error);
    listing->request = before;
    *item = status == STATUS_OK && page.item_count ? page.items : NULL;
    return status;
}

static void put_claim(const char *head, const struct claim *claim, struct buffer *out)
{
    char value[32];
    number_text(claim->value, value);
    struct slice label = claim->label.len ? claim->label : claim->indicator;
    buffer_format(out, "  %s  %.*s  %s%s%.*s\n", head, SLICE_ARGS(label),
                  bound_for_people(claim->bound), value, SLICE_ARGS(claim->unit));
}

void review_put_figure(const struct figure_item *item, struct buffer *out)
{
    buffer_format(out, tr("%.*s  %.*s  year %u  %.*s\n"), SLICE_ARGS(item->id),
                  SLICE_ARGS(item->unit.issuer), item->unit.year, SLICE_ARGS(item->path));
    for (uint32_t i = 0; i < item->reasons.count; i++) {
        struct slice word = word_for_people(item->reasons.items[i]);
        buffer_format(out, "%s%.*s", i ? tr(", ") : tr("  reasons    "), SLICE_ARGS(word));
    }
    buffer_add(out, item->reasons.count ? SLICE("\n") : SLICE(""));
    buffer_add(out, slice_of(tr("  text       ")));
    put_marked_one(out, item->sentence, mark_written(item->sentence, item->offset, item->text),
                   isatty(STDOUT_FILENO) == 1);
    buffer_add(out, SLICE("\n"));
    put_claim(tr("read"), &item->said, out);
    for (uint32_t i = 0; i < item->candidates.count; i++)
        buffer_format(out, tr("  candidate  %.*s  %.*s\n"),
                      SLICE_ARGS(item->candidate_labels.items[i]),
                      SLICE_ARGS(item->candidates.items[i]));
    if (item->verdict == VERDICT_NONE)
        return;
    struct slice verdict = word_for_people(slice_of(verdict_name(item->verdict)));
    buffer_format(out, tr("  decided    %.*s  %.*s%s%.*s\n"), SLICE_ARGS(verdict),
                  SLICE_ARGS(item->by), item->note.len ? tr(": ") : "", SLICE_ARGS(item->note));
    if (item->holds.indicator.len)
        put_claim(tr("holds"), &item->holds, out);
}
