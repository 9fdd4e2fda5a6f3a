/* progress.c - draws over one line of stderr. Nothing can fail: without a terminal it is silent. */
#include "deploy/commands/progress.h"

#include "proto/base/clock.h"
#include "proto/base/tr.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { BAR_CELLS = 30, DRAW_EVERY_US = 100000, WORTH_A_LINE_US = 2000000 };

void progress_start(struct progress *progress, uint64_t total)
{
    *progress = (struct progress){
        .shown = isatty(STDERR_FILENO) == 1, .started_us = clock_monotonic_us(), .total = total};
}

static void print_duration(uint64_t seconds)
{
    if (seconds >= 3600)
        fprintf(stderr, tr("%" PRIu64 " h %02" PRIu64 " min"), seconds / 3600, seconds / 60 % 60);
    else if (seconds >= 60)
        fprintf(stderr, tr("%" PRIu64 " min %02" PRIu64 " s"), seconds / 60, seconds % 60);
    else
        fprintf(stderr, tr("%" PRIu64 " s"), seconds);
}

double progress_rate(const struct progress *progress)
{
    double seconds = (double)(clock_monotonic_us() - progress->started_us) / 1e6;
    return seconds > 0 ? (double)progress->done / seconds : 0;
}

void progress_draw(struct progress *progress)
{
    uint64_t now_us = clock_monotonic_us();
    if (!progress->shown || now_us - progress->drawn_us < DRAW_EVERY_US)
        return;
    progress->drawn_us = now_us;
    progress->on_line = true;
    uint64_t total = progress->total > progress->done ? progress->total : progress->done;
    unsigned filled = total ? (unsigned)(BAR_CELLS * progress->done / total) : 0;
    double rate = progress_rate(progress);
    fprintf(stderr, "\r\033[K[");
    for (unsigned i = 0; i < BAR_CELLS; i++)
        fputs(i < filled ? "█" : "·", stderr);
    fprintf(stderr, "] %" PRIu64 "/%" PRIu64 "  %.0f/s", progress->done, total, rate);
    if (progress->dead)
        fprintf(stderr, tr("  %" PRIu64 " dead"), progress->dead);
    if (rate > 0 && total > progress->done) {
        fprintf(stderr, "  ");
        print_duration((uint64_t)((double)(total - progress->done) / rate + 0.5));
        fputs(tr(" left"), stderr);
    }
    fflush(stderr);
}

void progress_clear(struct progress *progress)
{
    if (progress->on_line)
        fprintf(stderr, "\r\033[K");
    progress->on_line = false;
}

void progress_end(struct progress *progress)
{
    progress_clear(progress);
    uint64_t took_us = clock_monotonic_us() - progress->started_us;
    if (!progress->shown || took_us < WORTH_A_LINE_US)
        return;
    fprintf(stderr, tr("%" PRIu64 " reports in "), progress->done);
    print_duration(took_us / 1000000);
    fprintf(stderr, ", %.0f/s\n", progress_rate(progress));
}
