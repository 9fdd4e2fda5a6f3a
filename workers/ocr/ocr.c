/* ocr.c - the stage: reads the pages of a report that are pictures, then what ingest left undone.
 *
 * A page takes seconds, a report a minute: only reports that need it come here, from a queue of
 * their own. A report is worked on for a few pages at a time and handed back with what was read, so
 * that a worker that dies costs no more than those, and a long one does not keep others waiting.
 * When all pages are read the document is decoded with them in their places, and read on as ingest
 * does; until then it stays in its envelope (listed.h), which ingest opens. What can fail: a page
 * (STATUS_BAD, a dead letter with its number), a machine without tesseract (STATUS_FATAL, with the
 * packages' names).
 */
#include "workers/ocr/ocr.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/listed.h"
#include "workers/ingest/format/scans.h"
#include "workers/ingest/ingest.h"
#include "workers/ocr/read_page.h"

#include <inttypes.h>

enum { TURN_MS = 3000 };

static enum status init(void **state, const struct stage_config *config, struct error *error)
{
    if (!ocr_available())
        return fail(error, STATUS_FATAL, "this machine can't read scans: install %s",
                    SCAN_PACKAGES);
    return ingest_init(state, config, error);
}

static size_t pages_done(const struct report *report)
{
    size_t done = 0;
    for (size_t i = 0; i < report->scan_count; i++)
        done += report->scans[i].done;
    return done;
}

static enum status read_page(struct report *report, struct scan *scan, struct error *error)
{
    struct buffer words = {0};
    enum status status =
        ocr_read_page(report->format, listed_document(report->raw), scan->page, &words, error);
    if (!status) {
        scan->words = arena_copy(&report->arena, buffer_slice(&words));
        scan->done = true;
        log_event(LOG_INFO, "ocr.page", "seq=%" PRIu64 " page=%u done=%zu of=%zu", report->seq,
                  scan->page, pages_done(report), report->scan_count);
    }
    buffer_release(&words);
    return status;
}

enum status ocr_turn(struct report *report, struct error *error)
{
    uint64_t end_us = clock_monotonic_us() + TURN_MS * 1000ull;
    for (size_t i = 0; i < report->scan_count; i++) {
        if (report->scans[i].done)
            continue;
        enum status status = read_page(report, &report->scans[i], error);
        if (status || clock_monotonic_us() >= end_us)
            return status;
    }
    return STATUS_OK;
}

static enum status process(void *state, struct report *report, struct error *error)
{
    enum status status = ocr_turn(report, error);
    if (status || scans_wait(report))
        return status;
    struct error doubt;
    status = ingest_read(state, report, &doubt, error);
    if (!status)
        status = ingest_fileable(report, &doubt, error);
    report->raw = (struct slice){0};
    return status;
}

static bool wants(const struct report *report)
{
    return report->scan_count > 0;
}

const struct stage ocr_stage = {
    .name = "ocr",
    .id = STAGE_OCR,
    .help = "scanned pages to text (optional: what has text passes it by)",
    .slow = true,
    .wants = wants,
    .init = init,
    .process = process,
    .release = ingest_release,
};
