/* subscribe.c - `xianzhi subscribe`: a snapshot of the results, then every change, each once.
 *
 * One thread: asks for the next page, prints what differs from what was told last, asks again. What
 * can fail: nobody is at the endpoint at first, the reader of our output goes away. A broker or
 * worker that is restarted later costs only waiting.
 */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/names.h"
#include "deploy/commands/row_table.h"
#include "deploy/commands/seen.h"
#include "proto/client.h"
#include "proto/rows/row_json.h"

#include <stdio.h>
#include <string.h>

extern const struct command subscribe_command;

struct subscription {
    bool jsonl;
    bool in_snapshot;
    uint64_t version;
    struct buffer store; /* of which it is */
    struct seen *seen;
    struct buffer line;
};

static void print_row(void *context, const struct row *row)
{
    struct subscription *subscription = context;
    struct buffer *line = &subscription->line;
    buffer_clear(line);
    if (subscription->jsonl) {
        row_json(row, subscription->version, buffer_slice(&subscription->store), line);
    } else {
        row_line(row, line);
        if (line->len == 0 || line->data[line->len - 1] != '\n')
            buffer_append(line, "\n", 1);
    }
    fwrite(line->data, 1, line->len, stdout);
}

static void take_page(struct subscription *subscription, const struct answer *page)
{
    subscription->version = page->version;
    buffer_clear(&subscription->store);
    buffer_add(&subscription->store, page->store);
    if (page->snapshot) {
        subscription->in_snapshot = true;
        seen_begin_snapshot(subscription->seen);
    }
    for (size_t i = 0; i < page->row_count; i++)
        if (seen_changed(subscription->seen, &page->rows[i]))
            print_row(subscription, &page->rows[i]);
    if (subscription->in_snapshot && !page->more) {
        seen_end_snapshot(subscription->seen, print_row, subscription);
        subscription->in_snapshot = false;
    }
    fflush(stdout);
}

static enum status follow(struct changes *changes, struct subscription *subscription,
                          struct error *error)
{
    enum status status;
    struct answer page;
    while ((status = changes_next(changes, &page, error)) == STATUS_OK) {
        take_page(subscription, &page);
        if (ferror(stdout) && output_unread())
            return STATUS_OK;
        if (ferror(stdout))
            return fail(error, STATUS_FATAL, "the output can't be written any more");
    }
    return status;
}

static enum status fill_filter(struct filter *filter, struct name_book *names,
                               const struct option_list *regions,
                               const struct option_list *indicators, struct error *error)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < regions->count && !status; i++)
        status = name_region(names, regions->items[i], filter, error);
    for (unsigned i = 0; i < indicators->count && !status; i++)
        status = name_indicator(names, indicators->items[i], filter, error);
    return status;
}

static int run(int argc, char **argv)
{
    const char *endpoint = NULL, *format = "text";
    struct option_list regions = {0}, indicators = {0};
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &endpoint, "ENDPOINT", TR("where the broker is")},
        {"region", 'r', OPTION_LIST, &regions, "CODE",
         TR("only regions whose code begins so, or by name")},
        {"indicator", 'i', OPTION_LIST, &indicators, "GLOB",
         TR("only these indicators: litigation.*, or by name")},
        {"format", 'f', OPTION_TEXT, &format, "text|jsonl",
         TR("a line a change, or a JSON object")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = subscribe_command.name;
    if (!options_parse(&subscribe_command, options, argc, argv, &first, &code))
        return code;
    if (first != argc)
        return complain(name, EXIT_USAGE, "%s: takes no arguments, only options", argv[first]);
    if (!endpoint)
        return complain(name, EXIT_USAGE, "--broker ENDPOINT is missing: where the broker is");
    struct filter filter = {0};
    struct name_book *names = NULL;
    struct client_options client = {
        .endpoint = endpoint, .role = ROLE_READ, .stop_fd = stop_signal_fd()};
    struct subscription subscription = {.jsonl = !strcmp(format, "jsonl"), .seen = seen_new()};
    struct changes *changes = NULL;
    struct error error = {0};
    enum status status = name_book_open(&names, &error);
    if (!status)
        status = fill_filter(&filter, names, &regions, &indicators, &error);
    if (!status)
        status = keys_option_load(&keys, &client.keys, &error);
    if (!status)
        status = changes_open(&changes, &client, &filter, 0, &error);
    if (!status)
        status = follow(changes, &subscription, &error);
    changes_close(&changes);
    seen_free(&subscription.seen);
    name_book_close(&names);
    buffer_release(&subscription.line);
    buffer_release(&subscription.store);
    if (status && stop_requested())
        status = STATUS_OK;
    if (status == STATUS_BAD)
        return complain(name, EXIT_USAGE, "%s", error.text);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command subscribe_command = {
    .name = "subscribe",
    .synopsis = "subscribe --broker ENDPOINT [--region CODE]... [--indicator GLOB]... [--format "
                "text|jsonl]",
    .help = TR("the results so far, then every change as it lands"),
    .run = run,
};
