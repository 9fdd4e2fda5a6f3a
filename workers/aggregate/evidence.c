/* evidence.c - joins a row key with the filing that says what stands there. Owned by the store's
 * thread.
 *
 * The rows of one unit lie apart (rows are ordered by indicator first), so the filings read last
 * are kept: a county's hundred rows read its filing once.
 */
#include "workers/aggregate/private.h"

#include <sodium.h>

static unsigned slot_of(struct slice key)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (uint8_t)key.data[i]) * 16777619u;
    return (hash ^ hash >> 16) % FILING_SLOTS;
}

static enum status seat_of(struct store *store, const struct unit_name *unit, struct slice *seat,
                           struct error *error)
{
    buffer_clear(&store->key);
    seat_key_put(&store->key, unit);
    struct filing_slot *slot = &store->slots[slot_of(buffer_slice(&store->key))];
    enum status status = STATUS_OK;
    if (!slice_equal(buffer_slice(&slot->seat_key), buffer_slice(&store->key))) {
        buffer_clear(&slot->seat_key);
        buffer_clear(&slot->seat);
        status = kv_get(store->kv, FAMILY_REPORTS, buffer_slice(&store->key), &slot->seat, error);
        if (status == STATUS_OK)
            buffer_add(&slot->seat_key, buffer_slice(&store->key));
    }
    *seat = buffer_slice(&slot->seat);
    return status;
}

static struct slice hex(struct arena *arena, struct slice bytes)
{
    char *text = arena_alloc(arena, bytes.len * 2 + 1);
    sodium_bin2hex(text, bytes.len * 2 + 1, (const unsigned char *)bytes.data, bytes.len);
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

size_t row_join(struct store *store, const struct row_key *key, struct arena *arena,
                struct row *row, enum status *status, struct error *error)
{
    struct slice seat;
    *status = seat_of(store, &key->unit, &seat, error);
    struct seat_entry entry = {0};
    bool bad = *status != STATUS_OK, found = false;
    for (size_t at = 0; !bad && !found && seat_next(seat, &at, &entry, &bad);)
        found = slice_equal(entry.issuer, key->unit.issuer);
    struct filing filing;
    struct filed_row filed;
    if (*status == STATUS_OK && found)
        *status = filing_read(entry.filing, &filing, error);
    if (*status == STATUS_OK && found && filing_find(&filing, key->indicator, &filed)) {
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
