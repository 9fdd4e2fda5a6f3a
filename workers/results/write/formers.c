/* formers.c - versions that a later one has replaced, kept whole in what a seat remembers. Owned by
 * the store's thread; nothing can fail but reading a damaged one, which is then as if it were not
 * there. */
#include "workers/results/write/write.h"

enum { MOST_FORMERS = 8 }; /* of an issuer: what a seat remembers is read as a whole */

bool is_former(const struct aside_entry *entry, struct slice issuer)
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

void former_forget(struct change *change, struct slice issuer, struct slice sha256)
{
    drop(change, issuer, sha256, MOST_FORMERS);
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
