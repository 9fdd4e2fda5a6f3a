/* stages.c - what the stages cost when nothing carries reports between them.
 *
 *   stages line STORE PATH...        every report through the stages, one thread
 *   stages extract SECONDS PATH...   extract alone and by its parts, and beside it on the same
 *                                    reports its floor (numerals and clauses) and the rules one by
 *                                    one
 *
 * Prints TSV: what, seconds of CPU, bytes of text, reports.
 */
#include "workers/stages.h"
#include "proto/base/paths.h"
#include "proto/record.h"
#include "tests/bench/one_by_one.h"
#include "tests/bench/reports.h"
#include "workers/extract/audit/audit.h"
#include "workers/extract/audit/passages.h"
#include "workers/extract/extract.h"
#include "workers/extract/quantity/numeral.h"
#include "workers/extract/rule/matcher.h"
#include "workers/extract/rule/shelf.h"

#include <limits.h>

#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 256 };

static void *states[STAGE_COUNT];

static void end_with(const struct error *error)
{
    fprintf(stderr, "stages: %s\n", error->text);
    exit(1);
}

static void start_stages(unsigned count, const char *store)
{
    struct stage_config config = {.store = store};
    struct error error;
    for (unsigned i = 0; i < count; i++)
        if (stages[i]->init(&states[i], &config, &error))
            end_with(&error);
}

static void stop_stages(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        stages[i]->release(&states[i]);
}

static void print(const char *what, double seconds, size_t bytes, size_t reports)
{
    printf("%s\t%.6f\t%zu\t%zu\n", what, seconds, bytes, reports);
}

/* ---- the line ---- */

/* False: a dead letter. */
static bool process(struct report *report, const struct document *document, double *seconds)
{
    struct error error;
    report_reset(report);
    report->path = slice_of(document->path);
    report->raw = buffer_slice(&document->bytes);
    for (unsigned i = 0; i < STAGE_COUNT; i++) {
        if (i == STAGE_OCR && !report->scan_count)
            continue; /* as in the line: what has text passes by */
        double start = clock_s(CLOCK_THREAD_CPUTIME_ID);
        enum status status = stages[i]->process(states[i], report, &error);
        seconds[i] += clock_s(CLOCK_THREAD_CPUTIME_ID) - start;
        if (status)
            return false;
    }
    return true;
}

