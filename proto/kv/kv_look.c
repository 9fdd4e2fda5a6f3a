/* kv_look.c - opening a store: to write, in one try; to read it while another process may be
 * writing to it, in as many as it takes. Runs on the opening thread.
 *
 * RocksDB's ordinary reader is used, not its secondary instance: that one leaves out, in silence,
 * tables that it can't open. The ordinary one reads the list of tables, opens all of them, then
 * reads the logs, and knows of no writer. What the writer may drop meanwhile: a table (opening
 * fails) or a log whose rows went into a table that the list didn't have yet (rows would be
 * missing). So the opening counts only when every log from before it is still there afterwards.
 */
#include "proto/base/clock.h"
#include "proto/kv/kv_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60 * 1000, FIRST_PAUSE_MS = 5, LONGEST_PAUSE_MS = 100 };

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

/* For reading only: as often as it takes. A writer at its busiest begins a new log every second or
 * so, an opening takes a tenth of that: one of the next few tries falls in between. */
static enum status look(struct kv **kv, const char *folder, const struct kv_options *wanted,
                        struct error *error)
{
    uint64_t until_us = clock_monotonic_us() + PATIENCE_MS * 1000ull;
    for (long pause_ms = FIRST_PAUSE_MS;; pause_ms *= 2) {
        struct dirent **logs = NULL;
        int count = scandir(folder, &logs, kv_is_log, NULL);
        enum status status = kv_open_once(kv, folder, wanted, error);
        bool whole = are_there(folder, logs, count);
        bool last = clock_monotonic_us() >= until_us || kv_folder_kind(folder) != FOLDER_STORE ||
                    (whole && pause_ms > LONGEST_PAUSE_MS);
        if (status == STATUS_OK ? whole : last)
            return status;
        if (status == STATUS_OK)
            kv_close(kv);
        if (last)
            return fail(error, STATUS_FATAL, "%s: is changing too fast to be read: ask again",
                        folder);
        if (pause_ms > LONGEST_PAUSE_MS)
            pause_ms = LONGEST_PAUSE_MS;
        nanosleep(&(struct timespec){.tv_nsec = pause_ms * 1000000}, NULL);
    }
}

enum status kv_open(struct kv **kv, const char *folder, const struct kv_options *wanted,
                    struct error *error)
{
    if (wanted->family_count > MAX_FAMILIES)
        return fail(error, STATUS_FATAL, "%s: more than %d families", folder, MAX_FAMILIES);
    return wanted->read_only ? look(kv, folder, wanted, error)
                             : kv_open_once(kv, folder, wanted, error);
}
