/* worker.c - `xianzhi worker STAGE`: one worker process.
 *
 * The main thread only waits in worker_run. SIGTERM hands back what is held and ends; SIGHUP reads
 * the data files again.
 */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/service.h"

#include "proto/base/log.h"
#include "workers/ocr/read_page.h"
#include "workers/runtime/runtime.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

extern const struct command worker_command;

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

/* A worker that is woken waits for its turn instead of pushing aside whoever computes: on a busy
 * machine it then finds several messages where it would have found one. Where that isn't allowed
 * nothing but time is lost. Before any other thread is there: they inherit it. */
static void take_turns(void)
{
    sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
}

/* A worker of ingest reads scans itself, in a thread that holds up nobody, unless others do. */
static bool choose_scans(struct worker_options *worker, const char *scans)
{
    bool elsewhere = strcmp(scans, "elsewhere") == 0;
    bool ingests = worker->stages & 1u << STAGE_INGEST, reads = worker->stages & 1u << STAGE_OCR;
    worker->config.scans = elsewhere || reads || (ingests && ocr_available());
    if (ingests && !reads && !elsewhere && worker->config.scans)
        worker->beside = 1u << STAGE_OCR;
    return elsewhere || strcmp(scans, "here") == 0;
}

static int run(int argc, char **argv)
{
    const char *endpoint = NULL, *store = NULL, *catalogue = NULL, *scans = "here",
               *originals = NULL;
    uint64_t threads = 1;
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &endpoint, "ENDPOINT", TR("where the broker is")},
        {"threads", 't', OPTION_NUMBER, &threads, "N",
         TR("how many (1; aggregate always has one)")},
        {"store", 's', OPTION_TEXT, &store, "DIR", TR("aggregate: the folder of the results")},
        {"catalogue", 'c', OPTION_TEXT, &catalogue, "DIR", TR("extract: other indicator rules")},
        {"scans", 0, OPTION_TEXT, &scans, "here|elsewhere",
         TR("ingest: who reads scanned pages: one more thread of this worker (the default, where "
            "tesseract is), or other workers of ocr")},
        {"keep-originals", 0, OPTION_TEXT, &originals, "DIR",
         TR("ingest: keep a copy of every document there")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = worker_command.name;
    if (!options_parse(&worker_command, options, argc, argv, &first, &code))
        return code;
    if (argc - first != 1)
        return complain(name, EXIT_USAGE,
                        "name one stage (ingest, ocr, segment, extract or aggregate) or several "
                        "in a row: %s",
                        worker_command.synopsis);
    struct error error = {0};
    struct worker_options worker = {.endpoint = endpoint,
                                    .leaves = true,
                                    .threads = threads > 256 ? 256 : (unsigned)threads,
                                    .config = {.catalogue = catalogue,
                                               .store = store,
                                               .originals = originals,
                                               .wait_for_store = true}};
    if (worker_stages_parse(argv[first], &worker.stages, &error) != STATUS_OK)
        return complain(name, EXIT_USAGE, "%s", error.text);
    if (!endpoint)
        return complain(name, EXIT_USAGE, "--broker ENDPOINT is missing: where the broker is");
    if (worker.stages & 1u << STAGE_AGGREGATE && !store)
        return complain(name, EXIT_USAGE,
                        "--store DIR is missing: aggregate keeps its results there");
    if (!choose_scans(&worker, scans))
        return complain(name, EXIT_USAGE, "--scans %s: it is here or elsewhere", scans);
    if (keys_option_load(&keys, &worker.keys, &error) != STATUS_OK)
        return complain(name, EXIT_USAGE, "%s", error.text);
    take_turns();
    int stop_fd = stop_signal_fd();
    reload_on_hangup();
    service_ready();
    enum status status = worker_run(&worker, stop_fd, &error);
    if (status == STATUS_BAD)
        return complain(name, EXIT_USAGE, "%s", error.text);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command worker_command = {
    .name = "worker",
    .synopsis = "worker STAGE[,STAGE...] --broker ENDPOINT [--threads N] [--store DIR]",
    .help = TR("run one worker process of a stage, or of several in a row"),
    .run = run,
    .reads = true,
};
