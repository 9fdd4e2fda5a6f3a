/* failpoint.c - reads XIANZHI_FAILPOINT once, before main, and counts passings. Any thread; a wrong
 * setting ends the process at once, so that no test believes it tested something. */
#include "proto/failpoint.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FAILPOINTS = 8 };

static struct {
    char name[32];
    bool crash;
    unsigned count;
    atomic_uint passed;
} points[MAX_FAILPOINTS];
static unsigned point_count;

atomic_bool failpoints_on;

static void refuse(const char *setting)
{
    fprintf(stderr, "XIANZHI_FAILPOINT: %s: wanted name:crash|error:count\n", setting);
    exit(2);
}

__attribute__((constructor)) static void configure(void)
{
    const char *wanted = getenv("XIANZHI_FAILPOINT");
    for (const char *at = wanted; at && *at; at = strchr(at, ','), at += at != NULL) {
        char action[8];
        if (point_count == MAX_FAILPOINTS ||
            sscanf(at, "%31[a-z.]:%7[a-z]:%u", points[point_count].name, action,
                   &points[point_count].count) != 3 ||
            points[point_count].count == 0)
            refuse(at);
        points[point_count].crash = strcmp(action, "crash") == 0;
        if (!points[point_count].crash && strcmp(action, "error") != 0)
            refuse(at);
        point_count++;
    }
    failpoints_on = point_count > 0;
}

enum status failpoint_passed(const char *name, struct error *error)
{
    for (unsigned i = 0; i < point_count; i++) {
        if (strcmp(points[i].name, name) != 0 ||
            (atomic_fetch_add(&points[i].passed, 1) + 1) % points[i].count != 0)
            continue;
        fprintf(stderr, "failpoint %s: %s\n", name, points[i].crash ? "crash" : "error");
        if (points[i].crash)
            raise(SIGKILL);
        return fail(error, STATUS_FATAL, "failpoint %s", name);
    }
    return STATUS_OK;
}
