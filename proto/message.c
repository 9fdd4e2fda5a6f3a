/* message.c - the control record: one table of fields drives both writing and reading.
 *
 * Absent keys are zero, so a record holds only what its type needs (a JOB is about 60 bytes). A key
 * that isn't in the table was added by a newer minor version and is skipped.
 */
#include "proto/message.h"

#include "proto/pack.h"

#include <stddef.h>

enum field_type { FIELD_U32, FIELD_U64, FIELD_BOOL, FIELD_TEXT, FIELD_STAGE, FIELD_STAGES };

struct field {
    const char *key;
    enum field_type type;
    size_t offset;
};

#define FIELD(key, type, member)                                                                   \
    {                                                                                              \
        key, type, offsetof(struct message, member)                                                \
    }
static const struct field fields[] = {
    FIELD("type", FIELD_U32, type),
    FIELD("id", FIELD_U64, id),
    FIELD("seq", FIELD_U64, seq),
    FIELD("known_seq", FIELD_U64, known_seq),
    FIELD("token", FIELD_U64, token),
    FIELD("version", FIELD_U64, version),
    FIELD("since", FIELD_U64, since),
    FIELD("attempt", FIELD_U32, attempt),
    FIELD("credit", FIELD_U32, credit),
    FIELD("stages", FIELD_STAGES, stages),
    FIELD("stage", FIELD_STAGE, stage),
    FIELD("heartbeat_ms", FIELD_U32, heartbeat_ms),
    FIELD("lease_ms", FIELD_U32, lease_ms),
    FIELD("retry_ms", FIELD_U32, retry_ms),
    FIELD("major", FIELD_U32, version_major),
    FIELD("minor", FIELD_U32, version_minor),
    FIELD("role", FIELD_U32, role),
    FIELD("priority", FIELD_U32, priority),
    FIELD("status", FIELD_U32, status),
    FIELD("outcome", FIELD_U32, outcome),
    FIELD("max_document_bytes", FIELD_U64, max_document_bytes),
    FIELD("credit_bytes", FIELD_U64, credit_bytes),
    FIELD("coming_bytes", FIELD_U64, coming_bytes),
    FIELD("store_bytes", FIELD_U64, store_bytes),
    FIELD("watch", FIELD_BOOL, watch),
    FIELD("no_wait", FIELD_BOOL, no_wait),
    FIELD("decision", FIELD_BOOL, decision),
    FIELD("path", FIELD_TEXT, path),
    FIELD("flow", FIELD_TEXT, flow),
    FIELD("name", FIELD_TEXT, name),
    FIELD("store", FIELD_TEXT, store),
    FIELD("verb", FIELD_TEXT, verb),
    FIELD("text", FIELD_TEXT, text),
    FIELD("sha256", FIELD_TEXT, sha256),
    FIELD("origin", FIELD_TEXT, lineage.origin),
    FIELD("order", FIELD_U64, lineage.order),
    FIELD("again", FIELD_U64, lineage.again),
    FIELD("sent", FIELD_U64, lineage.sent),
};
enum {
    FIELD_COUNT = sizeof fields / sizeof *fields,
    MAX_CONTROL_NODES = 256,
    MAX_CONTROL_DEPTH = 4
};

/* Stages have the numbers in which they came to be, for the sake of peers that know the earlier
 * ones only. */
static const uint8_t stage_numbers[STAGE_COUNT] = {[STAGE_INGEST] = 0,
                                                   [STAGE_OCR] = 4,
                                                   [STAGE_SEGMENT] = 1,
                                                   [STAGE_EXTRACT] = 2,
                                                   [STAGE_AGGREGATE] = 3};

static uint32_t stage_from_number(uint32_t number)
{
    uint32_t stage = 0;
    while (stage < STAGE_COUNT && stage_numbers[stage] != number)
        stage++;
    return stage;
}

static uint32_t numbers_of(uint32_t stages)
{
    uint32_t numbers = 0;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        numbers |= stages & 1u << stage ? 1u << stage_numbers[stage] : 0;
    return numbers;
}

static uint32_t stages_from_numbers(uint32_t numbers)
{
    uint32_t stages = 0;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        stages |= numbers & 1u << stage_numbers[stage] ? 1u << stage : 0;
    return stages;
}

static uint64_t number_at(const struct message *message, const struct field *field)
{
    const char *place = (const char *)message + field->offset;
    switch (field->type) {
    case FIELD_U32:
        return *(const uint32_t *)place;
    case FIELD_U64:
        return *(const uint64_t *)place;
    case FIELD_BOOL:
        return *(const bool *)place;
    case FIELD_TEXT:
        return ((const struct slice *)place)->len;
    case FIELD_STAGE:
        return stage_numbers[*(const uint32_t *)place % STAGE_COUNT];
    case FIELD_STAGES:
        return numbers_of(*(const uint32_t *)place);
    }
    return 0;
}

