/* submit.c - `xianzhi submit PATH...`: puts documents into the ingest queue.
 *
 * One thread reads and submits. Returns once each document is on the broker's disk; with --wait
 * once each is aggregated or dead. What can fail: nobody at the endpoint, a path that isn't there;
 * a broker that goes away meanwhile is waited for.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/inputs_read.h"
#include "deploy/commands/keys_option.h"
#include "deploy/commands/outcomes.h"
#include "deploy/commands/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

extern const struct command submit_command;

struct submission_run {
    struct outcomes outcomes;
    struct submitter *submitter;
    struct inputs inputs;
};

static enum status take_document(void *context, const char *path, struct buffer *document,
                                 const char *unreadable, struct error *error)
{
    struct submission_run *run = context;
    return submitter_put(run->submitter, path, document, unreadable, error);
}

static enum status submit_once(struct submission_run *run, char **paths, int count,
                               struct error *error)
{
    for (int i = 0; i < count; i++)
        inputs_add(&run->inputs, paths[i]);
    progress_start(&run->outcomes.progress, run->inputs.count);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->inputs.count && !status; i++)
        status = inputs_read(&run->inputs, i, take_document, run, error);
    if (!status)
        status = submitter_finish(run->submitter, error);
    progress_end(&run->outcomes.progress);
    return status;
}

static void print_summary(const struct submission_run *run)
{
    const struct outcomes *outcomes = &run->outcomes;
    fprintf(stderr, "%" PRIu64 " accepted", outcomes->accepted);
    if (outcomes->wait)
        fprintf(stderr, ", %" PRIu64 " aggregated (%" PRIu64 " changed nothing), %" PRIu64 " dead",
                outcomes->aggregated, outcomes->duplicates + outcomes->stale, outcomes->dead);
    if (outcomes->refused)
        fprintf(stderr, ", %" PRIu64 " refused", outcomes->refused);
    if (run->inputs.failures)
        fprintf(stderr, ", %" PRIu64 " not readable", run->inputs.failures);
    fputc('\n', stderr);
}

static int conclude(const struct submission_run *run, enum status status, const struct error *error)
{
    const struct outcomes *outcomes = &run->outcomes;
    if (status == STATUS_BAD)
        return complain(outcomes->command, EXIT_USAGE, "%s", error->text);
    if (!status || outcomes->accepted > 0)
        print_summary(run);
    if (status && stop_requested())
        return complain(outcomes->command, EXIT_FAILED,
                        "stopped: what was accepted stays accepted; run it again for the rest");
    if (status)
        return complain_error(outcomes->command, error);
    if (run->inputs.failures > 0 || outcomes->refused > 0)
        return EXIT_FAILED;
    return outcomes->dead > 0 ? EXIT_SOME_DEAD : EXIT_DONE;
}

static int run(int argc, char **argv)
{
    const char *endpoint = NULL, *flow = NULL;
    bool wait = false, watch = false, priority = false, no_wait = false;
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &endpoint, "ENDPOINT", "where the broker is"},
        {"wait", 'w', OPTION_FLAG, &wait, NULL, "until each report is aggregated or dead"},
        {"watch", 0, OPTION_FLAG, &watch, NULL, "keep the folders: submit what is dropped there"},
        {"no-wait", 0, OPTION_FLAG, &no_wait, NULL, "refuse what can't be taken now; don't retry"},
        {"priority", 'p', OPTION_FLAG, &priority, NULL, "before all that wait without it"},
        {"flow", 'f', OPTION_TEXT, &flow, "NAME",
         "take fair turns as this (each submitter by itself)"},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = submit_command.name;
    if (!options_parse(&submit_command, options, argc, argv, &first, &code))
        return code;
    if (!endpoint)
        return complain(name, EXIT_USAGE, "--broker ENDPOINT is missing: where the broker is");
    if (first == argc)
        return complain(name, EXIT_USAGE, "name files, folders or archives: %s",
                        submit_command.synopsis);
    if (no_wait && watch)
        return complain(name, EXIT_USAGE, "--no-wait or --watch, not both");
    struct submission_run run = {.outcomes = {.command = name, .wait = wait}};
    run.inputs = (struct inputs){.tell = outcomes_line, .context = &run.outcomes};
    struct submitter_options submitter = {
        .client = {.endpoint = endpoint, .stop_fd = stop_signal_fd()},
        .flow = flow,
        .priority = priority,
        .watch = wait,
        .no_wait = no_wait,
        .tell = outcomes_tell,
        .context = &run.outcomes};
    struct error error = {0};
    enum status status = keys_option_load(&keys, &submitter.client.keys, &error);
    if (!status)
        status = submitter_open(&run.submitter, &submitter, &error);
    if (!status && watch)
        status = watch_folders(run.submitter, &run.inputs, argv + first, argc - first,
                               submitter.client.stop_fd, &error);
    else if (!status)
        status = submit_once(&run, argv + first, argc - first, &error);
    submitter_close(&run.submitter);
    code = conclude(&run, status, &error);
    inputs_release(&run.inputs);
    outcomes_release(&run.outcomes);
    return code;
}

const struct command submit_command = {
    .name = "submit",
    .synopsis = "submit --broker ENDPOINT [--wait] [--watch] [--no-wait] [--priority] [--flow "
                "NAME] PATH...",
    .help = "put files, folders or archives into the queue",
    .run = run,
};
