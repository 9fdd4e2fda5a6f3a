/* kafka.h - the one door to librdkafka: records into one compacted topic, and out of it again.
 *
 * One thread owns a kafka; the library's own threads speak to the brokers, for ever: a broker that
 * is away is waited for. `stop_fd` ends any wait with STATUS_AGAIN, "stopped". Everywhere:
 * STATUS_RETRY: close it and begin anew; STATUS_FATAL: in vain until a person has done something.
 */
#ifndef XIANZHI_PROTO_DOORS_KAFKA_H
#define XIANZHI_PROTO_DOORS_KAFKA_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct kafka;

struct kafka_options {
    const char *brokers, *topic; /* "host:port,host:port" */
    const char *const *settings; /* the library's, "security.protocol=SSL" */
    unsigned setting_count;
    int stop_fd;
};

enum { KAFKA_MAX_PARTITIONS = 1024, KAFKA_ANY_PARTITION = -1 };

/* Nobody needs to be there yet. STATUS_BAD: a setting, by name. */
enum status kafka_open(struct kafka **kafka, const struct kafka_options *options,
                       struct error *error);
void kafka_close(struct kafka **kafka); /* accepts NULL inside; what waits to be sent is dropped */

/* Finds the topic, or makes it, compacted. STATUS_FATAL: it can't be made. */
enum status kafka_find_topic(struct kafka *kafka, unsigned *partitions, struct error *error);
/* STATUS_FATAL: the topic is not compacted. Brokers that don't say so pass. */
enum status kafka_check_topic(struct kafka *kafka, struct error *error);

/* Queues a record; `value` without data is a tombstone. By the key's hash, as Java's clients do, or
 * into `partition`. STATUS_BAD: larger than the library's message.max.bytes. */
enum status kafka_send(struct kafka *kafka, int partition, struct slice key, struct slice value,
                       struct error *error);
/* Until every queued record is acknowledged by all replicas in sync. */
enum status kafka_flush(struct kafka *kafka, struct error *error);

/* Offsets of a partition: the first, and one past the last. */
struct kafka_range {
    int partition;
    int64_t from, to;
};
enum status kafka_extent(struct kafka *kafka, int partition, struct kafka_range *range,
                         struct error *error);

/* A record, valid during the call; `value` without data: a tombstone. */
typedef enum status kafka_take(void *context, int partition, struct slice key, struct slice value,
                               struct error *error);
/* Those that are left of the ranges, in their partitions' order. Not OK from `take` ends it. */
enum status kafka_read(struct kafka *kafka, const struct kafka_range *ranges, unsigned count,
                       kafka_take *take, void *context, struct error *error);

#endif
