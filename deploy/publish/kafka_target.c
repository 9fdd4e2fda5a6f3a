/* kafka_target.c - results as records of one compacted topic: a row's key, its JSON; a row that is
 * gone is a tombstone.
 *
 * The watermark is a record of the same topic, in partition 0 under a key of its own, sent when
 * every row before it is acknowledged. A file beside the publisher could outlive the topic or be
 * left behind on another host, and would then say that rows are there which are not; a record in
 * the topic is lost only with the rows. A killed publisher leaves rows behind the watermark: they
 * come again. One publisher a topic: Kafka would let two write, and nobody could say who was last.
 *
 * A snapshot first sets the watermark to 0, so that whoever comes after a publisher that died in it
 * begins anew, then sends every row, then reads what the topic held before and buries what the
 * snapshot did not bring. What is kept for that is 16 bytes of hash a row. The publisher's thread.
 */
#include "deploy/publish/target.h"

#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "proto/doors/kafka.h"
#include "proto/rows/row_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WATERMARK_KEY SLICE("{\"watermark\": \"xianzhi\"}")

enum { TAIL = 1024, TAIL_GROWS = 8 };

/* Keys of the snapshot under way: the first half of their SHA-256; all zeros is a free slot. */
struct key_hash {
    uint64_t a, b;
};

struct key_set {
    struct key_hash *slots;
    size_t count, size; /* size: a power of two */
};

struct topic {
    struct publish_options options;
    struct kafka *kafka; /* NULL: not open */
    unsigned partitions;
    struct buffer key, value;
    bool in_snapshot;
    struct key_set keys;
    struct kafka_range before[KAFKA_MAX_PARTITIONS]; /* what the snapshot found there */
};

/* ---- keys ---- */

static struct key_hash hash_of(struct slice key)
{
    uint8_t digest[DIGEST_BYTES];
    struct key_hash hash;
    digest_sha256(key, digest);
    memcpy(&hash, digest, sizeof hash);
    return hash;
}

/* Its slot, or the free one where it would stand. */
static struct key_hash *slot_of(const struct key_set *set, struct key_hash hash)
{
    size_t at = hash.a & (set->size - 1);
    while ((set->slots[at].a || set->slots[at].b) &&
           (set->slots[at].a != hash.a || set->slots[at].b != hash.b))
        at = (at + 1) & (set->size - 1);
    return &set->slots[at];
}

static void grow(struct key_set *set)
{
    struct key_set larger = {.count = set->count, .size = set->size ? set->size * 2 : 4096};
    larger.slots = memory_zero(larger.size * sizeof *larger.slots);
    for (size_t i = 0; i < set->size; i++)
        if (set->slots[i].a || set->slots[i].b)
            *slot_of(&larger, set->slots[i]) = set->slots[i];
    free(set->slots);
    *set = larger;
}

static void add_key(struct key_set *set, struct slice key)
{
    if (set->count * 2 >= set->size)
        grow(set);
    struct key_hash hash = hash_of(key), *slot = slot_of(set, hash);
    set->count += !slot->a && !slot->b;
    *slot = hash;
}

static bool has_key(const struct key_set *set, struct slice key)
{
    struct key_hash *slot = set->size ? slot_of(set, hash_of(key)) : NULL;
    return slot && (slot->a || slot->b);
}

static void forget_keys(struct key_set *set)
{
    free(set->slots);
    *set = (struct key_set){0};
}

/* ---- opening ---- */

static struct kafka_options kafka_of(const struct publish_options *options)
{
    return (struct kafka_options){.brokers = options->place,
                                  .topic = options->name,
                                  .settings = options->settings,
                                  .setting_count = options->setting_count,
                                  .stop_fd = options->stop_fd};
}

static void drop(void *state)
{
    struct topic *topic = state;
    kafka_close(&topic->kafka);
    forget_keys(&topic->keys);
    topic->in_snapshot = false;
}

static void close_topic(void **state)
{
    struct topic *topic = *state;
    if (!topic)
        return;
    drop(topic);
    buffer_release(&topic->key);
    buffer_release(&topic->value);
    free(topic);
    *state = NULL;
}

static enum status open_topic(void **state, const struct publish_options *options,
                              struct error *error)
{
    struct topic *topic = memory_zero(sizeof *topic);
    topic->options = *options;
    *state = topic;
    const struct kafka_options kafka = kafka_of(options);
    return kafka_open(&topic->kafka, &kafka, error);
}

/* ---- the watermark ---- */

static enum status set_watermark(struct topic *topic, const struct watermark *mark,
                                 struct error *error)
{
    buffer_clear(&topic->value);
    buffer_format(&topic->value,
                  "{\"store\": \"%s\", \"version\": %" PRIu64 ", \"partitions\": %u}", mark->store,
                  mark->version, topic->partitions);
    enum status status = kafka_flush(topic->kafka, error);
    if (!status)
        status = kafka_send(topic->kafka, 0, WATERMARK_KEY, buffer_slice(&topic->value), error);
    return status ? status : kafka_flush(topic->kafka, error);
}

struct found_mark {
    struct watermark mark;
    unsigned partitions;
    bool found;
};

static enum status take_watermark(void *context, int partition, struct slice key,
                                  struct slice value, struct error *error)
{
    struct found_mark *last = context;
    char text[256];
    unsigned long long version;
    (void)partition, (void)error;
    if (!slice_equal(key, WATERMARK_KEY))
        return STATUS_OK;
    struct found_mark found = {.found = true};
    snprintf(text, sizeof text, "%.*s", SLICE_ARGS(value));
    if (sscanf(text, "{\"store\": \"%64[0-9a-f]\", \"version\": %llu, \"partitions\": %u}",
               found.mark.store, &version, &found.partitions) == 3 ||
        sscanf(text, "{\"store\": \"\", \"version\": %llu, \"partitions\": %u}", &version,
               &found.partitions) == 2) {
        found.mark.version = version;
        *last = found;
    }
    return STATUS_OK;
}

