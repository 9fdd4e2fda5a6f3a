/* reports.h - what the bench programs share: files into memory, CPU clocks. */
#ifndef XIANZHI_BENCH_REPORTS_H
#define XIANZHI_BENCH_REPORTS_H

#include "proto/base/memory.h"

#include <time.h>

struct documents {
    struct document {
        char *path;
        struct buffer bytes;
    } * all;
    size_t count, capacity;
    size_t bytes;
};

/* Reads files, and folders with all below them, in order of path; ends the process when one can't
 * be read. */
void documents_read(struct documents *documents, char *const *paths, int count);
void documents_release(struct documents *documents);

static inline double clock_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
