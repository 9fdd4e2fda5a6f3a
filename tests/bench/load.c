/* load.c - plays the broker's clients and takes the time.
 *
 *   load burst ENDPOINT COUNT BYTES         submits as fast as it is let; prints seconds
 *   load paced ENDPOINT RATE COUNT BYTES    submits at a steady rate; prints µs from putting to
 *                                           acknowledgement, one line each
 *   load first ENDPOINT STAGE               waits for a first job of the stage, gives it back;
 *                                           prints the monotonic clock in seconds
 *   load ask ENDPOINT INDICATOR REGION YEAR LEVEL TIMES [RATE]
 *                                           µs of each answer and its rows ("-": no restriction);
 *                                           at a steady rate a second, from when it was due
 *
 * One thread. A broker that isn't there is waited for.
 */
#include "proto/base/clock.h"
#include "proto/session.h"
#include "proto/submitter.h"
#include "tests/bench/reports.h"
#include "workers/runtime/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

static int fail_with(const struct error *error)
{
    fprintf(stderr, "load: %s\n", error->text);
    return 1;
}

/* ---- submitting ---- */

struct burst {
    uint64_t *put_us, *took_us; /* by document */
    uint64_t accepted, refused;
};

/* The path is the document's number: that is how news finds its way back. */
static void tell(void *context, const struct submission *submission)
{
    struct burst *burst = context;
    uint64_t number = strtoull(submission->path, NULL, 10);
    if (submission->news == SUBMISSION_ACCEPTED) {
        burst->took_us[number] = clock_monotonic_us() - burst->put_us[number];
        burst->accepted++;
    } else if (submission->news == SUBMISSION_REFUSED) {
        burst->refused++;
    }
}

/* No two are alike, and lz4 finds as little in them as in a report. */
static struct buffer invent(uint64_t number, size_t bytes)
{
    struct buffer document = {0};
    uint64_t state = number * 0x9E3779B97F4A7C15u + 1;
    buffer_reserve(&document, bytes + 4);
    buffer_format(&document, "%" PRIu64 " 县法治政府建设年度报告\n", number);
    while (document.len < bytes) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        uint32_t c = 0x4E00 + (uint32_t)(state >> 33) % 2048;
        char utf8[3] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                        (char)(0x80 | (c & 0x3F))};
        buffer_append(&document, utf8, 3);
    }
    return document;
}

static enum status put_all(struct submitter *submitter, struct burst *burst, uint64_t count,
                           size_t bytes, double rate, struct error *error)
{
    enum status status = STATUS_OK;
    uint64_t start_us = clock_monotonic_us();
    for (uint64_t i = 0; i < count && !status; i++) {
        char path[24];
        struct buffer document = invent(i, bytes);
        uint64_t due_us = rate > 0 ? start_us + (uint64_t)((double)i * 1e6 / rate) : 0;
        for (uint64_t now_us; !status && (now_us = clock_monotonic_us()) < due_us;)
            status = submitter_poll(submitter, -1, (int)((due_us - now_us + 999) / 1000), error);
        snprintf(path, sizeof path, "%" PRIu64, i);
        burst->put_us[i] = clock_monotonic_us();
        if (!status)
            status = submitter_put(submitter, path, &document, NULL, error);
        buffer_release(&document);
    }
    return status ? status : submitter_finish(submitter, error);
}

static int submit(const char *endpoint, double rate, uint64_t count, size_t bytes)
{
    struct burst burst = {.put_us = memory_zero(count * sizeof(uint64_t)),
                          .took_us = memory_zero(count * sizeof(uint64_t))};
    struct submitter_options options = {
        .client = {.endpoint = endpoint, .stop_fd = -1, .timeout_ms = PATIENCE_MS},
        .tell = tell,
        .context = &burst};
    struct submitter *submitter = NULL;
    struct error error = {0};
    uint64_t start_us = clock_monotonic_us();
    enum status status = submitter_open(&submitter, &options, &error);
    if (!status)
        status = put_all(submitter, &burst, count, bytes, rate, &error);
    double seconds = (double)(clock_monotonic_us() - start_us) / 1e6;
    submitter_close(&submitter);
    if (!status && burst.accepted != count)
        status =
            fail(&error, STATUS_BAD, "%" PRIu64 " of %" PRIu64 " acknowledged, %" PRIu64 " refused",
                 burst.accepted, count, burst.refused);
    if (!status && rate > 0)
        for (uint64_t i = 0; i < count; i++)
            printf("%" PRIu64 "\n", burst.took_us[i]);
    else if (!status)
        printf("%.6f\n", seconds);
    free(burst.put_us);
    free(burst.took_us);
    return status ? fail_with(&error) : 0;
}

