/* run.c - `xianzhi run PATH...`: the whole pipeline in one process, from files to a table.
 *
 * Threads: broker (journal in memory: the files are the durable copy), a worker that reads (ingest,
 * segment, extract; N threads), a worker that aggregates into the store; the main thread submits,
 * waits and prints. They speak over inproc exactly as processes do over ipc or tcp. What can fail:
 * a worker (a store held elsewhere, a broken catalogue) ends the run with its line; a bad document
 * only costs itself.
 */
#include "broker/broker.h"
#include "deploy/commands/command.h"
#include "deploy/commands/inputs_read.h"
#include "deploy/commands/outcomes.h"
#include "deploy/commands/print.h"
#include "proto/log.h"
#include "workers/runtime.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

extern const struct command run_command;

#define RUN_ENDPOINT "inproc://run"

struct run {
    const char *store;
    char temporary[64]; /* folder to remove in the end; empty: the store was given */
    struct stage_config config;
    unsigned workers;

    struct broker *broker;
    struct worker_options reading, aggregating;
    int broker_stop_fd, workers_stop_fd;
    int failed_fd; /* a part has ended in an error */
    int stop_fd;   /* epoll: asked to stop, or a part failed */
    struct run_part {
        pthread_t thread;
        bool started;
        enum status status;
        struct error error;
    } parts[3];
    struct outcomes outcomes;
    struct submitter *submitter;
};

static void raise_fd(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;
}

/* ---- parts ---- */

static void end_part(struct run *run, struct run_part *part, enum status status)
{
    part->status = status;
    if (status)
        raise_fd(run->failed_fd);
}

static void *run_broker(void *context)
{
    struct run *run = context;
    struct run_part *part = &run->parts[0];
    end_part(run, part, broker_run(run->broker, run->broker_stop_fd, &part->error));
    return NULL;
}

static void *run_reading(void *context)
{
    struct run *run = context;
    struct run_part *part = &run->parts[1];
    end_part(run, part, worker_run(&run->reading, run->workers_stop_fd, &part->error));
    return NULL;
}

static void *run_aggregating(void *context)
{
    struct run *run = context;
    struct run_part *part = &run->parts[2];
    end_part(run, part, worker_run(&run->aggregating, run->workers_stop_fd, &part->error));
    return NULL;
}

static enum status start_parts(struct run *run, struct error *error)
{
    static void *(*const bodies[])(void *) = {run_broker, run_reading, run_aggregating};
    static const char *const part_names[] = {"broker", "reading", "aggregating"};
    struct broker_options options = {.data = NULL, .bind = RUN_ENDPOINT};
    enum status status = broker_open(&run->broker, &options, error);
    run->reading = (struct worker_options){.endpoint = RUN_ENDPOINT,
                                           .stages = 1u << STAGE_INGEST | 1u << STAGE_SEGMENT |
                                                     1u << STAGE_EXTRACT,
                                           .threads = run->workers,
                                           .config = run->config,
                                           .name = "read"};
    run->aggregating = (struct worker_options){.endpoint = RUN_ENDPOINT,
                                               .stages = 1u << STAGE_AGGREGATE,
                                               .config = run->config,
                                               .name = "aggregate"};
    for (unsigned i = 0; i < 3 && !status; i++) {
        if (pthread_create(&run->parts[i].thread, NULL, bodies[i], run) != 0)
            status = fail(error, STATUS_FATAL, "no more threads: end something else first");
        else
            run->parts[i].started = true;
        if (run->parts[i].started)
            pthread_setname_np(run->parts[i].thread, part_names[i]);
    }
    return status;
}

static void join_part(struct run *run, unsigned i)
{
    if (run->parts[i].started)
        pthread_join(run->parts[i].thread, NULL);
    run->parts[i].started = false;
}

/* Workers first: what they hand back, the broker takes. The error of a part goes first: what the
 * main thread noticed follows from it. */
static enum status stop_parts(struct run *run, enum status status, struct error *error)
{
    raise_fd(run->workers_stop_fd);
    join_part(run, 1);
    join_part(run, 2);
    raise_fd(run->broker_stop_fd);
    join_part(run, 0);
    broker_close(&run->broker);
    for (unsigned i = 0; i < 3; i++) {
        if (run->parts[i].status) {
            *error = run->parts[i].error;
            return run->parts[i].status;
        }
    }
    return status;
}

