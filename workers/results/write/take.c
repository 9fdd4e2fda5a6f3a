/* take.c - what a report does to its seat: it is the first of its unit and year, takes the place of
 * an earlier version, is one that is known, comes too late, or is another document (editions.c).
 * Owned by the store's thread. */
#include "workers/results/write/write.h"

#include "proto/base/clock.h"
#include "proto/base/digest.h"

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Of another version what is said of it, at a place in their order no earlier than that of the
 * version it takes the place of; of the same bytes the latest that was said. */
static struct lineage lineage_after(const struct report *report, const struct filing *filing,
                                    bool same)
{
    struct lineage told = report->lineage, filed = filing->lineage;
    uint64_t again = larger(told.again, filed.again);
    if (slice_equal(told.origin, filed.origin))
        told.order = filed.order = larger(told.order, filed.order);
    if (!same)
        return told;
    struct lineage after = filed.origin.len ? filed : told;
    after.again = again;
    after.sent = larger(told.sent, filed.sent);
    return after;
}

static bool lineages_equal(const struct lineage *a, const struct lineage *b)
{
    return slice_equal(a->origin, b->origin) && a->order == b->order && a->again == b->again &&
           a->sent == b->sent;
}

static struct slice hex_of(struct arena *arena, struct slice sha256)
{
    char *hex = arena_alloc(arena, sha256.len * 2 + 1);
    digest_hex(sha256, hex);
    return (struct slice){hex, sha256.len * 2};
}

/* Who says that it is this unit's report. */
static enum chosen_by chosen_of(const struct report *report)
{
    struct slice by = report->meta.placed_by;
    return slice_equal(by, SLICE("person")) ? CHOSEN_BY_PLACING
           : slice_equal(by, SLICE("list")) ? CHOSEN_BY_LIST
                                            : CHOSEN_BY_NOBODY;
}

static struct filing_source source_of(const struct report *report)
{
    return (struct filing_source){.report = report,
                                  .seq = report->seq,
                                  .path_seq = report->seq,
                                  .path = report->path,
                                  .filed_ms = clock_unix_ms(),
                                  .lineage = report->lineage};
}

/* Nobody was seated. */
static enum status seat_first(struct change *change, struct report *report, struct error *error)
{
    struct aside_entry entry = {.issuer = report->meta.issuer,
                                .kind = ASIDE_IN_FORCE,
                                .chosen = chosen_of(report),
                                .sha256 = {(const char *)report->sha256, sizeof report->sha256}};
    struct filing_source source = source_of(report);
    if (entry.chosen)
        aside_put(&change->seat.aside, &entry);
    report->outcome = OUTCOME_APPLIED;
    enum status status = decisions_gather(change, report, NULL, &source, error);
    if (status == STATUS_OK)
        seat_put(change, &source);
    return status;
}

/* Takes the place of a version of its own, with the decisions laid over that. */
static enum status take_edition(struct change *change, struct report *report,
                                struct edition *edition, struct error *error)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    struct filing_source source = source_of(report);
    bool same = slice_equal(edition->filing.sha256, sha256);
    report->outcome = OUTCOME_REPLACED;
    source.lineage = lineage_after(report, &edition->filing, same);
    report->replaced = hex_of(&report->arena, edition->filing.sha256);
    if (!same) {
        aside_note_replaced(change, report->meta.issuer, edition->filing.sha256,
                            edition->filing.lineage.again);
        former_keep(change, report->meta.issuer, edition);
    }
    if (chosen_of(report) > edition->chosen)
        edition->chosen = chosen_of(report);
    enum status status = decisions_gather(change, report, &edition->filing, &source, error);
    return status ? status : edition_file(change, &report->arena, edition, &source, error);
}

/* A document of its own, beside those that are there. */
static enum status add_rival(struct change *change, struct report *report,
                             struct editions *editions, struct error *error)
{
    struct filing_source source = source_of(report);
    struct edition *edition = editions_add(&report->arena, editions);
    report->outcome = OUTCOME_RIVAL;
    edition->chosen = chosen_of(report);
    enum status status = decisions_gather(change, report, NULL, &source, error);
    return status ? status : edition_file(change, &report->arena, edition, &source, error);
}

/* The same bytes, read by the same rules. They keep the path of their first submission and the
 * number of their last, whichever comes first here, and what a list or a person says of them now
 * holds all the same; a delivery repeated by the broker changes nothing at all. */
