/* kafka.c - an idempotent producer without a deadline, and a consumer where something is read back.
 *
 * Happy path: records are queued, the library sends them in batches, each is acknowledged by a call
 * back from kafka_flush. Without a deadline for records nothing is given up while brokers are away;
 * idempotence keeps order and number across what the library sends again. What can fail: see the
 * header.
 */
#include "proto/doors/kafka.h"

#include "proto/base/log.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { TICK_MS = 100, ASK_MS = 10000, POLICY_MS = 3000 };

struct kafka {
    struct kafka_options options;
    rd_kafka_t *producer;
    enum status failed; /* of the first record that was given up */
    struct error failure;
};

static bool stopped(const struct kafka *kafka)
{
    struct pollfd fd = {.fd = kafka->options.stop_fd, .events = POLLIN};
    return poll(&fd, 1, 0) > 0;
}

/* What no waiting mends. */
static bool is_final(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return true;
    default:
        return false;
    }
}

static enum status told(rd_kafka_resp_err_t code, struct error *error)
{
    return fail(error, is_final(code) ? STATUS_FATAL : STATUS_RETRY, "Kafka says: %s",
                rd_kafka_err2str(code));
}

/* ---- settings ---- */

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *context)
{
    struct kafka *kafka = context;
    (void)producer;
    if (message->err && !kafka->failed)
        kafka->failed = told(message->err, &kafka->failure);
}

static void on_log(const rd_kafka_t *producer, int level, const char *where, const char *text)
{
    (void)producer;
    log_event(level <= 3 ? LOG_WARN : LOG_INFO, "kafka", "where=%s said=\"%s\"", where, text);
}

static enum status set(rd_kafka_conf_t *conf, const char *key, const char *value,
                       struct error *error)
{
    char why[256];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return STATUS_OK;
    return fail(error, STATUS_BAD, "--set %s: %s", key, why); /* the value may be a secret */
}

static enum status set_asked(const struct kafka_options *options, rd_kafka_conf_t *conf,
                             struct error *error)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < options->setting_count && !status; i++) {
        char key[128];
        const char *equals = strchr(options->settings[i], '=');
        if (!equals || (size_t)(equals - options->settings[i]) >= sizeof key)
            return fail(error, STATUS_BAD, "--set: KEY=VALUE is wanted"); /* it may be a secret */
        snprintf(key, sizeof key, "%.*s", (int)(equals - options->settings[i]),
                 options->settings[i]);
        status = set(conf, key, equals + 1, error);
    }
    return status;
}

struct setting {
    const char *key, *value;
};

/* `defaults` may be set otherwise by whoever asks; what `fixed` says exactness rests on. */
static enum status make_handle(struct kafka *kafka, rd_kafka_type_t type,
                               const struct setting *defaults, const struct setting *fixed,
                               rd_kafka_t **handle, struct error *error)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    enum status status = STATUS_OK;
    for (; defaults->key && !status; defaults++)
        status = set(conf, defaults->key, defaults->value, error);
    if (!status)
        status = set_asked(&kafka->options, conf, error);
    if (!status)
        status = set(conf, "bootstrap.servers", kafka->options.brokers, error);
    for (; fixed->key && !status; fixed++)
        status = set(conf, fixed->key, fixed->value, error);
    rd_kafka_conf_set_opaque(conf, kafka);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    *handle = status ? NULL : rd_kafka_new(type, conf, why, sizeof why);
    if (*handle)
        return STATUS_OK;
    rd_kafka_conf_destroy(conf);
    return status ? status : fail(error, STATUS_BAD, "--kafka, --set: %s", why);
}

enum status kafka_open(struct kafka **out, const struct kafka_options *options, struct error *error)
{
    static const struct setting defaults[] = {
        {"compression.type", "lz4"},       {"linger.ms", "20"},
        {"partitioner", "murmur2_random"}, {"client.id", "xianzhi"},
        {"log.connection.close", "false"}, {0}};
    static const struct setting fixed[] = {
        {"enable.idempotence", "true"}, {"message.timeout.ms", "0"}, {0}};
    struct kafka *kafka = memory_zero(sizeof *kafka);
    kafka->options = *options;
    *out = kafka;
    enum status status =
        make_handle(kafka, RD_KAFKA_PRODUCER, defaults, fixed, &kafka->producer, error);
    if (status)
        kafka_close(out);
    return status;
}

void kafka_close(struct kafka **slot)
{
    struct kafka *kafka = *slot;
    if (!kafka)
        return;
    *slot = NULL;
    if (kafka->producer) {
        rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_destroy(kafka->producer);
    }
    free(kafka);
}

/* ---- the topic ---- */

static enum status no_answer(const struct kafka *kafka, rd_kafka_resp_err_t code,
                             struct error *error)
{
    if (stopped(kafka))
        return fail(error, STATUS_AGAIN, "stopped");
    return fail(error, STATUS_RETRY, "no answer from Kafka at %s: %s", kafka->options.brokers,
                rd_kafka_err2str(code));
}

