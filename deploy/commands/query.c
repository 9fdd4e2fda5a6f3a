/* query.c - `xianzhi query`: reads results from a store's folder or from a running pipeline, as a
 * table for a person, as lines for a program, or as a file for the office. */
#include "deploy/commands/listing.h"
#include "deploy/commands/mixed.h"
#include "deploy/commands/names.h"
#include "deploy/commands/query_view.h"
#include "deploy/commands/source.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

extern const struct command query_command;

struct query {
    const char *store, *broker;
    struct option_list indicators, regions, years, kinds;
    const char *level, *compare, *sort;
    bool units_only, rollups_only, proposed;
    struct keys_option keys;
    struct query_view view;

    struct name_book *names;
    struct filter filter;
    struct query_output *output;
    struct mixed mixed;
};

/* ---- what is asked for ---- */

static bool take_year(const char *text, uint16_t *year)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    *year = (uint16_t)number;
    return end != text && *text >= '0' && *text <= '9' && !*end && number >= 1900 && number <= 9999;
}

static enum status take_years(struct query *query, struct error *error)
{
    struct filter *filter = &query->filter;
    for (unsigned i = 0; i < query->years.count; i++)
        if (!take_year(query->years.items[i], &filter->years[filter->year_count++]))
            return fail(error, STATUS_BAD, "--year %s: a year has four digits",
                        query->years.items[i]);
    if (!query->compare)
        return STATUS_OK;
    char before[8];
    const char *comma = strchr(query->compare, ',');
    snprintf(before, sizeof before, "%.*s", comma ? (int)(comma - query->compare) : 0,
             query->compare);
    if (!comma || !take_year(before, &query->view.before) ||
        !take_year(comma + 1, &query->view.after) || query->view.before == query->view.after)
        return fail(error, STATUS_BAD, "--compare %s: two years are wanted: --compare 2022,2023",
                    query->compare);
    filter->years[0] = query->view.before;
    filter->years[1] = query->view.after;
    filter->year_count = 2;
    return STATUS_OK;
}

static enum status fill_filter(struct query *query, struct error *error)
{
    enum status status = name_book_open(&query->names, error);
    for (unsigned i = 0; i < query->indicators.count && !status; i++)
        status = name_indicator(query->names, query->indicators.items[i], &query->filter, error);
    for (unsigned i = 0; i < query->regions.count && !status; i++)
        status = name_region(query->names, query->regions.items[i], &query->filter, error);
    for (unsigned i = 0; i < query->kinds.count && !status; i++)
        status = name_kind(query->kinds.items[i], &query->filter.kinds, error);
    if (!status && query->level)
        status = name_level(query->level, &query->filter.level, error);
    query->filter.units_only = query->units_only;
    query->filter.rollups_only = query->rollups_only;
    return status ? status : take_years(query, error);
}

static enum status take_order(struct query *query, struct error *error)
{
    static const char *const words[] = {"", "value", "region", "year"};
    for (unsigned i = 1; i < sizeof words / sizeof *words; i++)
        if (query->sort && strcmp(query->sort, words[i]) == 0)
            query->view.order = (enum row_order)i;
    if (query->units_only && query->rollups_only)
        return fail(error, STATUS_BAD, "--units-only or --rollups-only, not both");
    return STATUS_OK;
}

/* ---- answering ---- */

static enum status take(void *context, const struct row *row, struct error *error)
{
    struct query *query = context;
    mixed_note(&query->mixed, row);
    return query_output_put(query->output, row, error);
}

static enum status answer(struct query *query, uint64_t *rows, struct error *error)
{
    struct source source = {0};
    enum status status = query_output_open(&query->output, &query->view, error);
    if (status)
        return status;
    status = source_open(&source, query->store, query->broker, &query->keys, error);
    if (!status)
        status = source_read(&source, &query->filter, false, take, query, error);
    source_close(&source);
    enum status closed = query_output_close(&query->output, !status && !stop_requested(), rows,
                                            status ? NULL : error);
    return status ? status : closed;
}

/* They are no rows: figures that wait for a person, as `review list` has them. */
static enum status list_proposed(struct query *query, uint64_t *count, struct error *error)
{
    const struct query_view *view = &query->view;
    struct listing listing = {.format = view->format,
                              .bom = view->bom,
                              .request = {.list = LIST_REVIEW, .filter = query->filter}};
    listing.request.filter.reason = SLICE("proposed");
    if (view->out || view->wide || query->compare || query->sort || view->top ||
        (strcmp(view->format, "table") && strcmp(view->format, "csv") &&
         strcmp(view->format, "jsonl")))
        return fail(error, STATUS_BAD,
                    "--proposed lists figures: as table, csv or jsonl, to stdout, in their own "
                    "order");
    enum status status =
        source_open(&listing.source, query->store, query->broker, &query->keys, error);
    if (!status)
        status = listing_print(&listing, count, error);
    source_close(&listing.source);
    return status;
}

/* The question as it was put, for whoever opens the file in a year. */
static void remember(int argc, char **argv, struct buffer *asked)
{
    for (int i = 1; i < argc; i++)
        buffer_format(asked, "%s%s", i > 1 ? " " : "", argv[i]);
    buffer_append(asked, "", 1);
}

