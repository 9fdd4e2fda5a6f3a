/* standing.c - the documents of a seat: those that are counted, and those beside them. Owned by the
 * reader's thread. What fails: a damaged store. */
#include "workers/results/aside.h"
#include "workers/results/read/lists.h"

enum status standings_read(struct list_page *page, struct slice key, struct slice *aside,
                           struct error *error)
{
    struct buffer meta_key = {0}, value = {0};
    *aside = (struct slice){"", 0};
    if (page->request->list != LIST_DOCUMENTS && !page->request->filter.document.len)
        return STATUS_OK;
    aside_key_put(&meta_key, key);
    enum status status =
        kv_get(page->reader->kv, FAMILY_META, buffer_slice(&meta_key), &value, error);
    if (status == STATUS_OK)
        *aside = arena_copy(page->arena, buffer_slice(&value));
    buffer_release(&meta_key);
    buffer_release(&value);
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

bool standing_seated(struct list_page *page, struct slice aside, struct slice issuer,
                     struct slice sha256)
{
    struct aside_entry entry;
    bool bad = false;
    page->standing = STANDING_COUNTED;
    page->placed_by = SLICE("");
    page->newer = page->latest = SLICE("");
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);) {
        if (!slice_equal(entry.issuer, issuer) || !slice_equal(entry.sha256, sha256))
            continue;
        if (entry.kind == ASIDE_IN_FORCE)
            page->placed_by = chosen_name(entry.chosen);
        else if (entry.kind == ASIDE_RIVAL)
            return false;
    }
    return true;
}

/* Whether the seat holds one of the rivals, without its figures: then none is counted. */
static bool is_contested(struct slice aside, struct slice seat, struct slice issuer)
{
    struct seat_entry seated;
    struct aside_entry entry;
    struct filing filing;
    bool bad = false;
    for (size_t at = 0; seat_next(seat, &at, &seated, &bad);) {
        if (!slice_equal(seated.issuer, issuer) ||
            filing_read(seated.filing, &filing, NULL) != STATUS_OK)
            continue;
        for (size_t i = 0; aside_next(aside, &i, &entry, &bad);)
            if (entry.kind == ASIDE_RIVAL && slice_equal(entry.issuer, issuer) &&
                slice_equal(entry.sha256, filing.sha256))
                return true;
    }
    return false;
}

/* What counts of the issuer's. */
static struct slice seated_hash(struct slice seat, struct slice issuer)
{
    struct seat_entry seated;
    struct filing filing;
    bool bad = false;
    for (size_t at = 0; seat_next(seat, &at, &seated, &bad);)
        if (slice_equal(seated.issuer, issuer) &&
            filing_read(seated.filing, &filing, NULL) == STATUS_OK)
            return filing.sha256;
    return SLICE("");
}

bool standing_next(struct list_page *page, struct slice aside, struct slice seat, size_t *at,
                   struct slice *issuer, struct slice *filing)
{
    struct aside_entry entry;
    bool bad = false;
    while (aside_next(aside, at, &entry, &bad)) {
        bool former = page->formers && entry.kind == ASIDE_FORMER;
        if (entry.kind == ASIDE_RIVAL || entry.kind == ASIDE_IN_FORCE)
            page->latest = entry.sha256;
        if (entry.kind != ASIDE_RIVAL && !former)
            continue;
        page->newer = !former                               ? SLICE("")
                      : aside_is_loose(aside, entry.issuer) ? seated_hash(seat, entry.issuer)
                                                            : page->latest;
        *issuer = entry.issuer;
        *filing = entry.filing;
        page->standing = former                                    ? STANDING_REPLACED
                         : is_contested(aside, seat, entry.issuer) ? STANDING_CONTESTED
                                                                   : STANDING_ASIDE;
        page->placed_by = chosen_name(entry.chosen);
        return true;
    }
    return false;
}
