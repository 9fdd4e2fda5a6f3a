/* bridge.c - `xianzhi bridge`: a node's end of a queue of RabbitMQ. Works until SIGTERM. */
#include "deploy/intake/bridge.h"
#include "deploy/commands/keys_option.h"
#include "deploy/commands/service.h"

#include <stdio.h>

extern const struct command bridge_command;

enum { MOST_WINDOW = 10000 };

static int carry(const struct bridge_options *options)
{
    struct error error = {0};
    struct bridge *bridge;
    enum status status = bridge_open(&bridge, options, &error);
    if (status == STATUS_OK && bridge_http(bridge))
        fprintf(stderr, "xianzhi bridge: metrics on http://%s/metrics\n", bridge_http(bridge));
    if (status == STATUS_OK) {
        service_ready();
        status = bridge_run(bridge, &error);
        service_stopping();
    }
    bridge_close(&bridge);
    if (status == STATUS_BAD)
        return complain(bridge_command.name, EXIT_USAGE, "%s", error.text);
    return status ? complain_error(bridge_command.name, &error) : EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct bridge_options bridge = {.exchange = "xianzhi", .alive = service_alive};
    struct keys_option keys = {0};
    uint64_t window = 256;
    const struct option_spec options[] = {
        {"amqp", 'a', OPTION_TEXT, &bridge.uris, "URI[,URI...]",
         TR("RabbitMQ: amqp://user:password@host:5672/vhost, one for each of its nodes")},
        {"queue", 'q', OPTION_TEXT, &bridge.queue, "NAME",
         TR("this node's queue; made and bound where it isn't there yet")},
        {"broker", 'b', OPTION_TEXT, &bridge.client.endpoint, "ENDPOINT",
         TR("where the node's broker is")},
        {"exchange", 0, OPTION_TEXT, &bridge.exchange, "NAME", TR("of RabbitMQ (xianzhi)")},
        {"window", 0, OPTION_NUMBER, &window, "N", TR("documents on their way (256)")},
        {"http", 0, OPTION_TEXT, &bridge.http, "PLACE",
         TR("PORT (of 127.0.0.1) or ADDR:PORT: /metrics, /healthz, /readyz")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    const char *name = bridge_command.name;
    int first, code;
    if (!options_parse(&bridge_command, options, argc, argv, &first, &code))
        return code;
    if (argc != first)
        return complain(name, EXIT_USAGE, "%s is one too many: %s", argv[first],
                        bridge_command.synopsis);
    if (!bridge.uris || !bridge.queue || !bridge.client.endpoint)
        return complain(name, EXIT_USAGE, "%s is missing: %s",
                        !bridge.uris    ? "--amqp URI"
                        : !bridge.queue ? "--queue NAME"
                                        : "--broker ENDPOINT",
                        bridge_command.synopsis);
    if (window == 0 || window > MOST_WINDOW)
        return complain(name, EXIT_USAGE, "--window: a number from 1 to 10000");
    struct error error = {0};
    if (keys_option_load(&keys, &bridge.client.keys, &error) != STATUS_OK)
        return complain(name, EXIT_USAGE, "%s", error.text);
    bridge.window = (unsigned)window;
    bridge.client.stop_fd = stop_signal_fd();
    bridge.client.name = bridge.queue;
    return carry(&bridge);
}

const struct command bridge_command = {
    .name = "bridge",
    .synopsis = "bridge --amqp URI --queue NAME --broker ENDPOINT [--http PLACE]",
    .help = TR("carry documents from a queue of RabbitMQ to a node's broker"),
    .run = run,
};
