/* main.c - `xianzhi SUBCOMMAND …`: finds the subcommand and runs it. Each has a file of its own. */
#include "deploy/commands/command.h"
#include "proto/log.h"
#include "proto/memory.h"
#include "proto/wire.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command run_command, extract_command, inspect_command, broker_command,
    worker_command, submit_command, subscribe_command, query_command, status_command, dead_command,
    catalogue_command, generate_command, explain_command, keygen_command, top_command,
    backup_command, restore_command;

const struct command *const commands[] = {
    &run_command,       &submit_command,    &query_command,
    &explain_command,   &subscribe_command, &extract_command,
    &inspect_command,   &broker_command,    &worker_command,
    &status_command,    &top_command,       &dead_command,
    &backup_command,    &restore_command,   &keygen_command,
    &catalogue_command, &generate_command,  NULL,
};

static void print_usage(FILE *out)
{
    fprintf(out, "usage: xianzhi COMMAND [OPTION]... [ARGUMENT]...\n\n"
                 "Reads annual reports on the rule of law (法治政府建设年度报告) into a table of\n"
                 "indicator × county × year, every value traceable to its sentence.\n\n");
    for (const struct command *const *command = commands; *command; command++)
        fprintf(out, "  %-10s %s\n", (*command)->name, (*command)->help);
    fprintf(out, "\n`xianzhi COMMAND --help` lists a command's options.\n");
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
    memory_settle();
    const char *name = argc > 1 ? argv[1] : "";
    if (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h")) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    for (const struct command *const *command = commands; *command; command++) {
        if (strcmp((*command)->name, name) != 0)
            continue;
        configure_log(name);
        int code = (*command)->run(argc - 1, argv + 1);
        wire_shutdown();
        if (fflush(stdout) != 0 && code == EXIT_DONE)
            code = complain(name, EXIT_FAILED, "the output could not be written whole");
        return code;
    }
    if (*name)
        fprintf(stderr, "xianzhi: unknown command %s\n", name);
    print_usage(stderr);
    return EXIT_USAGE;
}
