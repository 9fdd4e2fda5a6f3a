/* command.c - option reading over getopt_long, complaints, and the signal that asks us to stop. */
#include "deploy/commands/command.h"
#include "deploy/commands/config.h"

#include "proto/base/memory.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { MAX_OPTIONS = 32, HELP_KEY = 'h', CONFIG_KEY = 255 };

static unsigned count_options(const struct option_spec *options)
{
    unsigned count = 0;
    while (options[count].name)
        count++;
    return count;
}

static void print_help(const struct command *command, const struct option_spec *options)
{
    printf(tr("usage: xianzhi %s\n\n%s\n\noptions:\n"), command->synopsis, tr(command->help));
    for (; options->name; options++) {
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", options->name, options->value ? " " : "",
                 options->value ? options->value : "");
        printf("  %-28s %s\n", left, tr(options->help));
    }
    printf("  %-28s %s\n", "--config FILE", tr("take what is not given here from a file (config)"));
    printf("  %-28s %s\n", "--help", tr("this text"));
}

static void complain_unknown(const struct command *command, const struct option_spec *options,
                             const char *given)
{
    struct buffer right = {0};
    for (; options->name; options++)
        buffer_format(&right, "--%s ", options->name);
    complain(command->name, EXIT_USAGE, "unknown option %s; the options are %s--help", given,
             right.data ? right.data : "");
    buffer_release(&right);
}

/* "table|jsonl" lists the values that are allowed; "DIR" allows any. */
static bool value_allowed(const struct option_spec *option, const char *value)
{
    if (option->kind != OPTION_TEXT || !option->value || !strchr(option->value, '|'))
        return true;
    size_t len = strlen(value);
    for (const char *choice = option->value; choice; choice = strchr(choice, '|')) {
        choice += *choice == '|';
        if (len > 0 && strncmp(choice, value, len) == 0 && (choice[len] == '|' || !choice[len]))
            return true;
        if (!strchr(choice, '|'))
            return false;
    }
    return false;
}

static bool take_number(const char *value, uint64_t *into)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (errno || end == value || *end || *value == '-')
        return false;
    *into = number;
    return true;
}

static bool take_value(const struct command *command, const struct option_spec *option,
                       const char *value)
{
    struct option_list *list = option->into;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)option->into = true;
        return true;
    case OPTION_TEXT:
        *(const char **)option->into = value;
        if (value_allowed(option, value))
            return true;
        complain(command->name, EXIT_USAGE, "--%s %s: must be one of %s", option->name, value,
                 option->value);
        return false;
    case OPTION_NUMBER:
        if (take_number(value, option->into))
            return true;
        complain(command->name, EXIT_USAGE, "--%s %s: must be a whole number", option->name, value);
        return false;
    case OPTION_LIST:
        if (list->count == MAX_OPTION_LIST) {
            complain(command->name, EXIT_USAGE, "--%s: at most %d of them", option->name,
                     MAX_OPTION_LIST);
            return false;
        }
        list->items[list->count++] = value;
        return true;
    }
    return false;
}

static void fill_getopt(const struct option_spec *options, unsigned count, struct option *longs,
                        char *shorts)
{
    *shorts++ = ':'; /* tells a missing value from an unknown option */
    for (unsigned i = 0; i < count; i++) {
        bool wants_value = options[i].kind != OPTION_FLAG;
        longs[i] = (struct option){options[i].name, wants_value ? required_argument : no_argument,
                                   NULL, 256 + (int)i};
        if (options[i].letter) {
            *shorts++ = options[i].letter;
            if (wants_value)
                *shorts++ = ':';
        }
    }
    longs[count] = (struct option){"help", no_argument, NULL, HELP_KEY};
    longs[count + 1] = (struct option){"config", required_argument, NULL, CONFIG_KEY};
    longs[count + 2] = (struct option){0};
    *shorts++ = HELP_KEY;
    *shorts = '\0';
}

static const struct option_spec *find_option(const struct option_spec *options, unsigned count,
                                             int key)
{
    if (key >= 256)
        return &options[key - 256];
    for (unsigned i = 0; i < count; i++)
        if (options[i].letter == key)
            return &options[i];
    return NULL;
}

bool options_parse(const struct command *command, const struct option_spec *options, int argc,
                   char **argv, int *first_argument, int *code)
{
    struct option longs[MAX_OPTIONS + 3];
    char shorts[3 * MAX_OPTIONS + 3];
    unsigned count = count_options(options);
    fill_getopt(options, count, longs, shorts);
    bool given[MAX_OPTIONS] = {false};
    const char *config = getenv("XIANZHI_CONFIG");
    optind = 1;
    opterr = 0;
    *code = EXIT_USAGE;
    for (int key; (key = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (key == HELP_KEY) {
            print_help(command, options);
            *code = EXIT_DONE;
            return false;
        }
        if (key == CONFIG_KEY) {
            config = optarg;
            continue;
        }
        if (key == ':') {
            complain(command->name, EXIT_USAGE, "%s needs a value", argv[optind - 1]);
            return false;
        }
        const struct option_spec *option = key == '?' ? NULL : find_option(options, count, key);
        if (!option) {
            complain_unknown(command, options, argv[optind - 1]);
            return false;
        }
        if (given[option - options] && option->kind != OPTION_LIST) {
            complain(command->name, EXIT_USAGE, "--%s is given twice: give it once", option->name);
            return false;
        }
        given[option - options] = true;
        if (!take_value(command, option, optarg))
            return false;
    }
    if (config && *config && !config_apply(config, command, options, given, take_value))
        return false;
    *first_argument = optind;
    *code = EXIT_DONE;
    return !config_is_checking();
}

/* ---- output ---- */

bool output_unread(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) > 0 && out.revents & POLLERR;
}

int output_conclude(const char *command, int code)
{
    bool whole = fflush(stdout) == 0 && !ferror(stdout);
    if (whole || output_unread() || code != EXIT_DONE)
        return code;
    return complain(command, EXIT_FAILED,
                    "the output could not be written whole (is the disk full?): nothing of it may "
                    "be used");
}

/* ---- stopping ---- */

static int stop_fd = -1;
static volatile sig_atomic_t stops;

static void on_stop(int signal_number)
{
    uint64_t one = 1;
    if (stops++) /* asked twice: whatever is unfinished is in the journal */
        _exit(128 + signal_number);
    ssize_t ignored = write(stop_fd, &one, sizeof one);
    (void)ignored;
}

int stop_signal_fd(void)
{
    if (stop_fd >= 0)
        return stop_fd;
    stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction action = {.sa_handler = on_stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    return stop_fd;
}

bool stop_requested(void)
{
    return stops > 0;
}
