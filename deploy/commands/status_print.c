/* status_print.c - asks for the status record and sets it out for a person. */
#include "deploy/commands/status_print.h"

#include "proto/base/visible.h"

#include <inttypes.h>

enum status status_ask(struct client *client, struct arena *arena, const struct packed **root,
                       struct error *error)
{
    struct message answer;
    enum status status =
        client_ask(client, &(struct message){.type = MESSAGE_STATUS}, &answer, error);
    if (status != STATUS_OK)
        return status;
    return packed_read(arena, answer.payload, (struct pack_limits){8, 100000}, root, error);
}

static uint64_t number(const struct packed *map, const char *key)
{
    return packed_uint(packed_get(map, key), 0);
}

static struct slice text(const struct packed *map, const char *key)
{
    return packed_text(packed_get(map, key));
}

/* 1.2 GiB */
static const char *size_text(uint64_t bytes, char out[16])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    unsigned unit = 0;
    double amount = (double)bytes;
    for (; amount >= 1024 && unit < 4; unit++)
        amount /= 1024;
    snprintf(out, 16, unit ? "%.1f %s" : "%.0f %s", amount, units[unit]);
    return out;
}

/* 3 ms, 12 s, 5 min, 2 h */
static const char *time_text(uint64_t ms, char out[16])
{
    if (ms < 1000)
        snprintf(out, 16, "%" PRIu64 " ms", ms);
    else if (ms < 120 * 1000)
        snprintf(out, 16, "%" PRIu64 " s", ms / 1000);
    else if (ms < 120 * 60 * 1000)
        snprintf(out, 16, "%" PRIu64 " min", ms / 60000);
    else
        snprintf(out, 16, "%" PRIu64 " h", ms / 3600000);
    return out;
}

static void print_head(FILE *out, const struct packed *status)
{
    char uptime[16], left[16];
    visible_printf(out, "broker     %.*s, up %s, store version %" PRIu64 "%s\n",
                   SLICE_ARGS(text(status, "endpoint")),
                   time_text(number(status, "uptime_ms"), uptime), number(status, "version"),
                   packed_bool(packed_get(status, "stopping"), false) ? ", stopping" : "");
    uint64_t unfinished = number(status, "unfinished");
    double empty_s = packed_double(packed_get(status, "empty_in_s"), -1);
    if (unfinished == 0)
        visible_printf(out, "unfinished none\n");
    else if (empty_s < 0)
        visible_printf(out, "unfinished %" PRIu64 " reports, nothing is being finished now\n",
                       unfinished);
    else
        visible_printf(out, "unfinished %" PRIu64 " reports, about %s left\n", unfinished,
                       time_text((uint64_t)(empty_s * 1000), left));
    const struct packed *submissions = packed_get(status, "submissions");
    visible_printf(
        out, "accepted   %" PRIu64 " (%.1f/s), %" PRIu64 " known bytes, %" PRIu64 " refused\n",
        number(submissions, "accepted"), packed_double(packed_get(submissions, "rate_per_s"), 0),
        number(submissions, "known"), number(submissions, "refused"));
}

static void print_stages(FILE *out, const struct packed *stages)
{
    visible_printf(out, "\n%-10s %9s %10s %8s %9s %10s %9s\n", "stage", "waiting", "bytes",
                   "leased", "oldest", "done", "per s");
    for (uint32_t i = 0; i < packed_count(stages); i++) {
        const struct packed *stage = packed_at(stages, i);
        char size[16], age[16];
        uint64_t depth = number(stage, "depth");
        visible_printf(out, "%-10.*s %9" PRIu64 " %10s %8" PRIu64 " %9s %10" PRIu64 " %9.1f",
                       SLICE_ARGS(text(stage, "stage")), depth,
                       size_text(number(stage, "bytes"), size), number(stage, "leased"),
                       depth ? time_text(number(stage, "oldest_ms"), age) : "-",
                       number(stage, "done"), packed_double(packed_get(stage, "rate_per_s"), 0));
        if (number(stage, "suspects"))
            visible_printf(out, "  (%" PRIu64 " to be tried alone)", number(stage, "suspects"));
        fputc('\n', out);
    }
}

static void print_stage_names(FILE *out, const struct packed *stages)
{
    for (uint32_t i = 0; i < packed_count(stages); i++)
        visible_printf(out, "%s%.*s", i ? "," : "", SLICE_ARGS(packed_text(packed_at(stages, i))));
}

