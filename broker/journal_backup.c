/* journal_backup.c - copies of the journal.
 *
 * Numbers: the results store is copied after the journal, so it may know reports with higher
 * numbers than the journal's copy ever gave. Were they given again, an edited report that comes
 * after the restore would count as older than what it replaces. A restored journal therefore goes
 * on at the time of day, as a new one begins: that is above every number given before.
 */
#include "broker/journal_backup.h"

#include "broker/journal_private.h"
#include "proto/base/clock.h"
#include "proto/kv/kv_backup.h"

#include <limits.h>
#include <stdio.h>

enum { MEMORY_BYTES = 64 << 20 };

enum status journal_backup(struct journal *journal, const char *folder, uint64_t *bytes,
                           struct error *error)
{
    return kv_backup(journal->kv, folder, JOURNAL_BACKUP_NAME, bytes, error);
}

static void count_flow(void *context, bool urgent, struct slice flow, uint64_t reports,
                       uint64_t bytes)
{
    struct journal_restored *restored = context;
    (void)urgent, (void)flow, (void)bytes;
    restored->waiting += reports;
}

static bool count_letter(void *context, const struct entry *letter)
{
    struct journal_restored *restored = context;
    (void)letter;
    restored->dead++;
    return true;
}

static enum status settle(struct journal *journal, struct journal_restored *restored,
                          struct error *error)
{
    uint64_t now = journal_first_seq();
    enum status status = kv_verify(journal->kv, error);
    if (status == STATUS_OK)
        status = journal_flows(journal, count_flow, restored, error);
    if (status == STATUS_OK)
        status = journal_dead(journal, 0, count_letter, restored, error);
    if (journal->last_seq < now)
        journal->last_seq = now;
    restored->bytes = kv_disk_bytes(journal->kv);
    return status == STATUS_OK ? journal_commit(journal, true, error) : status;
}

enum status journal_restore(const char *backup, const char *to, struct journal_restored *restored,
                            struct error *error)
{
    char from[PATH_MAX];
    struct journal *journal = NULL;
    *restored = (struct journal_restored){0};
    if (snprintf(from, sizeof from, "%s/%s", backup, JOURNAL_BACKUP_NAME) >= (int)sizeof from)
        return fail(error, STATUS_BAD, "%.200s…: path too long", backup);
    enum status status = kv_restore(from, to, error);
    if (status != STATUS_OK)
        return status;
    status = journal_open(&journal, to, MEMORY_BYTES, error);
    if (status == STATUS_OK)
        status = settle(journal, restored, error);
    journal_close(&journal);
    if (status != STATUS_OK)
        kv_unrestore(to);
    return status;
}
