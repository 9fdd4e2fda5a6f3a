/* write.h - what one batch of reports does to the store, from the first report to the commit;
 * shared by the files of write/, nobody else includes it.
 *
 *   apply.c       brings the reports of one seat together, commits the whole
 *   take.c        what a report does to its seat
 *   editions.c    … where several documents of a unit stand beside each other,
 *   alike.c       … and whether they do
 *   version.c     … of two versions, which comes first
 *   formers.c     and versions of each that were replaced, for when
 *   former.c      … the later one is taken out
 *   remember.c    what the seat remembers of all that, read and written
 *   settle.c      which of them is counted
 *   documents.c   where each document is filed
 *   decide.c      and what a decision does
 *   withdraw.c    and what withdrawing a document does, withdrawn.c whether it is, or
 *   choose.c      choosing one of several
 *   difference.c  what the difference between the seat before and after does to rows, roll-ups, log
 *   passages.c    and to the index of paragraphs
 *   weigh.c       … and to the queue of what a person should look at, weigh_peers.c its medians
 *   upgrade.c     makes that queue for a store that has none yet
 */
#ifndef XIANZHI_RESULTS_WRITE_H
#define XIANZHI_RESULTS_WRITE_H

#include "workers/results/aside.h"
#include "workers/results/private.h"

/* Numbers of indicators; a list that grows. */
struct numbers {
    uint32_t *items;
    size_t count, capacity;
};

/* One seat in the batch. */
struct seat_change {
    struct slice key;
    struct unit_name unit; /* whose seat it is; the issuer is that of whichever filing is at hand */
    struct buffer before, after;
    struct buffer aside_before, aside; /* what the seat remembers beside them (aside.h) */
};

/* A version that a later one has replaced. */
struct former {
    struct filing filing; /* known by its hash alone: that, when it came, and lineage.again */
    struct slice bytes;   /* of the filing, whole; empty: known by its hash alone */
    enum chosen_by
        chosen; /* never by a review, which chooses a document and none of its versions */
};

/* One document of an issuer's, in its latest version. */
struct edition {
    struct filing filing;
    struct slice bytes; /* of the filing, whole */
    enum chosen_by chosen;
    bool scanned; /* most of its figures were read off pictures; of one without any, of its text */
    bool seated;  /* it is what the seat holds */
    struct former **formers; /* by their hashes */
    size_t former_count, former_capacity;
};

struct editions {
    struct slice issuer;
    struct edition *items;
    size_t count, capacity;
    bool bad;
};

/* Paragraphs that come or go, gathered until the batch is whole. */
struct passage_changes {
    struct buffer entries, seats;
    struct buffer before, after; /* of the seat at hand */
};

/* What the queue needs to know of the batch (weigh.c). */
struct weigh {
    struct buffer bytes, items;           /* seats that change, before and after */
    struct buffer totals;                 /* what is added to the sums */
    struct buffer peers;                  /* levels and years whose figures change */
    struct buffer years[2], record, seat; /* at hand: the years around it, its peers' record */
    uint16_t record_year;                 /* 0: none is at hand */
    enum level record_level;
    struct buffer key, value;
};

/* Kept from batch to batch for its storage. */
struct change {
    struct kv_batch *batch;
    struct kv *kv;                 /* borrowed */
    struct dictionary *dictionary; /* borrowed: a new indicator gets its number there */
    const struct regions *regions; /* borrowed */
    struct buffer log;             /* records of the rows and figures that change */
    struct passage_changes passages;
    struct weigh weigh;
    struct seat_change seat; /* at hand */
    struct buffer seat_keys; /* of the batch's reports */
    bool any_decisions;      /* the store has some: reports look for theirs */
    struct buffer
        withdrawn;       /* documents that the batch withdraws or lets come back (withdrawn.c) */
    struct buffer filed; /* documents that the batch files somewhere (documents.c) */

    /* in the making */
    struct filing_scratch scratch;
    struct buffer filing, next_seat;
    struct numbers numbers;
    struct buffer key, value; /* of the entry to be put */
};

void change_init(struct change *change, struct store *store);
void change_release(struct change *change);

