/* runtime.c - which stages a worker has, and its life from the outside; pool.c has its threads.
 *
 * What can fail: the choice of stages; whatever pool.c says.
 */
#include "workers/runtime/runtime.h"

#include "workers/runtime/pool.h"
#include "workers/runtime/thread.h"

void worker_reload(void)
{
    atomic_fetch_add(&worker_reloads, 1); /* lock-free: right in a signal handler */
}

/* ---- which stages ---- */

static enum status unknown_stage(struct slice name, struct error *error)
{
    return fail(error, STATUS_BAD,
                "%.*s is no stage: they are ingest, ocr, segment, extract and aggregate, or "
                "several in a row such as ingest,segment,extract",
                SLICE_ARGS(name));
}

/* What needs no OCR passes it by, so that a row may leave it out. */
static bool consecutive(uint32_t set)
{
    if (!(set & 1u << STAGE_OCR))
        set = (set & ((1u << STAGE_OCR) - 1)) | set >> (STAGE_OCR + 1) << STAGE_OCR;
    while (set && !(set & 1))
        set >>= 1;
    return set && !(set & (set + 1));
}

enum status worker_stages_parse(const char *names, uint32_t *set, struct error *error)
{
    *set = 0;
    struct slice rest = slice_of(names);
    for (bool more = true; more;) {
        size_t comma = slice_find(rest, SLICE(","), 0);
        more = comma != SIZE_MAX;
        struct slice name = slice_range(rest, 0, more ? comma : rest.len);
        enum stage_id stage = 0;
        while (stage < STAGE_COUNT && !slice_equal(name, slice_of(stage_name(stage))))
            stage++;
        if (stage == STAGE_COUNT)
            return unknown_stage(name, error);
        *set |= 1u << stage;
        rest = slice_range(rest, more ? comma + 1 : rest.len, rest.len);
    }
    if (!consecutive(*set))
        return fail(
            error, STATUS_BAD,
            "%s: a worker's stages must follow each other without a gap: ingest, ocr (which "
            "may be left out), segment, extract, aggregate",
            names);
    return STATUS_OK;
}

/* ---- running ---- */

static atomic_bool left_behind;

bool worker_left(void)
{
    return left_behind;
}

static unsigned thread_count(const struct worker_options *options)
{
    unsigned count = options->threads ? options->threads : 1;
    const struct stage *const *line = options->line ? options->line : stages;
    for (; *line; line++)
        if (options->stages & 1u << (*line)->id && (*line)->max_threads &&
            count > (*line)->max_threads)
            count = (*line)->max_threads;
    return count;
}

enum status worker_run(const struct worker_options *options, int stop_fd, struct error *error)
{
    if (!consecutive(options->stages) || options->stages >> STAGE_COUNT)
        return fail(error, STATUS_BAD,
                    "a worker needs stages that follow each other without a gap");
    struct pool *pool = NULL;
    enum status status = pool_open(&pool, options, thread_count(options), stop_fd, error);
    if (!status)
        status = pool_run(pool, error);
    if (!pool_close(&pool))
        left_behind = true;
    return status;
}