static void commit(struct report **reports, size_t count, double *seconds)
{
    struct error error;
    double start = clock_s(CLOCK_THREAD_CPUTIME_ID);
    if (count && aggregate_stage.commit(states[STAGE_AGGREGATE], reports, count, &error))
        end_with(&error);
    seconds[STAGE_AGGREGATE] += clock_s(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void run_line(const struct documents *documents)
{
    static struct report reports[BATCH];
    struct report *batch[BATCH];
    double seconds[STAGE_COUNT] = {0}, whole = clock_s(CLOCK_PROCESS_CPUTIME_ID);
    double own = clock_s(CLOCK_THREAD_CPUTIME_ID);
    size_t count = 0;
    for (size_t i = 0; i < documents->count; i++) {
        batch[count] = &reports[count];
        if (process(batch[count], &documents->all[i], seconds))
            batch[count++]->seq = i + 1;
        if (count == BATCH || i + 1 == documents->count) {
            commit(batch, count, seconds);
            count = 0;
        }
    }
    own = clock_s(CLOCK_THREAD_CPUTIME_ID) - own;
    whole = clock_s(CLOCK_PROCESS_CPUTIME_ID) - whole;
    for (unsigned i = 0; i < STAGE_COUNT; i++)
        print(stages[i]->name, seconds[i], documents->bytes, documents->count);
    print("store in the background", whole - own, documents->bytes, documents->count);
    for (unsigned i = 0; i < BATCH; i++)
        report_release(&reports[i]);
}

/* ---- extract alone ---- */

/* The least that any extractor must do: look at every character, read the numerals, part clauses.
 */
static size_t floor_of(struct slice text)
{
    size_t found = 0;
    for (size_t at = 0, length; at < text.len; at += length) {
        uint32_t c = character_at(text, at, &length);
        struct numeral n;
        if (c == U'，' || c == U'。' || c == U'；' || c == U'：' || c == U'、' || c == '\n')
            found++;
        else if (numeral_begins_with(c) && numeral_read(text, at, &n)) {
            found++;
            length = n.end - at;
        }
    }
    return found;
}

struct outlines {
    struct buffer *records;
    size_t count;
};

static struct outlines outline_all(const struct documents *documents)
{
    struct outlines outlines = {memory_zero(documents->count * sizeof *outlines.records), 0};
    struct report report = {0};
    struct error error;
    for (size_t i = 0; i < documents->count; i++) {
        report_reset(&report);
        report.path = slice_of(documents->all[i].path);
        report.raw = buffer_slice(&documents->all[i].bytes);
        if (ingest_stage.process(states[STAGE_INGEST], &report, &error) ||
            segment_stage.process(states[STAGE_SEGMENT], &report, &error))
            continue;
        record_encode(&report, STAGE_EXTRACT, &outlines.records[outlines.count++]);
    }
    report_release(&report);
    return outlines;
}

struct measure {
    double seconds;
    size_t bytes, reports, found;
};

/* What extract is made of, for taking the time of each. */
enum extract_part { NUMBERS, INDICATORS, AUDITS, SKETCHES, EXTRACT_PARTS };
static const char *const part_names[] = {"numbers", "indicators", "audits", "sketches"};

struct parts {
    const struct catalogue *catalogue;
    struct matcher *matcher;
    struct measure measures[EXTRACT_PARTS];
};

static void parts_open(struct parts *parts)
{
    struct error error;
    char folder[PATH_MAX];
    if (data_path("workers/extract/catalogue", folder, sizeof folder, &error) ||
        shelf_take(&parts->catalogue, folder, &error))
        end_with(&error);
    parts->matcher = matcher_new(parts->catalogue);
}

static void parts_close(struct parts *parts)
{
    matcher_free(&parts->matcher);
    shelf_return(&parts->catalogue);
}

static void run_part(struct parts *parts, enum extract_part part, struct report *report)
{
    struct error error;
    switch (part) {
    case NUMBERS:
        quantities_find(parts->catalogue->quantities, report);
        break;
    case INDICATORS:
        if (matcher_run(parts->matcher, report, &error))
            end_with(&error);
        facts_gather(parts->catalogue, report);
        break;
    case AUDITS:
        audits_run(report);
        break;
    default:
        passages_sketch(report);
    }
}

static void measure_parts(struct parts *parts, struct report *report)
{
    for (unsigned i = 0; i < EXTRACT_PARTS; i++) {
        double start = clock_s(CLOCK_THREAD_CPUTIME_ID);
        run_part(parts, i, report);
        parts->measures[i].seconds += clock_s(CLOCK_THREAD_CPUTIME_ID) - start;
        parts->measures[i].bytes += report->text.len;
        parts->measures[i].reports++;
    }
}

static void measure_report(struct slice record, struct report *report, struct one_by_one *rules,
                           struct measure *whole, struct measure *least, struct measure *each)
{
    struct error error;
    report_reset(report);
    if (record_decode(record, STAGE_EXTRACT, report, &error))
        end_with(&error);
    double start = clock_s(CLOCK_THREAD_CPUTIME_ID);
    if (extract_stage.process(states[STAGE_EXTRACT], report, &error))
        end_with(&error);
    double behind = clock_s(CLOCK_THREAD_CPUTIME_ID);
    whole->seconds += behind - start;
    whole->found += report->fact_count;
    least->found += floor_of(report->clean);
    double end = clock_s(CLOCK_THREAD_CPUTIME_ID);
    least->seconds += end - behind;
    if (rules) {
        each->found += one_by_one_run(rules, report);
        each->seconds += clock_s(CLOCK_THREAD_CPUTIME_ID) - end;
        each->bytes += report->text.len;
        each->reports++;
    }
    whole->bytes += report->text.len;
    least->bytes += report->text.len;
    whole->reports++;
    least->reports++;
}

/* The rules one by one are slow: once over the reports is enough for them. */
static void run_extract(const struct outlines *outlines, double at_most_s)
{
    struct measure whole = {0}, least = {0}, each = {0};
    struct report report = {0};
    struct parts parts = {0};
    struct one_by_one *rules = one_by_one_new();
    parts_open(&parts);
    for (unsigned round = 0; whole.seconds + least.seconds < at_most_s; round++)
        for (size_t i = 0; i < outlines->count; i++) {
            measure_report(buffer_slice(&outlines->records[i]), &report, round ? NULL : rules,
                           &whole, &least, &each);
            measure_parts(&parts, &report);
        }
    print("extract", whole.seconds, whole.bytes, whole.reports);
    for (unsigned i = 0; i < EXTRACT_PARTS; i++)
        print(part_names[i], parts.measures[i].seconds, parts.measures[i].bytes,
              parts.measures[i].reports);
    parts_close(&parts);
    print("floor", least.seconds, least.bytes, least.reports);
    print("one by one", each.seconds, each.bytes, each.reports);
    fprintf(stderr, "stages: %zu facts, %zu numerals and clauses, %zu matches of %zu rules\n",
            whole.found, least.found, each.found, one_by_one_count(rules));
    one_by_one_free(&rules);
    report_release(&report);
}

int main(int argc, char **argv)
{
    struct documents documents = {0};
    if (argc < 4) {
        fprintf(stderr, "usage: stages line STORE PATH... | stages extract SECONDS PATH...\n");
        return 2;
    }
    documents_read(&documents, argv + 3, argc - 3);
    if (strcmp(argv[1], "line") == 0) {
        start_stages(STAGE_COUNT, argv[2]);
        run_line(&documents);
        stop_stages(STAGE_COUNT);
    } else {
        start_stages(STAGE_AGGREGATE, NULL);
        struct outlines outlines = outline_all(&documents);
        run_extract(&outlines, atof(argv[2]));
        for (size_t i = 0; i < outlines.count; i++)
            buffer_release(&outlines.records[i]);
        free(outlines.records);
        stop_stages(STAGE_AGGREGATE);
    }
    documents_release(&documents);
    return 0;
}
