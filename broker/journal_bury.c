/* journal_bury.c - dead letters go into the journal, one for each document.
 *
 * A submission whose acknowledgement was lost is sent again, and counts once where it can be read.
 * Where it can't, it would die twice: so the family of known documents also remembers, by path and
 * bytes (of one that never came: by path and reason), which number it died under, and the later
 * number's letter takes the place of the earlier one's. Owned by the broker's thread; a document
 * that can't be read back has its letter to itself.
 */
#include "broker/journal_private.h"

#include "proto/base/digest.h"

#include <stdlib.h>

/* A letter staged in this batch: RocksDB does not show it before the commit. */
struct staged_letter {
    uint8_t fingerprint[FINGERPRINT_BYTES];
    uint64_t seq;
    enum cause cause;
    UT_hash_handle hh;
};

void journal_letters_forget(struct journal *journal)
{
    struct staged_letter *letter, *next;
    HASH_ITER(hh, journal->buried, letter, next)
    {
        HASH_DELETE(hh, journal->buried, letter);
        free(letter);
    }
    buffer_clear(&journal->settled);
}

/* False: its bytes can't be had. */
static bool take_fingerprint(struct journal *journal, const struct job *job,
                             const struct entry *letter, uint8_t fingerprint[FINGERPRINT_BYTES])
{
    uint8_t digest[DIGEST_BYTES];
    struct buffer *row = &journal->row;
    buffer_clear(row);
    buffer_append(row, "dead", sizeof "dead");
    buffer_append(row, job->path, strlen(job->path) + 1);
    if (!letter->document && letter->cause != CAUSE_UNREADABLE)
        return false;
    if (!letter->document)
        buffer_add(row, letter->reason);
    else if (job->document.data)
        buffer_add(row, buffer_slice(&job->document));
    else if (!journal->kv || journal_document(journal, job->seq, row, NULL) != STATUS_OK)
        return false;
    digest_sha256(buffer_slice(row), digest);
    memcpy(fingerprint, digest, FINGERPRINT_BYTES);
    return true;
}

/* The number the document died under before and how; 0: it didn't, or that letter is gone. */
static uint64_t find_earlier(struct journal *journal, const uint8_t *fingerprint, uint64_t own_seq,
                             enum cause *cause)
{
    struct staged_letter *staged = NULL;
    HASH_FIND(hh, journal->buried, fingerprint, FINGERPRINT_BYTES, staged);
    if (staged) {
        *cause = staged->cause;
        return staged->seq == own_seq ? 0 : staged->seq;
    }
    struct slice key = {(const char *)fingerprint, FINGERPRINT_BYTES};
    struct buffer *row = &journal->row;
    buffer_clear(row);
    if (!journal->kv || kv_get(journal->kv, FAMILY_KNOWN, key, row, NULL) != STATUS_OK ||
        row->len != 8)
        return 0;
    uint64_t seq = number_read(row->data);
    struct entry letter;
    if (seq == own_seq || journal_letter(journal, seq, &letter, row, NULL) != STATUS_OK)
        return 0;
    *cause = letter.cause;
    return seq;
}

static void note_fingerprint(struct journal *journal, const uint8_t *fingerprint, uint64_t seq,
                             enum cause cause)
{
    struct staged_letter *staged = NULL;
    char number[8];
    HASH_FIND(hh, journal->buried, fingerprint, FINGERPRINT_BYTES, staged);
    if (!staged) {
        staged = memory_zero(sizeof *staged);
        memcpy(staged->fingerprint, fingerprint, FINGERPRINT_BYTES);
        HASH_ADD(hh, journal->buried, fingerprint, sizeof staged->fingerprint, staged);
    }
    staged->seq = seq;
    staged->cause = cause;
    number_write(number, seq);
    journal_count_known(journal);
    journal_redo_put(journal, FAMILY_KNOWN,
                     (struct slice){(const char *)fingerprint, FINGERPRINT_BYTES},
                     (struct slice){number, 8});
}

static void put_letter(struct journal *journal, const struct job *job, const struct entry *letter)
{
    struct queue_key key = queue_key_make(job->urgent, slice_of(job->flow), job->seq);
    char number[8];
    number_write(number, job->seq);
    buffer_clear(&journal->row);
    entry_encode(letter, &journal->row);
    journal_redo_delete(journal, FAMILY_QUEUE, queue_key_slice(&key));
    journal_drop_pages(journal, job);
    journal_redo_put(journal, FAMILY_DEAD, (struct slice){number, 8}, buffer_slice(&journal->row));
}

static void take_letter(struct journal *journal, uint64_t seq)
{
    char number[8];
    number_write(number, seq);
    journal_redo_delete(journal, FAMILY_DEAD, (struct slice){number, 8});
    journal_redo_delete(journal, FAMILY_BODY, (struct slice){number, 8});
}

struct replaced_letter journal_bury(struct journal *journal, struct job *job,
                                    const struct entry *letter)
{
    const struct replaced_letter none = {0, CAUSE_NONE};
    if (!journal->folder) {
        memory_bury(journal, job, letter);
        return none;
    }
    uint8_t fingerprint[FINGERPRINT_BYTES];
    enum cause cause = CAUSE_NONE;
    bool known = take_fingerprint(journal, job, letter, fingerprint);
    uint64_t earlier = known ? find_earlier(journal, fingerprint, job->seq, &cause) : 0;
    if (earlier > job->seq) {
        journal_remove(journal, job);
        return (struct replaced_letter){job->seq, letter->cause};
    }
    put_letter(journal, job, letter);
    if (known)
        note_fingerprint(journal, fingerprint, job->seq, letter->cause);
    if (!earlier)
        return none;
    take_letter(journal, earlier);
    return (struct replaced_letter){earlier, cause};
}
