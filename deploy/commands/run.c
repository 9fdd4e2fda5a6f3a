/* run.c - `xianzhi run PATH...`: the whole pipeline in one process, from files to a table.
 *
 * The pipeline is threads of this process, its journal in memory (the files are the durable copy);
 * the main thread submits, waits and prints. What a kept store was given before, under the same
 * rules, is not read again, and only what this run changed is printed. What can fail: a part of the
 * pipeline (a store held elsewhere, a broken catalogue) ends the run with its line; a bad document
 * only costs itself.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/outcomes.h"
#include "deploy/commands/run_before.h"
#include "deploy/commands/run_files.h"
#include "deploy/commands/run_print.h"
#include "deploy/intake/desk.h"
#include "deploy/intake/inputs_read.h"
#include "deploy/intake/lists.h"
#include "deploy/intake/originals.h"
#include "deploy/pipeline/pipeline.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/kept.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

extern const struct command run_command;

#define RUN_ENDPOINT "inproc://run"

struct run {
    const char *store;
    char temporary[64];    /* folder to remove in the end; empty: the store was given */
    const char *catalogue; /* NULL: the built-in one */
    unsigned workers;
    bool all, reread, check, in_force, quiet, keep_originals;
    bool again; /* no documents are given: those of the store that other rules have read */

    struct run_before before; /* the store as this run found it */
    struct run_files files;   /* as earlier runs of the store found them */
    uint64_t unopened;        /* of those given */
    uint64_t gone;            /* rows that this run ended */
    uint64_t lost;            /* documents to be read again that are nowhere */
    struct pipeline *pipeline;
    int stop_fd; /* epoll: asked to stop, or a part failed */
    struct outcomes outcomes;
    struct submitter *submitter;
    struct lists lists; /* what collectors say of the files */
};

/* ---- the pipeline ---- */

static enum status start_pipeline(struct run *run, struct error *error)
{
    const struct pipeline_options options = {.endpoint = RUN_ENDPOINT,
                                             .store = run->store,
                                             .catalogue = run->catalogue,
                                             .keep_originals = run->keep_originals,
                                             .readers = run->workers};
    struct epoll_event event = {.events = EPOLLIN};
    enum status status = pipeline_open(&run->pipeline, &options, error);
    if (status)
        return status;
    run->stop_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ctl(run->stop_fd, EPOLL_CTL_ADD, stop_signal_fd(), &event) != 0 ||
        epoll_ctl(run->stop_fd, EPOLL_CTL_ADD, pipeline_failed_fd(run->pipeline), &event) != 0)
        return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                    strerror(errno));
    return STATUS_OK;
}

/* ---- documents in, rows out ---- */

static enum status take_document(void *context, const char *path, struct buffer *document,
                                 const char *unreadable, struct error *error)
{
    struct run *run = context;
    uint8_t sha256[DIGEST_BYTES];
    bool kept = !run->temporary[0]; /* the store: a temporary one knows nothing of before */
    if (lists_is_list(&run->lists, path))
        return STATUS_OK;
    if (kept && !unreadable)
        digest_sha256(listed_document(buffer_slice(document)), sha256);
    if (!unreadable)
        lists_wrap(&run->lists, path, document);
    if (kept && !unreadable)
        desk_wrap(run->store, sha256, document);
    /* by a list or a person: anew, perhaps elsewhere */
    bool placed = listed_document(buffer_slice(document)).len != document->len;
    bool plain = kept && !unreadable && !placed;
    run_files_note(&run->files, plain ? sha256 : NULL);
    if (plain && !run->reread && run_before_take(&run->before, sha256))
        return STATUS_OK;
    return submitter_put(run->submitter, path, document, unreadable, error);
}

/* All that it holds was read by these rules, and nobody says anything of it. */
static bool is_unchanged(struct run *run, const char *path)
{
    size_t count = 0;
    if (run->reread || run->check)
        return false;
    const uint8_t(*documents)[DIGEST_BYTES] = run_files_held(&run->files, path, &count);
    bool known = documents && !lists_apply(&run->lists, path);
    for (size_t i = 0; known && i < count; i++)
        known = run_before_has(&run->before, documents[i]) && !desk_has(run->store, documents[i]);
    run->before.left_alone += known ? count : 0;
    return known;
}

static enum status read_file(struct run *run, struct inputs *inputs, size_t index,
                             struct error *error)
{
    const char *path = inputs->files[index].path;
    uint64_t failures = inputs->failures;
    if (is_unchanged(run, path)) {
        run->unopened++;
        return STATUS_OK;
    }
    if (!run->temporary[0])
        run_files_begin(&run->files, path);
    enum status status = inputs_read(inputs, index, take_document, run, error);
    if (inputs->failures > failures)
        run_files_note(&run->files, NULL); /* to be told again */
    run_files_end(&run->files, &inputs->opened);
    return status;
}

