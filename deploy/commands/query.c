/* query.c - `xianzhi query`: reads results from a store's folder or from a running pipeline.
 *
 * A folder is looked at as a secondary reader, so it may be written to meanwhile; the rows are
 * those of the moment it was opened. Through a broker each page is of its own moment.
 */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/print.h"
#include "proto/client.h"
#include "workers/aggregate/store.h"

#include <string.h>

enum { PAGE_ROWS = 2000 };

struct source {
    struct store *store; /* one of the two */
    struct client *client;
};

extern const struct command query_command;

static enum status open_source(struct source *source, const char *store, const char *broker,
                               struct keys_option *keys, struct error *error)
{
    if (store) {
        struct store_options options = {.read_only = true};
        return store_open(&source->store, store, &options, error);
    }
    struct client_options options = {.endpoint = broker, .role = ROLE_READ, .stop_fd = -1};
    enum status status = keys_option_load(keys, &options.keys, error);
    return status ? status : client_open(&source->client, &options, error);
}

static enum status read_page(struct source *source, const struct request *request,
                             struct arena *arena, struct answer *answer, struct error *error)
{
    return source->store ? store_read(source->store, request, arena, answer, error)
                         : client_read(source->client, request, arena, answer, error);
}

static enum status print_rows(struct source *source, const struct filter *filter,
                              enum row_format format, struct error *error)
{
    struct request request = {.limit_rows = PAGE_ROWS, .filter = *filter};
    struct row_printer *printer = row_printer_new(stdout, format);
    struct arena arena = {0};
    struct buffer after = {0};
    struct answer answer = {.more = true};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && answer.more && !stop_requested() && !ferror(stdout)) {
        arena_reset(&arena);
        status = read_page(source, &request, &arena, &answer, error);
        for (size_t i = 0; status == STATUS_OK && i < answer.row_count; i++)
            row_print(printer, &answer.rows[i]);
        buffer_clear(&after);
        buffer_add(&after, answer.after);
        request.after = buffer_slice(&after);
    }
    row_printer_end(&printer);
    buffer_release(&after);
    arena_release(&arena);
    return status;
}

static int run(int argc, char **argv)
{
    const char *store = NULL, *broker = NULL, *indicator = NULL, *level = NULL, *format = "table";
    struct option_list regions = {0};
    uint64_t year = 0;
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"store", 's', OPTION_TEXT, &store, "DIR", "folder of the results store"},
        {"broker", 'b', OPTION_TEXT, &broker, "ENDPOINT", "or: ask a running pipeline"},
        {"indicator", 'i', OPTION_TEXT, &indicator, "GLOB", "'litigation.*'"},
        {"region", 'r', OPTION_LIST, &regions, "CODE", "code or its beginning: 14, 141031; repeat"},
        {"year", 'y', OPTION_NUMBER, &year, "YEAR", "the year reported on"},
        {"level", 'l', OPTION_TEXT, &level, "nation|province|prefecture|county|township",
         "of the unit, or of a roll-up's parent"},
        {"format", 'f', OPTION_TEXT, &format, "table|csv|jsonl", "how to print (table)"},
        KEYS_OPTIONS(&keys),
        {0}};
    struct filter filter = {0};
    struct source source = {0};
    struct error error = {""};
    int first, code;
    if (!options_parse(&query_command, options, argc, argv, &first, &code))
        return code;
    if (first < argc)
        return complain("query", EXIT_USAGE, "%s: query takes options only, see --help",
                        argv[first]);
    if (!store == !broker)
        return complain("query", EXIT_USAGE, "name either --store DIR or --broker ENDPOINT");
    if (year > 9999)
        return complain("query", EXIT_USAGE, "--year %llu: a year has four digits",
                        (unsigned long long)year);
    filter.indicator = slice_of(indicator);
    filter.year = (uint16_t)year;
    filter.level = level ? level_by_name(slice_of(level)) : LEVEL_UNKNOWN;
    for (; filter.region_count < regions.count; filter.region_count++)
        filter.regions[filter.region_count] = slice_of(regions.items[filter.region_count]);
    stop_signal_fd();
    enum status status = open_source(&source, store, broker, &keys, &error);
    if (status == STATUS_OK)
        status = print_rows(&source, &filter, row_format_by_name(format), &error);
    store_close(&source.store);
    client_close(&source.client);
    if (status != STATUS_OK)
        return complain("query", status == STATUS_BAD ? EXIT_USAGE : EXIT_FAILED, "%s", error.text);
    return EXIT_DONE;
}

const struct command query_command = {
    .name = "query",
    .synopsis = "query (--store DIR | --broker ENDPOINT) [--indicator GLOB] [--region CODE]... "
                "[--year Y] [--level L] [--format table|csv|jsonl]",
    .help = "read results from a store or from a running pipeline",
    .run = run,
};