/* ---- documents in, rows out ---- */

static enum status take_document(void *context, const char *path, struct buffer *document,
                                 const char *unreadable, struct error *error)
{
    struct run *run = context;
    return submitter_put(run->submitter, path, document, unreadable, error);
}

static enum status read_inputs(struct run *run, struct inputs *inputs, struct error *error)
{
    struct submitter_options options = {
        .client = {.endpoint = RUN_ENDPOINT, .stop_fd = run->stop_fd},
        .watch = true,
        .tell = outcomes_tell,
        .context = &run->outcomes};
    enum status status = submitter_open(&run->submitter, &options, error);
    for (size_t i = 0; i < inputs->count && !status; i++)
        status = inputs_read(inputs, i, take_document, run, error);
    if (!status)
        status = submitter_finish(run->submitter, error);
    submitter_close(&run->submitter);
    return status;
}

static enum status print_pages(struct client *client, struct row_printer *printer,
                               struct error *error)
{
    struct arena arena = {0};
    struct buffer after = {0};
    struct request request = {0};
    struct answer page = {.more = true};
    enum status status = STATUS_OK;
    while (page.more && !status) {
        arena_reset(&arena);
        request.after = buffer_slice(&after);
        status = client_read(client, &request, &arena, &page, error);
        for (size_t i = 0; !status && i < page.row_count; i++)
            row_print(printer, &page.rows[i]);
        buffer_clear(&after);
        if (!status)
            buffer_add(&after, page.after);
    }
    buffer_release(&after);
    arena_release(&arena);
    return status;
}

static enum status print_results(struct run *run, enum row_format format, struct error *error)
{
    struct client_options options = {
        .endpoint = RUN_ENDPOINT, .role = ROLE_READ, .stop_fd = run->stop_fd};
    struct client *client = NULL;
    enum status status = client_open(&client, &options, error);
    if (status)
        return status;
    struct row_printer *printer = row_printer_new(stdout, format);
    status = print_pages(client, printer, error);
    row_printer_end(&printer);
    client_close(&client);
    return status;
}

/* ---- the whole ---- */

static int remove_entry(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    (void)found, (void)kind, (void)where;
    return remove(path);
}

static enum status make_store(struct run *run, struct error *error)
{
    if (run->store)
        return STATUS_OK;
    const char *folder = getenv("TMPDIR");
    int len = snprintf(run->temporary, sizeof run->temporary, "%s/xianzhi-run-XXXXXX",
                       folder && *folder ? folder : "/tmp");
    if (len < 0 || (size_t)len >= sizeof run->temporary || !mkdtemp(run->temporary)) {
        run->temporary[0] = '\0';
        return fail(error, STATUS_FATAL,
                    "no temporary folder can be made (%s): set TMPDIR or give --store DIR",
                    strerror(errno));
    }
    run->store = run->temporary;
    return STATUS_OK;
}

static enum status open_fds(struct run *run, struct error *error)
{
    run->broker_stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    run->workers_stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    run->failed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    run->stop_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    if (run->broker_stop_fd < 0 || run->workers_stop_fd < 0 || run->failed_fd < 0 ||
        epoll_ctl(run->stop_fd, EPOLL_CTL_ADD, stop_signal_fd(), &event) != 0 ||
        epoll_ctl(run->stop_fd, EPOLL_CTL_ADD, run->failed_fd, &event) != 0)
        return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                    strerror(errno));
    return STATUS_OK;
}

static void log_effort(const struct run *run)
{
    struct rusage used = {0};
    getrusage(RUSAGE_SELF, &used);
    double cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    log_event(LOG_INFO, "run.read",
              "reports=%" PRIu64 " dead=%" PRIu64 " rate_per_s=%.0f cpu_s=%.2f",
              run->outcomes.progress.done, run->outcomes.dead,
              progress_rate(&run->outcomes.progress), cpu_s);
}

