/* backup.c - `xianzhi backup`: a copy of a running pipeline, journal and results.
 *
 * Asks the broker to copy its journal and then the aggregate worker to copy its store; broker/
 * backup.c says why in this order. Each writes its half itself, into the same folder by name: on
 * one host that is one folder, on two each has its half. A report that was accepted before the
 * command began is in the backup; what came meanwhile may be.
 */
#include "deploy/commands/keys_option.h"
#include "proto/base/tr.h"
#include "proto/client.h"
#include "proto/pack.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct command backup_command;

static enum status ask(struct client *client, const char *half, const char *folder,
                       const char *number_key, struct error *error)
{
    struct arena arena = {0};
    struct message answer, question = {
                               .type = MESSAGE_BACKUP,
                               .verb = slice_of(half),
                               .path = slice_of(folder),
                           };
    const struct packed *root;
    enum status status = client_ask_patiently(client, &question, &answer, error);
    if (status == STATUS_OK)
        status = packed_read(&arena, answer.payload, (struct pack_limits){4, 100}, &root, error);
    if (status == STATUS_OK)
        fprintf(stderr, "%s/%s: %.1f MiB, %s %" PRIu64 "\n", folder, half,
                (double)packed_uint(packed_get(root, "bytes"), 0) / (1 << 20),
                *number_key == 's' ? "up to report" : "version",
                packed_uint(packed_get(root, number_key), 0));
    arena_release(&arena);
    return status;
}

/* The broker has another working folder than we. */
static enum status make_absolute(const char *folder, struct buffer *path, struct error *error)
{
    char here[PATH_MAX];
    if (*folder != '/' && !getcwd(here, sizeof here))
        return fail(error, STATUS_FATAL, "the working folder is gone: give --out a path from /");
    if (*folder != '/')
        buffer_format(path, "%s/", here);
    buffer_format(path, "%s", folder);
    while (path->len > 1 && path->data[path->len - 1] == '/')
        path->data[--path->len] = '\0';
    return STATUS_OK;
}

static enum status back_up(const struct client_options *options, const char *folder,
                           struct error *error)
{
    struct client *client;
    enum status status = client_open(&client, options, error);
    if (status == STATUS_OK)
        status = ask(client, "journal", folder, "seq", error);
    if (status == STATUS_OK)
        status = ask(client, "store", folder, "version", error);
    client_close(&client);
    return status;
}

static int run(int argc, char **argv)
{
    const char *folder = NULL;
    struct client_options client = {.role = ROLE_ADMIN};
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &client.endpoint, "ENDPOINT", TR("where the broker is")},
        {"out", 'o', OPTION_TEXT, &folder, "DIR",
         TR("a new folder, made by broker and aggregate worker where they run")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = backup_command.name;
    if (!options_parse(&backup_command, options, argc, argv, &first, &code))
        return code;
    if (!client.endpoint || !folder || !*folder || first != argc)
        return complain(name, EXIT_USAGE, "%s: %s",
                        first != argc      ? TR("too many arguments")
                        : !client.endpoint ? "--broker ENDPOINT is missing"
                                           : "--out DIR is missing",
                        backup_command.synopsis);
    struct error error = {0};
    struct buffer path = {0};
    client.stop_fd = stop_signal_fd();
    enum status status = make_absolute(folder, &path, &error);
    if (status == STATUS_OK)
        status = keys_option_load(&keys, &client.keys, &error);
    if (status == STATUS_OK)
        status = back_up(&client, path.data, &error);
    buffer_release(&path);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command backup_command = {
    .name = "backup",
    .synopsis = "backup --broker ENDPOINT --out DIR",
    .help = TR("copy journal and results of a running pipeline"),
    .run = run,
};
