/* restore.c - `xianzhi restore`: makes a journal and a results store from a backup.
 *
 * One thread, nothing else running. Both places are looked at before anything is written; both
 * copies are read whole before it says that they are good. What can fail: a place that isn't empty,
 * a backup that isn't whole; then neither place is left with anything.
 */
#include "broker/journal_backup.h"
#include "deploy/commands/command.h"
#include "proto/kv/kv_backup.h"
#include "workers/results/backup.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

extern const struct command restore_command;

static enum status may_restore(const char *from, const char *half, const char *to,
                               struct error *error)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", from, half) >= (int)sizeof path)
        return fail(error, STATUS_BAD, "%.200s…: path too long", from);
    return kv_may_restore(path, to, error);
}

static enum status restore(const char *from, const char *data, const char *store,
                           struct error *error)
{
    struct journal_restored journal;
    uint64_t version = 0;
    enum status status = may_restore(from, JOURNAL_BACKUP_NAME, data, error);
    if (status == STATUS_OK)
        status = may_restore(from, STORE_BACKUP_NAME, store, error);
    if (status == STATUS_OK)
        status = store_restore(from, store, &version, error);
    if (status != STATUS_OK)
        return status;
    status = journal_restore(from, data, &journal, error);
    if (status != STATUS_OK) {
        kv_unrestore(store);
        return status;
    }
    fprintf(stderr,
            "%s: %" PRIu64 " reports to be read, %" PRIu64 " dead letters\n%s: version %" PRIu64
            "\n",
            data, journal.waiting, journal.dead, store, version);
    return STATUS_OK;
}

static int run(int argc, char **argv)
{
    const char *from = NULL, *data = NULL, *store = NULL;
    const struct option_spec options[] = {
        {"from", 'f', OPTION_TEXT, &from, "DIR", TR("what `xianzhi backup` made")},
        {"data", 'd', OPTION_TEXT, &data, "DIR",
         TR("the broker's new journal; empty or not there")},
        {"store", 's', OPTION_TEXT, &store, "DIR", TR("the new results store; empty or not there")},
        {0},
    };
    int first, code;
    const char *name = restore_command.name;
    if (!options_parse(&restore_command, options, argc, argv, &first, &code))
        return code;
    if (!from || !data || !store || first != argc)
        return complain(name, EXIT_USAGE, "%s: %s",
                        first != argc ? TR("too many arguments")
                        : !from       ? TR("--from DIR is missing")
                        : !data       ? TR("--data DIR is missing")
                                      : TR("--store DIR is missing"),
                        restore_command.synopsis);
    struct error error = {0};
    return restore(from, data, store, &error) ? complain_error(name, &error) : EXIT_DONE;
}

const struct command restore_command = {
    .name = "restore",
    .synopsis = "restore --from DIR --data DIR --store DIR",
    .help = TR("make a journal and a results store from a backup"),
    .run = run,
};