/* The store's own copy has the envelope that it came in; else it is looked for where it lay. */
static enum status submit_again(struct run *run, const struct run_again *again, struct error *error)
{
    struct buffer kept = {0}, document = {0};
    struct error changed = {""}, absent = {""};
    uint8_t sha256[DIGEST_BYTES];
    enum status status = STATUS_OK;
    buffer_format(&kept, "%s/%s", run->store, KEPT_FOLDER);
    enum status there = kept_get(kept.data, slice_of(again->sha256), &document, &changed);
    if (there != STATUS_OK)
        there = original_read(NULL, again->path, slice_of(again->sha256), &document, &absent);
    if (there == STATUS_OK) {
        run->before.brought_up++;
        if (digest_parse(slice_of(again->sha256), sha256))
            desk_wrap(run->store, sha256, &document);
        status = submitter_put(run->submitter, again->path, &document, NULL, error);
    } else {
        run->lost++;
        if (changed.text[0])
            outcomes_line(&run->outcomes, changed.text);
        outcomes_line(&run->outcomes, absent.text);
    }
    buffer_release(&kept);
    buffer_release(&document);
    return status;
}

static enum status read_inputs(struct run *run, struct inputs *inputs, struct error *error)
{
    struct submitter_options options = {
        .client = {.endpoint = RUN_ENDPOINT, .stop_fd = run->stop_fd},
        .watch = true,
        .lineage.again = run->in_force ? clock_unix_ms() : 0,
        .tell = outcomes_tell,
        .context = &run->outcomes};
    enum status status = submitter_open(&run->submitter, &options, error);
    for (size_t i = 0; i < inputs->count && !status; i++)
        status = read_file(run, inputs, i, error);
    for (size_t i = 0; run->again && i < run->before.again_count && !status; i++)
        status = submit_again(run, &run->before.again[i], error);
    if (!status)
        status = submitter_finish(run->submitter, error);
    submitter_close(&run->submitter);
    return status;
}

static enum status open_client(struct run *run, enum peer_role role, struct client **client,
                               struct error *error)
{
    struct client_options options = {
        .endpoint = RUN_ENDPOINT, .role = role, .stop_fd = run->stop_fd};
    return client_open(client, &options, error);
}

static enum status print_results(struct run *run, enum row_format format, struct error *error)
{
    struct client *client = NULL;
    enum status status = open_client(run, ROLE_READ, &client, error);
    if (status)
        return status;
    struct row_printer *printer = row_printer_new(stdout, format, false);
    if (run->all || !run->before.version)
        status = run_print_all(client, printer, error);
    else
        status = run_print_changes(client, run->before.version, printer, &run->gone, error);
    row_printer_end(&printer);
    client_close(&client);
    return status;
}

