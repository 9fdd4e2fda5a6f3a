/* remember.c - what a seat remembers beside its filings (aside.h), read and written. Owned by the
 * store's thread. What fails: a damaged store.
 *
 * Behind each document stand its versions that were replaced; so whose they are needs no saying.
 */
#include "workers/results/write/write.h"

enum status editions_damaged(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a set of documents that makes no sense: it is damaged; restore it "
                "from a backup");
}

/* ---- of an issuer ---- */

static enum status read_edition(struct arena *arena, struct editions *editions,
                                const struct aside_entry *entry, struct slice held,
                                struct error *error)
{
    struct edition *edition = editions_add(arena, editions);
    edition->chosen = entry->chosen;
    edition->seated = entry->kind == ASIDE_IN_FORCE;
    edition->bytes = edition->seated ? held : entry->filing;
    enum status status = filing_read(edition->bytes, &edition->filing, error);
    edition->scanned = status == STATUS_OK && filing_is_scanned(&edition->filing);
    return status;
}

/* A note says less than what is kept whole, wherever both stand. */
static enum status read_former(struct arena *arena, struct edition *edition,
                               const struct aside_entry *entry, struct error *error)
{
    struct former former;
    enum status status = former_read(entry, &former, error);
    const struct former *known =
        status == STATUS_OK ? former_find(edition, former.filing.sha256) : NULL;
    if (status == STATUS_OK && !(known && known->bytes.len))
        former_keep(arena, edition, former);
    return status;
}

static bool is_known(const struct editions *editions, struct slice sha256)
{
    for (size_t i = 0; i < editions->count; i++)
        if (former_find(&editions->items[i], sha256))
            return true;
    return false;
}

/* Whose version it is, is found by likeness; of a note, which says nothing to find it by, it may be
 * anybody's. */
static enum status read_stray(struct arena *arena, struct editions *editions,
                              const struct aside_entry *entry, struct error *error)
{
    struct report told = {.meta = {.issuer = entry->issuer}};
    struct former former;
    struct edition *edition = &editions->items[editions->count - 1];
    enum status status = former_read(entry, &former, error);
    if (!status && former.bytes.len) {
        told.lineage = former.filing.lineage;
        status = filing_restore(&former.filing, &told) ? STATUS_OK : editions_damaged(error);
    }
    struct edition *alike = !status ? editions_alike(editions, &told) : NULL;
    if (!status)
        status = read_former(arena, alike ? alike : edition, entry, error);
    report_release(&told);
    return status;
}

/* Those of a kind, where an older program has written them (aside.h): it has noted those that it
 * kept whole, too. */
static enum status read_loose(struct arena *arena, struct editions *editions, struct slice aside,
                              enum aside_kind kind, struct error *error)
{
    struct aside_entry entry;
    enum status status = STATUS_OK;
    for (size_t at = 0; !status && aside_next(aside, &at, &entry, &editions->bad);)
        if (entry.kind == kind && slice_equal(entry.issuer, editions->issuer) &&
            (kind == ASIDE_FORMER || !is_known(editions, entry.sha256)))
            status = read_stray(arena, editions, &entry, error);
    return status;
}

/* Those beside the one in force, and, unless they are loose, the versions of each. */
static enum status read_aside(struct arena *arena, struct editions *editions, struct slice aside,
                              struct slice held, bool loose, struct error *error)
{
    struct aside_entry entry;
    enum status status = STATUS_OK;
    for (size_t at = 0; !status && aside_next(aside, &at, &entry, &editions->bad);) {
        if (!slice_equal(entry.issuer, editions->issuer))
            continue;
        if (entry.kind == ASIDE_IN_FORCE || entry.kind == ASIDE_RIVAL)
            status = read_edition(arena, editions, &entry, held, error);
        else if (!loose && editions->count)
            status = read_former(arena, &editions->items[editions->count - 1], &entry, error);
    }
    return status;
}

static bool has_seated(const struct editions *editions, struct slice sha256)
{
    const struct edition *edition = editions_find(editions, sha256);
    for (size_t i = 0; !edition && i < editions->count; i++)
        edition = editions->items[i].seated ? &editions->items[i] : NULL;
    return edition;
}

enum status editions_gather(struct change *change, struct arena *arena, struct slice issuer,
                            struct editions *editions, struct error *error)
{
    *editions = (struct editions){.issuer = issuer};
    struct slice aside = arena_copy(arena, buffer_slice(&change->seat.aside));
    struct slice held = seat_filing(buffer_slice(&change->seat.after), issuer, &editions->bad);
    const struct aside_entry unchosen = {.issuer = issuer, .kind = ASIDE_IN_FORCE};
    struct filing seated;
    bool loose = aside_is_loose(aside, issuer);
    if (editions->bad || !held.data) /* an emptied seat remembers nothing */
        return editions->bad ? editions_damaged(error) : STATUS_OK;
    held = arena_copy(arena, held);
    enum status status = filing_read(held, &seated, error);
    if (status == STATUS_OK)
        status = read_aside(arena, editions, aside, held, loose, error);
    if (status == STATUS_OK && !has_seated(editions, seated.sha256))
        status = read_edition(arena, editions, &unchosen, held, error);
    if (status == STATUS_OK && loose)
        status = read_loose(arena, editions, aside, ASIDE_FORMER, error);
    if (status == STATUS_OK && loose)
        status = read_loose(arena, editions, aside, ASIDE_REPLACED, error);
    return status == STATUS_OK && editions->bad ? editions_damaged(error) : status;
}

