/* former.c - when a version is taken out, the one before it is in force again (formers.c). Owned by
 * the store's thread.
 *
 * Which one is before it: of those that are versions of the same document (editions.c) the latest,
 * whatever came in between; none that was withdrawn itself. It comes back as it was read then, with
 * what people have decided of it and of the one that leaves. What fails: a damaged store.
 */
#include "workers/results/write/write.h"

static enum status damaged(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a version of a document that makes no sense: it is damaged; "
                "restore it from a backup");
}

/* As the program has read it, without what people say. */
static enum status tell(const struct filing *filing, struct slice issuer, struct report *told,
                        struct error *error)
{
    *told = (struct report){.seq = filing->seq, .lineage = filing->lineage};
    told->meta.issuer = issuer;
    return filing_restore(filing, told) ? STATUS_OK : damaged(error);
}

/* Whether it is a version of `edition` that may come back, and later than `best` (NULL: none yet).
 * One that a person has placed with another unit since stays there. */
static enum status fits(struct change *change, const struct editions *editions,
                        const struct edition *edition, const struct filing *filing,
                        const struct filing *best, bool *fit, struct error *error)
{
    struct report told;
    struct unit_name stands, unit = change->seat.unit;
    bool withdrawn = false;
    enum status status = tell(filing, editions->issuer, &told, error);
    *fit = status == STATUS_OK && editions_alike(editions, &told) == edition &&
           (!best || !version_is_older(&told, best));
    if (*fit)
        status = document_withdrawn(change, &told, &withdrawn, error);
    *fit = *fit && !withdrawn;
    if (*fit && status == STATUS_OK) {
        unit.issuer = editions->issuer;
        status = document_unit(change, told.sha256, &told.arena, &stands, error);
        *fit = status == STATUS_AGAIN || (status == STATUS_OK && unit_names_equal(&stands, &unit));
        status = status == STATUS_AGAIN ? STATUS_OK : status;
    }
    report_release(&told);
    return status;
}

/* Writes it anew, with the decisions of the one that leaves. */
static enum status seat_former(struct change *change, struct arena *arena,
                               const struct editions *editions, struct edition *edition,
                               const struct filing *former, struct error *error)
{
    struct report told;
    struct filing_source source = {.report = &told,
                                   .seq = former->seq,
                                   .path_seq = former->path_seq,
                                   .path = former->path,
                                   .filed_ms = former->filed_ms,
                                   .lineage = former->lineage};
    enum status status = tell(former, editions->issuer, &told, error);
    if (status == STATUS_OK)
        status = decisions_gather(change, &told, &edition->filing, &source, error);
    if (status == STATUS_OK)
        status = edition_file(change, arena, edition, &source, error);
    report_release(&told);
    return status;
}

enum status former_return(struct change *change, struct arena *arena,
                          const struct editions *editions, struct edition *edition, bool *returned,
                          struct error *error)
{
    struct slice aside = arena_copy(arena, buffer_slice(&change->seat.aside));
    struct aside_entry entry, best_entry = {.chosen = CHOSEN_BY_NOBODY};
    struct filing filing, best;
    enum status status = STATUS_OK;
    bool bad = false, fit;
    *returned = false;
    for (size_t at = 0; status == STATUS_OK && aside_next(aside, &at, &entry, &bad);) {
        if (!is_former(&entry, editions->issuer) ||
            slice_equal(entry.sha256, edition->filing.sha256)) /* the very one that leaves */
            continue;
        status = filing_read(entry.filing, &filing, error);
        if (status == STATUS_OK)
            status =
                fits(change, editions, edition, &filing, *returned ? &best : NULL, &fit, error);
        if (status != STATUS_OK || !fit)
            continue;
        best = filing;
        best_entry = entry;
        *returned = true;
    }
    if (status != STATUS_OK || !*returned)
        return status;
    former_forget(change, editions->issuer, best_entry.sha256);
    status = seat_former(change, arena, editions, edition, &best, error);
    edition->chosen = best_entry.chosen;
    return status;
}
