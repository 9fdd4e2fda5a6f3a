/* command.h - what the subcommands share: options, exit codes, stopping cleanly.
 *
 * A subcommand is one const struct in a file of its own; main.c lists them. Data goes to stdout,
 * everything else to stderr.
 */
#ifndef XIANZHI_DEPLOY_COMMAND_H
#define XIANZHI_DEPLOY_COMMAND_H

#include "proto/base/status.h"
#include "proto/base/tr.h"

#include <stdbool.h>
#include <stdint.h>

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SOME_DEAD = 3 };

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_LIST };

enum { MAX_OPTION_LIST = 16 };

struct option_list {
    const char *items[MAX_OPTION_LIST];
    unsigned count;
};

/* One option: `--name`, `-letter`. `into` is a bool *, const char **, uint64_t * or option_list *.
 */
struct option_spec {
    const char *name;
    char letter; /* 0: none */
    enum option_kind kind;
    void *into; /* keeps its value when the option is not given: the default */
    const char
        *value; /* placeholder in the help: "DIR"; for OPTION_TEXT "table|jsonl" also checks */
    const char *help;
};

struct command {
    const char *name;
    const char *synopsis;              /* "run [--store DIR] [--workers N] PATH..." */
    const char *help;                  /* one line */
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand's name; returns an exit code */
    bool reads; /* decodes documents: main() makes the process that readers run in first of all */
};

/* Reads options (ended by a NULL name); positional arguments move to the end of argv and
 * *first_argument is the index of the first. --help prints and returns EXIT_DONE in *code with
 * false. What is not given is taken from --config FILE or $XIANZHI_CONFIG (config.h). A wrong
 * option or value names itself and the right ones on stderr: false with EXIT_USAGE.
 */
bool options_parse(const struct command *command, const struct option_spec *options, int argc,
                   char **argv, int *first_argument, int *code);

/* Complains on stderr ("xianzhi run: …") and returns `code`. */
int complain(const char *command, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line for a person on stderr, as it is. Both speak the person's language (proto/base/tr.h). */
void remark(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* EXIT_FAILED, or EXIT_USAGE for STATUS_BAD when `usage`; prints error->text. */
int complain_error(const char *command, const struct error *error);

/* Whoever read the output has closed it (`| head -1`): there is nobody to write to any more, and
 * nothing to complain about. */
bool output_unread(void);
/* Ends stdout: the exit code of a command that would end with `code`. Output that could not be
 * written whole fails a command that had gone well; one that nobody reads any more does not. */
int output_conclude(const char *command, int code);

/* A descriptor that becomes readable once SIGTERM or SIGINT came (a second one ends the process at
 * once), and the same as a question. Call early in run(). */
int stop_signal_fd(void);
bool stop_requested(void);

#endif
