/* publisher.h - carries pages to a target, for ever. One thread. */
#ifndef XIANZHI_PUBLISH_PUBLISHER_H
#define XIANZHI_PUBLISH_PUBLISHER_H

#include "deploy/publish/figures.h"
#include "deploy/publish/following.h"

struct publisher {
    const struct publish_target *target;
    void *state; /* of the target, opened */
    struct following_from from;
    struct publish_figures *figures;

    struct watermark published; /* as far as is known */
    uint64_t asked_us;          /* monotonic: when the broker was last asked how far it is */
};

/* Until somebody asks the process to stop (STATUS_AGAIN, "stopped"), or, of a folder, until all of
 * it is there. Begins again, after a pause that grows to half a minute, whatever is away; of a
 * folder it does not. STATUS_BAD, STATUS_FATAL: refused for good. */
enum status publisher_run(struct publisher *publisher, struct error *error);

#endif
