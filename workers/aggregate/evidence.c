/* evidence.c - joins a row key with the filing that says what stands there. Owned by the store's
 * thread.
 *
 * The rows of one unit lie apart (rows are ordered by indicator first), so the filings read last
 * are kept: a county's hundred rows read its filing once.
 */
#include "workers/aggregate/private.h"

#include "proto/digest.h"

static unsigned slot_of(struct slice key)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (uint8_t)key.data[i]) * 16777619u;
    return (hash ^ hash >> 16) % FILING_SLOTS;
}

enum status seat_read(struct store *store, struct slice key, struct slice *seat,
                      struct error *error)
{
    struct filing_slot *slot = &store->slots[slot_of(key)];
    enum status status = STATUS_OK;
    if (!slice_equal(buffer_slice(&slot->seat_key), key)) {
        buffer_clear(&slot->seat_key);
        buffer_clear(&slot->seat);
        status = kv_get(store->kv, FAMILY_REPORTS, key, &slot->seat, error);
        if (status == STATUS_OK)
            buffer_add(&slot->seat_key, key);
    }
    *seat = buffer_slice(&slot->seat);
    return status;
}

static struct slice hex(struct arena *arena, struct slice bytes)
{
    char *text = arena_alloc(arena, bytes.len * 2 + 1);
    digest_hex(bytes, text);
    return (struct slice){text, bytes.len * 2};
}

static size_t copy_mentions(const struct filing *filing, struct filed_row *filed,
                            struct arena *arena, struct row *row)
{
    struct slice doc = hex(arena, filing->sha256), path = arena_copy(arena, filing->path);
    struct evidence mention;
    size_t bytes = 0;
    /* A count that bytes can't back would only make a damaged store ask for memory. */
    size_t most = (size_t)(filed->mentions.end - filed->mentions.at);
    if (filed->mention_count > most)
        return 0;
    row->evidence = arena_alloc(arena, filed->mention_count * sizeof *row->evidence);
    while (filed_mention(filing, filed, &mention)) {
        struct evidence *copy = &row->evidence[row->evidence_count++];
        *copy = mention;
        copy->doc = doc;
        copy->path = path;
        copy->text = arena_copy(arena, mention.text);
        copy->unit = arena_copy(arena, mention.unit);
        copy->sentence = arena_copy(arena, mention.sentence);
        copy->section = arena_copy(arena, mention.section);
        copy->rule = arena_copy(arena, mention.rule);
        bytes += sizeof *copy + mention.sentence.len + mention.section.len + path.len + 128;
    }
    return bytes;
}

/* The filing of a unit, or what of it the indicator needs; STATUS_AGAIN: it has none. Valid until
 * the next one is looked for. */
static enum status filing_of(struct store *store, const struct unit_name *unit,
                             const struct slice *indicator, struct filing *filing,
                             struct error *error)
{
    struct slice seat;
    enum status status = STATUS_OK;
    buffer_clear(&store->key);
    seat_key_put(&store->key, unit);
    if (!indicator || !cuts_find(store, buffer_slice(&store->key), *indicator, &seat))
        status = seat_read(store, buffer_slice(&store->key), &seat, error);
    struct seat_entry entry = {0};
    bool bad = status != STATUS_OK, found = false;
    for (size_t at = 0; !bad && !found && seat_next(seat, &at, &entry, &bad);)
        found = slice_equal(entry.issuer, unit->issuer);
    if (status == STATUS_OK)
        status = found ? filing_read(entry.filing, filing, error) : STATUS_AGAIN;
    return status;
}

size_t row_join(struct store *store, const struct row_key *key, struct arena *arena,
                struct row *row, enum status *status, struct error *error)
{
    struct filing filing;
    struct filed_row filed;
    *status = filing_of(store, &key->unit, &key->indicator, &filing, error);
    if (*status == STATUS_OK && filing_find(&filing, key->indicator, &filed)) {
        row->value = filed.value;
        row->bound = filed.bound;
        row->conflict = filed.conflict;
        row->unit = arena_copy(arena, filed.unit);
        row->label = arena_copy(arena, filed.label);
        if (row->region_name.len == 0)
            row->region_name = arena_copy(arena, filing.region_name);
        uint32_t mentions = filed.mention_count;
        size_t bytes = copy_mentions(&filing, &filed, arena, row);
        if (mentions > 0 && row->evidence_count == mentions)
            return bytes;
    }
    if (*status == STATUS_OK || *status == STATUS_AGAIN)
        *status = fail(error, STATUS_FATAL,
                       "the store has a value of %.*s for %.*s without the report behind it: it is "
                       "damaged; restore it from a backup",
                       SLICE_ARGS(key->indicator), SLICE_ARGS(key->unit.issuer));
    return 0;
}

static void copy_audits(const struct filing *filing, struct arena *arena, struct audit_list *audits)
{
    struct audit audit;
    for (size_t i = 0; filing_audit(filing, i, &audit); i++) {
        audit.note = arena_copy(arena, audit.note);
        *ARENA_PUSH(arena, audits->items, audits->count, audits->capacity) = audit;
    }
}

enum status row_audits(struct store *store, const struct unit_name *unit, struct arena *arena,
                       struct row *row, struct error *error)
{
    struct audit_list audits = {0};
    struct filing filing;
    enum status status = filing_of(store, unit, NULL, &filing, error);
    if (status != STATUS_OK)
        return status;
    copy_audits(&filing, arena, &audits);
    size_t count = 0;
    struct filed_passage *passages = arena_alloc(arena, filing.passages.count * sizeof *passages);
    while (filing_passage(&filing, count, &passages[count]))
        count++;
    status = duplicates_find(store, unit, passages, count, arena, &audits, error);
    row->audits = audits.items;
    row->audit_count = audits.count;
    return status;
}

enum status store_duplicates(struct store *store, struct report *report, struct audit **audits,
                             size_t *count, struct error *error)
{
    struct audit_list list = {0};
    struct unit_name unit = {.region = report->meta.region,
                             .township = report->meta.township,
                             .kind = report->meta.kind,
                             .issuer = report->meta.issuer,
                             .year = report->meta.year};
    struct filed_passage *passages =
        arena_alloc(&report->arena, report->passage_count * sizeof *passages);
    size_t passage_count = 0;
    for (size_t i = 0; i < report->passage_count; i++)
        passage_count += passage_file(&report->passages[i], &passages[passage_count]);
    enum status status =
        duplicates_find(store, &unit, passages, passage_count, &report->arena, &list, error);
    *audits = list.items;
    *count = list.count;
    return status;
}
