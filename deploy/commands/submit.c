/* submit.c - `xianzhi submit PATH...`: puts documents into the ingest queue, or into RabbitMQ's.
 *
 * One thread reads and submits. Returns once each document is on the broker's disk (on those of a
 * majority); with --wait once each is aggregated or dead. What can fail: nobody at the endpoint, a
 * path that isn't there; a broker that goes away meanwhile is waited for.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/keys_option.h"
#include "deploy/commands/outcomes.h"
#include "deploy/commands/submit_amqp.h"
#include "deploy/intake/inputs_read.h"
#include "deploy/intake/lists.h"
#include "deploy/intake/watch.h"
#include "proto/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern const struct command submit_command;

struct submission_run {
    struct outcomes outcomes;
    struct submitter *submitter; /* NULL: RabbitMQ's publisher alone */
    struct amqp_submission amqp;
    struct inputs inputs;
    struct lists lists;
};

static enum status take_document(void *context, const char *path, struct buffer *document,
                                 const char *unreadable, struct error *error)
{
    struct submission_run *run = context;
    if (lists_is_list(&run->lists, path))
        return STATUS_OK;
    if (!unreadable)
        lists_wrap(&run->lists, path, document);
    return run->amqp.publisher ? amqp_submission_put(&run->amqp, path, document, unreadable, error)
                               : submitter_put(run->submitter, path, document, unreadable, error);
}

static enum status submit_once(struct submission_run *run, char **paths, int count,
                               struct error *error)
{
    for (int i = 0; i < count; i++)
        inputs_add(&run->inputs, paths[i]);
    progress_start(&run->outcomes.progress, run->inputs.count);
    enum status status = STATUS_OK;
    lists_meet(&run->lists, &run->inputs);
    for (size_t i = 0; i < run->inputs.count && !status; i++)
        status = inputs_read(&run->inputs, i, take_document, run, error);
    if (!status)
        status = run->amqp.publisher ? amqp_submission_finish(&run->amqp, error)
                                     : submitter_finish(run->submitter, error);
    if (!status)
        lists_tell_unused(&run->lists);
    progress_end(&run->outcomes.progress);
    return status;
}

