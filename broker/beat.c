/* beat.c - speaks for the broker's thread while a commit holds it up.
 *
 * A sync of sixty megabytes on a disk that others use, too, can take longer than the three
 * heartbeats after which everybody hangs up, calls again and hands in the same once more: the disk
 * would never catch up. A thread of its own; the lock is the broker's but while it commits, so that
 * peers and wire belong to one of the two at a time. Nothing here fails.
 */
#include "broker/beat.h"
#include "broker/peers.h"
#include "proto/base/clock.h"

#include <sys/eventfd.h>
#include <unistd.h>

enum { LOOKS_PER_HEARTBEAT = 8 };

static void *run_beat(void *context)
{
    struct broker *broker = context;
    struct beat *beat = &broker->beat;
    uint64_t heartbeat_us = broker->options.heartbeat_ms * 1000ull, beaten_us = 0;
    int look_ms = (int)(broker->options.heartbeat_ms / LOOKS_PER_HEARTBEAT) + 1;
    while (!wire_wait(NULL, 0, beat->rest_fd, look_ms)) {
        if (pthread_mutex_trylock(&beat->lock) != 0)
            continue;
        uint64_t now_us = clock_monotonic_us();
        uint64_t spoken_us = beaten_us > broker->now_us ? beaten_us : broker->now_us;
        if (now_us - spoken_us >= heartbeat_us / 2) {
            peers_beat(broker);
            beaten_us = now_us;
        }
        pthread_mutex_unlock(&beat->lock);
    }
    return NULL;
}

void beat_start(struct broker *broker)
{
    struct beat *beat = &broker->beat;
    pthread_mutex_init(&beat->lock, NULL);
    beat_forbid(broker);
    beat->rest_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    beat->running =
        beat->rest_fd >= 0 && pthread_create(&beat->thread, NULL, run_beat, broker) == 0;
}

void beat_stop(struct broker *broker)
{
    struct beat *beat = &broker->beat;
    uint64_t one = 1;
    if (beat->running && write(beat->rest_fd, &one, sizeof one) == sizeof one)
        pthread_join(beat->thread, NULL);
    if (beat->rest_fd >= 0)
        close(beat->rest_fd);
    beat_allow(broker);
    pthread_mutex_destroy(&beat->lock);
}

void beat_allow(struct broker *broker)
{
    pthread_mutex_unlock(&broker->beat.lock);
}

void beat_forbid(struct broker *broker)
{
    pthread_mutex_lock(&broker->beat.lock);
}
