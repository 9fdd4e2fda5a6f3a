/* serve.c - `xianzhi serve`: an office's whole installation in one process and one folder.
 *
 *   DIR/journal, DIR/store    what was accepted, what was found in it
 *   DIR/store/originals       the documents as they came, to be shown and read again
 *   DIR/inbox                 drop folder
 *   DIR/uploads               what came through the browser
 *   DIR/broker.sock           the endpoint, for the other commands
 *   DIR/requests.jsonl        who saw and did what
 *
 * Threads: the pipeline's, the console's, and one that watches the inbox; this one waits. What can
 * fail: another process has the folder, the port is in use; the part's line ends the whole.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/service.h"
#include "deploy/console/console.h"
#include "deploy/console/dropped.h"
#include "deploy/intake/watch.h"
#include "deploy/pipeline/pipeline.h"
#include "proto/base/memory.h"
#include "proto/kept.h"
#include "workers/runtime/runtime.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

extern const struct command serve_command;

struct serve {
    const char *data;
    char *journal, *store, *originals, *inbox, *uploads, *endpoint, *requests;
    bool no_originals;
    struct pipeline_options pipeline_options;
    struct console_options console_options;
    struct pipeline *pipeline;
    struct console *console;

    pthread_t watcher;
    bool watching;
    int watch_stop_fd, watch_failed_fd;
    enum status watch_status;
    struct error watch_error;
};

/* ---- the folder ---- */

static char *below(const char *folder, const char *scheme, const char *name)
{
    struct buffer path = {0};
    buffer_format(&path, "%s%s/%s", scheme, folder, name);
    return path.data;
}

static enum status make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return STATUS_OK;
    return fail(error, STATUS_BAD, "%s: can't be made: %s", path, strerror(errno));
}

static enum status lay_out(struct serve *serve, struct error *error)
{
    enum status status = make_folder(serve->data, error);
    char *whole = status ? NULL : realpath(serve->data, NULL);
    if (!whole)
        return status ? status : fail(error, STATUS_BAD, "%s: %s", serve->data, strerror(errno));
    serve->journal = below(whole, "", "journal");
    serve->store = below(whole, "", "store");
    serve->originals = below(whole, "", "store/" KEPT_FOLDER);
    serve->inbox = below(whole, "", "inbox");
    serve->uploads = below(whole, "", "uploads");
    serve->requests = below(whole, "", "requests.jsonl");
    serve->endpoint = below(whole, "ipc://", "broker.sock");
    free(whole);
    return make_folder(serve->inbox, error);
}

/* ---- the inbox ---- */

/* To whoever looks at the log, and to those who look at the pages. */
static void tell_line(void *console, const char *line)
{
    complain(serve_command.name, EXIT_DONE, "%s", line);
    dropped_line(console, line);
}

static enum status watch_inbox(struct serve *serve, struct error *error)
{
    struct console *console = serve->console;
    struct submitter *submitter = NULL;
    struct inputs inputs = {.tell = tell_line, .context = console};
    const struct submitter_options options = {
        .client = {.endpoint = serve->endpoint, .stop_fd = serve->watch_stop_fd},
        .flow = "inbox",
        .watch = true,
        .watch_most = MAX_DROPPED_TOLD,
        .tell = dropped_tell,
        .context = console};
    enum status status = submitter_open(&submitter, &options, error);
    if (!status)
        status = watch_folders(submitter, &inputs, &serve->inbox, 1, serve->watch_stop_fd,
                               (struct watch_listener){dropped_hear, console}, error);
    submitter_close(&submitter);
    inputs_release(&inputs);
    return status;
}

static void raise_fd(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;
}

static void *run_watcher(void *context)
{
    struct serve *serve = context;
    serve->watch_status = watch_inbox(serve, &serve->watch_error);
    if (serve->watch_status)
        raise_fd(serve->watch_failed_fd);
    return NULL;
}

static enum status start_watcher(struct serve *serve, struct error *error)
{
    serve->watch_stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    serve->watch_failed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    serve->watching = serve->watch_stop_fd >= 0 && serve->watch_failed_fd >= 0 &&
                      pthread_create(&serve->watcher, NULL, run_watcher, serve) == 0;
    return serve->watching ? STATUS_OK
                           : fail(error, STATUS_FATAL, "no more threads or descriptors");
}

/* A watcher that only noticed that the others were ending says nothing. */
static enum status stop_watcher(struct serve *serve, enum status status, struct error *error)
{
    if (serve->watching) {
        raise_fd(serve->watch_stop_fd);
        pthread_join(serve->watcher, NULL);
    }
    if (!status && serve->watch_status && !stop_requested()) {
        *error = serve->watch_error;
        status = serve->watch_status;
    }
    return status;
}

/* ---- the whole ---- */

