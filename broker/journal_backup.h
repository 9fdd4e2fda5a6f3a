/* journal_backup.h - a copy of the running journal, and a journal from such a copy. */
#ifndef XIANZHI_BROKER_JOURNAL_BACKUP_H
#define XIANZHI_BROKER_JOURNAL_BACKUP_H

#include "broker/journal.h"

#define JOURNAL_BACKUP_NAME "journal"

/* A copy of everything committed, as folder/journal. Any thread, while the owner commits; he must
 * neither close nor reopen the journal meanwhile. STATUS_BAD: it is there already. */
enum status journal_backup(struct journal *journal, const char *folder, uint64_t *bytes,
                           struct error *error);

struct journal_restored {
    uint64_t waiting, dead; /* reports */
    uint64_t bytes;
};

/* Makes the journal `to` (absent or empty) from backup/journal, reads every block of it, and sees
 * to it that it gives no number that was given since the backup. After a failure nothing is left.
 */
enum status journal_restore(const char *backup, const char *to, struct journal_restored *restored,
                            struct error *error);

#endif
