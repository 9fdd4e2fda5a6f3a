/* editions.c - the documents of one issuer in a seat that are no versions of each other, and which
 * of them is counted. Owned by the store's thread.
 *
 * Each edition is the latest version of one document. One is counted if it is alone or if whoever
 * chose it goes before all who chose others (a review before a placing before a list); else none
 * is, and the seat holds the first of them without its figures, so that whoever reads rows sees
 * none. What was read off pictures is no version of a text, and stands behind every text unless a
 * review has chosen it. All of it depends on the editions and on nothing else: in whatever order
 * they came.
 */
#include "workers/results/write/write.h"

static bool same_hash(struct slice a, struct slice b)
{
    return slice_equal(a, b);
}

static struct edition *add_edition(struct arena *arena, struct editions *editions)
{
    struct edition *edition =
        ARENA_PUSH(arena, editions->items, editions->count, editions->capacity);
    *edition = (struct edition){.chosen = CHOSEN_BY_NOBODY};
    return edition;
}

static enum status set_filing(struct edition *edition, struct slice bytes, struct error *error)
{
    edition->bytes = bytes;
    enum status status = filing_read(bytes, &edition->filing, error);
    edition->scanned = status == STATUS_OK && filing_is_scanned(&edition->filing);
    return status;
}

static enum status damaged(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a set of documents that makes no sense: it is damaged; restore it "
                "from a backup");
}

enum status editions_gather(struct change *change, struct arena *arena, struct slice issuer,
                            struct editions *editions, struct error *error)
{
    *editions = (struct editions){.issuer = issuer};
    struct slice aside = arena_copy(arena, buffer_slice(&change->seat.aside));
    struct slice held = seat_filing(buffer_slice(&change->seat.after), issuer, &editions->bad);
    struct aside_entry entry;
    struct filing seated;
    if (editions->bad || !held.data)
        return editions->bad ? damaged(error) : STATUS_OK;
    held = arena_copy(arena, held);
    enum status status = filing_read(held, &seated, error);
    enum chosen_by chosen = CHOSEN_BY_NOBODY;
    bool in_force = true;
    for (size_t at = 0; status == STATUS_OK && aside_next(aside, &at, &entry, &editions->bad);) {
        if (!slice_equal(entry.issuer, issuer))
            continue;
        if (entry.kind == ASIDE_IN_FORCE)
            chosen = entry.chosen;
        if (entry.kind != ASIDE_RIVAL)
            continue;
        struct edition *edition = add_edition(arena, editions);
        edition->chosen = entry.chosen;
        status = set_filing(edition, entry.filing, error);
        in_force = in_force && !same_hash(entry.sha256, seated.sha256);
    }
    if (status == STATUS_OK && editions->bad)
        status = damaged(error);
    if (status != STATUS_OK || !in_force)
        return status;
    struct edition *edition = add_edition(arena, editions);
    edition->chosen = chosen;
    edition->seated = true;
    return set_filing(edition, held, error);
}

struct edition *editions_find(const struct editions *editions, struct slice sha256)
{
    for (size_t i = 0; i < editions->count; i++)
        if (same_hash(editions->items[i].filing.sha256, sha256))
            return &editions->items[i];
    return NULL;
}

static bool is_scanned(const struct report *report)
{
    size_t scanned = 0;
    for (size_t i = 0; i < report->fact_count; i++)
        scanned += report->facts[i].origin == ORIGIN_OCR;
    return report->fact_count ? scanned * 2 > report->fact_count : report->scanned;
}

struct edition *editions_alike(const struct editions *editions, const struct report *report)
{
    struct slice origin = report->lineage.origin;
    bool scanned = is_scanned(report);
    for (size_t i = editions->count; i > 0 && origin.len; i--)
        if (editions->items[i - 1].scanned == scanned &&
            slice_equal(editions->items[i - 1].filing.lineage.origin, origin))
            return &editions->items[i - 1];
    for (size_t i = editions->count; i > 0; i--)
        if (editions->items[i - 1].scanned == scanned &&
            is_version_of(&editions->items[i - 1].filing, report))
            return &editions->items[i - 1];
    return NULL;
}

struct edition *editions_add(struct arena *arena, struct editions *editions)
{
    return add_edition(arena, editions);
}

enum status edition_file(struct change *change, struct arena *arena, struct edition *edition,
                         const struct filing_source *source, struct error *error)
{
    buffer_clear(&change->filing);
    filing_write(source, &change->scratch, &change->filing);
    edition->seated = false;
    return set_filing(edition, arena_copy(arena, buffer_slice(&change->filing)), error);
}

