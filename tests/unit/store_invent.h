/* store_invent.h - invented reports for the store's tests: UNITS units in VERSIONS versions each,
 * the same whenever they are asked for, filed in batches of random size. */
#ifndef XIANZHI_TESTS_STORE_INVENT_H
#define XIANZHI_TESTS_STORE_INVENT_H

#include "tests/unit/store_fixture.h"

enum { UNITS = 60, VERSIONS = 4, INDICATORS = 7, REPORTS = UNITS * VERSIONS };

static const uint32_t regions[] = {141031, 141030, 140522, 140000, 141000,
                                   110101, 429004, 542526, 141034, 140100};
static const char *const ids[INDICATORS] = {"a.rate", "a.x", "b",  "litigation.cases",
                                            "n",      "x",   "x.y"};

static uint64_t seed;

static inline uint32_t roll(uint32_t sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % sides;
}

/* Version `version` of unit `unit`, the same whenever it is asked for. */
static inline struct report *invent(unsigned unit, unsigned version)
{
    char content[32];
    uint64_t before = seed;
    seed = 0x9E3779B97F4A7C15ull * (unit * 31 + version + 1);
    roll(2);
    uint32_t region = regions[unit % 10];
    snprintf(content, sizeof content, "%u-%u", unit, version);
    struct report *report =
        report_new(version * UNITS + unit + 1, region, (uint16_t)(2020 + unit / 30), content);
    if (unit / 10 % 3 == 1 && region % 100) {
        report->meta.township = SLICE("龙泉镇");
        report->meta.level = LEVEL_TOWNSHIP;
    } else if (unit / 10 % 3 == 1) {
        report->meta.kind = KIND_COMMITTEE;
    }
    if (unit / 10 % 3 == 2) {
        report->meta.kind = KIND_DEPARTMENT;
        report->meta.issuer = SLICE("司法局");
    }
    for (unsigned i = 0; i < INDICATORS; i++) {
        for (unsigned mentions = roll(3); mentions > 0; mentions--) {
            struct fact *fact =
                report_add(report, ids[i], i == 0 ? 90 + roll(100) / 10.0 : roll(50),
                           i == 0         ? "%"
                           : roll(4) == 0 ? "起"
                                          : "件");
            fact->total = roll(5) == 0;
            fact->bound = (enum bound)roll(5);
        }
    }
    seed = before;
    return report;
}

static inline void file_in_order(struct fixture *fixture, const unsigned *order, unsigned count)
{
    struct error error = {""};
    for (unsigned done = 0; done < count;) {
        struct report *batch[24];
        unsigned size = 0;
        for (unsigned most = 1 + roll(24); size < most && done < count; size++, done++)
            batch[size] = invent(order[done] % UNITS, order[done] / UNITS);
        if (store_apply(fixture->store, batch, size, &error) != STATUS_OK)
            fail_msg("store_apply: %s", error.text);
        for (unsigned i = 0; i < size; i++)
            report_free(batch[i]);
    }
}

static inline void shuffle(unsigned *order, unsigned count)
{
    for (unsigned i = count - 1; i > 0; i--) {
        unsigned j = roll(i + 1), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}

/* Points at the first line that differs, which is what one wants to see. */
static inline void assert_same(const char *actual, const char *expected)
{
    size_t at = 0;
    while (actual[at] && actual[at] == expected[at])
        at++;
    if (actual[at] == expected[at])
        return;
    while (at > 0 && actual[at - 1] != '\n')
        at--;
    fail_msg("got      %.300s\nexpected %.300s", actual + at, expected + at);
}

#endif
