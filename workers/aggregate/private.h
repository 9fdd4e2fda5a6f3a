/* private.h - what the store's own files share; nobody outside workers/aggregate includes it. */
#ifndef XIANZHI_AGGREGATE_PRIVATE_H
#define XIANZHI_AGGREGATE_PRIVATE_H

#include "workers/aggregate/dictionary.h"
#include "workers/aggregate/filing.h"
#include "workers/aggregate/filter.h"
#include "workers/aggregate/keys.h"
#include "workers/aggregate/log.h"
#include "workers/aggregate/panel.h"
#include "workers/aggregate/regions.h"
#include "workers/aggregate/store.h"

enum store_family {
    FAMILY_META,
    FAMILY_REPORTS,
    FAMILY_UNITS,
    FAMILY_PANEL,
    FAMILY_CHANGES,
    FAMILY_PASSAGES
};

enum { FILING_SLOTS = 256, MAX_INDICATORS = 60000 };

/* A filing read lately, for the rows around it. */
struct filing_slot {
    struct buffer seat_key, seat; /* no key: empty */
};

/* The roll-ups worked out last, for the next page of the same question: those of the indicators of
 * ranks from … to - 1. */
struct rollup_window {
    struct buffer question; /* filter and version, encoded; empty: nothing worked out */
    uint32_t from, to;
    struct rollup_list list;
};

/* Parts of filings for the indicators of ranks from … to - 1 (cuts.c). */
struct cuts {
    enum { CUTS_NONE, CUTS_MAKING, CUTS_MADE } state;
    struct buffer question; /* filter that they are made for, encoded; empty: none */
    unsigned strangers;     /* pages of other questions since */
    uint32_t from, to, width;
    struct buffer first, last;  /* those two indicators */
    size_t rows, wait_rows;     /* asked for since the last making; before the next */
    size_t passed;              /* filings gone through */
    struct buffer next;         /* key of the next one */
    struct buffer bytes;        /* the kept seats */
    uint32_t *slots;            /* hash table of their offsets + 1 */
    uint32_t slot_count, count; /* a power of two; kept seats */
    struct buffer seat;         /* scratch */
};

struct store {
    struct kv *kv;
    struct kv_batch *batch;
    struct store_options options;
    struct regions *regions;
    struct dictionary dictionary;
    struct panel *panel;
    char id[STORE_ID_CHARS + 1];
    struct log_extent log;
    enum status broken; /* a batch failed half-way: memory and disk no longer agree */
    struct error why_broken;

    /* reading */
    struct filing_slot slots[FILING_SLOTS];
    struct rollup_window window;
    struct cuts cuts;

    /* scratch, kept from batch to batch */
    struct filing_scratch scratch;
    struct buffer key, row_key, value, seat_keys, old_seat, seat, next_seat, filing;
    struct buffer old_pairs, new_pairs;           /* of a seat's paragraphs */
    struct buffer passage_changes, passage_seats; /* of this batch (passages.c) */
    struct buffer changes;                        /* of this batch, as log records */
    uint32_t *numbers;                            /* indicators of one unit that changed */
    size_t number_count, number_capacity;
};

/* What was read is no longer as it stands. */
void store_forget(struct store *store);

/* ---- version.c ---- */
enum status store_log_load(struct store *store, struct error *error);
/* Puts the batch's changes into it as the next version, and drops old versions. */
enum status store_log_append(struct store *store, struct log_extent *next, struct error *error);
/* Appends the records of one version. */
enum status store_log_read(struct store *store, uint64_t version, struct buffer *out,
                           struct error *error);

/* ---- units.c: which indicators a unit's report bears: its level, then a bit for each number ----
 */
void unit_write(enum level level, const uint32_t *numbers, size_t count, struct buffer *out);
/* STATUS_FATAL: damaged. */
enum status unit_read(struct slice record, enum level *level, struct error *error);
bool unit_bears(struct slice record, uint32_t number);

/* ---- evidence.c ---- */
/* Fills in what the unit's filing says under the key: value, label, evidence. Texts go to the
 * arena. Returns about how many bytes that took, or sets *status. */
size_t row_join(struct store *store, const struct row_key *key, struct arena *arena,
                struct row *row, enum status *status, struct error *error);

/* What stands under a seat's key; STATUS_AGAIN: nothing. Valid until the next seat is read. */
enum status seat_read(struct store *store, struct slice key, struct slice *seat,
                      struct error *error);
/* The audits of the report behind a unit's row: its own and those of duplicates.c. */
enum status row_audits(struct store *store, const struct unit_name *unit, struct arena *arena,
                       struct row *row, struct error *error);

/* ---- passages.c ---- */
/* Two hashes of a paragraph, the lesser first, as one. */
uint32_t passage_pair(uint32_t first, uint32_t second);
/* Appends what the keys of all paragraphs with this pair begin with; the seat's key follows. */
void passage_key_begin(struct buffer *out, uint32_t pair);
struct slice passage_key_seat(struct slice key);
/* Notes what a seat that was and is to be changes in the index, … */
enum status passages_change(struct store *store, struct slice seat_key, struct slice old_seat,
                            struct slice new_seat, struct error *error);
/* … and puts all that was noted into the batch. */
void passages_write(struct store *store);

/* ---- duplicates.c ---- */
struct audit_list {
    struct audit *items;
    size_t count, capacity;
};
/* Appends the audits of the paragraphs that another report has, too; texts go to the arena. */
enum status duplicates_find(struct store *store, const struct unit_name *unit,
                            const struct filed_passage *passages, size_t count, struct arena *arena,
                            struct audit_list *audits, struct error *error);

/* ---- page.c: a page in the making ---- */
struct page {
    struct store *store;
    const struct request *request;
    struct arena *arena;
    struct answer *answer;
    struct matcher matcher;
    size_t capacity, bytes, limit_rows, looked_at;
};

bool page_full(const struct page *page);  /* of rows */
bool page_tired(const struct page *page); /* looked at so much that others should have their turn */
/* Appends the unit's row under this key; `level` as stored there. */
enum status page_unit_row(struct page *page, struct slice key, enum level level,
                          struct error *error);
void page_rollup_row(struct page *page, const struct rollup *rollup);
enum status page_gone_row(struct page *page, struct slice key, struct error *error);

/* ---- cuts.c ---- */
/* Makes some more of them where they are worth it; `rank`: of the page's first indicator. */
enum status cuts_advance(struct page *page, uint32_t rank, struct error *error);
/* What is kept for the seat and indicator; valid until the store is next asked. */
bool cuts_find(const struct store *store, struct slice key, struct slice indicator,
               struct slice *seat);
void cuts_forget(struct cuts *cuts); /* the store has changed */
void cuts_release(struct cuts *cuts);

/* ---- rows.c, changes.c ---- */
/* All rows behind the key `after`, as many as the page holds; `last`: the last one looked at. */
enum status read_rows(struct page *page, struct slice after, struct buffer *last,
                      struct error *error);
enum status read_changes(struct page *page, uint64_t from, struct slice after, struct error *error);
/* Where to go on: a letter, a version, a row key. */
struct slice read_mark(struct arena *arena, char type, uint64_t version, struct slice key);

#endif
