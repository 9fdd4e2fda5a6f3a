/* main.c - `xianzhi SUBCOMMAND …`: finds the subcommand and runs it. Each has a file of its own. */
#include "deploy/commands/command.h"
#include "deploy/commands/config.h"
#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/base/paths.h"
#include "proto/wire.h"
#include "workers/extract/rule/catalogue.h"
#include "workers/ingest/format/format.h"
#include "workers/runtime/runtime.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command run_command, extract_command, inspect_command, broker_command,
    worker_command, submit_command, subscribe_command, query_command, status_command, dead_command,
    catalogue_command, generate_command, explain_command, keygen_command, top_command,
    backup_command, restore_command, text_command, formats_command, config_command, console_command,
    prune_command, serve_command, documents_command, audits_command, coverage_command,
    review_command, publish_command, bridge_command;

static const struct command *const commands[] = {
    &run_command,
    &submit_command,
    &query_command,
    &explain_command,
    &review_command,
    &documents_command,
    &coverage_command,
    &audits_command,
    &subscribe_command,
    &extract_command,
    &inspect_command,
    &text_command,
    &formats_command,
    &broker_command,
    &worker_command,
    &status_command,
    &top_command,
    &dead_command,
    &backup_command,
    &restore_command,
    &keygen_command,
    &catalogue_command,
    &generate_command,
    &serve_command,
    &console_command,
    &config_command,
    &prune_command,
    &publish_command,
    &bridge_command,
    NULL,
};

static void print_usage(FILE *out)
{
    fputs(tr("usage: xianzhi COMMAND [OPTION]... [ARGUMENT]...\n\n"
             "Reads annual reports on the rule of law (法治政府建设年度报告) into a table of\n"
             "indicator × county × year, every value traceable to its sentence.\n\n"),
          out);
    for (const struct command *const *command = commands; *command; command++)
        fprintf(out, "  %-10s %s\n", (*command)->name, tr((*command)->help));
    fputs(
        tr("\n`xianzhi COMMAND --help` lists a command's options, `xianzhi --version` says which\n"
           "program, catalogue and protocol this is.\n"),
        out);
}

/* What a report of a fault must name: the program, the rules it reads by, what it speaks. */
static int print_version(void)
{
    char folder[4096], catalogue[CATALOGUE_VERSION_DIGITS + 1];
    struct error error;
    enum status status = data_path("workers/extract/catalogue", folder, sizeof folder, &error);
    if (status == STATUS_OK)
        status = catalogue_version(folder, catalogue, &error);
    printf("xianzhi %s\n", XIANZHI_VERSION);
    if (status == STATUS_OK)
        printf("catalogue %s (%s)\n", catalogue, folder);
    printf("protocol %d.%d\n", PROTOCOL_MAJOR, PROTOCOL_MINOR);
    return status == STATUS_OK ? EXIT_DONE : complain_error("version", &error);
}

/* XIANZHI_LOG=debug|info|warn|error, XIANZHI_LOG_FORMAT=json */
static void configure_log(const char *who)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    const char *wanted = getenv("XIANZHI_LOG"), *format = getenv("XIANZHI_LOG_FORMAT");
    enum log_level least = LOG_WARN;
    for (int i = 0; wanted && i < 4; i++)
        if (strcmp(wanted, levels[i]) == 0)
            least = (enum log_level)i;
    log_configure(least, format && strcmp(format, "json") == 0, who);
}

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    tr_begin(language_of_locale());
    memory_settle();
    wire_reserve_descriptors();
    signal(SIGPIPE, SIG_IGN); /* told by the write that fails: a reader may have had enough */
    config_know(commands);
    const char *name = argc > 1 ? argv[1] : "";
    if (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h")) {
        print_usage(stdout);
        return output_conclude("help", EXIT_DONE);
    }
    if (!strcmp(name, "--version") || !strcmp(name, "version"))
        return output_conclude("version", print_version());
    for (const struct command *const *command = commands; *command; command++) {
        if (strcmp((*command)->name, name) != 0)
            continue;
        configure_log(name);
        if ((*command)->reads)
            formats_prepare();
        int code = (*command)->run(argc - 1, argv + 1);
        wire_shutdown();
        code = output_conclude(name, code);
        if (worker_left())
            _exit(code); /* a thread is still in its document, which others have by now */
        return code;
    }
    if (*name)
        remark("xianzhi: unknown command %s", name);
    print_usage(stderr);
    return EXIT_USAGE;
}
