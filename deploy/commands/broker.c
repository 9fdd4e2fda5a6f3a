/* broker.c - `xianzhi broker`: the one process that everybody else knows the endpoint of.
 *
 * Says the endpoint on stderr once it listens (tcp://127.0.0.1:* becomes the real port there), then
 * works until SIGTERM or SIGINT.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/service.h"

#include "broker/broker.h"
#include "proto/wire.h"

#include <stdio.h>
#include <string.h>

extern const struct command broker_command;

enum { MIB = 1 << 20 };

/* Others may read and change everything that goes through an endpoint without keys. */
static bool is_local(const char *endpoint)
{
    const char *const local[] = {"ipc://", "tcp://127.", "tcp://localhost:", "tcp://[::1]:"};
    for (unsigned i = 0; i < sizeof local / sizeof *local; i++)
        if (strncmp(endpoint, local[i], strlen(local[i])) == 0)
            return true;
    return false;
}

static int work(struct broker *broker)
{
    struct error error = {0};
    int stop_fd = stop_signal_fd();
    fprintf(stderr, "xianzhi broker: listening on %s\n", broker_endpoint(broker));
    if (broker_http(broker))
        fprintf(stderr, "xianzhi broker: metrics on http://%s/metrics\n", broker_http(broker));
    service_ready();
    enum status status = broker_run(broker, stop_fd, &error);
    service_stopping();
    return status == STATUS_OK ? EXIT_DONE : complain_error(broker_command.name, &error);
}

static bool fits_32_bits(uint64_t a, uint64_t b, uint64_t c)
{
    return a <= UINT32_MAX && b <= UINT32_MAX && c <= UINT32_MAX;
}

static int run(int argc, char **argv)
{
    struct broker_options broker_options = {0};
    uint64_t memory_mib = 256, disk_low_mib = 0, lease_ms = 60000, heartbeat_ms = 2000,
             attempts = 5;
    bool open_to_all = false;
    const struct option_spec options[] = {
        {"data", 'd', OPTION_TEXT, &broker_options.data, "DIR", TR("where the journal is kept")},
        {"bind", 'b', OPTION_TEXT, &broker_options.bind, "ENDPOINT",
         TR("ipc:///run/xianzhi.sock or tcp://127.0.0.1:5750")},
        {"http", 0, OPTION_TEXT, &broker_options.http, "PLACE",
         TR("PORT (of 127.0.0.1) or ADDR:PORT: /metrics, /healthz, /readyz")},
        {"memory-mb", 'm', OPTION_NUMBER, &memory_mib, "N", TR("of records on their way (256)")},
        {"disk-low-mb", 0, OPTION_NUMBER, &disk_low_mib, "N",
         TR("less free space than this: refuse new reports (256, or an eighth of a small disk)")},
        {"lease-ms", 0, OPTION_NUMBER, &lease_ms, "N",
         TR("how long a worker may be silent (60000)")},
        {"heartbeat-ms", 0, OPTION_NUMBER, &heartbeat_ms, "N", TR("three missed: gone (2000)")},
        {"attempts", 0, OPTION_NUMBER, &attempts, "N", TR("then a report is dead (5)")},
        {"keys", 'k', OPTION_TEXT, &broker_options.keys, "DIR",
         TR("broker.secret, and the public keys of those who may come in; nobody else may")},
        {"insecure", 0, OPTION_FLAG, &open_to_all, NULL,
         TR("no keys: anyone who reaches the endpoint may read, submit and delete everything")},
        {0},
    };
    const char *name = broker_command.name;
    int first, code;
    if (!options_parse(&broker_command, options, argc, argv, &first, &code))
        return code;
    if (argc != first)
        return complain(name, EXIT_USAGE, "%s is one too many: %s", argv[first],
                        broker_command.synopsis);
    if (!broker_options.data || !broker_options.bind)
        return complain(name, EXIT_USAGE, "%s is missing: %s",
                        broker_options.data ? "--bind ENDPOINT" : "--data DIR",
                        broker_command.synopsis);
    struct error error = {0};
    if (wire_check_listen(broker_options.bind, &error))
        return complain(name, EXIT_USAGE, "%s", error.text);
    if (broker_options.keys && open_to_all)
        return complain(name, EXIT_USAGE, "--keys or --insecure, not both");
    if (!fits_32_bits(lease_ms, heartbeat_ms, attempts) || memory_mib > UINT32_MAX)
        return complain(name, EXIT_USAGE, "a number is too large");
    if (!is_local(broker_options.bind) && !broker_options.keys && !open_to_all)
        return complain(name, EXIT_USAGE,
                        "%s can be reached from other machines: make keys (`xianzhi keygen`) and "
                        "name their folder with --keys, or say --insecure if anyone there may read "
                        "and change everything",
                        broker_options.bind);
    broker_options.alive = service_alive;
    broker_options.memory_bytes = memory_mib * MIB;
    broker_options.disk_low_bytes = disk_low_mib * MIB;
    broker_options.lease_ms = (uint32_t)lease_ms;
    broker_options.heartbeat_ms = (uint32_t)heartbeat_ms;
    broker_options.attempts = (uint32_t)attempts;
    struct broker *broker;
    if (broker_open(&broker, &broker_options, &error) != STATUS_OK)
        return complain_error(name, &error);
    code = work(broker);
    broker_close(&broker);
    return code;
}

const struct command broker_command = {
    .name = "broker",
    .synopsis = "broker --data DIR --bind ENDPOINT [--keys DIR]",
    .help = TR("take reports in, hand them to workers, lose none"),
    .run = run,
};
