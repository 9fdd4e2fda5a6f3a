/* former.c - versions that a later one has replaced, kept whole: when that one is taken out, the
 * version before it is in force again. Owned by the store's thread.
 *
 * Which one is before it: of those that are versions of the same document (editions.c) the latest,
 * whatever came in between; none that was withdrawn itself. It comes back as it was read then, with
 * what people have decided of it and of the one that leaves. What fails: a damaged store.
 */
#include "workers/results/write/write.h"

enum { MOST_FORMERS = 8 }; /* of an issuer: what a seat remembers is read as a whole */

static enum status damaged(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a version of a document that makes no sense: it is damaged; "
                "restore it from a backup");
}

static bool is_former(const struct aside_entry *entry, struct slice issuer)
{
    return entry->kind == ASIDE_FORMER && slice_equal(entry->issuer, issuer);
}

/* Without the one of that hash, and without the first of more than `most`. */
static void drop(struct change *change, struct slice issuer, struct slice sha256, size_t most)
{
    struct slice aside = buffer_slice(&change->seat.aside);
    struct aside_entry entry;
    size_t count = 0;
    bool bad = false;
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);)
        count += is_former(&entry, issuer) && !slice_equal(entry.sha256, sha256);
    buffer_clear(&change->value);
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);) {
        if (is_former(&entry, issuer) && (slice_equal(entry.sha256, sha256) || count-- > most))
            continue;
        aside_put(&change->value, &entry);
    }
    buffer_clear(&change->seat.aside);
    buffer_add(&change->seat.aside, buffer_slice(&change->value));
}

void former_keep(struct change *change, struct slice issuer, const struct edition *edition)
{
    const struct aside_entry entry = {.issuer = issuer,
                                      .kind = ASIDE_FORMER,
                                      .chosen = edition->chosen,
                                      .sha256 = edition->filing.sha256,
                                      .filing = edition->bytes};
    drop(change, issuer, entry.sha256, MOST_FORMERS - 1);
    aside_put(&change->seat.aside, &entry);
}

bool former_is_kept(const struct change *change, const struct report *report)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    struct aside_entry entry;
    struct filing filing;
    bool bad = false;
    for (size_t at = 0; aside_next(buffer_slice(&change->seat.aside), &at, &entry, &bad);)
        if (is_former(&entry, report->meta.issuer) && slice_equal(entry.sha256, sha256))
            return filing_read(entry.filing, &filing, NULL) == STATUS_OK &&
                   slice_equal(filing.catalogue, report->catalogue);
    return false;
}

static bool has_former(struct slice aside, const struct aside_entry *wanted)
{
    struct aside_entry entry;
    bool bad = false;
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);)
        if (is_former(&entry, wanted->issuer) && slice_equal(entry.sha256, wanted->sha256))
            return true;
    return false;
}

/* Those of `these` that `others` has not. */
static void index_some(struct change *change, struct slice these, struct slice others, bool gone)
{
    struct filed_document document = {.unit = change->seat.unit};
    struct aside_entry entry;
    bool bad = false;
    for (size_t at = 0; aside_next(these, &at, &entry, &bad);) {
        if (entry.kind != ASIDE_FORMER || has_former(others, &entry))
            continue;
        document.unit.issuer = entry.issuer;
        buffer_clear(&change->key);
        former_key_put(&change->key, entry.sha256);
        buffer_clear(&change->value);
        filed_document_write(&document, &change->value);
        if (gone)
            kv_batch_delete(change->batch, FAMILY_META, buffer_slice(&change->key));
        else
            kv_batch_put(change->batch, FAMILY_META, buffer_slice(&change->key),
                         buffer_slice(&change->value));
    }
}

void formers_index(struct change *change)
{
    struct slice before = buffer_slice(&change->seat.aside_before);
    struct slice after = buffer_slice(&change->seat.aside);
    index_some(change, before, after, true);
    index_some(change, after, before, false);
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
    drop(change, editions->issuer, best_entry.sha256, MOST_FORMERS);
    status = seat_former(change, arena, editions, edition, &best, error);
    edition->chosen = best_entry.chosen;
    return status;
}
