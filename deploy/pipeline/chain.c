/* chain.c - three stages one after the other on the caller's thread. What can fail: a data file
 * that is missing or wrong (when opened), a document that is no text. */
#include "deploy/pipeline/chain.h"

#include "workers/extract/extract.h"
#include "workers/ingest/format/scans.h"
#include "workers/ingest/ingest.h"
#include "workers/ocr/ocr.h"
#include "workers/ocr/read_page.h"
#include "workers/segment/segment.h"

#include "proto/base/tr.h"
#include "proto/base/visible.h"
#include <stdio.h>
#include <unistd.h>

enum status chain_open(struct chain *chain, const char *command, const char *catalogue,
                       struct error *error)
{
    struct stage_config config = {.catalogue = catalogue, .explain = chain->explain};
    chain->command = command;
    enum status status = ingest_init(&chain->ingest, &config, error);
    if (status == STATUS_OK)
        status = segment_stage.init(&chain->segment, &config, error);
    return status ? status : extract_stage.init(&chain->extract, &config, error);
}

void chain_close(struct chain *chain)
{
    ingest_release(&chain->ingest);
    segment_stage.release(&chain->segment);
    extract_stage.release(&chain->extract);
}

/* A page takes seconds: whoever waits at a terminal is told how far it is. */
static void tell_page(const struct report *report)
{
    size_t done = 0;
    for (size_t i = 0; i < report->scan_count; i++)
        done += report->scans[i].done;
    if (!isatty(STDERR_FILENO))
        return;
    fputc('\r', stderr);
    fprintf(stderr, tr("%zu of %zu scanned pages read"), done, report->scan_count);
    fputs(done == report->scan_count ? "\n" : "", stderr);
}

enum status chain_scans(struct report *report, struct error *error)
{
    enum status status = ocr_available() ? STATUS_OK : scans_refuse(report, error);
    while (!status && scans_wait(report)) {
        status = ocr_turn(report, error);
        tell_page(report);
    }
    return status;
}

enum status chain_segment(struct chain *chain, struct report *report, struct error *error)
{
    struct error doubt = {{0}}, cause = {{0}};
    enum status status = ingest_read(chain->ingest, report, &doubt, &cause);
    if (!status && report->scan_count) {
        status = chain_scans(report, &cause);
        status = status ? status : ingest_read(chain->ingest, report, &doubt, &cause);
    }
    if (status)
        return fail(error, status, "%.*s: %s", SLICE_ARGS(report->path), cause.text);
    if (ingest_fileable(report, &doubt, &cause) != STATUS_OK && chain->command)
        visible_printf(stderr, "xianzhi %s: %.*s: %s\n", chain->command, SLICE_ARGS(report->path),
                       cause.text);
    return segment_stage.process(chain->segment, report, error);
}

enum status chain_extract(struct chain *chain, struct report *report, struct error *error)
{
    return extract_stage.process(chain->extract, report, error);
}

enum status chain_read(struct chain *chain, struct report *report, struct error *error)
{
    enum status status = chain_segment(chain, report, error);
    return status ? status : chain_extract(chain, report, error);
}
