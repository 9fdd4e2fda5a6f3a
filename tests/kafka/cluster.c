/* cluster.c - Kafka brokers for tests: librdkafka's mock cluster in a process of its own, told by
 * lines on its stdin what to do, answering each with a line on stdout.
 *
 *   cluster BROKERS TOPIC PARTITIONS     prints "host:port,…"
 *   down N, up N                         broker N, from 1, is away, is back: "ok"
 *   last FILE                            reads the topic to its end, and writes "key\tvalue" of
 * each key's last record into FILE, tombstones left out, "" where the value is empty: "N records, M
 * keys"
 *
 * It proves neither durability nor transactions: what it holds is in its memory, 5 MB a partition.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct last {
    char *key, *value; /* value NULL: a tombstone */
    UT_hash_handle hh;
};

static void die(const char *what)
{
    fprintf(stderr, "cluster: %s\n", what);
    exit(1);
}

static char *copy(const void *bytes, size_t len)
{
    char *text = malloc(len + 1);
    memcpy(text, bytes, len);
    text[len] = '\0';
    return text;
}

static void take(struct last **all, const rd_kafka_message_t *message)
{
    struct last *one;
    HASH_FIND(hh, *all, message->key, message->key_len, one);
    if (!one) {
        one = calloc(1, sizeof *one);
        one->key = copy(message->key, message->key_len);
        HASH_ADD_KEYPTR(hh, *all, one->key, message->key_len, one);
    }
    free(one->value);
    one->value = message->payload ? copy(message->payload, message->len) : NULL;
}

static rd_kafka_t *open_reader(const char *brokers, const char *topic, int partitions)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, why, sizeof why);
    rd_kafka_conf_set(conf, "group.id", "reader", why, sizeof why);
    rd_kafka_conf_set(conf, "enable.auto.commit", "false", why, sizeof why);
    rd_kafka_conf_set(conf, "enable.partition.eof", "true", why, sizeof why);
    rd_kafka_t *reader = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    if (!reader)
        die(why);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(reader, list);
    rd_kafka_topic_partition_list_destroy(list);
    return reader;
}

static void write_last(struct last *all, size_t records, const char *path)
{
    FILE *file = fopen(path, "w");
    size_t keys = 0;
    struct last *one, *next;
    if (!file)
        die(path);
    HASH_ITER(hh, all, one, next)
    {
        if (one->value)
            fprintf(file, "%s\t%s\n", one->key, one->value), keys++;
        HASH_DEL(all, one);
        free(one->key);
        free(one->value);
        free(one);
    }
    fclose(file);
    printf("%zu records, %zu keys\n", records, keys);
}

static void read_last(const char *brokers, const char *topic, int partitions, const char *path)
{
    rd_kafka_t *reader = open_reader(brokers, topic, partitions);
    struct last *all = NULL;
    size_t records = 0;
    for (int ended = 0; ended < partitions;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, 1000);
        if (!message)
            continue;
        ended += message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
        if (!message->err)
            take(&all, message), records++;
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(reader);
    rd_kafka_destroy(reader);
    write_last(all, records, path);
}

int main(int argc, char **argv)
{
    char why[256], line[4096];
    if (argc != 4)
        die("usage: cluster BROKERS TOPIC PARTITIONS");
    const char *topic = argv[2];
    int partitions = atoi(argv[3]);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "3", why, sizeof why); /* it names no brokers itself */
    rd_kafka_t *owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, atoi(argv[1]));
    if (!cluster || rd_kafka_mock_topic_create(cluster, topic, partitions, atoi(argv[1])))
        die("no cluster");
    const char *brokers = rd_kafka_mock_cluster_bootstraps(cluster);
    printf("%s\n", brokers);
    for (fflush(stdout); fgets(line, sizeof line, stdin); fflush(stdout)) {
        line[strcspn(line, "\n")] = '\0';
        if (!strncmp(line, "down ", 5))
            rd_kafka_mock_broker_set_down(cluster, atoi(line + 5)), puts("ok");
        else if (!strncmp(line, "up ", 3))
            rd_kafka_mock_broker_set_up(cluster, atoi(line + 3)), puts("ok");
        else if (!strncmp(line, "last ", 5))
            read_last(brokers, topic, partitions, line + 5);
        else
            die(line);
    }
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(owner);
    return 0;
}
