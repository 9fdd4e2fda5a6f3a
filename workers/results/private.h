/* private.h - what the store's own files share, read/ and write/ alike; nobody outside
 * workers/results includes it. */
#ifndef XIANZHI_RESULTS_PRIVATE_H
#define XIANZHI_RESULTS_PRIVATE_H

#include "workers/results/dictionary.h"
#include "workers/results/filing.h"
#include "workers/results/keys.h"
#include "workers/results/log.h"
#include "workers/results/panel.h"
#include "workers/results/regions.h"
#include "workers/results/store.h"

#include <stdatomic.h>

enum store_family {
    FAMILY_META,
    FAMILY_REPORTS,
    FAMILY_UNITS,
    FAMILY_PANEL,
    FAMILY_CHANGES,
    FAMILY_PASSAGES,
    FAMILY_DOCUMENTS,
    FAMILY_DECISIONS,
    FAMILY_QUEUE /* doubts.h */
};

enum { MAX_INDICATORS = 60000 };

struct change; /* write/write.h */

/* Owned by the thread that files; of other threads' readers (read/reader.h) only `kv` (through
 * views of it), `regions` and `commits` are touched. */
struct store {
    struct kv *kv;
    struct store_options options;
    struct regions *regions;
    char id[STORE_ID_CHARS + 1];
    struct results_reader
        *reader;           /* the store's own, for its own thread; NULL: not asked for yet */
    atomic_ullong commits; /* rises with each: by it a reader knows that it is behind */

    /* writing */
    struct dictionary dictionary;
    struct log_extent log;
    bool old;       /* of an earlier format: to be brought up to date */
    bool queueless; /* so old that it has no queue */
    struct change *change;
    enum status broken; /* a batch failed half-way: memory and disk no longer agree */
    struct error why_broken;
};

/* ---- version.c ---- */
enum status log_extent_load(struct kv *kv, struct log_extent *extent, struct error *error);
void log_extent_put(struct kv_batch *batch, const struct log_extent *extent);
/* Appends the records of one version. */
enum status log_read(struct kv *kv, uint64_t version, struct buffer *out, struct error *error);

/* ---- units.c: which indicators a unit's report bears: its level, then a bit for each number ----
 */
void unit_write(enum level level, const uint32_t *numbers, size_t count, struct buffer *out);
/* STATUS_FATAL: damaged. */
enum status unit_read(struct slice record, enum level *level, struct error *error);
bool unit_bears(struct slice record, uint32_t number);

/* Whether its figures stand in the panel: a government of a province or below, no township. */
static inline bool unit_has_peers(const struct regions *regions, const struct unit_name *unit)
{
    return unit->kind == KIND_GOVERNMENT && !unit->township.len &&
           region_level(regions, unit->region) >= LEVEL_PROVINCE;
}

/* ---- document.c: where a document is filed, by its hash ---- */
struct filed_document {
    struct slice catalogue; /* version of the rules that read it */
    struct unit_name unit;
};
void filed_document_write(const struct filed_document *document, struct buffer *out);
/* STATUS_FATAL: damaged. Texts point into `bytes`. */
enum status filed_document_read(struct slice bytes, struct filed_document *document,
                                struct error *error);

/* ---- passage.c: the index of paragraphs ---- */
/* Two hashes of a paragraph, the lesser first, as one. */
uint32_t passage_pair(uint32_t first, uint32_t second);
/* Appends what the keys of all paragraphs with this pair begin with; the seat's key follows. */
void passage_key_begin(struct buffer *out, uint32_t pair);
struct slice passage_key_seat(struct slice key);

#endif
