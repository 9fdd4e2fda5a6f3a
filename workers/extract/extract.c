/* extract.c - the stage: finds the figures of a report and says what they state.
 *
 * One state a thread; the catalogue itself is shared (shelf.c). Happy path: quantities, indicators,
 * what a scan alone says proposed, facts, audits, sketches. What can fail: a catalogue with a mistake (at init; at reload the old
 * one stays in force) and a report on which a rule's expression gives up.
 */
#include "workers/extract/extract.h"

#include "proto/base/memory.h"
#include "proto/base/paths.h"
#include "workers/extract/audit/audit.h"
#include "workers/extract/audit/passages.h"
#include "workers/extract/quantity/quantity.h"
#include "workers/extract/rule/matcher.h"
#include "workers/extract/rule/shelf.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct extract_state {
    char folder[PATH_MAX];
    const struct catalogue *catalogue;
    struct matcher *matcher;
    bool explain;
};

static enum status take_catalogue(struct extract_state *state, struct error *error)
{
    const struct catalogue *catalogue = NULL;
    enum status status = shelf_take(&catalogue, state->folder, error);
    if (status)
        return status;
    matcher_free(&state->matcher);
    shelf_return(&state->catalogue);
    state->catalogue = catalogue;
    state->matcher = matcher_new(catalogue);
    matcher_explain(state->matcher, state->explain);
    return STATUS_OK;
}

static void extract_release(void **state)
{
    struct extract_state *extract = *state;
    if (!extract)
        return;
    matcher_free(&extract->matcher);
    shelf_return(&extract->catalogue);
    free(extract);
    *state = NULL;
}

static enum status extract_init(void **state, const struct stage_config *config,
                                struct error *error)
{
    struct extract_state *made = memory_zero(sizeof *made);
    enum status status = STATUS_OK;
    made->explain = config && config->explain;
    if (config && config->catalogue)
        snprintf(made->folder, sizeof made->folder, "%s", config->catalogue);
    else
        status = data_path("workers/extract/catalogue", made->folder, sizeof made->folder, error);
    if (status == STATUS_OK)
        status = audits_prepare(error);
    if (status == STATUS_OK)
        status = take_catalogue(made, error);
    *state = made;
    if (status)
        extract_release(state);
    return status == STATUS_OK ? STATUS_OK : STATUS_FATAL;
}

/* A dump of numbers costs more than any report is worth, and says nothing that a report would. */
static enum status check_budget(const struct report *report, struct error *error)
{
    size_t allowed = quantities_allowed(report->clean.len);
    if (report->quantity_count <= allowed)
        return STATUS_OK;
    return fail(error, STATUS_BAD,
                "byte %u: more than %zu figures in %zu bytes (数字过多): a dump of numbers, no "
                "report; send the report, or the table in parts",
                report->quantities[allowed].text.start, allowed, report->clean.len);
}

static enum status extract_process(void *state, struct report *report, struct error *error)
{
    struct extract_state *extract = state;
    quantities_find(extract->catalogue->quantities, report);
    enum status status = check_budget(report, error);
    if (status == STATUS_OK)
        status = matcher_run(extract->matcher, report, error);
    if (status)
        return status;
    scanned_propose(report);
    facts_gather(extract->catalogue, report);
    audits_run(report);
    passages_sketch(report);
    report->catalogue = arena_copy(&report->arena, slice_of(extract->catalogue->version));
    return STATUS_OK;
}

static enum status extract_reload(void *state, struct error *error)
{
    return take_catalogue(state, error);
}

static const char *extract_data_version(void *state)
{
    const struct extract_state *extract = state;
    return extract->catalogue->version;
}

const struct stage extract_stage = {
    .name = "extract",
    .id = STAGE_EXTRACT,
    .help = "finds figures, indicators and contradictions by the rules of the catalogue",
    .init = extract_init,
    .process = extract_process,
    .reload = extract_reload,
    .data_version = extract_data_version,
    .release = extract_release,
};
