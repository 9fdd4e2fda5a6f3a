/* failpoint.c - reads XIANZHI_FAILPOINT once, before main, and counts passings. Any thread; a wrong
 * setting ends the process at once, so that no test believes it tested something. */
#include "proto/base/failpoint.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FAILPOINTS = 8, WAIT_S = 10 };

static struct {
    char name[32];
    enum { ACT_CRASH, ACT_ERROR, ACT_WAIT, ACT_COUNT } act;
    unsigned count;
    atomic_uint passed;
} points[MAX_FAILPOINTS];
static const char *const acts[ACT_COUNT] = {"crash", "error", "wait"};
static unsigned point_count;

atomic_bool failpoints_on;

static void refuse(const char *setting)
{
    fprintf(stderr, "XIANZHI_FAILPOINT: %s: wanted name:crash|error|wait:count\n", setting);
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
        points[point_count].act = 0;
        while (strcmp(action, acts[points[point_count].act]) != 0)
            if (++points[point_count].act == ACT_COUNT)
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
        fprintf(stderr, "failpoint %s: %s\n", name, acts[points[i].act]);
        if (points[i].act == ACT_CRASH)
            raise(SIGKILL);
        if (points[i].act == ACT_WAIT)
            sleep(WAIT_S);
        else
            return fail(error, STATUS_FATAL, "failpoint %s", name);
    }
    return STATUS_OK;
}