/* ---- seat_change.c ---- */
/* NULL data: nobody of that name is seated. */
struct slice seat_filing(struct slice seat, struct slice issuer, bool *bad);
/* Puts the filing into the seat at hand. */
void seat_put(struct change *change, const struct filing_source *source);

/* ---- take.c ---- */
/* Lets the report take its unit's place in the seat at hand, or not; fills in its outcome. */
enum status take_report(struct change *change, struct report *report, struct error *error);

/* ---- version.c ---- */
/* Whether both have a place in one order. */
bool version_is_ranked(const struct report *report, const struct filing *filing);
/* Whether the report comes before what is filed: by the order of their origin, or when they came.
 */
bool version_is_older(const struct report *report, const struct filing *filing);

/* By when they were handed in, where queues say so of both, or when they came. */
bool came_before(const struct report *report, const struct filing *filing);

/* ---- alike.c ---- */
/* Whether the report is a version of what is filed, not a document of its own. */
bool is_version_of(const struct filing *filing, const struct report *report);

/* ---- editions.c ---- */
/* NULL: none has these bytes; none is another version of it. */
struct edition *editions_find(const struct editions *editions, struct slice sha256);
struct edition *editions_alike(const struct editions *editions, const struct report *report);
/* Whose version the report is: of what remembers its bytes, else is alike; NULL: a document of its
 * own. */
struct edition *editions_of(const struct editions *editions, const struct report *report);
/* What is filed of these bytes, in force, beside that, or replaced, and who has chosen it; NULL:
 * nothing. */
const struct filing *editions_filing(const struct editions *editions, struct slice sha256,
                                     enum chosen_by *chosen);
struct edition *editions_add(struct arena *arena, struct editions *editions);
/* Writes a filing; its bytes live in the arena. */
enum status filing_make(struct change *change, struct arena *arena,
                        const struct filing_source *source, struct slice *bytes,
                        struct filing *filing, struct error *error);
/* Writes the edition's filing anew. */
enum status edition_file(struct change *change, struct arena *arena, struct edition *edition,
                         const struct filing_source *source, struct error *error);
/* Takes one out, as if it had never come, with all its versions. */
void editions_remove(struct editions *editions, struct edition *edition);
/* ---- remember.c ---- */
enum status editions_damaged(struct error *error);
/* Those of an issuer that the seat at hand holds and remembers. They live in the arena. */
enum status editions_gather(struct change *change, struct arena *arena, struct slice issuer,
                            struct editions *editions, struct error *error);
/* Of this issuer anew, `counted` (NULL: none) being in force; of others as it was. */
void editions_remember(struct change *change, const struct editions *editions,
                       const struct edition *counted);
/* What the seat at hand remembers: read at the start, put into the batch at the end. */
enum status aside_load(struct change *change, struct error *error);
enum status aside_store(struct change *change, struct error *error);

/* ---- settle.c ---- */
/* Seats the one that is counted, if one is, and remembers the others; leaves the seat where none is
 * left. */
enum status editions_settle(struct change *change, const struct editions *editions,
                            struct error *error);

/* ---- formers.c ---- */
/* NULL: the edition knows of none with these bytes. */
struct former *former_find(const struct edition *edition, struct slice sha256);
/* Remembers it in place of what was known of the same bytes; of more than so many the oldest is
 * known by its hash alone from now on. */
void former_keep(struct arena *arena, struct edition *edition, struct former former);
/* From now on it is known by its hash alone. */
void former_leave(struct former *former);
void former_forget(struct edition *edition, struct slice sha256);
/* Its stored form, but for whose it is; and back. STATUS_FATAL: damaged. */
void former_put(struct buffer *out, struct slice issuer, const struct former *former);
enum status former_read(const struct aside_entry *entry, struct former *former,
                        struct error *error);

/* ---- former.c ---- */
/* Makes `edition` the version before it, which is a former version no longer. *returned: there is
 * one. */
enum status former_return(struct change *change, struct arena *arena, struct slice issuer,
                          struct edition *edition, bool *returned, struct error *error);

/* ---- choose.c ---- */
/* Counts the document that report->decision is about, of those in the seat at hand; fills in the
 * outcome. */
enum status take_choice(struct change *change, struct report *report, struct error *error);

