/* api_changes.c - server-sent events: what feed.c tells, for as long as somebody listens. */
#include "deploy/console/feed.h"
#include "proto/base/clock.h"

#include <stdlib.h>

enum {
    WAIT_MS = 1000,
    SILENCE_US = 15000000,
    LONGEST_US = 600000000, /* then whoever follows comes again, and shows who he is */
};

struct follower {
    struct feed *feed;
    struct feed_place place;
    struct buffer first; /* what he gets at once */
    uint64_t said_us, begun_us;
};

static void follower_free(void *context)
{
    struct follower *follower = context;
    buffer_release(&follower->first);
    free(follower);
}

static enum http_more follow(void *context, struct buffer *out)
{
    struct follower *follower = context;
    uint64_t now_us = clock_monotonic_us();
    if (now_us - follower->begun_us > LONGEST_US)
        return HTTP_END;
    buffer_add(out, buffer_slice(&follower->first));
    buffer_clear(&follower->first);
    if (out->len == 0)
        feed_follow(follower->feed, &follower->place, WAIT_MS, out);
    if (out->len == 0 && now_us - follower->said_us > SILENCE_US)
        buffer_add(out, SLICE(": still here\n\n")); /* proxies end what is silent */
    if (out->len > 0)
        follower->said_us = now_us;
    return HTTP_MORE;
}

void api_changes(struct console *console, const struct visitor *visitor,
                 struct http_request *request, struct http_answer *answer)
{
    struct follower *follower = memory_zero(sizeof *follower);
    const char *last = http_request_header(request, "Last-Event-ID");
    (void)visitor;
    follower->feed = console->feed;
    follower->begun_us = follower->said_us = clock_monotonic_us();
    buffer_add(&follower->first, SLICE("retry: 2000\n\n"));
    follower->place = feed_join(console->feed, last ? last : http_request_query(request, "last"),
                                &follower->first);
    answer->code = 200;
    answer->type = "text/event-stream";
    answer->producer = follow;
    answer->producer_context = follower;
    answer->producer_end = follower_free;
    http_answer_header(answer, "Cache-Control", "no-store");
    http_answer_header(answer, "X-Accel-Buffering", "no");
}

void api_recent(struct console *console, const struct visitor *visitor,
                struct http_request *request, struct http_answer *answer)
{
    enum { MOST = 12 };
    (void)visitor, (void)request;
    buffer_add(&answer->body, SLICE("{\"recent\":"));
    feed_recent(console->feed, MOST, &answer->body);
    buffer_append(&answer->body, "}", 1);
    reply_json(answer, 200);
}
