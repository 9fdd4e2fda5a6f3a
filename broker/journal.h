/* journal.h - what was accepted and isn't finished, safe on disk; and the dead letters.
 *
 * Changes are staged and take effect together in journal_commit, which is the only place that
 * waits for the disk. Once a write has failed the journal is broken: nothing more is acknowledged
 * until journal_reopen succeeds.
 *
 * Numbers (seq) begin at the time of creation in ms times 2^11 and rise by one, so that a journal
 * made later always counts higher than one that is lost (up to two million reports a second); none
 * is given twice. They stay below 2^53 for the next eighty years: readers of JSON keep them whole.
 *
 * Without a folder the journal is in memory, for a pipeline whose files are the durable copy: jobs
 * keep their documents themselves then, and nothing is hashed.
 *
 * Families of the folder (key -> value; numbers big-endian):
 *   meta   "format" -> 1; "last_seq" -> seq; "ages" -> seq, seq, rows (journal_sweep.c)
 *   queue  lane, flow, 0, seq -> entry          waiting or at work
 *   body   seq -> the document
 *   dead   seq -> entry                         dead letters; their bodies stay
 *   known  16 bytes of SHA-256 -> seq           documents that came before, that came through a
 *                                               queue, and that died; the last million or two
 *
 * Owned by the broker's thread.
 */
#ifndef XIANZHI_BROKER_JOURNAL_H
#define XIANZHI_BROKER_JOURNAL_H

#include "broker/entry.h"

struct journal;

/* `folder` NULL: in memory. STATUS_AGAIN: another broker has it; STATUS_FATAL: not a journal, a
 * newer one, damaged (names the file). */
enum status journal_open(struct journal **journal, const char *folder, size_t memory_bytes,
                         struct error *error);
void journal_close(struct journal **journal); /* accepts NULL inside */

bool journal_in_memory(const struct journal *journal);
uint64_t journal_last_seq(const struct journal *journal);
uint64_t journal_next_seq(struct journal *journal);

/* ---- staging ---- */

/* A new report (state STAGED). *known_seq: the number the same bytes came under before, or 0. The
 * document is copied; `keep`: also into the job, so that it needn't be read back soon. */
enum status journal_append(struct journal *journal, struct job *job, struct slice document,
                           bool keep, uint64_t *known_seq, struct error *error);
/* Its attempts or suspicion have changed. */
void journal_note(struct journal *journal, const struct job *job);
/* These bytes (32 bytes of SHA-256), handed in elsewhere at `sent` (lineage.sent), came as `seq`;
 * journal_append says so of what it appends. */
void journal_note_sent(struct journal *journal, const uint8_t *sha256, uint64_t sent, uint64_t seq);
/* It is finished. */
void journal_remove(struct journal *journal, const struct job *job);
/* It is dead (state DEAD); `letter` says why. A job in memory gives its document up. On disk one
 * document has one letter: of two with the same path and bytes the later number's stays, and the
 * one that goes for it, which may be this one, is given. */
struct replaced_letter {
    uint64_t seq;
    enum cause cause; /* CAUSE_NONE: none goes */
};
struct replaced_letter journal_bury(struct journal *journal, struct job *job,
                                    const struct entry *letter);
/* A dead letter goes back to the queue with its old number, so that it can't overtake a later
 * version of the same report. Gives its job (state READY, attempts anew). STATUS_AGAIN: no such
 * letter or it has no document. */
enum status journal_replay(struct journal *journal, uint64_t seq, struct job **job,
                           struct error *error);
/* STATUS_AGAIN: no such letter. */
enum status journal_drop(struct journal *journal, uint64_t seq, struct error *error);

size_t journal_staged_bytes(const struct journal *journal);

/* Writes what is staged; with `sync` it is on disk when this returns OK. */
enum status journal_commit(struct journal *journal, bool sync, struct error *error);

/* Why nothing can be written; NULL: all is well. */
const char *journal_broken(const struct journal *journal);
/* Opens a broken journal again; what was staged and refused is taken back. */
enum status journal_reopen(struct journal *journal, struct error *error);

/* ---- reading ---- */

/* The document is appended. STATUS_AGAIN: it isn't there. */
enum status journal_document(struct journal *journal, uint64_t seq, struct buffer *document,
                             struct error *error);

/* The number under which these bytes (32 bytes of SHA-256) came first, or again when that was long
 * ago, or, with `sent`, those that were handed in elsewhere then came last; 0: never, or that isn't
 * known. Staged ones don't show. */
uint64_t journal_known(struct journal *journal, const uint8_t *sha256, uint64_t sent);

/* What the OCR stage has read off a report's pages so far, its record: kept until the report ends,
 * for a broker that begins again (job->pages, after which it is asked for). STATUS_AGAIN: none. */
void journal_keep_pages(struct journal *journal, struct job *job);
enum status journal_pages(struct journal *journal, uint64_t seq, struct buffer *record);

/* Once, at start: what waits, flow by flow. */
typedef void (*journal_flow_visit)(void *context, bool urgent, struct slice flow, uint64_t reports,
                                   uint64_t bytes);
enum status journal_flows(struct journal *journal, journal_flow_visit visit, void *context,
                          struct error *error);

/* Waiting reports of a flow with numbers above `after_seq`, at most `limit`, as READY jobs. */
typedef void (*journal_job_visit)(void *context, struct job **job);
enum status journal_load(struct journal *journal, bool urgent, struct slice flow,
                         uint64_t after_seq, unsigned limit, journal_job_visit visit, void *context,
                         struct error *error);

/* Dead letters with numbers above `after_seq` until `visit` returns false. The entry's texts are
 * valid during the call. Staged changes don't show. */
/* Remembers what a person said of a document, the head of an envelope (proto/listed.h), for
 * whenever the same bytes come, in whatever envelope; staged, on disk with the next commit.
 * STATUS_BAD: a journal in memory remembers nothing. */
enum status journal_place(struct journal *journal, struct slice document, struct slice head,
                          struct error *error);
/* Appends the head that is remembered for a document to `head`; false: none. Cheap while nothing
 * has ever been placed. */
bool journal_placement(struct journal *journal, struct slice document, struct buffer *head);

typedef bool (*journal_dead_visit)(void *context, const struct entry *letter);
enum status journal_dead(struct journal *journal, uint64_t after_seq, journal_dead_visit visit,
                         void *context, struct error *error);
/* One letter; its texts live in `storage`. STATUS_AGAIN: no such letter, or one that is being
 * dropped or replayed with the next commit. */
enum status journal_letter(struct journal *journal, uint64_t seq, struct entry *letter,
                           struct buffer *storage, struct error *error);

/* ---- for the operator ---- */

struct journal_facts {
    uint64_t disk_bytes, free_bytes;
    uint64_t commits, syncs;
    uint64_t sync_sum_us;              /* of all */
    uint32_t sync_p50_us, sync_p99_us; /* of the last thousand */
};
struct journal_facts journal_facts(struct journal *journal);

/* Free space where the journal lies; UINT64_MAX in memory. */
uint64_t journal_free_bytes(const struct journal *journal);

#endif
