/* publish.c - `xianzhi publish`: the results into PostgreSQL or Kafka, and every change after them.
 *
 * One thread carries, one answers monitoring. What can fail: a place that can't be one, either side
 * refusing us for good; who is away is waited for.
 */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/service.h"
#include "deploy/publish/publisher.h"

#include <stdio.h>
#include <unistd.h>

extern const struct command publish_command;

struct asked {
    const char *postgres, *schema, *brokers, *topic, *http;
    struct option_list settings;
    struct keys_option keys;
    struct following_from from;
};

static const char *objection(const struct asked *asked)
{
    if (!asked->postgres == !asked->brokers)
        return TR("one of --pg DSN and --kafka BROKERS is wanted: where to");
    if (asked->brokers && !asked->topic)
        return TR("--topic T is missing: the rows' own topic");
    if (asked->postgres && (asked->topic || asked->settings.count))
        return TR("--topic and --set are for --kafka");
    if (!asked->from.store == !asked->from.client.endpoint)
        return TR("one of --broker ENDPOINT and --store DIR is wanted: where from");
    return NULL;
}

static enum status carry(struct asked *asked, struct publisher *publisher, struct error *error)
{
    struct publish_figures figures = {.target = publisher->target->name};
    struct figures_server *server = NULL;
    const struct publish_options options = {.place =
                                                asked->postgres ? asked->postgres : asked->brokers,
                                            .name = asked->postgres ? asked->schema : asked->topic,
                                            .settings = asked->settings.items,
                                            .setting_count = asked->settings.count,
                                            .stop_fd = asked->from.client.stop_fd};
    publisher->figures = &figures;
    publisher->from = asked->from;
    figures_wait(&figures);
    enum status status = publisher->target->open(&publisher->state, &options, error);
    if (!status && asked->http)
        status = figures_serve(&server, asked->http, &figures, error);
    if (!status && server)
        fprintf(stderr, "xianzhi publish: metrics on http://%s/metrics\n", figures_place(server));
    if (!status) {
        service_ready();
        status = publisher_run(publisher, error);
        service_stopping();
    }
    figures_end(&server);
    publisher->target->close(&publisher->state);
    return status;
}

static int run(int argc, char **argv)
{
    struct asked asked = {.schema = "xianzhi",
                          .from.client = {.role = ROLE_READ, .stop_fd = stop_signal_fd()}};
    const struct option_spec options[] = {
        {"pg", 0, OPTION_TEXT, &asked.postgres, "DSN",
         TR("PostgreSQL: \"host=… dbname=…\", postgresql://…; a password in $PGPASSFILE")},
        {"schema", 0, OPTION_TEXT, &asked.schema, "NAME", TR("its tables' schema (xianzhi)")},
        {"kafka", 0, OPTION_TEXT, &asked.brokers, "BROKERS", TR("Kafka: host:port,host:port")},
        {"topic", 0, OPTION_TEXT, &asked.topic, "T",
         TR("compacted, for this publisher alone; made where it is missing")},
        {"set", 0, OPTION_LIST, &asked.settings, "KEY=VALUE",
         TR("a setting of librdkafka: security.protocol=SSL; repeat")},
        {"broker", 'b', OPTION_TEXT, &asked.from.client.endpoint, "ENDPOINT",
         TR("where the broker is")},
        {"store", 's', OPTION_TEXT, &asked.from.store, "DIR",
         TR("what this folder holds, once, instead of following a broker")},
        {"http", 0, OPTION_TEXT, &asked.http, "PLACE",
         TR("PORT (of 127.0.0.1) or ADDR:PORT: /metrics, /healthz, /readyz")},
        KEYS_OPTIONS(&asked.keys),
        {0},
    };
    const char *name = publish_command.name;
    int first, code;
    if (!options_parse(&publish_command, options, argc, argv, &first, &code))
        return code;
    if (first != argc)
        return complain(name, EXIT_USAGE, "%s: takes no arguments, only options", argv[first]);
    const char *wrong = objection(&asked);
    if (wrong)
        return complain(name, EXIT_USAGE, "%s", wrong);
    struct publisher publisher = {.target = asked.postgres ? &postgres_target : &kafka_target};
    char reader[32]; /* what `xianzhi status` calls it */
    snprintf(reader, sizeof reader, "publish-%s/%d", publisher.target->name, getpid());
    asked.from.client.name = reader;
    struct error error = {0};
    enum status status = keys_option_load(&asked.keys, &asked.from.client.keys, &error);
    if (!status)
        status = carry(&asked, &publisher, &error);
    if (status && stop_requested())
        return EXIT_DONE; /* what was not committed comes again */
    if (status == STATUS_BAD)
        return complain(name, EXIT_USAGE, "%s", error.text);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command publish_command = {
    .name = "publish",
    .synopsis = "publish (--pg DSN | --kafka BROKERS --topic T) (--broker ENDPOINT | --store DIR)",
    .help = TR("the results into PostgreSQL or Kafka, and every change as it lands"),
    .run = run,
};
