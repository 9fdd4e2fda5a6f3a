/* catalogue_reviewed.c - `xianzhi catalogue check [FOLDER] --reviewed STORE`.
 *
 * One thread. A decision is the best example there is: what it says of its figure is compared with
 * what the rules now say. Contradicted: they assert something else there. No longer needed: they
 * say the same by themselves. Else it is still needed: they propose, or say nothing. What can fail:
 * the store, a document that is kept nowhere (told; the others go on).
 */
#include "deploy/commands/catalogue_reviewed.h"

#include "deploy/commands/command.h"
#include "deploy/commands/words.h"
#include "deploy/intake/originals.h"
#include "deploy/pipeline/chain.h"
#include "proto/base/json_text.h"
#include "proto/base/visible.h"
#include "proto/decision.h"
#include "proto/kept.h"
#include "workers/results/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum verdict_now { CONTRADICTED, NO_LONGER_NEEDED, NEEDED, VERDICTS_NOW };

struct reviewed {
    const char *folder;
    struct store *store;
    struct chain chain;
    struct report report;
    size_t counts[VERDICTS_NOW], unreadable;
};

/* ---- one figure ---- */

/* What the rules say of the very place; NULL: they find no figure there. */
static const struct quantity *find_quantity(const struct report *report, struct span span)
{
    for (size_t i = 0; i < report->quantity_count; i++)
        if (report->quantities[i].text.start == span.start &&
            report->quantities[i].text.end == span.end)
            return &report->quantities[i];
    return NULL;
}

static enum verdict_now compare(const struct figure_item *item, const struct quantity *now)
{
    bool asserts = now && now->state == STATE_ASSERTED;
    const struct claim *holds = &item->holds;
    if (item->verdict == VERDICT_REJECT)
        return asserts                               ? CONTRADICTED
               : now && now->state == STATE_PROPOSED ? NEEDED
                                                     : NO_LONGER_NEEDED;
    if (!asserts)
        return NEEDED;
    bool same = slice_equal(now->indicator, holds->indicator) && now->value == holds->value &&
                slice_equal(now->unit, holds->unit) && now->bound == holds->bound;
    return same ? NO_LONGER_NEEDED : CONTRADICTED;
}

static void put_claim(struct slice indicator, double value, struct slice unit, enum bound bound,
                      struct buffer *out)
{
    char number[32];
    number_text(value, number);
    buffer_format(out, "%.*s %s%s%.*s", SLICE_ARGS(indicator), bound_for_people(bound), number,
                  SLICE_ARGS(unit));
}

static void print_figure(const struct figure_item *item, const struct quantity *now,
                         enum verdict_now verdict)
{
    static const char *const heads[] = {
        [CONTRADICTED] = TR("contradicted"), [NO_LONGER_NEEDED] = TR("no longer needed")};
    struct buffer out = {0};
    struct slice said = word_for_people(slice_of(verdict_name(item->verdict)));
    buffer_format(&out, "%s  %.*s  %.*s %u  %.*s (%.*s)", tr(heads[verdict]), SLICE_ARGS(item->id),
                  SLICE_ARGS(item->unit.issuer), item->unit.year, SLICE_ARGS(said),
                  SLICE_ARGS(item->by));
    if (item->holds.indicator.len) {
        buffer_add(&out, SLICE(" "));
        put_claim(item->holds.indicator, item->holds.value, item->holds.unit, item->holds.bound,
                  &out);
    }
    if (verdict == CONTRADICTED) {
        buffer_add(&out, SLICE(" ≠ "));
        put_claim(now->indicator, now->value, now->unit, now->bound, &out);
        buffer_format(&out, " (%.*s)", SLICE_ARGS(now->rule));
    }
    visible_printf(stdout, "%.*s\n    %.*s\n", SLICE_ARGS(buffer_slice(&out)),
                   SLICE_ARGS(item->sentence));
    buffer_release(&out);
}

