/* lists.h - what the files of the lists share; nobody outside workers/results/read includes it. */
#ifndef XIANZHI_RESULTS_LISTS_H
#define XIANZHI_RESULTS_LISTS_H

#include "proto/base/digest.h"
#include "workers/results/doubts.h"
#include "workers/results/read/read.h"

/* A page of a list in the making. */
struct list_page {
    struct results_reader *reader;
    const struct request *request;
    struct arena *arena;
    struct answer *answer;
    struct matcher matcher;
    size_t capacity, limit, looked_at;
    enum standing standing; /* of the filing that is shown */
    struct slice placed_by; /* who has said that it is this unit's; empty: its text */
    struct slice newer;     /* 32 bytes: the version that has replaced it, or empty */
    struct slice latest;    /* the same of the document whose versions follow */
    bool formers;           /* shows versions that were replaced, too */
    enum doubt doubt;       /* review: that is being gone through */
    struct buffer seats[3]; /* review: the one at hand, the year before it, the year behind */
    struct buffer peers;    /* the record of its level and year, and whose it is */
    uint16_t peers_year;    /* 0: none is at hand */
    enum level peers_level;
};

/* Room for one more item of the list. */
void *list_add(struct list_page *page);
/* It has its items, or looked at so much that others should have their turn. */
bool list_full(const struct list_page *page);

/* Shown each filing that the filter wants, in order of region, township, kind, year, issuer; texts
 * are valid during the call, as are the unit's. */
typedef enum status list_visit(struct list_page *page, const struct unit_name *unit,
                               const struct filing *filing, struct error *error);
/* Shows those of one seat; `sha256` (NULL data: any): only that document's. */
enum status list_seat(struct list_page *page, struct slice key, struct slice seat,
                      struct slice sha256, list_visit *visit, struct error *error);
/* All of them behind the seat's key `after` (empty: from the first), until the page is full: then
 * *more, and *last is the key of the last seat shown. A filter's document is looked up by its hash
 * instead. */
enum status list_filings(struct list_page *page, struct slice after, list_visit *visit, bool *more,
                         struct buffer *last, struct error *error);

/* The bytes that the filter's document begins with, as far as whole ones go: `prefix` is of `bytes`.
 * STATUS_BAD: it isn't one, or too short. */
enum status list_document(struct list_page *page, uint8_t bytes[DIGEST_BYTES],
                          struct slice *prefix, struct error *error);

/* ---- standing.c: documents beside those that are counted (aside.h) ---- */
/* What the seat remembers beside its filings; empty where the list shows only what is counted. */
enum status standings_read(struct list_page *page, struct slice key, struct slice *aside,
                           struct error *error);
/* Notes in the page how the seated document stands. False: it is one of several that are not
 * counted, to be shown by standing_next. */
bool standing_seated(struct list_page *page, struct slice aside, struct slice issuer,
                     struct slice sha256);
/* The next document that is not counted, its standing noted in the page; false at the end. */
bool standing_next(struct list_page *page, struct slice aside, struct slice seat, size_t *at,
                   struct slice *issuer, struct slice *filing);

/* The parts that the items of several lists have, copied to the arena. */
struct filed_unit list_unit(const struct list_page *page, const struct unit_name *unit,
                            const struct filing *filing);
struct slice list_hex(struct arena *arena, struct slice bytes);

/* ---- figures.c ---- */
struct figure_list {
    struct figure_item *items;
    size_t count, capacity;
};
/* Every figure of the filing: those in rows, the proposed, the decided ones, decisions that no
 * longer find theirs. With `reasons`: why a person should look, where there is reason.
 * STATUS_FATAL: damaged. */
enum status figures_of(struct list_page *page, const struct unit_name *unit,
                       const struct filing *filing, bool reasons, struct figure_list *list,
                       struct error *error);

/* ---- yardsticks.c ---- */
/* What the filing of this unit is weighed against; valid until the next one is laid. */
enum status yardstick_lay(struct list_page *page, const struct unit_name *unit,
                          struct yardstick *yardstick, struct error *error);

/* ---- leases.c ---- */
/* Whoever has the figure; NULL: nobody. */
struct figure_lease *figure_lease_find(struct results_reader *reader, struct slice id,
                                       uint64_t now_ms);
void figure_leases_end(struct results_reader *reader, struct slice by, uint64_t now_ms);
/* Until when. */
uint64_t figure_lease_take(struct results_reader *reader, struct slice id, struct slice by,
                           uint64_t now_ms);

/* ---- queue.c ---- */
/* As list_filings, but only the seats that the index has under the page's doubt. */
enum status queue_filings(struct list_page *page, struct slice after, list_visit *visit, bool *more,
                          struct buffer *last, struct error *error);
/* How many figures wait, each counted once, under its first doubt; with a reason asked for: that
 * have it. 0: the filter asks for what the index doesn't tell. */
enum status queue_count(struct list_page *page, enum doubt from, enum doubt to, uint64_t *count,
                        struct error *error);

/* ---- list_figures.c ---- */
/* Whether the page's filter wants the figure of its filing, and adding it with whoever has it. */
bool figure_wanted(struct list_page *page, const struct figure_item *item);
void figure_add(struct list_page *page, const struct figure_item *item);

/* ---- the lists ---- */
enum status list_documents(struct list_page *page, struct error *error);
enum status list_audits(struct list_page *page, struct error *error);
enum status list_coverage(struct list_page *page, struct error *error);
enum status list_figures(struct list_page *page, struct error *error);
enum status list_review(struct list_page *page, struct error *error);
enum status list_decisions(struct list_page *page, struct error *error);

#endif