/* ---- which is counted ---- */

/* A list or a placing says whose report a scan is, not that it goes before the text. */
static unsigned rank_of(const struct edition *edition)
{
    if (edition->chosen == CHOSEN_BY_REVIEW)
        return 2 * CHOSEN_BY_REVIEW;
    return edition->scanned ? edition->chosen : CHOSEN_BY_REVIEW + edition->chosen;
}

/* NULL: none, until somebody chooses. */
static struct edition *winner(const struct editions *editions)
{
    struct edition *best = NULL;
    bool tie = false;
    for (size_t i = 0; i < editions->count; i++) {
        struct edition *edition = &editions->items[i];
        if (!best || rank_of(edition) > rank_of(best)) {
            best = edition;
            tie = false;
        } else if (rank_of(edition) == rank_of(best)) {
            tie = true;
        }
    }
    return tie ? NULL : best;
}

static struct edition *first_edition(const struct editions *editions)
{
    struct edition *first = &editions->items[0];
    for (size_t i = 1; i < editions->count; i++)
        if (editions->items[i].filing.path_seq < first->filing.path_seq)
            first = &editions->items[i];
    return first;
}

static void seat_bytes(struct change *change, struct slice issuer, struct slice filing)
{
    buffer_clear(&change->next_seat);
    seat_replace(buffer_slice(&change->seat.after), issuer, filing, &change->next_seat);
    struct buffer swap = change->seat.after;
    change->seat.after = change->next_seat;
    change->next_seat = swap;
}

/* Says which document stands there, and nothing of what is in it. */
static enum status seat_empty(struct change *change, struct slice issuer,
                              const struct edition *edition, struct error *error)
{
    struct report told = {.meta = {.issuer = issuer}};
    enum status status = filing_restore(&edition->filing, &told) ? STATUS_OK : damaged(error);
    told.fact_count = told.audit_count = told.passage_count = 0;
    struct filing_source source = {.report = &told,
                                   .seq = edition->filing.seq,
                                   .path_seq = edition->filing.path_seq,
                                   .path = edition->filing.path,
                                   .filed_ms = edition->filing.filed_ms,
                                   .lineage = edition->filing.lineage};
    if (status == STATUS_OK)
        seat_put(change, &source);
    report_release(&told);
    return status;
}

void editions_remove(struct editions *editions, struct edition *edition)
{
    size_t at = (size_t)(edition - editions->items);
    memmove(edition, edition + 1, (editions->count - at - 1) * sizeof *edition);
    editions->count--;
}

static void leave_seat(struct change *change, struct slice issuer)
{
    buffer_clear(&change->next_seat);
    seat_remove(buffer_slice(&change->seat.after), issuer, &change->next_seat);
    struct buffer swap = change->seat.after;
    change->seat.after = change->next_seat;
    change->next_seat = swap;
}

/* What is remembered of this issuer anew; of others as it was. */
static void remember(struct change *change, const struct editions *editions,
                     const struct edition *counted)
{
    struct aside_entry entry;
    bool bad = false;
    struct slice aside = buffer_slice(&change->seat.aside);
    buffer_clear(&change->value);
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);)
        if (!slice_equal(entry.issuer, editions->issuer) || entry.kind == ASIDE_REPLACED ||
            entry.kind == ASIDE_FORMER)
            aside_put(&change->value, &entry);
    for (size_t i = 0; i < editions->count; i++) {
        const struct edition *edition = &editions->items[i];
        entry = (struct aside_entry){.issuer = editions->issuer,
                                     .kind = edition == counted ? ASIDE_IN_FORCE : ASIDE_RIVAL,
                                     .chosen = edition->chosen,
                                     .sha256 = edition->filing.sha256,
                                     .filing = edition == counted ? SLICE("") : edition->bytes};
        if (edition != counted || edition->chosen)
            aside_put(&change->value, &entry);
    }
    buffer_clear(&change->seat.aside);
    buffer_add(&change->seat.aside, buffer_slice(&change->value));
}

enum status editions_settle(struct change *change, const struct editions *editions,
                            struct error *error)
{
    const struct edition *counted = winner(editions);
    enum status status = STATUS_OK;
    if (!editions->count)
        leave_seat(change, editions->issuer);
    else if (counted && !counted->seated)
        seat_bytes(change, editions->issuer, counted->bytes);
    else if (!counted)
        status = seat_empty(change, editions->issuer, first_edition(editions), error);
    remember(change, editions, counted);
    return status;
}

