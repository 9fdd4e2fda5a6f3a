/* former.c - when a version is taken out, the one before it is in force again (formers.c). Owned by
 * the store's thread.
 *
 * Which one is before it: the latest that the document remembers, whatever came in between; none
 * that was withdrawn itself. It comes back as it was read then, with what people have decided of it
 * and of the one that leaves; a review that chose the document holds as it does, or no longer does,
 * for the one that leaves. What fails: a damaged store.
 */
#include "workers/results/write/write.h"

static enum status damaged(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a version of a document that makes no sense: it is damaged; "
                "restore it from a backup");
}

/* Whether it may come back, and is later than `best` (NULL: none yet). The same bytes, filed with
 * another unit since, stay there. */
static enum status fits(struct change *change, struct slice issuer, const struct former *former,
                        const struct former *best, bool *fit, struct error *error)
{
    const struct filing *filing = &former->filing;
    struct report told = {.seq = filing->seq, .lineage = filing->lineage};
    struct unit_name stands, unit = change->seat.unit;
    bool withdrawn = false;
    *fit = former->bytes.len && !(best && version_is_older(&told, &best->filing));
    if (!*fit)
        return STATUS_OK;
    memcpy(told.sha256, filing->sha256.data, sizeof told.sha256);
    unit.issuer = issuer;
    enum status status = document_withdrawn(change, &told, &withdrawn, error);
    *fit = !withdrawn;
    if (status == STATUS_OK && *fit) {
        status = document_unit(change, told.sha256, &told.arena, &stands, error);
        *fit = status == STATUS_AGAIN || (status == STATUS_OK && unit_names_equal(&stands, &unit));
        status = status == STATUS_AGAIN ? STATUS_OK : status;
    }
    report_release(&told);
    return status;
}

/* Writes it anew, with the decisions of the one that leaves. */
static enum status put_back(struct change *change, struct arena *arena, struct slice issuer,
                            struct edition *edition, const struct filing *former,
                            struct error *error)
{
    /* as the program has read it, without what people say */
    struct report told = {.seq = former->seq, .lineage = former->lineage, .meta.issuer = issuer};
    struct filing_source source = {.report = &told,
                                   .seq = former->seq,
                                   .path_seq = former->path_seq,
                                   .path = former->path,
                                   .filed_ms = former->filed_ms,
                                   .lineage = former->lineage};
    enum status status = filing_restore(former, &told) ? STATUS_OK : damaged(error);
    if (status == STATUS_OK)
        status = decisions_gather(change, &told, &edition->filing, &source, error);
    if (status == STATUS_OK)
        status = edition_file(change, arena, edition, &source, error);
    report_release(&told);
    return status;
}

enum status former_return(struct change *change, struct arena *arena, struct slice issuer,
                          struct edition *edition, bool *returned, struct error *error)
{
    const struct former *found = NULL;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < edition->former_count; i++) {
        bool fit;
        status = fits(change, issuer, edition->formers[i], found, &fit, error);
        if (status == STATUS_OK && fit)
            found = edition->formers[i];
    }
    *returned = status == STATUS_OK && found;
    if (!*returned)
        return status;
    const struct former best = *found;
    former_forget(edition, best.filing.sha256);
    if (edition->chosen != CHOSEN_BY_REVIEW)
        edition->chosen = best.chosen;
    return put_back(change, arena, issuer, edition, &best.filing, error);
}