static enum status run_pipeline(struct run *run, struct inputs *inputs, enum row_format format,
                                struct error *error)
{
    enum status status = open_fds(run, error);
    if (!status)
        status = make_store(run, error);
    run->config.store = run->store;
    if (!status)
        status = start_parts(run, error);
    if (!status)
        status = read_inputs(run, inputs, error);
    progress_end(&run->outcomes.progress);
    log_effort(run);
    if (!status)
        status = print_results(run, format, error);
    status = stop_parts(run, status, error);
    if (run->temporary[0])
        nftw(run->temporary, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    int fds[] = {run->broker_stop_fd, run->workers_stop_fd, run->failed_fd, run->stop_fd};
    for (unsigned i = 0; i < 4; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return status;
}

static int conclude(const struct run *run, const struct inputs *inputs, enum status status,
                    const struct error *error)
{
    const char *name = run_command.name;
    const struct outcomes *outcomes = &run->outcomes;
    if (status && stop_requested())
        return complain(name, EXIT_FAILED, "stopped after %" PRIu64 " reports: run it again",
                        outcomes->progress.done);
    if (status)
        return complain_error(name, error);
    uint64_t failed = outcomes->dead + outcomes->refused;
    if (failed > 0)
        fprintf(stderr,
                "xianzhi %s: %" PRIu64 " of %" PRIu64 " documents could not be used: see above\n",
                name, failed, outcomes->accepted + outcomes->refused);
    fflush(stdout);
    fprintf(stderr, "reports: %" PRIu64 " passed, %" PRIu64 " failed\n",
            outcomes->accepted - outcomes->dead, failed + inputs->failures);
    if (inputs->failures > 0)
        return EXIT_FAILED;
    return failed > 0 ? EXIT_SOME_DEAD : EXIT_DONE;
}

/* Dead letters are told once and for a reader: the broker's own line for an
 * operator would only repeat them. XIANZHI_LOG brings it back. */
static void quieten_log(void)
{
    const char *log_format = getenv("XIANZHI_LOG_FORMAT");
    if (!getenv("XIANZHI_LOG"))
        log_configure(LOG_ERROR, log_format && !strcmp(log_format, "json"), run_command.name);
}

static int run(int argc, char **argv)
{
    const char *format = "table";
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t workers = cores > 0 ? (uint64_t)cores : 1;
    struct run run = {.outcomes = {.command = run_command.name, .wait = true},
                      .broker_stop_fd = -1,
                      .workers_stop_fd = -1,
                      .failed_fd = -1,
                      .stop_fd = -1};
    const struct option_spec options[] = {
        {"store", 's', OPTION_TEXT, &run.store, "DIR", "keep the results here, beside older ones"},
        {"workers", 'w', OPTION_NUMBER, &workers, "N", "threads that read (one a core)"},
        {"format", 'f', OPTION_TEXT, &format, "table|jsonl|csv", "how to print what was found"},
        {"catalogue", 'c', OPTION_TEXT, &run.config.catalogue, "DIR", "other indicator rules"},
        {0},
    };
    int first, code;
    if (!options_parse(&run_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return complain(run_command.name, EXIT_USAGE, "name files, folders or archives: %s",
                        run_command.synopsis);
    quieten_log();
    struct inputs inputs = {.tell = outcomes_line, .context = &run.outcomes};
    for (int i = first; i < argc; i++)
        inputs_add(&inputs, argv[i]);
    run.workers = workers < 1 ? 1 : workers > 256 ? 256 : (unsigned)workers;
    code = EXIT_FAILED;
    if (inputs.count == 0) {
        complain(run_command.name, EXIT_FAILED, "no documents there");
    } else {
        struct error error = {0};
        enum row_format rows =
            strcmp(format, "table") == 0 ? ROWS_BY_UNIT : row_format_by_name(format);
        progress_start(&run.outcomes.progress, inputs.count);
        enum status status = run_pipeline(&run, &inputs, rows, &error);
        code = conclude(&run, &inputs, status, &error);
    }
    inputs_release(&inputs);
    outcomes_release(&run.outcomes);
    return code;
}

const struct command run_command = {
    .name = "run",
    .synopsis = "run [--store DIR] [--workers N] [--format table|jsonl|csv] PATH...",
    .help = "the whole pipeline over files, folders and archives, and what it found",
    .run = run,
};
