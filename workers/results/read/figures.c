/* figures.c - every figure of a filing as an item of a list: in rows, proposed, decided. Owned by
 * the reader's thread. */
#include "workers/results/read/lists.h"

struct gathering {
    struct list_page *page;
    const struct filing *filing;
    struct audited audited;            /* of reasons */
    const struct yardstick *yardstick; /* NULL: reasons aren't asked for */
    struct figure_list *list;
    struct slice sha256, path, catalogue; /* of all items, in the arena */
    struct filed_unit filed;
    struct decision *decisions;
    bool *stale, *met;
    size_t decision_count;
};

/* Texts of the filing outlive it only as copies. */
static struct slice keep(const struct gathering *all, struct slice text)
{
    return arena_copy(all->page->arena, text);
}

static struct figure_item *add(struct gathering *all, struct span span)
{
    struct figure_item *item =
        ARENA_PUSH(all->page->arena, all->list->items, all->list->count, all->list->capacity);
    *item = (struct figure_item){.sha256 = all->sha256,
                                 .path = all->path,
                                 .catalogue = all->catalogue,
                                 .unit = all->filed,
                                 .span = span};
    item->id =
        arena_format(all->page->arena, "%.12s:%u-%u", all->sha256.data, span.start, span.end);
    return item;
}

static struct claim claim_of(const struct gathering *all, const struct evidence *mention,
                             struct slice indicator, struct slice label)
{
    return (struct claim){.indicator = keep(all, indicator),
                          .label = keep(all, label),
                          .value = mention->value,
                          .unit = keep(all, mention->unit),
                          .bound = mention->bound};
}

static struct figure_item *add_mention(struct gathering *all, const struct evidence *mention,
                                       struct slice indicator, struct slice label)
{
    struct figure_item *item = add(all, mention->span);
    item->text = keep(all, mention->text);
    item->sentence = keep(all, mention->sentence);
    item->section = keep(all, mention->section);
    item->offset = mention->offset;
    item->said = item->holds = claim_of(all, mention, indicator, label);
    item->state = mention->state;
    item->origin = mention->origin;
    item->rule = keep(all, mention->rule);
    return item;
}

static void decided(struct figure_item *item, const struct decision *decision)
{
    item->verdict = decision->verdict;
    item->by = decision->by;
    item->note = decision->note;
    item->at_ms = decision->at_ms;
    item->decision = decision->seq;
    if (decision->verdict == VERDICT_REJECT)
        item->holds.indicator = item->holds.label = (struct slice){"", 0};
    else
        item->holds = decision->holds;
}

/* Why a person should look at it; `row` NULL: it stands in none. */
static void note_doubts(const struct gathering *all, const struct filed_row *row, bool leads,
                        struct figure_item *item)
{
    struct doubtful figure = {.row = row,
                              .leads = leads,
                              .stale = item->stale,
                              .decided = item->decision != 0,
                              .span = item->span,
                              .origin = item->origin,
                              .state = item->state};
    unsigned doubts = all->yardstick ? doubts_of(&all->audited, all->yardstick, &figure) : 0;
    struct slice *names =
        doubts ? arena_alloc(all->page->arena, DOUBT_COUNT * sizeof *names) : NULL;
    for (enum doubt doubt = 0; doubt < DOUBT_COUNT; doubt++)
        if (doubts & 1u << doubt)
            names[item->reasons.count++] = doubt_name(doubt);
    item->reasons.items = names;
}

/* Rows say what holds; what a person has said of it comes from the decisions below. */
static void take_rows(struct gathering *all)
{
    struct filed_row row;
    for (size_t i = 0; filing_row(all->filing, i, &row); i++) {
        struct filed_row whole = row;
        struct evidence mention;
        for (bool leads = true; filed_mention(all->filing, &row, &mention); leads = false) {
            if (mention.review != REVIEW_NONE)
                continue;
            struct figure_item *item = add_mention(all, &mention, row.indicator, row.label);
            note_doubts(all, &whole, leads, item);
        }
    }
}

static void take_candidates(struct gathering *all, const struct filed_aside *aside,
                            struct figure_item *item)
{
    struct slice *ids = arena_alloc(all->page->arena, MAX_CANDIDATES * sizeof *ids);
    struct slice *labels = arena_alloc(all->page->arena, MAX_CANDIDATES * sizeof *labels);
    for (unsigned i = 0; i < aside->candidate_count; i++) {
        ids[i] = keep(all, aside->candidates[i].indicator);
        labels[i] = keep(all, aside->candidates[i].label);
    }
    item->candidates = (struct text_list){ids, aside->candidate_count};
    item->candidate_labels = (struct text_list){labels, aside->candidate_count};
}

static void take_asides(struct gathering *all)
{
    struct filed_aside aside;
    for (size_t i = 0; filing_aside(all->filing, i, &aside); i++) {
        struct figure_item *item = add_mention(all, &aside.mention, aside.indicator, aside.label);
        struct fact fact = {.text = aside.mention.span,
                            .written = aside.mention.text,
                            .sentence = aside.mention.sentence,
                            .offset = aside.mention.offset};
        take_candidates(all, &aside, item);
        for (size_t j = 0; j < all->decision_count; j++) {
            bool same = memcmp(all->decisions[j].sha256, all->filing->sha256.data, 32) == 0;
            if (all->met[j] || !decision_meets(&all->decisions[j], &fact, same))
                continue;
            all->met[j] = true;
            decided(item, &all->decisions[j]);
        }
        note_doubts(all, NULL, false, item);
    }
}

/* Figures that the program doesn't find: added, or lost since. */
static void take_unmet(struct gathering *all)
{
    for (size_t i = 0; i < all->decision_count; i++) {
        const struct decision *decision = &all->decisions[i];
        if (all->met[i])
            continue;
        struct figure_item *item = add(all, decision->span);
        item->text = decision->written;
        item->sentence = decision->sentence;
        item->section = decision->section;
        item->offset = decision->offset;
        item->said = decision->said;
        item->state = STATE_NONE;
        item->stale = all->stale[i];
        decided(item, decision);
        note_doubts(all, NULL, false, item);
    }
}

enum status figures_of(struct list_page *page, const struct unit_name *unit,
                       const struct filing *filing, bool reasons, struct figure_list *list,
                       struct error *error)
{
    struct arena *arena = page->arena;
    struct gathering all = {.page = page,
                            .filing = filing,
                            .list = list,
                            .sha256 = list_hex(arena, filing->sha256),
                            .path = arena_copy(arena, filing->path),
                            .catalogue = arena_copy(arena, filing->catalogue),
                            .filed = list_unit(page, unit, filing)};
    struct filing kept = *filing; /* decisions' texts are borrowed from it */
    kept.decisions.bytes = arena_copy(arena, filing->decisions.bytes);
    if (!filing_decisions(&kept, arena, &all.decisions, &all.stale, &all.decision_count))
        return fail(
            error, STATUS_FATAL,
            "the store holds a decision that makes no sense: it is damaged; restore it from "
            "a backup");
    all.met = arena_alloc(arena, all.decision_count * sizeof *all.met);
    struct yardstick yardstick = {.dictionary = NULL};
    enum status status = reasons ? yardstick_lay(page, unit, &yardstick, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    all.yardstick = reasons ? &yardstick : NULL;
    if (reasons)
        audited_read(&all.audited, all.filing);
    take_rows(&all);
    take_asides(&all);
    take_unmet(&all);
    audited_release(&all.audited);
    return STATUS_OK;
}