/* All topics are asked for: naming one that is not there could make it, without compaction. */
static enum status count_partitions(struct kafka *kafka, unsigned *partitions, struct error *error)
{
    const struct rd_kafka_metadata *found;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    for (int waited = 0; code && waited < ASK_MS && !stopped(kafka); waited += TICK_MS * 10)
        code = rd_kafka_metadata(kafka->producer, 1, NULL, &found, TICK_MS * 10);
    if (code)
        return no_answer(kafka, code, error);
    *partitions = 0;
    for (int i = 0; i < found->topic_cnt; i++)
        if (strcmp(found->topics[i].topic, kafka->options.topic) == 0)
            *partitions = (unsigned)found->topics[i].partition_cnt;
    rd_kafka_metadata_destroy(found);
    if (*partitions > KAFKA_MAX_PARTITIONS)
        return fail(error, STATUS_FATAL, "topic %s has %u partitions, %d are the most",
                    kafka->options.topic, *partitions, KAFKA_MAX_PARTITIONS);
    return STATUS_OK;
}

/* The answer to what was asked of the brokers' administration; NULL: none came. */
static rd_kafka_event_t *answer(struct kafka *kafka, rd_kafka_queue_t *queue, int most_ms)
{
    rd_kafka_event_t *event = NULL;
    for (int waited = 0; !event && waited < most_ms && !stopped(kafka); waited += TICK_MS)
        event = rd_kafka_queue_poll(queue, TICK_MS);
    return event;
}

static enum status make_topic(struct kafka *kafka, struct error *error)
{
    char why[256];
    size_t count = 0;
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(kafka->options.topic, -1, -1, why, sizeof why);
    if (!topic)
        return fail(error, STATUS_BAD, "--topic %s: %s", kafka->options.topic, why);
    rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "compact");
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->producer);
    rd_kafka_CreateTopics(kafka->producer, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = answer(kafka, queue, ASK_MS);
    const rd_kafka_CreateTopics_result_t *result =
        event ? rd_kafka_event_CreateTopics_result(event) : NULL;
    const rd_kafka_topic_result_t *const *made =
        result ? rd_kafka_CreateTopics_result_topics(result, &count) : NULL;
    rd_kafka_resp_err_t code = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (!code && count)
        code = rd_kafka_topic_result_error(made[0]);
    enum status status = STATUS_OK;
    if (!event)
        status = no_answer(kafka, code, error);
    else if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        status = fail(error, is_final(code) ? STATUS_FATAL : STATUS_RETRY,
                      "topic %s is not there and can't be made (%s): make it by hand, with "
                      "cleanup.policy=compact",
                      kafka->options.topic, rd_kafka_err2str(code));
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(topic);
    return status;
}

/* NULL: nobody says; brokers that don't know the question leave the publisher in no worse a place.
 */
static const char *policy_of(const rd_kafka_event_t *event)
{
    size_t count = 0, entries = 0;
    const rd_kafka_DescribeConfigs_result_t *result =
        rd_kafka_event_DescribeConfigs_result((rd_kafka_event_t *)event);
    const rd_kafka_ConfigResource_t **resources =
        result ? rd_kafka_DescribeConfigs_result_resources(result, &count) : NULL;
    const rd_kafka_ConfigEntry_t **entry =
        count ? rd_kafka_ConfigResource_configs(resources[0], &entries) : NULL;
    for (size_t i = 0; i < entries; i++)
        if (strcmp(rd_kafka_ConfigEntry_name(entry[i]), "cleanup.policy") == 0)
            return rd_kafka_ConfigEntry_value(entry[i]);
    return NULL;
}

enum status kafka_check_topic(struct kafka *kafka, struct error *error)
{
    rd_kafka_ConfigResource_t *topic =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, kafka->options.topic);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka->producer);
    rd_kafka_DescribeConfigs(kafka->producer, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = answer(kafka, queue, POLICY_MS);
    const char *policy = event ? policy_of(event) : NULL;
    enum status status = STATUS_OK;
    if (policy && !strstr(policy, "compact"))
        status = fail(error, STATUS_FATAL,
                      "topic %s is not compacted (cleanup.policy=%s): rows would be lost by age; "
                      "set it to compact",
                      kafka->options.topic, policy);
    else if (!policy)
        log_event(LOG_WARN, "kafka.policy", "topic=%s said=\"%s\"", kafka->options.topic,
                  event ? rd_kafka_event_error_string(event) : "no answer");
    if (event)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy(topic);
    return status;
}

enum status kafka_find_topic(struct kafka *kafka, unsigned *partitions, struct error *error)
{
    enum status status = count_partitions(kafka, partitions, error);
    if (status)
        return status;
    if (*partitions)
        return STATUS_OK;
    status = make_topic(kafka, error);
    for (int tries = 0; !status && !*partitions && tries < 50; tries++) {
        rd_kafka_poll(kafka->producer, TICK_MS);
        status = count_partitions(kafka, partitions, error);
    }
    if (!status && !*partitions)
        return fail(error, STATUS_RETRY, "topic %s was made and is not there yet",
                    kafka->options.topic);
    return status;
}

/* ---- writing ---- */

