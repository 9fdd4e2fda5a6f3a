/* evidence.c - joins a row key with the filing that says what stands there. Owned by the reader's
 * thread. */
#include "workers/results/read/read.h"

#include "proto/base/digest.h"

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
        copy->by = arena_copy(arena, mention.by);
        bytes += sizeof *copy + mention.sentence.len + mention.section.len + path.len + 128;
    }
    return bytes;
}

enum status filing_of(struct results_reader *reader, const struct unit_name *unit,
                      const struct slice *indicator, struct filing *filing, struct error *error)
{
    struct slice seat;
    enum status status = STATUS_OK;
    buffer_clear(&reader->seat_key);
    seat_key_put(&reader->seat_key, unit);
    if (!indicator || !cuts_find(&reader->cuts, buffer_slice(&reader->seat_key), *indicator, &seat))
        status = seat_read(reader, buffer_slice(&reader->seat_key), &seat, error);
    struct seat_entry entry = {0};
    bool bad = status != STATUS_OK, found = false;
    for (size_t at = 0; !bad && !found && seat_next(seat, &at, &entry, &bad);)
        found = slice_equal(entry.issuer, unit->issuer);
    if (status == STATUS_OK)
        status = found ? filing_read(entry.filing, filing, error) : STATUS_AGAIN;
    return status;
}

size_t row_join(struct results_reader *reader, const struct row_key *key, struct arena *arena,
                struct row *row, enum status *status, struct error *error)
{
    struct filing filing;
    struct filed_row filed;
    *status = filing_of(reader, &key->unit, &key->indicator, &filing, error);
    if (*status == STATUS_OK && filing_find(&filing, key->indicator, &filed)) {
        row->value = filed.value;
        row->bound = filed.bound;
        row->conflict = filed.conflict;
        row->unit = arena_copy(arena, filed.unit);
        row->label = arena_copy(arena, filed.label);
        if (row->region_name.len == 0)
            row->region_name = arena_copy(arena, filing.region_name);
        uint32_t mentions = filed.mention_count;
        row->catalogue = arena_copy(arena, filing.catalogue);
        size_t bytes = copy_mentions(&filing, &filed, arena, row);
        row_show_evidence(row);
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
