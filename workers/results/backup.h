/* backup.h - a copy of the running results store, and a store from such a copy. */
#ifndef XIANZHI_RESULTS_BACKUP_H
#define XIANZHI_RESULTS_BACKUP_H

#include "workers/results/store.h"

#define STORE_BACKUP_NAME "store"

/* A copy of everything applied, as folder/store. STATUS_BAD: it is there already. */
enum status store_backup(struct store *store, const char *folder, uint64_t *bytes,
                         struct error *error);

/* Makes the store `to` (absent or empty) from backup/store and reads all of it. Its version is
 * higher than any that the lost store can have had, so that every reader begins anew. After a
 * failure nothing is left. */
enum status store_restore(const char *backup, const char *to, uint64_t *version,
                          struct error *error);

#endif