static enum status wait_for_end(const struct serve *serve, struct error *error)
{
    int fds[] = {stop_signal_fd(), pipeline_failed_fd(serve->pipeline), serve->watch_failed_fd};
    int wake_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    for (unsigned i = 0; i < 3; i++)
        if (epoll_ctl(wake_fd, EPOLL_CTL_ADD, fds[i], &event) != 0)
            return fail(error, STATUS_FATAL, "no more file descriptors: raise `ulimit -n`");
    while (epoll_wait(wake_fd, &event, 1, -1) < 0 && errno == EINTR)
        ;
    close(wake_fd);
    return STATUS_OK;
}

static enum status start(struct serve *serve, struct error *error)
{
    enum status status = lay_out(serve, error);
    if (status)
        return status;
    serve->pipeline_options.journal = serve->journal;
    serve->pipeline_options.store = serve->store;
    serve->pipeline_options.keep_originals = !serve->no_originals;
    serve->console_options.originals = serve->originals;
    serve->pipeline_options.endpoint = serve->endpoint;
    serve->pipeline_options.alive = service_alive;
    serve->console_options.broker = serve->endpoint;
    serve->console_options.uploads = serve->uploads;
    serve->console_options.inbox = serve->inbox;
    serve->console_options.audit_log = serve->requests;
    serve->console_options.catalogue = serve->pipeline_options.catalogue;
    status = pipeline_open(&serve->pipeline, &serve->pipeline_options, error);
    if (!status)
        status = console_open(&serve->console, &serve->console_options, error);
    return status ? status : start_watcher(serve, error);
}

static enum status work(struct serve *serve, struct error *error)
{
    enum status status = start(serve, error);
    if (!status) {
        complain("serve", EXIT_DONE, "http%s://%s/", serve->console_options.certificate ? "s" : "",
                 console_place(serve->console));
        complain("serve", EXIT_DONE, "drop reports into %s", serve->inbox);
        service_ready();
        status = wait_for_end(serve, error);
    }
    service_stopping();
    status = stop_watcher(serve, status, error); /* it speaks to the console */
    console_close(&serve->console);
    return pipeline_close(&serve->pipeline, status, error);
}

static void on_reload(int signal_number)
{
    (void)signal_number;
    worker_reload();
}

static void reload_on_hangup(void)
{
    struct sigaction action = {.sa_handler = on_reload, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGHUP, &action, NULL);
}

static void serve_release(struct serve *serve)
{
    char *paths[] = {serve->journal,  serve->store,    serve->inbox,    serve->uploads,
                     serve->endpoint, serve->requests, serve->originals};
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        free(paths[i]);
}

static int run(int argc, char **argv)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t readers = cores > 0 ? (uint64_t)cores : 1;
    struct serve serve = {.watch_stop_fd = -1, .watch_failed_fd = -1};
    struct console_options *console = &serve.console_options;
    console->listen = "127.0.0.1:7780";
    const struct option_spec options[] = {
        {"data", 'd', OPTION_TEXT, &serve.data, "DIR", TR("everything is kept there")},
        {"listen", 'l', OPTION_TEXT, &console->listen, "ADDR",
         TR("where its pages are (127.0.0.1:7780)")},
        {"users", 'u', OPTION_TEXT, &console->users, "FILE",
         TR("accounts (xianzhi console account); without: this machine only")},
        {"behind-proxy", 0, OPTION_FLAG, &console->behind_proxy, NULL,
         TR("a proxy speaks TLS and says who asks (X-Forwarded-For)")},
        {"certificate", 0, OPTION_TEXT, &console->certificate, "FILE", TR("TLS: PEM file")},
        {"key", 0, OPTION_TEXT, &console->key, "FILE", TR("TLS: PEM file")},
        {"no-originals", 0, OPTION_FLAG, &serve.no_originals, NULL,
         TR("keep no copy of what comes: it lies elsewhere and stays there")},
        {"workers", 'w', OPTION_NUMBER, &readers, "N", TR("threads that read (one a core)")},
        {"catalogue", 'c', OPTION_TEXT, &serve.pipeline_options.catalogue, "DIR",
         TR("other indicator rules")},
        {0},
    };
    const char *name = serve_command.name;
    int first, code;
    if (!options_parse(&serve_command, options, argc, argv, &first, &code))
        return code;
    if (first != argc || !serve.data)
        return complain(name, EXIT_USAGE, "%s: %s",
                        serve.data ? TR("too many arguments") : "--data DIR is missing",
                        serve_command.synopsis);
    if (!console->certificate != !console->key)
        return complain(name, EXIT_USAGE, "--certificate and --key go together");
    serve.pipeline_options.readers = readers < 1 ? 1 : readers > 256 ? 256 : (unsigned)readers;
    stop_signal_fd();
    reload_on_hangup();
    struct error error = {0};
    enum status status = work(&serve, &error);
    serve_release(&serve);
    if (status == STATUS_BAD)
        return complain(name, EXIT_USAGE, "%s", error.text);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command serve_command = {
    .name = "serve",
    .synopsis = "serve --data DIR [--listen ADDR] [--users FILE] [--behind-proxy] [--workers N]",
    .help = TR("everything in one process: drop folder, pipeline, results, pages in a browser"),
    .run = run,
    .reads = true,
};
