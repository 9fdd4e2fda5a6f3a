/* journal_redo.c - changes for the next commit, and those of them that hold whether or not it can
 * be written: these are kept and staged again. Owned by the broker's thread; nothing here fails. */
#include "broker/journal_private.h"

void journal_stage_put(struct journal *journal, unsigned family, struct slice key,
                       struct slice value)
{
    kv_batch_put(journal->batch, family, key, value);
    journal->staged_bytes += key.len + value.len;
}

void journal_stage_delete(struct journal *journal, unsigned family, struct slice key)
{
    kv_batch_delete(journal->batch, family, key);
    journal->staged_bytes += key.len;
}

void journal_redo_put(struct journal *journal, unsigned family, struct slice key,
                      struct slice value)
{
    struct redo_head head = {family, (uint32_t)key.len, (uint32_t)value.len, true};
    buffer_append(&journal->redo, &head, sizeof head);
    buffer_add(&journal->redo, key);
    buffer_add(&journal->redo, value);
    if (!journal->broken)
        journal_stage_put(journal, family, key, value);
}

void journal_redo_delete(struct journal *journal, unsigned family, struct slice key)
{
    struct redo_head head = {family, (uint32_t)key.len, 0, false};
    buffer_append(&journal->redo, &head, sizeof head);
    buffer_add(&journal->redo, key);
    if (!journal->broken)
        journal_stage_delete(journal, family, key);
}

void journal_stage_redo(struct journal *journal)
{
    for (size_t at = 0; at < journal->redo.len;) {
        struct redo_head head;
        memcpy(&head, journal->redo.data + at, sizeof head);
        struct slice key = {journal->redo.data + at + sizeof head, head.key_len};
        struct slice value = {key.data + key.len, head.value_len};
        if (head.put)
            journal_stage_put(journal, head.family, key, value);
        else
            journal_stage_delete(journal, head.family, key);
        at += sizeof head + key.len + value.len;
    }
}

void journal_note(struct journal *journal, const struct job *job)
{
    if (!journal->folder)
        return;
    struct entry entry = entry_of_job(job);
    struct queue_key key = queue_key_of(job);
    buffer_clear(&journal->row);
    entry_encode(&entry, &journal->row);
    journal_redo_put(journal, FAMILY_QUEUE, queue_key_slice(&key), buffer_slice(&journal->row));
}

void journal_letter_settle(struct journal *journal, uint64_t seq)
{
    buffer_append(&journal->settled, &seq, sizeof seq);
}

bool journal_letter_is_settled(const struct journal *journal, uint64_t seq)
{
    for (size_t at = 0; at < journal->settled.len; at += sizeof seq)
        if (memcmp(journal->settled.data + at, &seq, sizeof seq) == 0)
            return true;
    return false;
}
