/* progress.h - a bar with rate and time left, on a terminal only. One thread owns it. */
#ifndef XIANZHI_DEPLOY_PROGRESS_H
#define XIANZHI_DEPLOY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;   /* stderr is a terminal */
    bool on_line; /* something of it stands on the current line */
    uint64_t started_us, drawn_us;
    uint64_t total, done, dead; /* reports */
};

void progress_start(struct progress *progress, uint64_t total);
/* Draws at most ten times a second. */
void progress_draw(struct progress *progress);
/* Clears the line, so that another can be printed or nothing is left of it at the end. */
void progress_clear(struct progress *progress);
double progress_rate(const struct progress *progress); /* reports a second so far */
/* "12345 reports in 4.1 s, 3011/s" on the terminal, when it took long enough to wonder. */
void progress_end(struct progress *progress);

#endif
