/* command.h - what the subcommands share: options, exit codes, stopping cleanly.
 *
 * A subcommand is one const struct in a file of its own; main.c lists them. Data goes to stdout,
 * everything else to stderr.
 */
#ifndef XIANZHI_DEPLOY_COMMAND_H
#define XIANZHI_DEPLOY_COMMAND_H

#include "proto/status.h"

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
};

extern const struct command *const commands[]; /* NULL-terminated, main.c */

/* Reads options (ended by a NULL name); positional arguments move to the end of argv and
 * *first_argument is the index of the first. --help prints and returns EXIT_DONE in *code with
 * false. A wrong option or value names itself and the right ones on stderr: false with EXIT_USAGE.
 */
bool options_parse(const struct command *command, const struct option_spec *options, int argc,
                   char **argv, int *first_argument, int *code);

/* Complains on stderr ("xianzhi run: …") and returns `code`. */
int complain(const char *command, enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* EXIT_FAILED, or EXIT_USAGE for STATUS_BAD when `usage`; prints error->text. */
int complain_error(const char *command, const struct error *error);

/* A descriptor that becomes readable once SIGTERM or SIGINT came (a second one ends the process at
 * once), and the same as a question. SIGPIPE is ignored from then on. Call early in run(). */
int stop_signal_fd(void);
bool stop_requested(void);

#endif