static void print_workers(FILE *out, const struct packed *workers)
{
    visible_printf(out, "\nworkers    %u\n", packed_count(workers));
    for (uint32_t i = 0; i < packed_count(workers); i++) {
        const struct packed *worker = packed_at(workers, i);
        char seen[16];
        visible_printf(out, "  %.*s: ", SLICE_ARGS(text(worker, "name")));
        print_stage_names(out, packed_get(worker, "stages"));
        visible_printf(
            out, "; holds %" PRIu64 ", done %" PRIu64 ", seen %s ago%s\n", number(worker, "held"),
            number(worker, "done"), time_text(number(worker, "last_seen_ms"), seen),
            packed_bool(packed_get(worker, "isolated"), false) ? ", tries suspects alone" : "");
    }
}

static void print_leases(FILE *out, const struct packed *leases, const struct packed *dead)
{
    fprintf(out,
            "\nleases     %" PRIu64 " running, %" PRIu64 " pausing; redelivered %" PRIu64
            ", lapsed %" PRIu64 ", refused tokens %" PRIu64 "\n",
            number(leases, "running"), number(leases, "waiting"), number(leases, "redelivered"),
            number(leases, "lapsed"), number(leases, "tokens_refused"));
    visible_printf(out, "dead       %" PRIu64, number(dead, "count"));
    const struct packed *causes = packed_get(dead, "causes");
    const char *between = " (";
    for (uint32_t i = 0; i < packed_count(causes); i++) {
        struct slice cause;
        uint64_t count = packed_uint(packed_pair(causes, i, &cause), 0);
        if (!count)
            continue;
        visible_printf(out, "%s%.*s %" PRIu64, between, SLICE_ARGS(cause), count);
        between = ", ";
    }
    visible_printf(out, "%s\n", *between == ',' ? "); see `xianzhi dead list`" : "");
}

static void print_readers(FILE *out, const struct packed *readers)
{
    visible_printf(
        out, "readers    %" PRIu64 " up to date, %" PRIu64 " waiting, %" PRIu64 " answered\n",
        number(readers, "parked"), number(readers, "waiting"), number(readers, "answered"));
    const struct packed *who = packed_get(readers, "who");
    for (uint32_t i = 0; i < packed_count(who); i++)
        if (number(packed_at(who, i), "lag"))
            visible_printf(out, "  %.*s: %" PRIu64 " versions behind\n",
                           SLICE_ARGS(text(packed_at(who, i), "name")),
                           number(packed_at(who, i), "lag"));
}

static void print_storage(FILE *out, const struct packed *status)
{
    const struct packed *journal = packed_get(status, "journal");
    const struct packed *memory = packed_get(status, "memory");
    char size[16], left[16], held[16], documents[16], budget[16];
    if (packed_bool(packed_get(journal, "in_memory"), false))
        visible_printf(out, "journal    in memory\n");
    else
        visible_printf(out, "journal    %s, %s free on its disk%s; sync %.1f ms (p99 %.1f ms)\n",
                       size_text(number(journal, "disk_bytes"), size),
                       size_text(number(journal, "free_bytes"), left),
                       packed_bool(packed_get(journal, "disk_low"), false)
                           ? ": TOO LITTLE, new reports are refused"
                           : "",
                       (double)number(journal, "sync_p50_us") / 1000,
                       (double)number(journal, "sync_p99_us") / 1000);
    if (text(journal, "broken").len)
        visible_printf(out, "           BROKEN, new reports are refused: %.*s\n",
                       SLICE_ARGS(text(journal, "broken")));
    if (number(status, "store_bytes"))
        visible_printf(out, "results    %s, version %" PRIu64 "\n",
                       size_text(number(status, "store_bytes"), size), number(status, "version"));
    visible_printf(out, "memory     %s of records on their way, %s of documents; budget %s\n",
                   size_text(number(memory, "held_bytes"), held),
                   size_text(number(memory, "documents_bytes"), documents),
                   size_text(number(memory, "budget_bytes"), budget));
}

void status_print(FILE *out, const struct packed *status)
{
    print_head(out, status);
    print_stages(out, packed_get(status, "stages"));
    print_workers(out, packed_get(status, "workers"));
    print_leases(out, packed_get(status, "leases"), packed_get(status, "dead"));
    print_readers(out, packed_get(status, "readers"));
    print_storage(out, status);
}
