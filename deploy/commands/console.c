/* console.c - `xianzhi console`: the pages and their API, for a pipeline that runs elsewhere or for
 * a store's folder; and `xianzhi console account`: who may log in. */
#include "deploy/console/console.h"
#include "deploy/commands/command.h"
#include "deploy/commands/keys_option.h"
#include "deploy/commands/service.h"
#include "deploy/console/accounts.h"
#include "proto/kept.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

extern const struct command console_command;

/* ---- accounts ---- */

/* From the terminal unseen, else the first line of stdin. */
static bool read_password(char *password, size_t size)
{
    struct termios shown, hidden;
    bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        fputs("password: ", stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
    }
    bool read = fgets(password, (int)size, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSANOW, &shown);
        fputc('\n', stderr);
    }
    password[read ? strcspn(password, "\r\n") : 0] = '\0';
    return read;
}

static int set_account(const char *users, const char *name, const char *role)
{
    enum { LEAST_CHARS = 10 };
    char password[1024] = "";
    struct error error = {0};
    enum visitor_role wanted = visitor_role_by_name(role);
    bool removal = strcmp(role, "none") == 0;
    if (!removal && !wanted)
        return complain(console_command.name, EXIT_USAGE,
                        "--role %s: reader, reviewer, admin, or none to take the account away",
                        role);
    if (!removal && (!read_password(password, sizeof password) || strlen(password) < LEAST_CHARS))
        return complain(console_command.name, EXIT_FAILED,
                        "a password of at least %d characters is wanted on stdin", LEAST_CHARS);
    enum status status = account_set(users, name, wanted, password, &error);
    explicit_bzero(password, sizeof password);
    return status ? complain_error(console_command.name, &error) : EXIT_DONE;
}

/* ---- serving ---- */

static int serve(const struct console_options *options)
{
    struct console *console = NULL;
    struct error error = {0};
    enum status status = console_open(&console, options, &error);
    if (status == STATUS_BAD)
        return complain(console_command.name, EXIT_USAGE, "%s", error.text);
    if (status)
        return complain_error(console_command.name, &error);
    fprintf(stderr, "xianzhi console: http%s://%s/\n", options->certificate ? "s" : "",
            console_place(console));
    service_ready();
    wire_wait(NULL, 0, stop_signal_fd(), -1);
    service_stopping();
    console_close(&console);
    return EXIT_DONE;
}

static const char *objection(const struct console_options *options)
{
    if (!options->store == !options->broker)
        return TR("--broker ENDPOINT or --store DIR, one of them, is wanted");
    if (!options->certificate != !options->key)
        return TR("--certificate and --key go together");
    if (options->uploads && !options->broker)
        return TR("--uploads without --broker: there is nobody to hand them to");
    return NULL;
}

static int run(int argc, char **argv)
{
    struct console_options console = {.listen = "127.0.0.1:7780"};
    struct keys_option keys = {0};
    const char *role = "reader";
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &console.broker, "ENDPOINT", TR("a running pipeline")},
        {"store", 's', OPTION_TEXT, &console.store, "DIR", TR("or a store's folder, to read")},
        {"listen", 'l', OPTION_TEXT, &console.listen, "ADDR",
         TR("where its pages are (127.0.0.1:7780)")},
        {"users", 'u', OPTION_TEXT, &console.users, "FILE",
         TR("accounts; without: this machine only")},
        {"behind-proxy", 0, OPTION_FLAG, &console.behind_proxy, NULL,
         TR("a proxy speaks TLS and says who asks (X-Forwarded-For)")},
        {"certificate", 0, OPTION_TEXT, &console.certificate, "FILE", TR("TLS: PEM file")},
        {"key", 0, OPTION_TEXT, &console.key, "FILE", TR("TLS: PEM file")},
        {"log", 0, OPTION_TEXT, &console.audit_log, "FILE", TR("a line a request: who saw what")},
        {"uploads", 0, OPTION_TEXT, &console.uploads, "DIR",
         TR("take uploads and keep them there")},
        {"originals", 0, OPTION_TEXT, &console.originals, "DIR",
         TR("copies of documents that workers of ingest keep")},
        {"catalogue", 'c', OPTION_TEXT, &console.catalogue, "DIR", TR("other indicator rules")},
        {"role", 'r', OPTION_TEXT, &role, "ROLE", TR("account: reader, reviewer, admin, none")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = console_command.name;
    if (!options_parse(&console_command, options, argc, argv, &first, &code))
        return code;
    bool account = argc - first == 2 && strcmp(argv[first], "account") == 0;
    if (account && !console.users)
        return complain(name, EXIT_USAGE, "--users FILE is missing: the file of accounts");
    if (account)
        return set_account(console.users, argv[first + 1], role);
    if (first != argc)
        return complain(name, EXIT_USAGE, "too many arguments: %s", console_command.synopsis);
    const char *wrong = objection(&console);
    if (wrong)
        return complain(name, EXIT_USAGE, "%s", wrong);
    struct error error = {0};
    if (keys_option_load(&keys, &console.keys, &error))
        return complain_error(name, &error);
    struct buffer kept = {0}; /* a store keeps its own copies beside its results */
    if (console.store && !console.originals) {
        buffer_format(&kept, "%s/%s", console.store, KEPT_FOLDER);
        console.originals = kept.data;
    }
    int served = serve(&console);
    buffer_release(&kept);
    return served;
}

const struct command console_command = {
    .name = "console",
    .synopsis = "console (--broker ENDPOINT | --store DIR) [--listen ADDR] [--users FILE] "
                "[--behind-proxy] | account --users FILE [--role ROLE] NAME",
    .help = TR("the results, the queue and the documents in a browser"),
    .run = run,
    .reads = true,
};
