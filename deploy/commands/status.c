/* status.c - `xianzhi status`: where everything is, for a person or as JSON (the broker's record,
 * key by key; proto/PROTOCOL.md says what each means). */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/packed_json.h"
#include "deploy/commands/status_print.h"
#include "proto/base/tr.h"

#include <string.h>

extern const struct command status_command;

static enum status ask(const struct client_options *options, bool json, struct error *error)
{
    struct client *client;
    enum status status = client_open(&client, options, error);
    if (status != STATUS_OK)
        return status;
    struct arena arena = {0};
    const struct packed *root = NULL;
    status = status_ask(client, &arena, &root, error);
    if (status == STATUS_OK && json)
        packed_print_json(root, stdout);
    else if (status == STATUS_OK)
        status_print(stdout, root);
    arena_release(&arena);
    client_close(&client);
    return status;
}

static int run(int argc, char **argv)
{
    const char *format = "table";
    struct client_options client = {.role = ROLE_READ};
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &client.endpoint, "ENDPOINT", TR("where the broker is")},
        {"format", 'f', OPTION_TEXT, &format, "table|json", TR("for a person, or everything")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = status_command.name;
    if (!options_parse(&status_command, options, argc, argv, &first, &code))
        return code;
    if (!client.endpoint || first != argc)
        return complain(name, EXIT_USAGE, "%s: %s",
                        client.endpoint ? TR("too many arguments") : "--broker ENDPOINT is missing",
                        status_command.synopsis);
    struct error error = {0};
    client.stop_fd = stop_signal_fd();
    enum status status = keys_option_load(&keys, &client.keys, &error);
    if (status == STATUS_OK)
        status = ask(&client, strcmp(format, "json") == 0, &error);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command status_command = {
    .name = "status",
    .synopsis = "status --broker ENDPOINT [--format table|json]",
    .help = TR("queues, leases, workers, rates, dead letters, disk"),
    .run = run,
};
