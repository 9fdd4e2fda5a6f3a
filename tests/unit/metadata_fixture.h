/* metadata_fixture.h - reads an invented page and compares who reports, where, on which year;
 * shared by the tests of metadata. */
#ifndef XIANZHI_TESTS_METADATA_FIXTURE_H
#define XIANZHI_TESTS_METADATA_FIXTURE_H

#include "workers/ingest/ingest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

/* ingest's, made by setup(). */
static void *state;
static struct report report;

/* A text proper that names no place and no year. */
#define TEXT                                                                                                                           \
    "　　一、主要举措和成效\n"                                                                                              \
    "　　（一）坚持高位推动。召开专题会议4次，研究解决重点难点问题12个，各项任务按期完成。\n" \
    "　　二、存在的不足\n　　个别单位对法治工作认识不深，执法力量仍显薄弱，有待加强。\n"        \
    "　　三、下一步打算\n　　持续用力，久久为功，推动各项任务落到实处、见到实效。\n"

struct expected {
    const char *text, *path;
    uint32_t region;
    const char *level, *township, *issuer, *kind;
    unsigned year;
    const char *published, *signed_on, *number;
};

static const char *date_text(struct date date, char *out)
{
    if (!date.year)
        return "";
    snprintf(out, 16, "%04u-%02u-%02u", date.year, date.month, date.day);
    return out;
}

static void assert_slice(struct slice got, const char *want, const struct expected *of)
{
    char text[512];
    snprintf(text, sizeof text, "%.*s", SLICE_ARGS(got));
    if (strcmp(text, want ? want : "") != 0)
        print_error("in: %.120s\n", of->text);
    assert_string_equal(text, want ? want : "");
}

static inline void check(const struct expected *want)
{
    struct error error, doubt;
    char date[16];
    report_reset(&report);
    report.raw = slice_of(want->text);
    report.path = slice_of(want->path ? want->path : "report.txt");
    assert_int_equal(ingest_read(state, &report, &doubt, &error), STATUS_OK);
    const struct metadata *meta = &report.meta;
    assert_slice(meta->issuer, want->issuer, want);
    assert_slice(meta->township, want->township, want);
    assert_slice(slice_of(level_name(meta->level)), want->level, want);
    assert_slice(slice_of(kind_name(meta->kind)), want->kind, want);
    if (meta->region != want->region || meta->year != want->year)
        print_error("in: %.120s\n", want->text);
    assert_int_equal(meta->region, want->region);
    assert_int_equal(meta->year, want->year);
    assert_slice(slice_of(date_text(meta->published, date)), want->published, want);
    assert_slice(slice_of(date_text(meta->signed_on, date)), want->signed_on, want);
    assert_slice(meta->doc_number, want->number, want);
}

static inline void check_all(const struct expected *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(&list[i]);
}
#define CHECK_ALL(list) check_all(list, sizeof(list) / sizeof *(list))

static int setup(void **unused)
{
    (void)unused;
    struct error error;
    return ingest_init(&state, NULL, &error) == STATUS_OK ? 0 : -1;
}

static int teardown(void **unused)
{
    (void)unused;
    report_release(&report);
    ingest_release(&state);
    return 0;
}

#endif
