/* generate.c - `xianzhi generate`: a corpus of invented reports and the rows that they must give.
 */
#include "deploy/commands/command.h"
#include "deploy/generate/corpus.h"
#include "proto/rows/row_json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct output {
    FILE *truth;
    struct buffer line;
    uint64_t wanted;
};

static void write_row(void *context, const struct row *row)
{
    struct output *output = context;
    buffer_clear(&output->line);
    row_json_figure(row, &output->line);
    fwrite(output->line.data, 1, output->line.len, output->truth);
}

static void show_progress(void *context, uint64_t done)
{
    struct output *output = context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%llu of %llu reports ", (unsigned long long)done,
                (unsigned long long)output->wanted);
}

static int generate(const struct corpus_options *options, struct output *output)
{
    struct corpus_counts counts;
    struct error error = {{0}};
    enum status status = corpus_write(options, &counts, &error);
    buffer_release(&output->line);
    bool whole = !ferror(output->truth);
    whole = fclose(output->truth) == 0 && whole;
    if (status)
        return complain_error("generate", &error);
    if (!whole)
        return complain("generate", EXIT_FAILED, "the truth could not be written whole");
    fprintf(stderr,
            "%s%llu reports, %llu later versions, %llu duplicates, %llu broken: %.1f MB, "
            "%.1f figures a report\n",
            isatty(STDERR_FILENO) ? "\r" : "", (unsigned long long)counts.reports,
            (unsigned long long)counts.versions, (unsigned long long)counts.duplicates,
            (unsigned long long)counts.broken, (double)counts.bytes / 1e6,
            (double)counts.statements / (double)(counts.reports + counts.versions + 1e-9));
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    extern const struct command generate_command;
    struct corpus_options options = {.seed = 1, .broken = true};
    const char *truth = NULL;
    bool intact = false;
    const struct option_spec specs[] = {
        {"reports", 'n', OPTION_NUMBER, &options.reports, "N", TR("how many files")},
        {"seed", 's', OPTION_NUMBER, &options.seed, "S",
         TR("the same seed gives the same bytes (1)")},
        {"out", 'o', OPTION_TEXT, &options.out, "DIR",
         TR("folder for the reports, made if missing")},
        {"truth", 't', OPTION_TEXT, &truth, "FILE",
         TR("rows that `query --format jsonl` must give")},
        {"intact", 0, OPTION_FLAG, &intact, NULL, TR("without the hundredth that is broken")},
        {0}};
    int first, code;
    if (!options_parse(&generate_command, specs, argc, argv, &first, &code))
        return code;
    if (first < argc)
        return complain("generate", EXIT_USAGE, "%s: takes no arguments", argv[first]);
    if (!options.reports || !options.out || !truth)
        return complain("generate", EXIT_USAGE, "needs --reports N, --out DIR and --truth FILE");
    struct output output = {.truth = fopen(truth, "w"), .wanted = options.reports};
    if (!output.truth)
        return complain("generate", EXIT_FAILED, "%s can't be written: %s", truth, strerror(errno));
    options.broken = !intact;
    options.progress = show_progress;
    options.row = write_row;
    options.context = &output;
    return generate(&options, &output);
}

const struct command generate_command = {
    .name = "generate",
    .synopsis = "generate --reports N --seed S --out DIR --truth FILE",
    .help = TR("write a corpus of invented reports and their true results"),
    .run = run,
};
