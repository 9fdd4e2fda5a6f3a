/* read.h - what the reader's own files share; nobody outside workers/results/read includes it. */
#ifndef XIANZHI_RESULTS_READ_H
#define XIANZHI_RESULTS_READ_H

#include "workers/results/filter.h"
#include "workers/results/private.h"
#include "workers/results/read/reader.h"

enum { FILING_SLOTS = 256 };

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
struct filing_cuts {
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
    struct filing_scratch scratch;
    struct buffer filing, seat; /* being cut */
};

/* Somebody is looking at a figure. */
struct figure_lease {
    char id[48], by[128];
    uint64_t until_ms; /* unix */
};

struct results_reader {
    struct store *store; /* borrowed */
    struct kv *kv;       /* a view */
    const struct regions *regions;
    uint64_t commits; /* of the store, seen */
    struct dictionary dictionary;
    struct log_extent log;
    struct panel *panel;
    struct filing_slot slots[FILING_SLOTS];
    struct buffer seat_key; /* being looked for */
    struct rollup_window window;
    struct filing_cuts cuts;
    struct figure_lease *leases; /* of the queue */
    unsigned lease_count;
};

/* ---- evidence.c ---- */
/* Fills in what the unit's filing says under the key: value, label, evidence. Texts go to the
 * arena. Returns about how many bytes that took, or sets *status. */
size_t row_join(struct results_reader *reader, const struct row_key *key, struct arena *arena,
                struct row *row, enum status *status, struct error *error);
/* The filing of a unit, or what of it the indicator (NULL: any) needs; STATUS_AGAIN: it has none.
 * Valid until the next one is looked for. */
enum status filing_of(struct results_reader *reader, const struct unit_name *unit,
                      const struct slice *indicator, struct filing *filing, struct error *error);

/* ---- seats.c ---- */
/* What stands under a seat's key; STATUS_AGAIN: nothing. Valid until the next seat is read. */
enum status seat_read(struct results_reader *reader, struct slice key, struct slice *seat,
                      struct error *error);
void seats_forget(struct results_reader *reader);
void seats_release(struct results_reader *reader);

/* ---- duplicates.c ---- */
struct audit_list {
    struct audit *items;
    size_t count, capacity;
};
/* Appends the audits of the paragraphs that another report has, too; texts go to the arena. */
enum status duplicates_find(struct results_reader *reader, const struct unit_name *unit,
                            const struct filed_passage *passages, size_t count, struct arena *arena,
                            struct audit_list *audits, struct error *error);

/* ---- audits.c ---- */
/* The audits of the report behind a unit's row: its own and those of duplicates.c. */
enum status row_audits(struct results_reader *reader, const struct unit_name *unit,
                       struct arena *arena, struct row *row, struct error *error);

/* ---- page.c: a page in the making ---- */
struct row_page {
    struct results_reader *reader;
    const struct request *request;
    struct arena *arena;
    struct answer *answer;
    struct matcher matcher;
    size_t capacity, bytes, limit_rows, looked_at;
};

bool page_full(const struct row_page *page); /* of rows */
bool page_tired(
    const struct row_page *page); /* looked at so much that others should have their turn */
/* Appends the unit's row under this key; `level` as stored there. */
enum status page_unit_row(struct row_page *page, struct slice key, enum level level,
                          struct error *error);
void page_rollup_row(struct row_page *page, const struct rollup *rollup);
enum status page_gone_row(struct row_page *page, struct slice key, struct error *error);

/* ---- cuts.c ---- */
/* Makes some more of them where they are worth it; `rank`: of the page's first indicator. */
enum status cuts_advance(struct row_page *page, uint32_t rank, struct error *error);
/* What is kept for the seat and indicator; valid until the reader is next asked. */
bool cuts_find(const struct filing_cuts *cuts, struct slice key, struct slice indicator,
               struct slice *seat);
void cuts_forget(struct filing_cuts *cuts); /* the store has changed */
void cuts_release(struct filing_cuts *cuts);

/* ---- rows.c, changes.c ---- */
/* All rows behind the key `after`, as many as the page holds; `last`: the last one looked at. */
enum status read_rows(struct row_page *page, struct slice after, struct buffer *last,
                      struct error *error);
enum status read_changes(struct row_page *page, uint64_t from, struct slice after,
                         struct error *error);
/* ---- list_read.c ---- */
/* A page of another list than that of the rows. */
enum status read_list(struct results_reader *reader, const struct request *request,
                      struct arena *arena, struct answer *answer, struct error *error);

/* Where to go on: a letter, a version, a row key. */
struct slice read_mark(struct arena *arena, char type, uint64_t version, struct slice key);

#endif
