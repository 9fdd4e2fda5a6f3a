/* ingest.c - the stage: decode, clean, metadata, and the refusal of what nobody could file.
 *
 * One state a thread (read-only data files). Rejects (STATUS_BAD) what is no text, and what names
 * no region or no year: its figures could be stored nowhere, and a guess would be worse.
 */
#include "workers/ingest/ingest.h"

#include "proto/base/log.h"
#include "proto/base/memory.h"
#include "proto/base/tr.h"
#include "proto/kept.h"
#include "proto/listed.h"
#include "workers/ingest/format/document.h"
#include "workers/ingest/format/scans.h"
#include "workers/ingest/metadata.h"
#include "workers/ingest/reader.h"

#include <stdlib.h>

enum status reader_init(struct reader *reader, struct error *error)
{
    *reader = (struct reader){0};
    enum status status = cleaner_new(&reader->cleaner, error);
    if (status == STATUS_OK)
        status = gazetteer_new(&reader->gazetteer, error);
    if (status == STATUS_OK)
        status = words_new(&reader->words, error);
    if (status == STATUS_OK)
        status = traditional_new(&reader->traditional, error);
    if (status != STATUS_OK)
        reader_release(reader);
    return status;
}

void reader_release(struct reader *reader)
{
    cleaner_free(&reader->cleaner);
    gazetteer_free(&reader->gazetteer);
    words_free(&reader->words);
    traditional_free(&reader->traditional);
}

enum status ingest_init(void **state, const struct stage_config *config, struct error *error)
{
    struct reader *reader = memory_zero(sizeof *reader);
    enum status status = reader_init(reader, error);
    reader->scans = config && config->scans;
    reader->originals = config ? config->originals : NULL;
    *state = reader;
    if (status != STATUS_OK)
        ingest_release(state);
    return status;
}

void ingest_release(void **state)
{
    if (!*state)
        return;
    reader_release(*state);
    free(*state);
    *state = NULL;
}

/* ---- envelopes ---- */

/* What the outer envelope leaves open, the inner one says. */
static void add_inner(struct listed *outer, const struct listed *inner)
{
    if (outer->by_person && outer->region && inner->region != outer->region)
        return; /* a person has decided against it */
    outer->region = outer->region ? outer->region : inner->region;
    outer->township = outer->township.len ? outer->township : inner->township;
    outer->issuer = outer->issuer.len ? outer->issuer : inner->issuer;
    outer->kind = outer->kind ? outer->kind : inner->kind;
    outer->year = outer->year ? outer->year : inner->year;
    outer->published = outer->published.year ? outer->published : inner->published;
    outer->title = outer->title.len ? outer->title : inner->title;
    outer->url = outer->url.len ? outer->url : inner->url;
}

/* Takes the document out of its envelopes and keeps what they say. */
static void open_envelopes(struct report *report)
{
    struct listed said, inner;
    struct slice inside;
    if (!listed_open(report->raw, &said, &inside))
        return;
    report->raw = inside;
    while (listed_open(report->raw, &inner, &inside)) {
        add_inner(&said, &inner);
        report->raw = inside;
    }
    struct listed *kept = arena_alloc(&report->arena, sizeof *kept);
    *kept = said;
    report->listed = kept;
}

enum status ingest_read(void *state, struct report *report, struct error *doubt,
                        struct error *error)
{
    const struct reader *reader = state;
    if (doubt)
        doubt->text[0] = '\0';
    open_envelopes(report);
    enum status status = document_read(report, error);
    if (status != STATUS_OK || report->scan_count)
        return status;
    clean_report(reader->cleaner, report);
    metadata_read(reader, report, doubt);
    return STATUS_OK;
}

enum status ingest_fileable(struct report *report, const struct error *doubt, struct error *error)
{
    const struct metadata *meta = &report->meta;
    size_t i = 0;
    while (i < report->clean.len && strchr(" \t\n", report->clean.data[i]))
        i++;
    if (i == report->clean.len)
        return fail(error, STATUS_BAD,
                    "only blanks and empty lines (没有文字): get the report again");
    enum status status = STATUS_OK;
    if (!meta->region)
        status = fail(error, STATUS_BAD,
                      "%s: file it with `xianzhi dead place`, or put the unit's "
                      "full name into its title or its file name",
                      doubt && doubt->text[0] ? doubt->text
                                              : TR("nothing says whose report it is (找不到地区)"));
    else if (!meta->year)
        status = fail(error, STATUS_BAD,
                      "neither title nor opening says which year is reported on (找不到年度): file "
                      "it with `xianzhi dead place`, or put the year into its title or its file "
                      "name");
    report->unplaced = status == STATUS_BAD;
    return status;
}

/* A copy that can't be kept costs nobody his report. */
static void keep_original(const struct reader *reader, const struct report *report,
                          struct slice as_it_came)
{
    struct error error;
    if (reader->originals &&
        kept_put(reader->originals, report->sha256, as_it_came, &error) != STATUS_OK)
        log_event(LOG_WARN, "original.lost", "path=\"%.*s\" reason=\"%s\"",
                  SLICE_ARGS(report->path), error.text);
}

static enum status process(void *state, struct report *report, struct error *error)
{
    struct error doubt;
    const struct reader *reader = state;
    struct slice as_it_came = report->raw;
    enum status status = ingest_read(state, report, &doubt, error);
    if (status == STATUS_OK)
        keep_original(reader, report, as_it_came);
    if (status == STATUS_OK && report->scan_count)
        return reader->scans ? STATUS_OK : scans_refuse(report, error);
    if (status == STATUS_OK)
        status = ingest_fileable(report, &doubt, error);
    report->raw = (struct slice){0};
    return status;
}

const struct stage ingest_stage = {
    .name = "ingest",
    .id = STAGE_INGEST,
    .help = "bytes to text: encoding, noise, region, issuer, year, dates",
    .init = ingest_init,
    .process = process,
    .release = ingest_release,
};