static int conclude(enum status status, uint64_t rows, const struct error *error)
{
    if (status != STATUS_OK && output_unread())
        return EXIT_DONE;
    if (status != STATUS_OK)
        return complain("query", status == STATUS_BAD ? EXIT_USAGE : EXIT_FAILED, "%s",
                        error->text);
    if (!rows && !stop_requested())
        complain("query", EXIT_DONE, "nothing is there that fits: no row (没有符合条件的数据)");
    return EXIT_DONE;
}

/* Where no --format says it, the file's name does. */
static const char *format_of(const char *out)
{
    static const char *const endings[] = {"xlsx", "csv", "jsonl", "sqlite", "dta"};
    const char *dot = out ? strrchr(out, '.') : NULL;
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot + 1, endings[i]) == 0)
            return endings[i];
    return "table";
}

static int run(int argc, char **argv)
{
    struct query query = {.view = {.format = NULL}};
    const struct option_spec options[] = {
        {"store", 's', OPTION_TEXT, &query.store, "DIR", TR("folder of the results store")},
        {"broker", 'b', OPTION_TEXT, &query.broker, "ENDPOINT", TR("or: ask a running pipeline")},
        {"indicator", 'i', OPTION_LIST, &query.indicators, "NAME",
         TR("id or Chinese name, * for any: 'litigation.*', 行政应诉案件; repeat")},
        {"region", 'r', OPTION_LIST, &query.regions, "NAME",
         TR("code, its beginning, or name: 14, 141031, 隰县; repeat")},
        {"year", 'y', OPTION_LIST, &query.years, "YEAR", TR("the year reported on; repeat")},
        {"level", 'l', OPTION_TEXT, &query.level, "LEVEL",
         TR("of the unit, or of a roll-up's parent: nation, province, prefecture, county, township "
            "(省 市 县 乡)")},
        {"kind", 'k', OPTION_LIST, &query.kinds, "KIND",
         TR("government, department, committee, zone, institution (政府 部门 …); repeat")},
        {"units-only", 0, OPTION_FLAG, &query.units_only, NULL, TR("no roll-ups")},
        {"rollups-only", 0, OPTION_FLAG, &query.rollups_only, NULL, TR("only roll-ups")},
        {"proposed", 0, OPTION_FLAG, &query.proposed, NULL,
         TR("what the program only proposes, instead of what it stands for")},
        {"sort", 0, OPTION_TEXT, &query.sort, "value|region|year", TR("in that order")},
        {"top", 0, OPTION_NUMBER, &query.view.top, "N", TR("only the first N, by value or --sort")},
        {"wide", 'w', OPTION_FLAG, &query.view.wide, NULL,
         TR("a row a unit, a column an indicator")},
        {"compare", 'c', OPTION_TEXT, &query.compare, "Y1,Y2",
         TR("two years, the change, per cent")},
        {"format", 'f', OPTION_TEXT, &query.view.format, "table|csv|jsonl|xlsx|sqlite|dta",
         TR("how to write it (as --out's name ends; table)")},
        {"out", 'o', OPTION_TEXT, &query.view.out, "FILE", TR("into this file, once it is whole")},
        {"bom", 0, OPTION_FLAG, &query.view.bom, NULL, TR("csv that Excel knows for UTF-8")},
        KEYS_OPTIONS(&query.keys),
        {0}};
    struct error error = {""};
    struct buffer asked = {0};
    uint64_t rows = 0;
    int first, code;
    remember(argc, argv, &asked);
    if (!options_parse(&query_command, options, argc, argv, &first, &code)) {
        buffer_release(&asked);
        return code;
    }
    if (!query.view.format)
        query.view.format = format_of(query.view.out);
    query.view.source = (struct row_source){"xianzhi " XIANZHI_VERSION,
                                            query.store ? query.store : query.broker, asked.data};
    enum status status = STATUS_OK;
    if (first < argc)
        status = fail(&error, STATUS_BAD, "%s: query takes options only, see --help", argv[first]);
    else if (!query.store == !query.broker)
        status = fail(&error, STATUS_BAD, "name either --store DIR or --broker ENDPOINT");
    if (!status)
        status = take_order(&query, &error);
    if (!status)
        status = fill_filter(&query, &error);
    stop_signal_fd();
    if (!status)
        status =
            query.proposed ? list_proposed(&query, &rows, &error) : answer(&query, &rows, &error);
    if (!status && !rows)
        status = name_found_nothing(query.names, &error);
    if (!status)
        mixed_tell(&query.mixed, query_command.name);
    name_book_close(&query.names);
    buffer_release(&asked);
    return conclude(status, rows, &error);
}

const struct command query_command = {
    .name = "query",
    .synopsis = "query (--store DIR | --broker ENDPOINT) [--indicator NAME]... [--region NAME]... "
                "[--year Y]... [--level L] [--kind K]... [--wide | --compare Y1,Y2 | --proposed] "
                "[--sort KEY] "
                "[--top N] [--format table|csv|jsonl|xlsx|sqlite|dta] [--out FILE]",
    .help = TR("read results from a store or from a running pipeline"),
    .run = run,
};