/* It is the last record of its partition, or nearly: what a publisher that died had sent behind it
 * is at most some pages. So the partition is read from ever further back. */
static enum status find_watermark(struct topic *topic, struct found_mark *last, struct error *error)
{
    struct kafka_range all, tail;
    enum status status = kafka_extent(topic->kafka, 0, &all, error);
    for (int64_t back = TAIL; !status && !last->found && all.to > all.from; back *= TAIL_GROWS) {
        tail = all;
        tail.from = all.to - back > all.from ? all.to - back : all.from;
        status = kafka_read(topic->kafka, &tail, 1, take_watermark, last, error);
        if (tail.from == all.from)
            break;
    }
    return status;
}

static enum status resume(void *state, struct watermark *mark, struct error *error)
{
    struct topic *topic = state;
    struct found_mark last = {0};
    const struct kafka_options options = kafka_of(&topic->options);
    enum status status = topic->kafka ? STATUS_OK : kafka_open(&topic->kafka, &options, error);
    if (!status)
        status = kafka_find_topic(topic->kafka, &topic->partitions, error);
    if (!status)
        status = find_watermark(topic, &last, error);
    if (!status && !last.found)
        status = kafka_check_topic(topic->kafka, error);
    if (!status && last.found && last.partitions != topic->partitions)
        return fail(error, STATUS_FATAL,
                    "topic %s had %u partitions and has %u now, so that keys would stand in two of "
                    "them: publish to a new topic",
                    topic->options.name, last.partitions, topic->partitions);
    *mark = last.mark;
    return status;
}

/* ---- publishing ---- */

static enum status begin_snapshot(void *state, const struct watermark *mark, struct error *error)
{
    struct topic *topic = state;
    struct watermark none = *mark;
    none.version = 0;
    forget_keys(&topic->keys);
    topic->in_snapshot = true;
    enum status status = set_watermark(topic, &none, error);
    for (unsigned i = 0; i < topic->partitions && !status; i++)
        status = kafka_extent(topic->kafka, (int)i, &topic->before[i], error);
    return status;
}

/* A row that is larger than a record may be goes with the one mention that its value comes from. */
static enum status send_row(struct topic *topic, const struct row *row, struct error *error)
{
    struct row shown = *row;
    enum status status = STATUS_BAD;
    buffer_clear(&topic->key);
    row_json_key(row, &topic->key);
    if (topic->in_snapshot)
        add_key(&topic->keys, buffer_slice(&topic->key));
    for (size_t mentions = row->evidence_count;; mentions = 1) {
        shown.evidence_count = mentions;
        buffer_clear(&topic->value);
        row_json(&shown, 0, SLICE(""), &topic->value);
        topic->value.len--; /* its newline */
        status = kafka_send(topic->kafka, KAFKA_ANY_PARTITION, buffer_slice(&topic->key),
                            buffer_slice(&topic->value), error);
        if (status != STATUS_BAD || mentions <= 1)
            return status == STATUS_BAD ? STATUS_FATAL : status;
        log_event(LOG_WARN, "publish.cut", "mentions=%zu key=\"%.*s\"", row->evidence_count,
                  SLICE_ARGS(buffer_slice(&topic->key)));
    }
}

static enum status send_gone(struct topic *topic, const struct row *row, struct error *error)
{
    buffer_clear(&topic->key);
    row_json_key(row, &topic->key);
    return kafka_send(topic->kafka, KAFKA_ANY_PARTITION, buffer_slice(&topic->key),
                      (struct slice){0}, error);
}

static enum status put(void *state, const struct row *rows, size_t count, struct error *error)
{
    struct topic *topic = state;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status; i++)
        status =
            rows[i].gone ? send_gone(topic, &rows[i], error) : send_row(topic, &rows[i], error);
    return status;
}

/* What the snapshot did not bring and the topic has: once, however many records of it are left. */
static enum status bury(void *context, int partition, struct slice key, struct slice value,
                        struct error *error)
{
    struct topic *topic = context;
    if (!value.data || slice_equal(key, WATERMARK_KEY) || has_key(&topic->keys, key))
        return STATUS_OK;
    add_key(&topic->keys, key);
    return kafka_send(topic->kafka, partition, key, (struct slice){0}, error);
}

static enum status end_snapshot(struct topic *topic, struct error *error)
{
    struct kafka_range *held = memory_alloc(topic->partitions * sizeof *held);
    unsigned count = 0;
    for (unsigned i = 0; i < topic->partitions; i++)
        if (topic->before[i].to > topic->before[i].from)
            held[count++] = topic->before[i];
    enum status status =
        count ? kafka_read(topic->kafka, held, count, bury, topic, error) : STATUS_OK;
    free(held);
    forget_keys(&topic->keys);
    topic->in_snapshot = false;
    return status;
}

static enum status commit(void *state, const struct watermark *mark, struct error *error)
{
    struct topic *topic = state;
    enum status status = topic->in_snapshot ? end_snapshot(topic, error) : STATUS_OK;
    return status ? status : set_watermark(topic, mark, error);
}

const struct publish_target kafka_target = {"kafka",        open_topic, close_topic, resume,
                                            begin_snapshot, put,        commit,      drop};