/* ---- versions that were replaced ---- */

static bool is_note(const struct aside_entry *entry, struct slice issuer, struct slice sha256)
{
    return entry->kind == ASIDE_REPLACED && same_hash(entry->sha256, sha256) &&
           slice_equal(entry->issuer, issuer);
}

bool aside_replaced(struct slice aside, struct slice issuer, struct slice sha256, uint64_t *again)
{
    struct aside_entry entry;
    bool bad = false;
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);) {
        if (!is_note(&entry, issuer, sha256))
            continue;
        struct coded in = coded_of(entry.filing);
        *again = entry.filing.len ? coded_number(&in) : 0;
        return true;
    }
    return false;
}

static void drop_note(struct change *change, struct slice issuer, struct slice sha256)
{
    struct aside_entry entry;
    bool bad = false;
    buffer_clear(&change->value);
    for (size_t at = 0; aside_next(buffer_slice(&change->seat.aside), &at, &entry, &bad);)
        if (!is_note(&entry, issuer, sha256))
            aside_put(&change->value, &entry);
    buffer_clear(&change->seat.aside);
    buffer_add(&change->seat.aside, buffer_slice(&change->value));
}

void aside_note_replaced(struct change *change, struct slice issuer, struct slice sha256,
                         uint64_t again)
{
    struct aside_entry entry = {.issuer = issuer, .kind = ASIDE_REPLACED, .sha256 = sha256};
    struct buffer number = {0};
    uint64_t known;
    if (aside_replaced(buffer_slice(&change->seat.aside), issuer, sha256, &known)) {
        if (again <= known)
            return;
        drop_note(change, issuer, sha256);
    }
    if (again)
        code_number(&number, again);
    entry.filing = buffer_slice(&number);
    aside_put(&change->seat.aside, &entry);
    buffer_release(&number);
}

/* ---- in the store ---- */

enum status aside_load(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    buffer_clear(&seat->aside);
    buffer_clear(&seat->aside_before);
    if (!seat->before.len)
        return STATUS_OK;
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

/* False: it is no rival there. */
static bool find_rival(struct slice aside, const struct aside_entry *wanted,
                       struct aside_entry *found)
{
    bool bad = false;
    for (size_t at = 0; aside_next(aside, &at, found, &bad);)
        if (found->kind == ASIDE_RIVAL && slice_equal(found->issuer, wanted->issuer) &&
            slice_equal(found->sha256, wanted->sha256))
            return true;
    return false;
}

/* Those that are gone are found by their hash no longer, … */
static enum status drop_documents(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct slice before = buffer_slice(&seat->aside_before);
    struct aside_entry entry, found;
    bool bad = false;
    enum status status = STATUS_OK;
    for (size_t at = 0; status == STATUS_OK && aside_next(before, &at, &entry, &bad);) {
        if (entry.kind != ASIDE_RIVAL || is_seated(buffer_slice(&seat->after), &entry) ||
            find_rival(buffer_slice(&seat->aside), &entry, &found))
            continue;
        struct unit_name unit = seat->unit;
        unit.issuer = entry.issuer;
        status = document_drop(change, &unit, entry.sha256, error);
    }
    return status;
}

/* … and rivals that are new here, other than before, or were seated and so lost their entry with
 * the seat, are. */
static enum status put_documents(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct aside_entry entry, found;
    struct filing filing;
    bool bad = false;
    for (size_t at = 0; aside_next(buffer_slice(&seat->aside), &at, &entry, &bad);) {
        if (entry.kind != ASIDE_RIVAL ||
            (find_rival(buffer_slice(&seat->aside_before), &entry, &found) &&
             slice_equal(found.filing, entry.filing) &&
             !is_seated(buffer_slice(&seat->before), &entry)))
            continue;
        enum status status = filing_read(entry.filing, &filing, error);
        if (status != STATUS_OK)
            return status;
        struct unit_name unit = seat->unit;
        unit.issuer = entry.issuer;
        document_put(change, &unit, filing.catalogue, entry.sha256);
    }
    return bad ? damaged(error) : STATUS_OK;
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
    formers_index(change);
    buffer_clear(&change->key);
    aside_key_put(&change->key, seat->key);
    if (aside.len)
        kv_batch_put(change->batch, FAMILY_META, buffer_slice(&change->key), aside);
    else
        kv_batch_delete(change->batch, FAMILY_META, buffer_slice(&change->key));
    return STATUS_OK;
}