static void put_edition(struct buffer *out, struct slice issuer, const struct edition *edition,
                        bool counted)
{
    const struct aside_entry entry = {.issuer = issuer,
                                      .kind = counted ? ASIDE_IN_FORCE : ASIDE_RIVAL,
                                      .chosen = edition->chosen,
                                      .sha256 = edition->filing.sha256,
                                      .filing = counted ? SLICE("") : edition->bytes};
    if (!counted || edition->chosen || edition->former_count)
        aside_put(out, &entry);
    for (size_t i = 0; i < edition->former_count; i++)
        former_put(out, issuer, edition->formers[i]);
}

void editions_remember(struct change *change, const struct editions *editions,
                       const struct edition *counted)
{
    struct aside_entry entry;
    bool bad = false;
    struct slice aside = buffer_slice(&change->seat.aside);
    buffer_clear(&change->value);
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);)
        if (!slice_equal(entry.issuer, editions->issuer))
            aside_put(&change->value, &entry);
    for (size_t i = 0; i < editions->count; i++)
        if (&editions->items[i] != counted)
            put_edition(&change->value, editions->issuer, &editions->items[i], false);
    if (counted)
        put_edition(&change->value, editions->issuer, counted, true);
    buffer_clear(&change->seat.aside);
    buffer_add(&change->seat.aside, buffer_slice(&change->value));
}

/* ---- in the store ---- */

enum status aside_load(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    buffer_clear(&seat->aside);
    buffer_clear(&seat->aside_before);
    buffer_clear(&change->key);
    aside_key_put(&change->key, seat->key);
    enum status status =
        kv_get(change->kv, FAMILY_META, buffer_slice(&change->key), &seat->aside_before, error);
    buffer_add(&seat->aside, buffer_slice(&seat->aside_before));
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

static bool is_seated(struct slice seat, const struct aside_entry *wanted)
{
    struct filing filing;
    bool bad = false;
    struct slice held = seat_filing(seat, wanted->issuer, &bad);
    return held.data && filing_read(held, &filing, NULL) == STATUS_OK &&
           slice_equal(filing.sha256, wanted->sha256);
}

/* False: it stands there as none of that kind. */
static bool find_entry(struct slice aside, const struct aside_entry *wanted,
                       struct aside_entry *found)
{
    bool bad = false;
    for (size_t at = 0; aside_next(aside, &at, found, &bad);)
        if (found->kind == wanted->kind && slice_equal(found->issuer, wanted->issuer) &&
            slice_equal(found->sha256, wanted->sha256))
            return true;
    return false;
}

static bool index_of(const struct aside_entry *entry, enum document_index *index)
{
    *index = entry->kind == ASIDE_FORMER ? DOCUMENT_FORMER : DOCUMENT_STANDS;
    return entry->kind == ASIDE_FORMER || entry->kind == ASIDE_RIVAL;
}

/* Those that are gone are found by their hash no longer, … */
static enum status drop_documents(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct slice before = buffer_slice(&seat->aside_before);
    struct aside_entry entry, found;
    enum document_index index;
    bool bad = false;
    enum status status = STATUS_OK;
    for (size_t at = 0; status == STATUS_OK && aside_next(before, &at, &entry, &bad);) {
        if (!index_of(&entry, &index) || find_entry(buffer_slice(&seat->aside), &entry, &found) ||
            (index == DOCUMENT_STANDS && is_seated(buffer_slice(&seat->after), &entry)))
            continue;
        struct unit_name unit = seat->unit;
        unit.issuer = entry.issuer;
        status = document_drop(change, index, &unit, entry.sha256, error);
    }
    return status;
}

/* … and those that are new here, other than before, or were seated and so lost their entry with the
 * seat, are. */
static enum status put_documents(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct aside_entry entry, found;
    enum document_index index;
    struct filing filing;
    bool bad = false;
    for (size_t at = 0; aside_next(buffer_slice(&seat->aside), &at, &entry, &bad);) {
        if (!index_of(&entry, &index) ||
            (find_entry(buffer_slice(&seat->aside_before), &entry, &found) &&
             slice_equal(found.filing, entry.filing) &&
             !is_seated(buffer_slice(&seat->before), &entry)))
            continue;
        enum status status = filing_read(entry.filing, &filing, error);
        if (status != STATUS_OK)
            return status;
        struct unit_name unit = seat->unit;
        unit.issuer = entry.issuer;
        document_put(change, index, &unit, filing.catalogue, entry.sha256);
    }
    return bad ? editions_damaged(error) : STATUS_OK;
}

enum status aside_store(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct slice aside = buffer_slice(&seat->aside);
    if (slice_equal(aside, buffer_slice(&seat->aside_before)))
        return STATUS_OK;
    enum status status = drop_documents(change, error);
    if (status == STATUS_OK)
        status = put_documents(change, error);
    if (status != STATUS_OK)
        return status;
    buffer_clear(&change->key);
    aside_key_put(&change->key, seat->key);
    if (aside.len)
        kv_batch_put(change->batch, FAMILY_META, buffer_slice(&change->key), aside);
    else
        kv_batch_delete(change->batch, FAMILY_META, buffer_slice(&change->key));
    return STATUS_OK;
}
