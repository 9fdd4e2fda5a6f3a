/* lists.c - `xianzhi coverage` and `audits`: lists over a store or a running pipeline. The thread
 * of the command. */
#include "deploy/commands/listing.h"

#include <inttypes.h>

extern const struct command audits_command, coverage_command;

int listing_print_all(const struct command *command, struct listing *listing, enum list list)
{
    struct error error = {""};
    uint64_t count = 0;
    listing->request.list = list;
    stop_signal_fd();
    enum status status = listing_open(listing, &error);
    if (status == STATUS_OK)
        status = listing_print(listing, &count, &error);
    listing_close(listing);
    if (status != STATUS_OK)
        return complain(command->name, status == STATUS_BAD ? EXIT_USAGE : EXIT_FAILED, "%s",
                        error.text);
    if (!count && !stop_requested())
        complain(command->name, EXIT_DONE, "nothing is there that fits (没有符合条件的数据)");
    return EXIT_DONE;
}

static int run_list(const struct command *command, enum list list, int argc, char **argv)
{
    struct listing listing = {.store = NULL};
    const struct option_spec options[] = {LISTING_OPTIONS(&listing), {0}};
    int first, code;
    if (!options_parse(command, options, argc, argv, &first, &code))
        return code;
    if (first < argc)
        return complain(command->name, EXIT_USAGE, "%s: takes options only, see --help",
                        argv[first]);
    /* Which bureaux a county has, no list says: what is not there can't be told from what is late.
     */
    if (list == LIST_COVERAGE && listing.kinds.count)
        return complain(command->name, EXIT_USAGE, "%s",
                        tr("coverage is of governments: what others have reported is in "
                           "`xianzhi documents --kind`"));
    return listing_print_all(command, &listing, list);
}

static int run_audits(int argc, char **argv)
{
    return run_list(&audits_command, LIST_AUDITS, argc, argv);
}

static int run_coverage(int argc, char **argv)
{
    return run_list(&coverage_command, LIST_COVERAGE, argc, argv);
}

const struct command audits_command = {
    .name = "audits",
    .synopsis = "audits " LISTING_SYNOPSIS,
    .help = TR("where reports contradict themselves or the rules"),
    .run = run_audits,
};

const struct command coverage_command = {
    .name = "coverage",
    .synopsis = "coverage " LISTING_SYNOPSIS,
    .help = TR("which governments have reported on a year, which late, which not"),
    .run = run_coverage,
};
