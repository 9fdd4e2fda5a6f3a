/* audits.c - what audits say of a unit's report: those that were filed with it, and the paragraphs
 * that other reports have too, which are looked for when somebody asks. Owned by the reader's
 * thread. */
#include "workers/results/read/read.h"

static void copy_audits(const struct filing *filing, struct arena *arena, struct audit_list *audits)
{
    struct audit audit;
    for (size_t i = 0; filing_audit(filing, i, &audit); i++) {
        audit.note = arena_copy(arena, audit.note);
        *ARENA_PUSH(arena, audits->items, audits->count, audits->capacity) = audit;
    }
}

enum status row_audits(struct results_reader *reader, const struct unit_name *unit,
                       struct arena *arena, struct row *row, struct error *error)
{
    struct audit_list audits = {0};
    struct filing filing;
    enum status status = filing_of(reader, unit, NULL, &filing, error);
    if (status != STATUS_OK)
        return status;
    copy_audits(&filing, arena, &audits);
    size_t count = 0;
    struct filed_passage *passages = arena_alloc(arena, filing.passages.count * sizeof *passages);
    while (filing_passage(&filing, count, &passages[count]))
        count++;
    status = duplicates_find(reader, unit, passages, count, arena, &audits, error);
    row->audits = audits.items;
    row->audit_count = audits.count;
    return status;
}

enum status reader_duplicates(struct results_reader *reader, struct report *report,
                              struct audit **audits, size_t *count, struct error *error)
{
    struct audit_list list = {0};
    struct unit_name unit = {.region = report->meta.region,
                             .township = report->meta.township,
                             .kind = report->meta.kind,
                             .issuer = report->meta.issuer,
                             .year = report->meta.year};
    struct filed_passage *passages =
        arena_alloc(&report->arena, report->passage_count * sizeof *passages);
    size_t passage_count = 0;
    for (size_t i = 0; i < report->passage_count; i++)
        passage_count += passage_file(&report->passages[i], &passages[passage_count]);
    enum status status =
        duplicates_find(reader, &unit, passages, passage_count, &report->arena, &list, error);
    *audits = list.items;
    *count = list.count;
    return status;
}
