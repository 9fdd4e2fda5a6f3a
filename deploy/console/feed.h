/* feed.h - following what is told: one line of events for everybody, kept for those who come back.
 *
 * Events: "changes" (rows that changed), "status" (the broker's record), "uploads" (of one upload),
 * "reset": more was missed than is kept, ask for everything that is shown.
 */
#ifndef XIANZHI_CONSOLE_FEED_H
#define XIANZHI_CONSOLE_FEED_H

#include "deploy/console/console_private.h"

struct feed_place {
    uint64_t next; /* number of the first event that was not given */
    uint64_t status_number;
};

/* Where somebody begins who has seen everything up to `last_event_id` (NULL: begins now). An id of
 * another console, or of long ago, begins with "reset". */
struct feed_place feed_join(struct feed *feed, const char *last_event_id, struct buffer *out);

/* Appends what came since, as text/event-stream, and moves the place; waits for it at most `ms`.
 * Nothing appended: nothing came. */
void feed_follow(struct feed *feed, struct feed_place *place, unsigned ms, struct buffer *out);

/* Appends the last "changes" as a JSON array, the newest first: for a page that has just come. */
void feed_recent(struct feed *feed, unsigned most, struct buffer *out);

#endif