/* ---- one document ---- */

static enum status read_again(struct reviewed *reviewed, const struct document_item *document,
                              struct buffer *bytes, struct error *error)
{
    struct buffer kept = {0}, path = {0};
    buffer_format(&kept, "%s/%s", reviewed->folder, KEPT_FOLDER);
    buffer_format(&path, "%.*s", SLICE_ARGS(document->path));
    enum status status = original_read(kept.data, path.data, document->sha256, bytes, error);
    report_reset(&reviewed->report);
    reviewed->report.path = document->path;
    reviewed->report.raw = buffer_slice(bytes);
    if (status == STATUS_OK)
        status = chain_read(&reviewed->chain, &reviewed->report, error);
    buffer_release(&kept);
    buffer_release(&path);
    return status;
}

static enum status compare_document(struct reviewed *reviewed, const struct document_item *document,
                                    struct error *error)
{
    const struct request request = {.list = LIST_FIGURES, .filter = {.document = document->sha256}};
    struct arena arena = {0};
    struct answer page;
    struct buffer bytes = {0};
    struct error why;
    enum status status = store_read(reviewed->store, &request, &arena, &page, error);
    bool readable =
        status == STATUS_OK && read_again(reviewed, document, &bytes, &why) == STATUS_OK;
    if (status == STATUS_OK && !readable) {
        reviewed->unreadable++;
        complain("catalogue", EXIT_DONE, "%.*s: %s", SLICE_ARGS(document->path), why.text);
    }
    const struct figure_item *items = page.items;
    for (size_t i = 0; readable && i < page.item_count; i++) {
        if (items[i].verdict == VERDICT_NONE || items[i].stale)
            continue;
        const struct quantity *now = find_quantity(&reviewed->report, items[i].span);
        enum verdict_now verdict = compare(&items[i], now);
        reviewed->counts[verdict]++;
        if (verdict != NEEDED)
            print_figure(&items[i], now, verdict);
    }
    buffer_release(&bytes);
    arena_release(&arena);
    return status;
}

/* ---- all of them ---- */

static enum status compare_all(struct reviewed *reviewed, struct error *error)
{
    struct request request = {.list = LIST_DOCUMENTS};
    struct answer page = {.more = true};
    struct arena arena = {0};
    struct buffer after = {0};
    enum status status = STATUS_OK;
    while (!status && page.more && !stop_requested()) {
        arena_reset(&arena);
        request.after = buffer_slice(&after);
        status = store_read(reviewed->store, &request, &arena, &page, error);
        const struct document_item *items = page.items;
        for (size_t i = 0; !status && i < page.item_count; i++)
            if (items[i].decisions)
                status = compare_document(reviewed, &items[i], error);
        buffer_clear(&after);
        buffer_add(&after, page.after);
    }
    arena_release(&arena);
    buffer_release(&after);
    return status;
}

int catalogue_reviewed(const char *folder, const char *store)
{
    struct reviewed reviewed = {.folder = store};
    struct error error;
    stop_signal_fd();
    enum status status =
        store_open(&reviewed.store, store, &(struct store_options){.read_only = true}, &error);
    if (!status)
        status = chain_open(&reviewed.chain, NULL, folder, &error);
    if (!status)
        status = compare_all(&reviewed, &error);
    chain_close(&reviewed.chain);
    store_close(&reviewed.store);
    report_release(&reviewed.report);
    if (status)
        return complain_error("catalogue", &error);
    remark(
        "%zu decisions contradicted, %zu no longer needed, %zu still needed; %zu documents could "
        "not be read again",
        reviewed.counts[CONTRADICTED], reviewed.counts[NO_LONGER_NEEDED], reviewed.counts[NEEDED],
        reviewed.unreadable);
    return reviewed.counts[CONTRADICTED] + reviewed.unreadable ? EXIT_FAILED : EXIT_DONE;
}
