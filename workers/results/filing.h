/* filing.h - the report in force of one unit and year, as the store keeps it: its rows with every
 * mention, and the seat that holds it.
 *
 * A filing is written once and read in place: rows in order of indicator, found by bisection, texts
 * shared by several mentions (sentences, headings) kept once. Every read is within bounds; bytes
 * that don't make sense are STATUS_FATAL: the store is damaged.
 */
#ifndef XIANZHI_RESULTS_FILING_H
#define XIANZHI_RESULTS_FILING_H

#include "proto/base/memory.h"
#include "proto/reading.h"
#include "workers/results/coding.h"
#include "workers/results/figures.h"

/* An array of byte runs inside stored bytes: how many, and where each ends. */
struct runs {
    const char *ends; /* count little-endian 32-bit offsets into bytes */
    size_t count;
    struct slice bytes;
};

struct filing {
    uint64_t seq;        /* of the latest submission of these bytes */
    uint64_t path_seq;   /* of the earliest, whose path it bears */
    struct slice sha256; /* 32 bytes */
    struct slice catalogue, path, region_name, title, doc_number;
    enum level level;
    struct date published, signed_on;
    uint64_t filed_ms; /* unix */
    struct runs texts, rows, asides, decisions, audits, passages;
    struct lineage lineage; /* since format 6; nothing said before */
    bool scanned;           /* the report's own word (report.h); since format 7 */
};

/* A figure that stands in no row. */
struct filed_aside {
    enum verdict verdict; /* what was decided of it; NONE: it is proposed */
    struct slice indicator, label;
    struct evidence mention; /* without doc and path */
    struct candidate candidates[MAX_CANDIDATES];
    unsigned candidate_count;
};

/* What makes a filing: a report, and the decisions that are laid over it. */
struct filing_source {
    const struct report *report;
    uint64_t seq, path_seq, filed_ms;
    struct slice path;
    struct lineage lineage;
    const struct decision *decisions; /* at most one for a figure, none withdrawn */
    size_t decision_count;
};

/* One row of a filing; `mentions` is read on by filed_mention, the one that the value comes from
 * first, then the others in order of appearance. */
struct filed_row {
    struct slice indicator, label, unit;
    double value;
    enum bound bound;
    bool conflict;
    enum rollup_rule rollup;
    uint32_t mention_count;
    struct coded mentions;
};

/* A long paragraph by the least hashes of its shingles, cut to 32 bits; MARKS of them. Shorter ones
 * than LEAST_PASSAGE_BYTES (100 characters) may well agree by accident or custom. */
enum { MARKS = 8, LEAST_PASSAGE_BYTES = 300 };
struct filed_passage {
    struct span text;
    uint32_t marks[MARKS];
};

/* Storage for writing, kept from report to report. Zero-initialise. */
struct filing_scratch {
    struct figures figures;
    uint32_t *order; /* indexes of counted figures by indicator, then position */
    size_t capacity;
    uint32_t *sentence_of,
        *section_of; /* per figure, asides behind the counted: index into texts */
    struct buffer ends, bytes, rows;
};

void filing_write(const struct filing_source *source, struct filing_scratch *scratch,
                  struct buffer *out);
void filing_scratch_release(struct filing_scratch *scratch);

/* Appends what of a filing the rows from indicator `first` to `last` need: a filing without asides,
 * decisions, audits and passages that reads the same. False: there is no such row, or it is
 * damaged. */
bool filing_cut(const struct filing *filing, struct slice first, struct slice last,
                struct filing_scratch *scratch, struct buffer *out);

enum status filing_read(struct slice bytes, struct filing *filing, struct error *error);
/* False: out of range or damaged. */
bool filing_row(const struct filing *filing, size_t index, struct filed_row *row);
bool filing_find(const struct filing *filing, struct slice indicator, struct filed_row *row);
/* The row's next mention, without doc and path; false behind the last or when damaged. */
bool filed_mention(const struct filing *filing, struct filed_row *row, struct evidence *mention);
/* Whether most of the program's own figures were read off pictures; of a report without any, most
 * of its text. */
bool filing_is_scanned(const struct filing *filing);
/* False: out of range or damaged. */
bool filing_aside(const struct filing *filing, size_t index, struct filed_aside *aside);
/* The decisions as they were filed, with what is stale of them; texts point into the filing. False:
 * damaged. */
bool filing_decisions(const struct filing *filing, struct arena *arena, struct decision **decisions,
                      bool **stale, size_t *count);
/* How many of them are stale. */
uint32_t filing_stale(const struct filing *filing);
/* Fills in what the filing knows of its report: its bytes' hash, metadata but for whose it is, the
 * program's own facts, audits, passages. Lists go to the report's arena, texts point into the
 * filing. False: damaged. */
bool filing_restore(const struct filing *filing, struct report *report);
/* False: out of range or damaged. */
bool filing_audit(const struct filing *filing, size_t index, struct audit *audit);
bool filing_passage(const struct filing *filing, size_t index, struct filed_passage *passage);
/* A passage as it is filed, and its stored form. */
bool passage_file(const struct passage *passage,
                  struct filed_passage *filed); /* false: too short */
void passage_write(const struct filed_passage *passage, struct buffer *out);
bool passage_read(struct slice bytes, struct filed_passage *passage);
/* Same value, and the same mentions of the same document. */
bool filed_rows_equal(const struct filing *a, struct filed_row left, const struct filing *b,
                      struct filed_row right);

/* ---- seats: one filing, or several governments' of one region by different names ---- */

struct seat_entry {
    struct slice issuer, filing;
};

/* Reads the entry at `*at` (0: the first) and moves on; false at the end. A damaged seat ends in
 * *bad. An empty seat (no bytes) has no entries. */
bool seat_next(struct slice seat, size_t *at, struct seat_entry *entry, bool *bad);
/* Appends to `out` the seat with the issuer's filing put in, in order of issuer. */
void seat_replace(struct slice seat, struct slice issuer, struct slice filing, struct buffer *out);
/* Appends to `out` the seat without the issuer's filing. */
void seat_remove(struct slice seat, struct slice issuer, struct buffer *out);
/* The one whose figures enter roll-ups: a 人民政府 before others (管委会), then the shortest name,
 * then the first in byte order. False: nobody is seated. */
bool seat_principal(struct slice seat, struct seat_entry *entry);

#endif
