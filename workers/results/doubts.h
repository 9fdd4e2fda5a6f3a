/* doubts.h - why a person should look at a figure: the same answer for the index of the queue,
 * which is kept when a report is filed, and for whoever reads the queue. */
#ifndef XIANZHI_RESULTS_DOUBTS_H
#define XIANZHI_RESULTS_DOUBTS_H

#include "workers/results/audited.h"
#include "workers/results/dictionary.h"
#include "workers/results/filing.h"
#include "workers/results/keys.h"

/* In order of what a wrong figure would cost. */
enum doubt {
    DOUBT_STALE,    /* a decision no longer finds its sentence */
    DOUBT_CONFLICT, /* the report gives several figures, one was chosen */
    DOUBT_AUDIT,    /* an audit rests on it */
    DOUBT_OUTLIER,  /* far from the year before or behind, or from its peers */
    DOUBT_OCR,      /* read from a picture */
    DOUBT_PROPOSED, /* may state an indicator */
    DOUBT_COUNT
};

struct slice doubt_name(enum doubt doubt); /* "conflict" */
/* DOUBT_COUNT: there is none of that name. */
enum doubt doubt_by_name(struct slice name);

/* What a filing's values are weighed against; zero: against nothing. */
struct yardstick {
    struct filing years[2]; /* of the same unit, the year before and the year behind, as filed */
    unsigned year_count;
    struct slice peers; /* record of its level and year (peers.h); empty: too few of them */
    const struct dictionary *dictionary;
};

/* A figure as it stands in its filing. */
struct doubtful {
    const struct filed_row *row; /* NULL: it stands in none */
    bool leads;                  /* it is the one that its row's value comes from */
    bool stale, decided;         /* a decision that finds no sentence; one that is in force */
    struct span span;
    enum origin origin;
    enum state state;
};

/* Bits 1 << enum doubt; 0: nobody need look. */
unsigned doubts_of(const struct audited *audited, const struct yardstick *yardstick,
                   const struct doubtful *figure);

/* How many figures of a filing have the doubt, and of how many it is the first. */
struct doubt_count {
    uint32_t first, any;
};

/* Adds those of the filing. */
void doubts_count(const struct filing *filing, const struct yardstick *yardstick,
                  struct doubt_count counts[DOUBT_COUNT]);

/* ---- the index of the queue, in a family of its own ----
 *
 *   a…f seat           figures of the seat whose doubt that letter is: first, any (varints)
 *   W seat             the same of all doubts, to know what changes when the seat is weighed anew
 *   T letter province(2) year(4)   sums of `first` and `any`: how much is left
 *   P year(4) level(1) peers.h      S year(4) level(1)   figures changed since it was made
 */
enum { QUEUE_SEAT = 'W', QUEUE_TOTAL = 'T', QUEUE_PEERS = 'P', QUEUE_SINCE = 'S' };

static inline char queue_letter(enum doubt doubt)
{
    return (char)('a' + doubt);
}
void queue_total_key(struct buffer *out, enum doubt doubt, uint32_t province, uint16_t year);
void queue_peers_key(struct buffer *out, char letter, uint16_t year, enum level level);
void doubt_count_write(struct doubt_count count, struct buffer *out);
struct doubt_count doubt_count_read(struct coded *in);

#endif