static void print_summary(const struct submission_run *run)
{
    const struct outcomes *outcomes = &run->outcomes;
    struct buffer line = {0};
    buffer_format(&line, tr("%" PRIu64 " accepted"), outcomes->accepted);
    if (outcomes->wait)
        buffer_format(
            &line, tr(", %" PRIu64 " aggregated (%" PRIu64 " changed nothing), %" PRIu64 " dead"),
            outcomes->aggregated, outcomes->duplicates + outcomes->stale, outcomes->dead);
    if (outcomes->refused)
        buffer_format(&line, tr(", %" PRIu64 " refused"), outcomes->refused);
    if (run->inputs.failures)
        buffer_format(&line, tr(", %" PRIu64 " not readable"), run->inputs.failures);
    fprintf(stderr, "%s\n", line.data);
    buffer_release(&line);
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

/* A drop folder's files go by their whole paths and by one flow, however often it is started: so
 * the broker knows a file that comes again, and closes the letter of its earlier state. */
static const char *name_inbox(char **folders, int count)
{
    static char flow[64], host[48];
    for (int i = 0; i < count; i++) {
        char *whole = realpath(folders[i], NULL);
        if (whole)
            folders[i] = whole; /* for as long as the process watches */
    }
    gethostname(host, sizeof host - 1);
    snprintf(flow, sizeof flow, "inbox@%s", host);
    return flow;
}

/* What was asked for. */
struct wish {
    const char *endpoint, *amqp, *exchange, *flow, *list, *origin;
    uint64_t order;
    bool wait, watch, priority, no_wait, again;
    struct keys_option keys;
};

/* NULL: it makes sense. */
static const char *wrong_with(const struct wish *wish)
{
    if (!wish->endpoint && !wish->amqp)
        return TR("--broker ENDPOINT is missing: where the broker is");
    if (wish->amqp && wish->wait != !!wish->endpoint)
        return TR("--amqp with --wait wants --broker ENDPOINT, a node that is asked how they end; "
                  "without --wait it is the only address");
    if (wish->amqp && (wish->watch || wish->no_wait))
        return TR("--amqp goes with files and folders, not with --watch or --no-wait");
    if (wish->no_wait && wish->watch)
        return TR("--no-wait or --watch, not both");
    if (wish->list && wish->watch)
        return TR("with --watch the list is the folder's manifest.csv");
    if (wish->order > MAX_ORDER)
        return TR("--order: a number below 2^53");
    if (wish->watch && (wish->origin || wish->order || wish->again))
        return TR("--watch takes what comes: --origin, --order and --again are said of files that "
                  "are named");
    return NULL;
}

static struct lineage lineage_of(const struct wish *wish)
{
    return (struct lineage){.origin = slice_of(wish->origin),
                            .order = wish->order,
                            .again = wish->again ? clock_unix_ms() : 0};
}

/* The broker, RabbitMQ, or RabbitMQ and a node that is asked. */
static enum status connect_to(struct submission_run *run, struct wish *wish, struct error *error)
{
    struct submitter_options submitter = {
        .client = {.endpoint = wish->endpoint, .stop_fd = stop_signal_fd()},
        .flow = wish->flow,
        .priority = wish->priority,
        .lineage = lineage_of(wish),
        .watch = wish->wait,
        .no_wait = wish->no_wait,
        .tell = outcomes_tell,
        .context = &run->outcomes};
    struct publisher_options publisher = {.uris = wish->amqp,
                                          .exchange = wish->exchange,
                                          .flow = wish->flow,
                                          .urgent = wish->priority,
                                          .lineage = submitter.lineage,
                                          .stop_fd = submitter.client.stop_fd,
                                          .tell = amqp_submission_tell,
                                          .context = &run->amqp};
    enum status status = keys_option_load(&wish->keys, &submitter.client.keys, error);
    if (!status && wish->endpoint)
        status = submitter_open(&run->submitter, &submitter, error);
    if (!status && wish->amqp)
        status = publisher_open(&run->amqp.publisher, &publisher, error);
    run->amqp.submitter = run->submitter;
    run->amqp.stop_fd = submitter.client.stop_fd;
    run->amqp.tell = outcomes_tell;
    run->amqp.context = &run->outcomes;
    return status;
}

static int submit(struct wish *wish, char **paths, int count)
{
    struct submission_run run = {.outcomes = {.command = submit_command.name, .wait = wish->wait}};
    struct error error = {0};
    run.inputs = (struct inputs){.tell = outcomes_line, .context = &run.outcomes};
    run.lists = (struct lists){.tell = outcomes_line, .context = &run.outcomes};
    if (wish->list && lists_open(&run.lists, wish->list, &error))
        return complain(submit_command.name, EXIT_USAGE, "%s", error.text);
    if (wish->watch && !wish->flow)
        wish->flow = name_inbox(paths, count);
    enum status status = connect_to(&run, wish, &error);
    if (!status && wish->watch)
        status = watch_folders(run.submitter, &run.inputs, paths, count, stop_signal_fd(),
                               (struct watch_listener){NULL, NULL}, &error);
    else if (!status)
        status = submit_once(&run, paths, count, &error);
    amqp_submission_release(&run.amqp);
    submitter_close(&run.submitter);
    int code = conclude(&run, status, &error);
    inputs_release(&run.inputs);
    lists_close(&run.lists);
    outcomes_release(&run.outcomes);
    return code;
}

static int run(int argc, char **argv)
{
    struct wish wish = {.exchange = "xianzhi"};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &wish.endpoint, "ENDPOINT", TR("where the broker is")},
        {"amqp", 0, OPTION_TEXT, &wish.amqp, "URI[,URI...]",
         TR("or RabbitMQ, for every node's bridge: amqp://user:password@host/vhost; with --wait "
            "--broker is a node that is asked")},
        {"exchange", 0, OPTION_TEXT, &wish.exchange, "NAME", TR("of RabbitMQ (xianzhi)")},
        {"wait", 'w', OPTION_FLAG, &wish.wait, NULL, TR("until each report is aggregated or dead")},
        {"watch", 0, OPTION_FLAG, &wish.watch, NULL,
         TR("keep the folders: submit what is dropped there")},
        {"no-wait", 0, OPTION_FLAG, &wish.no_wait, NULL,
         TR("refuse what can't be taken now; don't retry")},
        {"priority", 'p', OPTION_FLAG, &wish.priority, NULL, TR("before all that wait without it")},
        {"flow", 'f', OPTION_TEXT, &wish.flow, "NAME",
         TR("take fair turns as this (each submitter by itself)")},
        {"manifest", 'm', OPTION_TEXT, &wish.list, "FILE",
         TR("what is known of the files: csv or xlsx")},
        {"origin", 0, OPTION_TEXT, &wish.origin, "NAME",
         TR("what they are versions of: an address, a name")},
        {"order", 0, OPTION_NUMBER, &wish.order, "N",
         TR("place among the versions: the highest is in force, whenever it comes")},
        {"again", 0, OPTION_FLAG, &wish.again, NULL,
         TR("in force again, though a later version has replaced it")},
        KEYS_OPTIONS(&wish.keys),
        {0},
    };
    int first, code;
    if (!options_parse(&submit_command, options, argc, argv, &first, &code))
        return code;
    const char *wrong = wrong_with(&wish);
    if (wrong)
        return complain(submit_command.name, EXIT_USAGE, "%s", tr(wrong));
    if (first == argc)
        return complain(submit_command.name, EXIT_USAGE, "name files, folders or archives: %s",
                        submit_command.synopsis);
    return submit(&wish, argv + first, argc - first);
}

const struct command submit_command = {
    .name = "submit",
    .synopsis = "submit (--broker ENDPOINT | --amqp URI) [--wait] [--watch] [--no-wait] "
                "[--priority] [--flow NAME] [--manifest FILE] [--origin NAME] [--order N] "
                "[--again] PATH...",
    .help = TR("put files, folders or archives into the queue"),
    .run = run,
    .reads = true,
};