/* STATUS_OK: go on. */
static enum status trouble(struct kafka *kafka, struct error *error)
{
    char why[256];
    if (kafka->failed) {
        *error = kafka->failure;
        return kafka->failed;
    }
    if (rd_kafka_fatal_error(kafka->producer, why, sizeof why))
        return fail(error, STATUS_RETRY, "Kafka says: %s", why);
    return stopped(kafka) ? fail(error, STATUS_AGAIN, "stopped") : STATUS_OK;
}

enum status kafka_send(struct kafka *kafka, int partition, struct slice key, struct slice value,
                       struct error *error)
{
    for (;;) {
        rd_kafka_resp_err_t code =
            rd_kafka_producev(kafka->producer, RD_KAFKA_V_TOPIC(kafka->options.topic),
                              RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_KEY(key.data, key.len),
                              RD_KAFKA_V_VALUE((void *)value.data, value.len),
                              RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
            return fail(error, STATUS_BAD, "a record of %zu bytes is too large for Kafka",
                        value.len);
        if (code && code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return told(code, error);
        rd_kafka_poll(kafka->producer, code ? TICK_MS : 0);
        enum status status = code ? trouble(kafka, error) : STATUS_OK;
        if (!code || status)
            return status;
    }
}

enum status kafka_flush(struct kafka *kafka, struct error *error)
{
    enum status status = STATUS_OK;
    while (!status && rd_kafka_outq_len(kafka->producer) > 0) {
        rd_kafka_flush(kafka->producer, TICK_MS);
        status = trouble(kafka, error);
    }
    return status ? status : trouble(kafka, error);
}

/* ---- reading ---- */

enum status kafka_extent(struct kafka *kafka, int partition, struct kafka_range *range,
                         struct error *error)
{
    range->partition = partition;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    for (int waited = 0; code && waited < ASK_MS && !stopped(kafka); waited += TICK_MS * 10)
        code = rd_kafka_query_watermark_offsets(kafka->producer, kafka->options.topic, partition,
                                                &range->from, &range->to, TICK_MS * 10);
    return code ? no_answer(kafka, code, error) : STATUS_OK;
}

static enum status open_reader(struct kafka *kafka, const struct kafka_range *ranges,
                               unsigned count, rd_kafka_t **reader, struct error *error)
{
    static const struct setting defaults[] = {{"client.id", "xianzhi"}, {0}};
    static const struct setting fixed[] = {{"group.id", "xianzhi-publish"},
                                           {"enable.auto.commit", "false"},
                                           {"enable.partition.eof", "true"},
                                           {"auto.offset.reset", "earliest"},
                                           {0}};
    enum status status = make_handle(kafka, RD_KAFKA_CONSUMER, defaults, fixed, reader, error);
    if (status)
        return status;
    rd_kafka_poll_set_consumer(*reader);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (unsigned i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, kafka->options.topic, ranges[i].partition)->offset =
            ranges[i].from;
    rd_kafka_resp_err_t code = rd_kafka_assign(*reader, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code ? told(code, error) : STATUS_OK;
}

/* *ended: the range of the message's partition has no more. What was compacted away at its end is
 * told by the end of the partition. */
static enum status take_message(const rd_kafka_message_t *message, const struct kafka_range *ranges,
                                unsigned count, kafka_take *take, void *context, bool *ended,
                                struct error *error)
{
    const struct kafka_range *range = ranges;
    while (range < ranges + count && range->partition != message->partition)
        range++;
    *ended = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (*ended || range == ranges + count)
        return STATUS_OK;
    if (message->err)
        return told(message->err, error);
    *ended = message->offset + 1 >= range->to;
    if (message->offset >= range->to)
        return STATUS_OK;
    return take(context, message->partition, (struct slice){message->key, message->key_len},
                (struct slice){message->payload, message->len}, error);
}

static enum status read_all(struct kafka *kafka, rd_kafka_t *reader,
                            const struct kafka_range *ranges, unsigned count, kafka_take *take,
                            void *context, struct error *error)
{
    bool *done = memory_zero(KAFKA_MAX_PARTITIONS);
    unsigned left = count;
    enum status status = STATUS_OK;
    while (left && !status) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, TICK_MS);
        bool ended = false;
        if (stopped(kafka))
            status = fail(error, STATUS_AGAIN, "stopped");
        if (!message)
            continue;
        int partition = message->partition;
        if (!status && (partition < 0 || !done[partition]))
            status = take_message(message, ranges, count, take, context, &ended, error);
        if (ended && partition >= 0) {
            done[partition] = true;
            left--;
        }
        rd_kafka_message_destroy(message);
    }
    free(done);
    return status;
}

enum status kafka_read(struct kafka *kafka, const struct kafka_range *ranges, unsigned count,
                       kafka_take *take, void *context, struct error *error)
{
    rd_kafka_t *reader = NULL;
    enum status status = open_reader(kafka, ranges, count, &reader, error);
    if (!status)
        status = read_all(kafka, reader, ranges, count, take, context, error);
    if (reader)
        rd_kafka_destroy(reader);
    return status;
}
