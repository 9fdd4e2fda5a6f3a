/* formers.c - the versions of a document that a later one has replaced: so many are kept whole, for
 * when that is taken out, older ones by their hash, so that they are known when they come again:
 * all of them, or an old one would pass for new. So they are kept in the order of their hashes, in
 * the store too: reading adds each behind those before it. Owned by the store's thread. What fails:
 * a damaged store.
 */
#include "workers/results/write/write.h"

enum { MOST_WHOLE = 8 }; /* of a document: what a seat remembers is read as a whole */

/* Where it stands among them, or would. */
static size_t place_of(const struct edition *edition, struct slice sha256)
{
    size_t low = 0, high = edition->former_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(edition->formers[middle]->filing.sha256, sha256) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool stands_at(const struct edition *edition, size_t at, struct slice sha256)
{
    return at < edition->former_count && slice_equal(edition->formers[at]->filing.sha256, sha256);
}

struct former *former_find(const struct edition *edition, struct slice sha256)
{
    size_t at = place_of(edition, sha256);
    return stands_at(edition, at, sha256) ? edition->formers[at] : NULL;
}

void former_forget(struct edition *edition, struct slice sha256)
{
    size_t at = place_of(edition, sha256);
    struct former **place = edition->formers + at;
    if (!stands_at(edition, at, sha256))
        return;
    memmove(place, place + 1, (edition->former_count - at - 1) * sizeof *place);
    edition->former_count--;
}

void former_leave(struct former *former)
{
    const struct filing *filing = &former->filing;
    former->bytes = SLICE("");
    former->chosen = CHOSEN_BY_NOBODY;
    former->filing =
        (struct filing){.sha256 = filing->sha256,
                        .seq = filing->seq,
                        .path_seq = filing->seq,
                        .lineage = {.again = filing->lineage.again, .sent = filing->lineage.sent}};
}

static void drop_oldest(struct edition *edition)
{
    struct former *oldest = NULL;
    size_t whole = 0;
    for (size_t i = 0; i < edition->former_count; i++) {
        struct former *former = edition->formers[i];
        if (!former->bytes.len)
            continue;
        whole++;
        struct report told = {.seq = former->filing.seq, .lineage = former->filing.lineage};
        if (!oldest || version_is_older(&told, &oldest->filing))
            oldest = former;
    }
    if (whole > MOST_WHOLE)
        former_leave(oldest);
}

void former_keep(struct arena *arena, struct edition *edition, struct former former)
{
    struct slice sha256 = former.filing.sha256;
    size_t at = place_of(edition, sha256);
    struct former *kept = arena_alloc(arena, sizeof *kept);
    *kept = former;
    if (kept->chosen == CHOSEN_BY_REVIEW)
        kept->chosen = CHOSEN_BY_NOBODY;
    if (!stands_at(edition, at, sha256)) {
        *ARENA_PUSH(arena, edition->formers, edition->former_count, edition->former_capacity) =
            kept;
        struct former **place = edition->formers + at;
        memmove(place + 1, place, (edition->former_count - at - 1) * sizeof *place);
    }
    edition->formers[at] = kept;
    if (kept->bytes.len)
        drop_oldest(edition);
}

/* ---- stored ---- */

void former_put(struct buffer *out, struct slice issuer, const struct former *former)
{
    struct buffer numbers = {0};
    if (!former->bytes.len) {
        code_number(&numbers, former->filing.lineage.again);
        code_number(&numbers, former->filing.seq);
        code_number(&numbers, former->filing.lineage.sent);
    }
    const struct aside_entry entry = {.issuer = issuer,
                                      .kind = former->bytes.len ? ASIDE_FORMER : ASIDE_REPLACED,
                                      .chosen = former->chosen,
                                      .sha256 = former->filing.sha256,
                                      .filing = former->bytes.len ? former->bytes
                                                                  : buffer_slice(&numbers)};
    aside_put(out, &entry);
    buffer_release(&numbers);
}

enum status former_read(const struct aside_entry *entry, struct former *former, struct error *error)
{
    *former = (struct former){.filing = {.sha256 = entry->sha256}, .chosen = entry->chosen};
    if (entry->kind == ASIDE_FORMER) {
        former->bytes = entry->filing;
        return filing_read(entry->filing, &former->filing, error);
    }
    /* older stores say less: when it came is then before all others */
    struct coded in = coded_of(entry->filing);
    former->filing.lineage.again = entry->filing.len ? coded_number(&in) : 0;
    former->filing.seq = in.at < in.end ? coded_number(&in) : 0;
    former->filing.lineage.sent = in.at < in.end ? coded_number(&in) : 0;
    former->filing.path_seq = former->filing.seq;
    return in.bad ? fail(error, STATUS_FATAL,
                         "the store holds a version of a document that makes no sense: it is "
                         "damaged; restore it from a backup")
                  : STATUS_OK;
}
