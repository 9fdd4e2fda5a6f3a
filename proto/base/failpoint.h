/* failpoint.h - named steps at which a test can make a process die or an operation fail.
 *
 * XIANZHI_FAILPOINT="name:crash:7" kills the process the 7th time it passes that step;
 * "name:error:7" makes every 7th passing fail, "name:wait:7" last for ten seconds. Several are
 * parted by commas. Without the variable a step costs one relaxed load.
 *
 *   journal.append    broker: a new report is about to be staged
 *   journal.commit    broker: the batch is staged, nothing of it is written
 *   journal.synced    broker: the batch is on disk, nobody knows
 *   bridge.accepted   bridge: the broker has it on disk, RabbitMQ doesn't know
 *   broker.reply      broker: an answer that says "on disk" is about to go out
 *   worker.stages     worker: a report is about to go through the stages
 *   worker.output     worker: the stages are through, nothing is acknowledged
 *   store.commit      aggregate: the batch is worked out, nothing of it is written
 *   store.committed   aggregate: the batch is on disk, nobody knows
 *   publish.commit    publish: a page is put, or a snapshot's last, and not committed
 *   publish.committed publish: it is, and nobody here knows
 */
#ifndef XIANZHI_PROTO_BASE_FAILPOINT_H
#define XIANZHI_PROTO_BASE_FAILPOINT_H

#include "proto/base/status.h"

#include <stdatomic.h>

extern atomic_bool failpoints_on;

/* Any thread. STATUS_FATAL: fail now. */
enum status failpoint_passed(const char *name, struct error *error);

static inline enum status failpoint(const char *name, struct error *error)
{
    if (!atomic_load_explicit(&failpoints_on, memory_order_relaxed))
        return STATUS_OK;
    return failpoint_passed(name, error);
}

#endif