static enum status take_again(struct change *change, struct report *report,
                              struct editions *editions, struct edition *edition,
                              struct error *error)
{
    const struct filing *filing = &edition->filing;
    bool chosen = chosen_of(report) > edition->chosen, earlier = report->seq < filing->path_seq;
    struct filing_source source = {
        .report = report,
        .seq = larger(report->seq, filing->seq),
        .path_seq = earlier ? report->seq : filing->path_seq,
        .path = arena_copy(&report->arena, earlier ? report->path : filing->path),
        .filed_ms = filing->filed_ms,
        .lineage = lineage_after(report, filing, true)};
    report->outcome = chosen && !edition->seated ? OUTCOME_RIVAL : OUTCOME_DUPLICATE;
    if (chosen)
        edition->chosen = chosen_of(report);
    else if (!earlier && source.seq == filing->seq &&
             lineages_equal(&source.lineage, &filing->lineage))
        return STATUS_OK;
    enum status status = decisions_gather(change, report, filing, &source, error);
    if (status == STATUS_OK)
        status = edition_file(change, &report->arena, edition, &source, error);
    return status ? status : editions_settle(change, editions, error);
}

/* A version that was replaced is not put back by coming again, unless it has a later place in the
 * order of its origin, or somebody has said so since. `edition`: what it would replace, or NULL. */
static bool stays_replaced(const struct change *change, const struct report *report,
                           const struct edition *edition)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    uint64_t again;
    if (!aside_replaced(buffer_slice(&change->seat.aside), report->meta.issuer, sha256, &again))
        return false;
    bool ranked = edition && version_is_ranked(report, &edition->filing);
    return report->lineage.again <= again &&
           (!ranked || version_is_older(report, &edition->filing));
}

/* A version that a later one has replaced before it came: in whatever order they come, it is there
 * when that one is taken out. */
static enum status take_late(struct change *change, struct report *report, struct error *error)
{
    struct filing_source source = source_of(report);
    struct edition late = {.chosen = chosen_of(report)};
    report->outcome = OUTCOME_STALE;
    if (former_is_kept(change, report))
        return STATUS_OK;
    enum status status = decisions_gather(change, report, NULL, &source, error);
    if (status == STATUS_OK)
        status = edition_file(change, &report->arena, &late, &source, error);
    if (status == STATUS_OK)
        former_keep(change, report->meta.issuer, &late);
    return status;
}

/* Somebody is seated: a version, the same bytes, or another document? */
static enum status take_among(struct change *change, struct report *report,
                              struct editions *editions, struct error *error)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    struct edition *edition = editions_find(editions, sha256);
    bool same = edition != NULL;
    enum status status;
    if (!edition)
        edition = editions_alike(editions, report);
    if (same && slice_equal(edition->filing.catalogue, report->catalogue))
        return take_again(change, report, editions, edition, error);
    if (!same && stays_replaced(change, report, edition))
        return take_late(change, report, error);
    if (edition && version_is_older(report, &edition->filing)) {
        report->outcome = OUTCOME_STALE;
        if (same)
            return STATUS_OK;
        aside_note_replaced(change, report->meta.issuer, sha256, report->lineage.again);
        return take_late(change, report, error);
    }
    status = edition ? take_edition(change, report, edition, error)
                     : add_rival(change, report, editions, error);
    return status ? status : editions_settle(change, editions, error);
}

enum status take_report(struct change *change, struct report *report, struct error *error)
{
    bool bad = false, withdrawn = false;
    struct editions editions = {.count = 0};
    enum status status = document_withdrawn(change, report, &withdrawn, error);
    if (withdrawn)
        report->outcome = OUTCOME_WITHDRAWN;
    if (status != STATUS_OK || withdrawn)
        return status;
    struct slice held = seat_filing(buffer_slice(&change->seat.after), report->meta.issuer, &bad);
    if (bad)
        return fail(error, STATUS_FATAL,
                    "the store holds a seat that makes no sense: it is damaged; restore it from a "
                    "backup");
    if (!held.data)
        return seat_first(change, report, error);
    status = editions_gather(change, &report->arena, report->meta.issuer, &editions, error);
    return status ? status : take_among(change, report, &editions, error);
}
