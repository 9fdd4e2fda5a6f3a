/* query.c - `xianzhi query`: reads results from a store's folder or from a running pipeline. */
#include "deploy/commands/print.h"
#include "deploy/commands/source.h"

#include <string.h>

extern const struct command query_command;

static enum status take(void *context, const struct row *row, struct error *error)
{
    row_print(context, row);
    return ferror(stdout) ? fail(error, STATUS_FATAL, "the output could not be written whole")
                          : STATUS_OK;
}

static enum status print_rows(struct source *source, const struct filter *filter,
                              enum row_format format, struct error *error)
{
    struct row_printer *printer = row_printer_new(stdout, format);
    enum status status = source_read(source, filter, false, take, printer, error);
    row_printer_end(&printer);
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
    enum status status = source_open(&source, store, broker, &keys, &error);
    if (status == STATUS_OK)
        status = print_rows(&source, &filter, row_format_by_name(format), &error);
    source_close(&source);
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
