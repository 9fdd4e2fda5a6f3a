/* store_fixture.h - a store in a temporary folder, invented reports to file in it, and its rows as
 * text, shared by the tests of the results store. */
#ifndef XIANZHI_TESTS_STORE_FIXTURE_H
#define XIANZHI_TESTS_STORE_FIXTURE_H

#include "proto/base/digest.h"
#include "workers/results/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define GAZETTEER "workers/ingest/gazetteer/regions.tsv"

struct fixture {
    char folder[64];
    struct store_options options;
    struct store *store;
};

static inline int fixture_remove(const char *path, const struct stat *info, int type,
                                 struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static inline void fixture_open(struct fixture *fixture)
{
    struct error error = {""};
    if (store_open(&fixture->store, fixture->folder, &fixture->options, &error) != STATUS_OK)
        fail_msg("store_open: %s", error.text);
}

static inline void fixture_reopen(struct fixture *fixture)
{
    store_close(&fixture->store);
    fixture_open(fixture);
}

static inline int fixture_make(void **state)
{
    struct fixture *fixture = memory_zero(sizeof *fixture);
    strcpy(fixture->folder, "/tmp/xianzhi-store-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return -1;
    fixture_open(fixture);
    *state = fixture;
    return 0;
}

static inline int fixture_drop(void **state)
{
    struct fixture *fixture = *state;
    store_close(&fixture->store);
    int failed = nftw(fixture->folder, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
    free(fixture);
    return failed;
}

/* ---- reports ---- */

/* A government of `region`; release it with report_free. `content` stands for the bytes. */
static inline struct report *report_new(uint64_t seq, uint32_t region, uint16_t year,
                                        const char *content)
{
    struct report *report = memory_zero(sizeof *report);
    report->seq = seq;
    report->path = arena_format(&report->arena, "%u/%s.txt", region, content);
    digest_sha256(slice_of(content), report->sha256);
    report->catalogue = SLICE("rules-1");
    report->meta.region = region;
    report->meta.year = year;
    report->meta.kind = KIND_GOVERNMENT;
    report->meta.level = region % 10000 == 0 ? LEVEL_PROVINCE
                         : region % 100 == 0 ? LEVEL_PREFECTURE
                                             : LEVEL_COUNTY;
    report->meta.issuer = arena_format(&report->arena, "%06u人民政府", region);
    return report;
}

static inline void report_free(struct report *report)
{
    report_release(report);
    free(report);
}

static inline struct fact *report_add(struct report *report, const char *indicator, double value,
                                      const char *unit)
{
    enum { MOST = 64 };
    if (!report->facts)
        report->facts = arena_alloc(&report->arena, MOST * sizeof *report->facts);
    struct fact *fact = &report->facts[report->fact_count];
    uint32_t at = (uint32_t)report->fact_count++ * 100;
    assert_true(report->fact_count <= MOST);
    *fact = (struct fact){.indicator = slice_of(indicator),
                          .value = value,
                          .unit = slice_of(unit),
                          .text = {at, at + 9},
                          .section = SLICE("一、主要举措和成效\n（一）依法行政"),
                          .state = STATE_ASSERTED,
                          .rollup = strcmp(unit, "%") == 0 ? ROLLUP_MEAN : ROLLUP_SUM,
                          .rule = SLICE("a#1")};
    fact->label = arena_format(&report->arena, "标签%s", indicator);
    fact->written = arena_format(&report->arena, "%g%s", value, unit);
    fact->sentence = arena_format(&report->arena, "全年共办理%g%s。", value, unit);
    return fact;
}

/* Files one report and gives its outcome; frees it. */
static inline enum outcome file_one(struct fixture *fixture, struct report *report)
{
    struct error error = {""};
    if (store_apply(fixture->store, &report, 1, &error) != STATUS_OK)
        fail_msg("store_apply: %s", error.text);
    enum outcome outcome = report->outcome;
    report_free(report);
    return outcome;
}

/* ---- rows ---- */

static inline void dump_row(const struct row *row, struct buffer *out)
{
    buffer_format(out, "%.*s|%06u|%.*s|%s|%.*s|%u|%s", SLICE_ARGS(row->indicator), row->region,
                  SLICE_ARGS(row->township), row->kind ? kind_name(row->kind) : "",
                  SLICE_ARGS(row->issuer), row->year,
                  row->children_level ? level_name(row->children_level) : "");
    if (row->gone) {
        buffer_add(out, SLICE(" gone\n"));
        return;
    }
    buffer_format(out, " %.*s %s", SLICE_ARGS(row->label), level_name(row->level));
    if (row->children_level)
        buffer_format(out,
                      " children=%u reporting=%u sum=%.15g mean=%.15g min=%.15g median=%.15g "
                      "max=%.15g %.*s\n",
                      row->children, row->reporting, row->sum, row->mean, row->min, row->median,
                      row->max, SLICE_ARGS(row->unit));
    else
        buffer_format(out, " %.15g%.*s %s%s", row->value, SLICE_ARGS(row->unit),
                      bound_name(row->bound), row->conflict ? " conflict" : "");
    for (size_t i = 0; i < row->evidence_count; i++) {
        const struct evidence *e = &row->evidence[i];
        buffer_format(out, " [%.8s %.*s %u-%u %.*s %g %.*s %.*s %.*s]", e->doc.data,
                      SLICE_ARGS(e->path), e->span.start, e->span.end, SLICE_ARGS(e->text),
                      e->value, SLICE_ARGS(e->sentence), SLICE_ARGS(e->section),
                      SLICE_ARGS(e->rule));
    }
    if (!row->children_level)
        buffer_add(out, SLICE("\n"));
}

/* All rows that the filter wants, page by page. */
static inline void dump_pages(struct store *store, const struct filter *filter, uint32_t limit_rows,
                              struct buffer *out)
{
    struct request request = {.filter = *filter, .limit_rows = limit_rows};
    struct answer answer = {.more = true};
    struct arena arena = {0};
    struct buffer after = {0};
    struct error error = {""};
    while (answer.more) {
        arena_reset(&arena);
        if (store_read(store, &request, &arena, &answer, &error) != STATUS_OK)
            fail_msg("store_read: %s", error.text);
        for (size_t i = 0; i < answer.row_count; i++)
            dump_row(&answer.rows[i], out);
        buffer_clear(&after);
        buffer_add(&after, answer.after);
        request.after = buffer_slice(&after);
    }
    buffer_append(out, "", 1); /* so that it is a string */
    out->len--;
    buffer_release(&after);
    arena_release(&arena);
}

static inline char *dump(struct store *store, const char *indicator, const char *region)
{
    struct filter filter = {.indicator = slice_of(indicator)};
    struct buffer out = {0};
    if (region)
        filter.regions[filter.region_count++] = slice_of(region);
    dump_pages(store, &filter, 0, &out);
    return out.data;
}

#define assert_rows(store, indicator, region, expected)                                            \
    do {                                                                                           \
        char *rows_ = dump((store), (indicator), (region));                                        \
        assert_string_equal(rows_, (expected));                                                    \
        free(rows_);                                                                               \
    } while (0)

#endif
