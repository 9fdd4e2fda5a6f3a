/* kv_look.c - opening a store to read it while another process may be writing to it. Runs on the
 * opening thread.
 *
 * RocksDB's ordinary reader is used, not its secondary instance: that one leaves out, in silence,
 * tables that it can't open. The ordinary one reads the list of tables, opens all of them, then
 * reads the logs, and knows of no writer. What the writer may drop meanwhile: a table (opening
 * fails) or a log whose rows went into a table that the list didn't have yet (rows would be
 * missing). So the opening counts only when every log from before it is still there afterwards.
 */
#include "proto/kv_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 10, PAUSE_MS = 20 };

/* Whether all of these logs are there still; releases them. */
static bool are_there(const char *folder, struct dirent **logs, int count)
{
    bool there = true;
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, logs[i]->d_name);
        there = there && access(path, F_OK) == 0;
        free(logs[i]);
    }
    free(logs);
    return there;
}

enum status kv_look(struct kv **kv, const char *folder, const struct kv_options *wanted,
                    struct error *error)
{
    for (int i = 0; i < TRIES; i++) {
        struct dirent **logs = NULL;
        int count = scandir(folder, &logs, kv_is_log, NULL);
        enum status status = kv_open_once(kv, folder, wanted, error);
        bool whole = are_there(folder, logs, count);
        bool last = i == TRIES - 1 || kv_folder_kind(folder) != FOLDER_STORE;
        if (status == STATUS_OK ? whole : last)
            return status;
        if (status == STATUS_OK)
            kv_close(kv);
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000}, NULL);
    }
    return fail(error, STATUS_FATAL, "%s: is changing too fast to be read: ask again", folder);
}