/* ---- the first job ---- */

static int wait_first(const char *endpoint, const char *stage)
{
    struct session_options options = {.endpoint = endpoint, .role = ROLE_WORK, .name = "bench"};
    struct session session = {0};
    struct message message, ready = {.type = MESSAGE_READY, .credit = 1};
    struct error error = {0};
    enum status status = worker_stages_parse(stage, &options.stages, &error);
    ready.stages = options.stages;
    if (!status)
        status = session_open(&session, &options, &error);
    while (!status) {
        enum session_news news = session_next(&session, &message, &error);
        if (news == SESSION_REFUSED)
            status = STATUS_BAD;
        else if (news == SESSION_BEGUN)
            session_send(&session, &ready, NULL);
        else if (news == SESSION_MESSAGE && message.type == MESSAGE_JOB)
            break;
        else if (news == SESSION_QUIET)
            session_wait(&session, -1, -1);
    }
    if (!status)
        printf("%.6f\n", (double)clock_monotonic_us() / 1e6);
    session_close(&session); /* the goodbye gives the job back */
    return status ? fail_with(&error) : 0;
}

/* ---- asking ---- */

static struct slice unless_dash(const char *text)
{
    return strcmp(text, "-") == 0 ? (struct slice){0} : slice_of(text);
}

/* All pages of one question. */
static enum status ask_once(struct client *client, struct request request, struct arena *arena,
                            size_t *rows, struct error *error)
{
    struct answer answer = {.more = true};
    struct buffer after = {0};
    enum status status = STATUS_OK;
    *rows = 0;
    while (!status && answer.more) {
        arena_reset(arena);
        request.after = buffer_slice(&after);
        status = client_read(client, &request, arena, &answer, error);
        *rows += answer.row_count;
        buffer_clear(&after);
        if (!status)
            buffer_add(&after, answer.after);
    }
    buffer_release(&after);
    return status;
}

/* One who reads at a rate waits for its turn; a late answer makes the next ones late, too, as it
 * does for whoever waits for them. */
static uint64_t wait_turn(uint64_t start_us, double rate, int turn)
{
    uint64_t now_us = clock_monotonic_us();
    if (rate <= 0)
        return now_us;
    uint64_t due_us = start_us + (uint64_t)(turn * 1e6 / rate);
    if (due_us > now_us)
        usleep((useconds_t)(due_us - now_us));
    return due_us;
}

static int ask(char **argv, double rate)
{
    struct client_options options = {
        .endpoint = argv[2], .role = ROLE_READ, .stop_fd = -1, .timeout_ms = PATIENCE_MS};
    struct request request = {.filter = {.indicator = unless_dash(argv[3]),
                                         .regions = {unless_dash(argv[4])},
                                         .region_count = argv[4][0] != '-',
                                         .year = (uint16_t)atoi(argv[5]),
                                         .level = level_by_name(slice_of(argv[6]))}};
    struct client *client = NULL;
    struct arena arena = {0};
    struct error error = {0};
    size_t rows = 0;
    if (argv[6][0] == '-')
        request.filter.level = LEVEL_UNKNOWN;
    enum status status = client_open(&client, &options, &error);
    setvbuf(stdout, NULL, _IOLBF, 0); /* so that one that is ended has said all that it knows */
    uint64_t begin_us = clock_monotonic_us();
    for (int i = 0; i < atoi(argv[7]) && !status; i++) {
        uint64_t start_us = wait_turn(begin_us, rate, i);
        status = ask_once(client, request, &arena, &rows, &error);
        printf("%" PRIu64 "\t%zu\n", clock_monotonic_us() - start_us, rows);
    }
    client_close(&client);
    arena_release(&arena);
    return status ? fail_with(&error) : 0;
}

int main(int argc, char **argv)
{
    int code = 2;
    if (argc == 5 && strcmp(argv[1], "burst") == 0)
        code = submit(argv[2], 0, strtoull(argv[3], NULL, 10), (size_t)atol(argv[4]));
    else if (argc == 6 && strcmp(argv[1], "paced") == 0)
        code = submit(argv[2], atof(argv[3]), strtoull(argv[4], NULL, 10), (size_t)atol(argv[5]));
    else if (argc == 4 && strcmp(argv[1], "first") == 0)
        code = wait_first(argv[2], argv[3]);
    else if ((argc == 8 || argc == 9) && strcmp(argv[1], "ask") == 0)
        code = ask(argv, argc == 9 ? atof(argv[8]) : 0);
    else
        fprintf(stderr, "usage: see the top of tests/bench/load.c\n");
    wire_shutdown();
    return code;
}
