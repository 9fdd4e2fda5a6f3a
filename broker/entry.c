/* entry.c - one table of keys drives writing and reading. No state, any thread. */
#include "broker/entry.h"

#include "proto/pack.h"

#include <stddef.h>

enum key_type { KEY_U32, KEY_U64, KEY_BOOL, KEY_TEXT, KEY_STAGE, KEY_CAUSE };

static const struct entry_key {
    const char *name;
    enum key_type type;
    size_t offset;
} keys[] = {
    {"seq", KEY_U64, offsetof(struct entry, seq)},
    {"path", KEY_TEXT, offsetof(struct entry, path)},
    {"flow", KEY_TEXT, offsetof(struct entry, flow)},
    {"urgent", KEY_BOOL, offsetof(struct entry, urgent)},
    {"decision", KEY_BOOL, offsetof(struct entry, decision)},
    {"suspect", KEY_BOOL, offsetof(struct entry, suspect)},
    {"document", KEY_BOOL, offsetof(struct entry, document)},
    {"bytes", KEY_U64, offsetof(struct entry, document_bytes)},
    {"submitted_ms", KEY_U64, offsetof(struct entry, submitted_ms)},
    {"origin", KEY_TEXT, offsetof(struct entry, lineage.origin)},
    {"order", KEY_U64, offsetof(struct entry, lineage.order)},
    {"again", KEY_U64, offsetof(struct entry, lineage.again)},
    {"sent", KEY_U64, offsetof(struct entry, lineage.sent)},
    {"attempts", KEY_U32, offsetof(struct entry, attempts)},
    {"first_ms", KEY_U64, offsetof(struct entry, first_ms)},
    {"last_ms", KEY_U64, offsetof(struct entry, last_ms)},
    {"cause", KEY_CAUSE, offsetof(struct entry, cause)},
    {"stage", KEY_STAGE, offsetof(struct entry, stage)},
    {"reason", KEY_TEXT, offsetof(struct entry, reason)},
    {"worker", KEY_TEXT, offsetof(struct entry, worker)},
};
enum { KEY_COUNT = sizeof keys / sizeof *keys };

struct entry entry_of_job(const struct job *job)
{
    return (struct entry){
        .seq = job->seq,
        .path = slice_of(job->path),
        .flow = slice_of(job->flow),
        .urgent = job->urgent,
        .decision = job->decision,
        .suspect = job->suspect,
        .document = true,
        .document_bytes = job->document_bytes,
        .submitted_ms = job->submitted_ms,
        .lineage = job->lineage,
        .attempts = job->attempts,
        .first_ms = job->first_ms,
        .last_ms = job->last_ms,
        .cause = job->cause,
        .stage = job->stage,
    };
}

struct job *entry_to_job(const struct entry *entry)
{
    struct job *job = job_new(entry->seq, entry->path, entry->flow, entry->urgent);
    job->state = JOB_DEAD;
    job->decision = entry->decision;
    job->suspect = entry->suspect;
    job->document_bytes = entry->document_bytes;
    job->submitted_ms = entry->submitted_ms;
    job_set_lineage(job, entry->lineage);
    job->attempts = entry->attempts;
    job->first_ms = entry->first_ms;
    job->last_ms = entry->last_ms;
    job->cause = entry->cause;
    job->stage = entry->stage;
    return job;
}

static bool is_absent(const struct entry_key *key, const void *place)
{
    switch (key->type) {
    case KEY_U32:
        return *(const uint32_t *)place == 0;
    case KEY_U64:
        return *(const uint64_t *)place == 0;
    case KEY_BOOL:
        return !*(const bool *)place;
    case KEY_TEXT:
        return ((const struct slice *)place)->len == 0;
    case KEY_STAGE:
        return false;
    case KEY_CAUSE:
        return *(const enum cause *)place == CAUSE_NONE;
    }
    return true;
}

static void pack_value(const struct entry_key *key, const void *place, struct buffer *out)
{
    switch (key->type) {
    case KEY_U32:
        pack_uint(out, *(const uint32_t *)place);
        break;
    case KEY_U64:
        pack_uint(out, *(const uint64_t *)place);
        break;
    case KEY_BOOL:
        pack_bool(out, true);
        break;
    case KEY_TEXT:
        pack_text(out, *(const struct slice *)place);
        break;
    case KEY_STAGE:
        pack_text(out, slice_of(stage_name(*(const enum stage_id *)place)));
        break;
    case KEY_CAUSE:
        pack_text(out, slice_of(cause_name(*(const enum cause *)place)));
        break;
    }
}

void entry_encode(const struct entry *entry, struct buffer *out)
{
    uint32_t present = 0;
    for (unsigned i = 0; i < KEY_COUNT; i++)
        present += !is_absent(&keys[i], (const char *)entry + keys[i].offset);
    pack_map(out, present);
    for (unsigned i = 0; i < KEY_COUNT; i++) {
        const void *place = (const char *)entry + keys[i].offset;
        if (is_absent(&keys[i], place))
            continue;
        pack_text(out, slice_of(keys[i].name));
        pack_value(&keys[i], place, out);
    }
}

static enum stage_id stage_by_text(struct slice name)
{
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        if (slice_equal(name, slice_of(stage_name(i))))
            return i;
    return STAGE_COUNT;
}

static enum status take_value(void *context, struct slice name, const struct packed *value,
                              struct error *error)
{
    for (unsigned i = 0; i < KEY_COUNT; i++) {
        if (!slice_equal(name, slice_of(keys[i].name)))
            continue;
        void *place = (char *)context + keys[i].offset;
        if (keys[i].type == KEY_U32)
            *(uint32_t *)place = (uint32_t)packed_uint(value, 0);
        else if (keys[i].type == KEY_U64)
            *(uint64_t *)place = packed_uint(value, 0);
        else if (keys[i].type == KEY_BOOL)
            *(bool *)place = packed_bool(value, false);
        else if (keys[i].type == KEY_TEXT)
            *(struct slice *)place = packed_text(value);
        else if (keys[i].type == KEY_STAGE)
            *(enum stage_id *)place = stage_by_text(packed_text(value));
        else
            *(enum cause *)place = cause_by_name(packed_text(value));
        bool known = (keys[i].type != KEY_STAGE || *(enum stage_id *)place < STAGE_COUNT) &&
                     (keys[i].type != KEY_CAUSE || *(enum cause *)place < CAUSE_COUNT);
        return known ? STATUS_OK
                     : fail(error, STATUS_BAD, "entry: unknown %s \"%.*s\"", keys[i].name,
                            SLICE_ARGS(packed_text(value)));
    }
    return STATUS_OK;
}

enum status entry_decode(struct slice bytes, struct entry *entry, struct error *error)
{
    *entry = (struct entry){0};
    struct pack_limits limits = {.depth = 2, .nodes = 64};
    return packed_visit_map(bytes, limits, take_value, entry, error);
}
