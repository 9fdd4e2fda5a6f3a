/* journal_private.h - what the journal_*.c files share; nobody else includes it. */
#ifndef XIANZHI_BROKER_JOURNAL_PRIVATE_H
#define XIANZHI_BROKER_JOURNAL_PRIVATE_H

#include "broker/journal.h"
#include "proto/base/clock.h"
#include "proto/kv/kv.h"

enum { FAMILY_META, FAMILY_QUEUE, FAMILY_BODY, FAMILY_DEAD, FAMILY_KNOWN, FAMILY_COUNT };
enum { FINGERPRINT_BYTES = 16, SYNC_SAMPLES = 1024, MAX_QUEUE_KEY = 128 };

/* A dead letter of a journal in memory. */
struct memory_letter {
    uint64_t seq;
    struct buffer entry;
    struct buffer document;
    UT_hash_handle hh;
};

/* A document staged in this batch: RocksDB does not show it before the commit. */
struct staged_document {
    uint8_t fingerprint[FINGERPRINT_BYTES];
    uint64_t seq;
    UT_hash_handle hh;
};

/* How old what is known is; see journal_sweep.c. */
struct journal_ages {
    uint64_t from_seq, before_seq; /* numbers where this age and the one before it began; 0: no */
    uint64_t rows;                 /* of this age */
    unsigned counted;              /* rows since the last sweep */
    bool is_sweeping;
    char swept[FINGERPRINT_BYTES]; /* the last one that was looked at */
};

struct journal {
    char *folder; /* NULL: in memory */
    size_t memory_bytes;
    struct kv *kv;
    struct kv_batch *batch;
    uint64_t last_seq, stored_seq; /* given; and what meta says */
    size_t staged_bytes;
    struct staged_document *staged;
    struct staged_letter *buried; /* journal_bury.c's */
    struct buffer settled;        /* numbers of letters replayed or dropped in this batch */
    struct buffer undo;           /* keys of staged new reports: taken back by journal_reopen */
    struct buffer redo; /* what became of older reports since the last good commit: holds whether
                           or not it could be written, so it is staged again by journal_reopen */
    struct buffer row;  /* scratch */
    struct journal_ages ages;
    bool broken;
    bool placed; /* a person has placed something: journal_place.c */
    struct error cause;

    struct memory_letter *letters;

    uint64_t commits, syncs, sync_sum_us;
    uint32_t sync_us[SYNC_SAMPLES];
};

void journal_read_placed(struct journal *journal); /* at opening */

/* One change in `redo`, followed by key and value. */
struct redo_head {
    uint32_t family, key_len, value_len;
    bool put;
};

struct queue_key {
    char bytes[MAX_QUEUE_KEY];
    size_t len;
};

/* Of a journal made now. */
static inline uint64_t journal_first_seq(void)
{
    return clock_unix_ms() << 11;
}

static inline struct slice queue_key_slice(const struct queue_key *key)
{
    return (struct slice){key->bytes, key->len};
}

/* journal_keys.c */
struct queue_key queue_key_make(bool urgent, struct slice flow, uint64_t seq);
struct queue_key queue_key_of(const struct job *job);
/* Of these bytes as they were handed in elsewhere then: DIGEST_BYTES. */
void sent_fingerprint(const uint8_t *sha256, uint64_t sent, uint8_t *fingerprint);
void number_write(char out[8], uint64_t number);
uint64_t number_read(const char in[8]);

/* journal_pages.c: with the report itself. */
void journal_drop_pages(struct journal *journal, const struct job *job);

/* journal_redo.c */
void journal_stage_put(struct journal *journal, unsigned family, struct slice key,
                       struct slice value);
void journal_stage_delete(struct journal *journal, unsigned family, struct slice key);
void journal_stage_redo(struct journal *journal);

/* The same for what must not be forgotten when the commit fails or the journal is broken. */
void journal_redo_put(struct journal *journal, unsigned family, struct slice key,
                      struct slice value);
void journal_redo_delete(struct journal *journal, unsigned family, struct slice key);

/* This batch replays or drops that letter. */
void journal_letter_settle(struct journal *journal, uint64_t seq);
bool journal_letter_is_settled(const struct journal *journal, uint64_t seq);

/* journal_sweep.c. A row of FAMILY_KNOWN is staged; what is counted goes with each batch. */
void journal_count_known(struct journal *journal);
void journal_stage_ages(struct journal *journal);
void journal_read_ages(struct journal *journal); /* at opening */
/* Whether a row with this number is none of this age, so that it may be swept before another has
 * passed, and no letter's, which it may join with others. */
bool journal_fades(struct journal *journal, uint64_t seq);
/* Into an empty batch, since what it deletes may be put anew in this one. */
void journal_sweep(struct journal *journal);

/* journal_bury.c: the batch is written or given up. */
void journal_letters_forget(struct journal *journal);

/* journal_memory.c: the same for a journal without a folder. */
void memory_bury(struct journal *journal, struct job *job, const struct entry *letter);
enum status memory_replay(struct journal *journal, uint64_t seq, struct job **job,
                          struct error *error);
enum status memory_drop(struct journal *journal, uint64_t seq, struct error *error);
enum status memory_dead(struct journal *journal, uint64_t after_seq, journal_dead_visit visit,
                        void *context, struct error *error);
struct memory_letter *memory_find(struct journal *journal, uint64_t seq);
void memory_release(struct journal *journal);

#endif
