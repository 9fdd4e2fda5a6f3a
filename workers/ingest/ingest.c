/* ingest.c - the stage: decode, clean, metadata, and the refusal of what nobody could file.
 *
 * One state a thread (read-only data files). Rejects (STATUS_BAD) what is no text, and what names
 * no region or no year: its figures could be stored nowhere, and a guess would be worse.
 */
#include "workers/ingest/ingest.h"

#include "proto/memory.h"
#include "workers/ingest/document.h"
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
    if (status != STATUS_OK)
        reader_release(reader);
    return status;
}

void reader_release(struct reader *reader)
{
    cleaner_free(&reader->cleaner);
    gazetteer_free(&reader->gazetteer);
    words_free(&reader->words);
}

enum status ingest_init(void **state, const struct stage_config *config, struct error *error)
{
    (void)config;
    struct reader *reader = memory_zero(sizeof *reader);
    enum status status = reader_init(reader, error);
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

enum status ingest_read(void *state, struct report *report, struct error *doubt,
                        struct error *error)
{
    const struct reader *reader = state;
    if (doubt)
        doubt->text[0] = '\0';
    enum status status = document_read(report, error);
    if (status != STATUS_OK)
        return status;
    clean_report(reader->cleaner, report);
    metadata_read(reader, report, doubt);
    return STATUS_OK;
}

enum status ingest_fileable(const struct report *report, const struct error *doubt,
                            struct error *error)
{
    const struct metadata *meta = &report->meta;
    size_t i = 0;
    while (i < report->clean.len && strchr(" \t\n", report->clean.data[i]))
        i++;
    if (i == report->clean.len)
        return fail(error, STATUS_BAD,
                    "only blanks and empty lines (没有文字): get the report again");
    if (!meta->region && doubt && doubt->text[0])
        return fail(error, STATUS_BAD, "%s", doubt->text);
    if (!meta->region)
        return fail(error, STATUS_BAD,
                    "no province, prefecture or county is named in title, signature or page (找不到"
                    "地区): if it is a report, put the region into its title or its file name");
    if (!meta->year)
        return fail(
            error, STATUS_BAD,
            "neither title nor opening says which year is reported on (找不到年度): put the "
            "year into its title or its file name");
    return STATUS_OK;
}

static enum status process(void *state, struct report *report, struct error *error)
{
    struct error doubt;
    enum status status = ingest_read(state, report, &doubt, error);
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
