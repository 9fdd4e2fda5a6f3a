/* editions.c - the documents of one issuer in a seat that are no versions of each other: finding
 * and adding one. Owned by the store's thread. What fails: a damaged store.
 *
 * Each edition is the latest version of one document and owns the versions of it that were replaced
 * (formers.c), which go with it. What was read off pictures is no version of a text.
 */
#include "workers/results/write/write.h"

struct edition *editions_find(const struct editions *editions, struct slice sha256)
{
    for (size_t i = 0; i < editions->count; i++)
        if (slice_equal(editions->items[i].filing.sha256, sha256))
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

struct edition *editions_of(const struct editions *editions, const struct report *report)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    struct edition *hash_alone = NULL;
    for (size_t i = 0; i < editions->count; i++) {
        const struct former *former = former_find(&editions->items[i], sha256);
        if (former && former->bytes.len)
            return &editions->items[i];
        hash_alone = former ? &editions->items[i] : hash_alone;
    }
    struct edition *alike = editions_alike(editions, report);
    return alike ? alike : hash_alone;
}

const struct filing *editions_filing(const struct editions *editions, struct slice sha256,
                                     enum chosen_by *chosen)
{
    const struct edition *edition = editions_find(editions, sha256);
    const struct former *former = NULL;
    for (size_t i = 0; !edition && i < editions->count; i++) {
        former = former_find(&editions->items[i], sha256);
        if (former && former->bytes.len) {
            *chosen = former->chosen;
            return &former->filing;
        }
    }
    *chosen = edition ? edition->chosen : CHOSEN_BY_NOBODY;
    return edition ? &edition->filing : NULL;
}

struct edition *editions_add(struct arena *arena, struct editions *editions)
{
    struct edition *edition =
        ARENA_PUSH(arena, editions->items, editions->count, editions->capacity);
    *edition = (struct edition){.chosen = CHOSEN_BY_NOBODY};
    return edition;
}

enum status filing_make(struct change *change, struct arena *arena,
                        const struct filing_source *source, struct slice *bytes,
                        struct filing *filing, struct error *error)
{
    buffer_clear(&change->filing);
    filing_write(source, &change->scratch, &change->filing);
    *bytes = arena_copy(arena, buffer_slice(&change->filing));
    return filing_read(*bytes, filing, error);
}

enum status edition_file(struct change *change, struct arena *arena, struct edition *edition,
                         const struct filing_source *source, struct error *error)
{
    enum status status =
        filing_make(change, arena, source, &edition->bytes, &edition->filing, error);
    edition->seated = false;
    edition->scanned = status == STATUS_OK && filing_is_scanned(&edition->filing);
    return status;
}

void editions_remove(struct editions *editions, struct edition *edition)
{
    size_t at = (size_t)(edition - editions->items);
    memmove(edition, edition + 1, (editions->count - at - 1) * sizeof *edition);
    editions->count--;
}
