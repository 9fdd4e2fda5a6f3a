/* segment.c - the stage: joins hard-wrapped lines, finds headings, sentences and required parts.
 *
 * One state a thread: the part rules, read at start and again on reload. Every report succeeds: a
 * text without any structure is one paragraph a line under no heading.
 */
#include "workers/segment/segment.h"

#include "workers/segment/lines.h"
#include "workers/segment/outline.h"
#include "workers/segment/part_rules.h"
#include "workers/segment/parts.h"
#include "workers/segment/sentences.h"
#include "workers/segment/wrap.h"

static void segment_with(const struct part_rules *rules, struct report *report)
{
    struct lines lines = lines_find(report);
    if (wraps_join(report, lines))
        lines = lines_find(report);
    const struct outlined *outlined = outline_build(report, lines, rules);
    sentences_split(report, lines, outlined);
    parts_assign(report, rules);
}

enum status segment_read(struct report *report, struct error *error)
{
    struct part_rules *rules = NULL;
    enum status status = part_rules_load(&rules, error);
    if (status == STATUS_OK)
        segment_with(rules, report);
    part_rules_free(&rules);
    return status;
}

static enum status segment_init(void **state, const struct stage_config *config,
                                struct error *error)
{
    (void)config;
    struct part_rules *rules = NULL;
    enum status status = part_rules_load(&rules, error);
    *state = rules;
    return status;
}

static enum status segment_process(void *state, struct report *report, struct error *error)
{
    (void)error;
    segment_with(state, report);
    return STATUS_OK;
}

/* The state's address is the runtime's, so the new rules move into the old ones' place. */
static enum status segment_reload(void *state, struct error *error)
{
    return part_rules_reload(state, error);
}

static void segment_release(void **state)
{
    struct part_rules *rules = *state;
    part_rules_free(&rules);
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