void message_encode(const struct message *message, struct buffer *out)
{
    uint32_t present = 0;
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        present += number_at(message, &fields[i]) != 0;
    pack_map(out, present);
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &fields[i];
        uint64_t number = number_at(message, field);
        if (number == 0)
            continue;
        pack_text(out, slice_of(field->key));
        if (field->type == FIELD_TEXT)
            pack_text(out, *(const struct slice *)((const char *)message + field->offset));
        else if (field->type == FIELD_BOOL)
            pack_bool(out, true);
        else
            pack_uint(out, number);
    }
}

/* A message that is being read. */
struct intake {
    struct message *message;
    uint32_t stage; /* its number as it came */
};

static enum status take_field(struct intake *intake, const struct field *field,
                              const struct packed *value, struct error *error)
{
    struct message *message = intake->message;
    char *place = (char *)message + field->offset;
    bool right = field->type == FIELD_TEXT   ? packed_is_text(value)
                 : field->type == FIELD_BOOL ? packed_is_bool(value)
                                             : packed_is_uint(value);
    if (!right)
        return fail(error, STATUS_BAD, "control record: \"%s\" has a wrong type", field->key);
    uint64_t number = packed_uint(value, 0);
    bool small = field->type != FIELD_U64 && field->type != FIELD_BOOL && field->type != FIELD_TEXT;
    if (small && number > UINT32_MAX)
        return fail(error, STATUS_BAD, "control record: \"%s\" is larger than 32 bits", field->key);
    if (field->type == FIELD_U32)
        *(uint32_t *)place = (uint32_t)number;
    else if (field->type == FIELD_STAGE)
        *(uint32_t *)place = stage_from_number(intake->stage = (uint32_t)number);
    else if (field->type == FIELD_STAGES)
        *(uint32_t *)place = stages_from_numbers((uint32_t)number);
    else if (field->type == FIELD_U64)
        *(uint64_t *)place = number;
    else if (field->type == FIELD_BOOL)
        *(bool *)place = packed_bool(value, false);
    else
        *(struct slice *)place = packed_text(value);
    return STATUS_OK;
}

static enum status take_pair(void *context, struct slice key, const struct packed *value,
                             struct error *error)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        if (slice_equal(key, slice_of(fields[i].key)))
            return take_field(context, &fields[i], value, error);
    return STATUS_OK;
}

static enum status check_message(const struct intake *intake, struct error *error)
{
    const struct message *message = intake->message;
    if (message->version_major > PROTOCOL_MAJOR)
        return fail(error, STATUS_BAD,
                    "the other side speaks protocol %u, this one %d: upgrade the broker first, "
                    "then workers and clients",
                    message->version_major, PROTOCOL_MAJOR);
    if (message->type == MESSAGE_NONE)
        return fail(error, STATUS_BAD, "control record: no \"type\"");
    if (message->stage >= STAGE_COUNT)
        return fail(error, STATUS_BAD, "control record: there is no stage %u", intake->stage);
    uint64_t newest = message->version > message->since ? message->version : message->since;
    if (newest > MAX_STORE_VERSION)
        return fail(error, STATUS_BAD, "control record: no store has a version so high: %llu",
                    (unsigned long long)newest);
    return STATUS_OK;
}

enum status message_decode(struct slice frame, struct message *message, struct error *error)
{
    struct intake intake = {.message = message};
    *message = (struct message){0};
    struct pack_limits limits = {.depth = MAX_CONTROL_DEPTH, .nodes = MAX_CONTROL_NODES};
    enum status status = packed_visit_map(frame, limits, take_pair, &intake, error);
    return status ? status : check_message(&intake, error);
}

const char *role_name(enum peer_role role)
{
    static const char *const names[] = {"stranger", "submit", "work", "read", "admin", "review"};
    return (unsigned)role < sizeof names / sizeof *names ? names[role] : "unknown";
}

const char *message_name(enum message_type type)
{
    static const char *const names[] = {"none",    "hello",  "welcome",  "heartbeat", "goodbye",
                                        "refused", "submit", "accepted", "outcome",   "ready",
                                        "job",     "done",   "reject",   "renew",     "release",
                                        "read",    "answer", "status",   "dead",      "backup"};
    _Static_assert(sizeof names / sizeof *names == MESSAGE_TYPE_COUNT, "a name for each type");
    return (unsigned)type < MESSAGE_TYPE_COUNT ? names[type] : "unknown";
}
