/* segment.c - the stage: joins hard-wrapped lines, finds headings, sentences and required parts.
 *
 * One state a thread: the words that parts and tables are known by, read at start and again on
 * reload. Every report succeeds: a text without any structure is one paragraph a line under no
 * heading.
 */
#include "workers/segment/segment.h"

#include "proto/base/memory.h"
#include "workers/segment/lines.h"
#include "workers/segment/outline.h"
#include "workers/segment/part_rules.h"
#include "workers/segment/parts.h"
#include "workers/segment/sentences.h"
#include "workers/segment/wrap.h"

#include <stdlib.h>

struct segment_state {
    struct part_rules *parts;
    struct table_words *tables;
};

static void release(struct segment_state *state)
{
    part_rules_free(&state->parts);
    table_words_free(&state->tables);
}

static enum status load(struct segment_state *state, struct error *error)
{
    *state = (struct segment_state){0};
    enum status status = part_rules_load(&state->parts, error);
    if (status == STATUS_OK)
        status = table_words_load(&state->tables, error);
    if (status != STATUS_OK)
        release(state);
    return status;
}

static void segment_with(const struct segment_state *state, struct report *report)
{
    struct lines lines = lines_find(report);
    if (wraps_join(report, lines))
        lines = lines_find(report);
    const struct outlined *outlined = outline_build(report, lines, state->parts);
    sentences_split(report, lines, outlined, state->tables);
    parts_assign(report, state->parts);
}

enum status segment_read(struct report *report, struct error *error)
{
    struct segment_state state;
    enum status status = load(&state, error);
    if (status != STATUS_OK)
        return status;
    segment_with(&state, report);
    release(&state);
    return STATUS_OK;
}

static enum status segment_init(void **state, const struct stage_config *config,
                                struct error *error)
{
    (void)config;
    struct segment_state *made = memory_zero(sizeof *made);
    enum status status = load(made, error);
    if (status != STATUS_OK)
        free(made);
    *state = status == STATUS_OK ? made : NULL;
    return status;
}

static enum status segment_process(void *state, struct report *report, struct error *error)
{
    (void)error;
    segment_with(state, report);
    return STATUS_OK;
}

/* The state's address is the runtime's, so the new words move into the old ones' place. */
static enum status segment_reload(void *state, struct error *error)
{
    struct segment_state *old = state, fresh;
    enum status status = load(&fresh, error);
    if (status != STATUS_OK)
        return status;
    release(old);
    *old = fresh;
    return STATUS_OK;
}

static void segment_release(void **state)
{
    if (!*state)
        return;
    release(*state);
    free(*state);
    *state = NULL;
}

const struct stage segment_stage = {
    .name = "segment",
    .id = STAGE_SEGMENT,
    .help = "text to outline, sentences and required parts",
    .init = segment_init,
    .process = segment_process,
    .reload = segment_reload,
    .release = segment_release,
};