/* With a store of its own a run leaves its dead letters there, for `xianzhi dead --store`. */
static enum status keep_letters(struct run *run, struct error *error)
{
    if (run->temporary[0] || run->outcomes.dead == 0)
        return STATUS_OK;
    struct client *client = NULL;
    enum status status = open_client(run, ROLE_ADMIN, &client, error);
    if (!status)
        status = desk_keep(run->store, client, error);
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

static void log_effort(const struct run *run)
{
    struct rusage used = {0};
    getrusage(RUSAGE_SELF, &used);
    double cpu_s = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    log_event(LOG_INFO, "run.read",
              "reports=%" PRIu64 " dead=%" PRIu64 " unopened=%" PRIu64
              " rate_per_s=%.0f cpu_s=%.2f",
              run->outcomes.progress.done, run->outcomes.dead, run->unopened,
              progress_rate(&run->outcomes.progress), cpu_s);
}

/* Without it the next run reads more. */
static void save_files(struct run *run)
{
    struct error error;
    if (run_files_save(&run->files, run->store, &error))
        outcomes_line(&run->outcomes, error.text);
}

static enum status run_pipeline(struct run *run, struct inputs *inputs, enum row_format format,
                                struct error *error)
{
    enum status status =
        run_before_load(&run->before, run->store, run->catalogue, run->again, error);
    if (!status && run->store)
        run_files_load(&run->files, run->store);
    if (!status)
        status = make_store(run, error);
    if (!status)
        status = start_pipeline(run, error);
    if (!status)
        status = read_inputs(run, inputs, error);
    progress_end(&run->outcomes.progress);
    log_effort(run);
    if (!status && !run->quiet)
        status = print_results(run, format, error);
    if (!status)
        status = keep_letters(run, error);
    status = pipeline_close(&run->pipeline, status, error);
    if (!status && !run->temporary[0])
        save_files(run);
    if (run->temporary[0])
        nftw(run->temporary, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (run->stop_fd >= 0)
        close(run->stop_fd);
    return status;
}

/* What was left as it is, and why. */
static void tell_before(const struct run *run)
{
    const struct run_before *before = &run->before;
    if (before->left_alone)
        remark("%" PRIu64 " documents were read before by these rules and are left alone",
               before->left_alone);
    if (before->older.count > before->brought_up && !run->again)
        remark("%" PRIu64 " documents of the store were read by other rules and not given now: "
               "`xianzhi run --store %s --reread` reads them by these",
               (uint64_t)(before->older.count - before->brought_up), run->store);
    if (run->gone)
        remark("%" PRIu64 " rows are there no longer", run->gone);
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
    uint64_t failed = outcomes->dead + outcomes->refused + run->lost;
    if (failed > 0)
        complain(name, EXIT_DONE,
                 "%" PRIu64 " of %" PRIu64 " documents could not be used: see above", failed,
                 outcomes->accepted + outcomes->refused + run->lost);
    fflush(stdout);
    tell_before(run);
    remark("reports: %" PRIu64 " passed, %" PRIu64 " failed",
           outcomes->accepted - outcomes->dead + run->before.left_alone, failed + inputs->failures);
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

static int run_over(struct run *run, struct inputs *inputs, const char *format)
{
    struct error error = {0};
    if (inputs->count == 0 && !run->again)
        return complain(run_command.name, EXIT_FAILED, "no documents there");
    enum row_format rows = strcmp(format, "table") == 0 ? ROWS_BY_UNIT : row_format_by_name(format);
    if (!run->quiet)
        progress_start(&run->outcomes.progress, inputs->count);
    enum status status = run_pipeline(run, inputs, rows, &error);
    if (!status)
        lists_tell_unused(&run->lists);
    return conclude(run, inputs, status, &error);
}

static void release(struct run *run)
{
    lists_close(&run->lists);
    outcomes_release(&run->outcomes);
    run_before_release(&run->before);
    run_files_release(&run->files);
}

static int run(int argc, char **argv)
{
    const char *format = "table", *list = NULL;
    struct error error = {0};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t workers = cores > 0 ? (uint64_t)cores : 1;
    struct run run = {.outcomes = {.command = run_command.name, .wait = true}, .stop_fd = -1};
    const struct option_spec options[] = {
        {"store", 's', OPTION_TEXT, &run.store, "DIR",
         TR("keep the results here, beside older ones")},
        {"workers", 'w', OPTION_NUMBER, &workers, "N", TR("threads that read (one a core)")},
        {"format", 'f', OPTION_TEXT, &format, "table|jsonl|csv", TR("how to print what was found")},
        {"catalogue", 'c', OPTION_TEXT, &run.catalogue, "DIR", TR("other indicator rules")},
        {"manifest", 'm', OPTION_TEXT, &list, "FILE",
         TR("what is known of the files: csv or xlsx")},
        {"all", 'a', OPTION_FLAG, &run.all, NULL,
         TR("print all that the store holds, not only changes")},
        {"reread", 0, OPTION_FLAG, &run.reread, NULL,
         TR("read again what was read already; without PATH: what other rules have read")},
        {"check", 0, OPTION_FLAG, &run.check, NULL,
         TR("open every file, though it looks as it did when it was read")},
        {"again", 0, OPTION_FLAG, &run.in_force, NULL,
         TR("in force again, though a later version has replaced it")},
        {"keep-originals", 0, OPTION_FLAG, &run.keep_originals, NULL,
         TR("keep a copy of every document in the store, to be read again")},
        {"quiet", 'q', OPTION_FLAG, &run.quiet, NULL, TR("print no rows and no progress")},
        {0},
    };
    int first, code;
    if (!options_parse(&run_command, options, argc, argv, &first, &code))
        return code;
    run.again = run.reread && run.store && first == argc;
    if (first == argc && !run.again)
        return complain(run_command.name, EXIT_USAGE, "name files, folders or archives: %s",
                        run_command.synopsis);
    quieten_log();
    run.lists = (struct lists){.tell = outcomes_line, .context = &run.outcomes};
    if (list && lists_open(&run.lists, list, &error))
        return complain(run_command.name, EXIT_USAGE, "%s", error.text);
    struct inputs inputs = {.tell = outcomes_line, .context = &run.outcomes};
    for (int i = first; i < argc; i++)
        inputs_add(&inputs, argv[i]);
    lists_meet(&run.lists, &inputs);
    run.workers = workers < 1 ? 1 : workers > 256 ? 256 : (unsigned)workers;
    code = run_over(&run, &inputs, format);
    inputs_release(&inputs);
    release(&run);
    return code;
}

const struct command run_command = {
    .name = "run",
    .synopsis = "run [--store DIR] [--workers N] [--format table|jsonl|csv] [--manifest FILE] "
                "[--all] [--reread] [--check] [--again] [--keep-originals] [--quiet] PATH...",
    .help = TR("the whole pipeline over files, folders and archives, and what it found"),
    .run = run,
    .reads = true,
};