/* ---- decide.c ---- */
/* Applies report->decision to the seat at hand, or not; fills in the outcome. */
enum status take_decision(struct change *change, struct report *report, struct error *error);
/* Those that the report's filing begins with: of the one that it replaces (`held`, may be NULL),
 * and of these bytes wherever they were filed before. They live in the report's arena. */
enum status decisions_gather(struct change *change, struct report *report,
                             const struct filing *held, struct filing_source *source,
                             struct error *error);
/* STATUS_FATAL: a decision in the store makes no sense. */
enum status decision_damaged(struct error *error);
/* Key of a decision in the history. */
void history_key(struct buffer *key, const uint8_t sha256[32], uint64_t seq);

/* ---- withdraw.c ---- */
/* Takes the document of report->decision out of the seat at hand, or says that it may come back;
 * fills in the outcome. */
enum status take_withdrawal(struct change *change, struct report *report, struct error *error);
/* Takes the document out of the seat at hand, if it stands there, beside it, or as a version that
 * was replaced; the version that it had replaced is in force again. *left: what stood there, in the
 * arena; empty: nothing did. */
enum status document_leave(struct change *change, struct arena *arena, const uint8_t hash[32],
                           struct filing *left, struct error *error);

/* ---- withdrawn.c ---- */
/* Whether the last word on the document is that it is withdrawn. */
enum status document_withdrawn(struct change *change, struct report *report, bool *withdrawn,
                               struct error *error);
/* Puts a decision that withdraws a document, or lets it come back, into the batch. */
void withdrawal_keep(struct change *change, const struct decision *decision);

/* ---- difference.c ---- */
/* Puts into the batch what follows from the seat at hand being another than before. */
enum status change_seat(struct change *change, struct error *error);

/* ---- documents.c ---- */
enum document_index {
    DOCUMENT_STANDS, /* in force, or beside another */
    DOCUMENT_FORMER, /* as a version that was replaced */
    DOCUMENT_INDEX_COUNT
};
/* Where the document is filed, and by which version of the rules. */
void document_put(struct change *change, enum document_index index, const struct unit_name *unit,
                  struct slice catalogue, struct slice sha256);
/* The entry of a document that has left the unit goes, or names another place where it is. */
enum status document_drop(struct change *change, enum document_index index,
                          const struct unit_name *unit, struct slice sha256, struct error *error);
/* Whose report of which year the document is, or was before a later version replaced it;
 * STATUS_AGAIN: nobody's. */
enum status document_unit(struct change *change, const uint8_t sha256[32], struct arena *arena,
                          struct unit_name *unit, struct error *error);
/* Another unit where the same bytes are filed, too; STATUS_AGAIN: none. */
enum status document_elsewhere(struct change *change, const uint8_t sha256[32], struct arena *arena,
                               struct unit_name *unit, struct error *error);

/* ---- weigh.c, weigh_peers.c ---- */
/* Notes a seat that changes, and a level and year of which a record in the panel does, … */
void weigh_seat(struct weigh *weigh, struct slice key, struct slice before, struct slice after);
void weigh_figures(struct weigh *weigh, uint16_t year, enum level level);
/* … puts into the batch what follows for the queue, … */
enum status weigh_all(struct change *change, struct error *error);
/* … and once it is committed, makes medians of peers anew that have become too old, in a batch of
 * its own. */
enum status weigh_renew(struct change *change, struct error *error);
/* A seat that the batch has left alone; one that it has not is weighed anyway. */
enum status weigh_again(struct change *change, const struct unit_name *unit, struct error *error);
/* weigh.c's part of weigh_all: the seats noted and their neighbours; what was added to the sums. */
enum status weigh_noted(struct change *change, struct error *error);
enum status weigh_totals(struct change *change, struct error *error);
void weigh_clear(struct weigh *weigh);
void weigh_release(struct weigh *weigh);

/* ---- upgrade.c ---- */
/* Makes the queue of a store of format 4, which had none, and gives any older one the new format.
 */
enum status store_upgrade(struct store *store, struct error *error);

/* ---- passages.c ---- */
/* Notes what the seat at hand changes in the index, … */
enum status passages_change(struct change *change, struct error *error);
/* … and puts all that was noted into the batch. */
void passages_write(struct change *change);

#endif
