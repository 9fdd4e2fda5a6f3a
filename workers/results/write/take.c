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

/* The one that goes before the other. */
static enum chosen_by stronger(enum chosen_by a, enum chosen_by b)
{
    return a > b ? a : b;
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

/* The first of its unit and year, or a document of its own beside those that are there. */
static enum status add_edition(struct change *change, struct report *report,
                               struct editions *editions, struct error *error)
{
    struct filing_source source = source_of(report);
    report->outcome = editions->count ? OUTCOME_RIVAL : OUTCOME_APPLIED;
    struct edition *edition = editions_add(&report->arena, editions);
    edition->chosen = chosen_of(report);
    enum status status = decisions_gather(change, report, NULL, &source, error);
    return status ? status : edition_file(change, &report->arena, edition, &source, error);
}

/* They keep the path of their first submission, whichever comes first here. */
static void keep_path(struct filing_source *source, struct report *report,
                      const struct filing *filing)
{
    if (!filing->path.len || report->seq < filing->path_seq)
        return;
    source->path_seq = filing->path_seq;
    source->path = arena_copy(&report->arena, filing->path);
}

/* Takes the place of a version of its own, with the decisions laid over that. `former`: what is
 * remembered of these bytes, or NULL. */
static enum status take_edition(struct change *change, struct report *report,
                                struct edition *edition, const struct former *former,
                                struct error *error)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    struct filing_source source = source_of(report);
    const struct filing replaced = edition->filing;
    const struct former leaving = {
        .filing = replaced, .bytes = edition->bytes, .chosen = edition->chosen};
    bool same = slice_equal(replaced.sha256, sha256);
    report->outcome = OUTCOME_REPLACED;
    source.lineage = lineage_after(report, &replaced, same);
    report->replaced = hex_of(&report->arena, replaced.sha256);
    edition->chosen = stronger(edition->chosen, chosen_of(report));
    if (former) {
        keep_path(&source, report, &former->filing);
        edition->chosen = stronger(edition->chosen, former->chosen);
        former_forget(edition, sha256);
    }
    enum status status = decisions_gather(change, report, &replaced, &source, error);
    if (status == STATUS_OK)
        status = edition_file(change, &report->arena, edition, &source, error);
    if (status == STATUS_OK && !same)
        former_keep(&report->arena, edition, leaving);
    return status;
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
    struct filing_source source = source_of(report);
    keep_path(&source, report, filing);
    source.seq = larger(report->seq, filing->seq);
    source.filed_ms = filing->filed_ms;
    source.lineage = lineage_after(report, filing, true);
    report->outcome = chosen && !edition->seated ? OUTCOME_RIVAL : OUTCOME_DUPLICATE;
    edition->chosen = stronger(edition->chosen, chosen_of(report));
    if (!chosen && !earlier && source.seq == filing->seq &&
        lineages_equal(&source.lineage, &filing->lineage))
        return STATUS_OK;
    enum status status = decisions_gather(change, report, filing, &source, error);
    if (status == STATUS_OK)
        status = edition_file(change, &report->arena, edition, &source, error);
    return status ? status : editions_settle(change, editions, error);
}

/* Whether what is in force stays so. A version that was replaced is as old as it was, however often
 * it comes, unless it has a later place in the order of its origin, or somebody has said since that
 * it is to be in force. */
static bool comes_late(const struct report *report, const struct edition *edition,
                       const struct former *former)
{
    struct report told = {.seq = report->seq, .lineage = report->lineage};
    if (former && report->lineage.again <= former->filing.lineage.again) {
        told.seq = former->filing.seq;
        told.lineage.sent = former->filing.lineage.sent;
    }
    return version_is_older(&told, &edition->filing);
}

static bool is_behind(const struct former *former, const struct report *report)
{
    return former->bytes.len && version_is_older(report, &former->filing);
}

/* Who has said of a version that it is this unit's has said so of those behind it, as where they
 * come in their order. `chosen`: of the report, which comes before what is in force. */
static enum chosen_by hand_on(const struct report *report, struct edition *edition,
                              enum chosen_by chosen)
{
    for (size_t i = 0; i < edition->former_count; i++)
        if (!is_behind(edition->formers[i], report))
            chosen = stronger(chosen, edition->formers[i]->chosen);
    for (size_t i = 0; i < edition->former_count; i++)
        if (is_behind(edition->formers[i], report))
            edition->formers[i]->chosen = stronger(edition->formers[i]->chosen, chosen);
    edition->chosen = stronger(edition->chosen, chosen);
    return chosen;
}

/* A version that a later one has replaced before it came, or that comes again: in whatever order
 * they come, it is there when that one is taken out, and as late as when it first came. */
static enum status take_late(struct change *change, struct report *report, struct edition *edition,
                             struct former *former, struct error *error)
{
    struct filing_source source = source_of(report);
    struct former late = {.chosen = chosen_of(report)};
    bool whole = former && former->bytes.len;
    report->outcome = OUTCOME_STALE;
    if (version_is_older(report, &edition->filing))
        late.chosen = hand_on(report, edition, late.chosen);
    bool known = whole && slice_equal(former->filing.catalogue, report->catalogue);
    if (known)
        former->chosen = stronger(former->chosen, late.chosen);
    if (known && report->seq >= former->filing.path_seq)
        return STATUS_OK;
    if (known)
        source.filed_ms = former->filing.filed_ms;
    if (former) {
        keep_path(&source, report, &former->filing);
        late.chosen = stronger(former->chosen, late.chosen);
        source.seq = former->filing.seq;
        source.lineage = lineage_after(report, &former->filing, true);
        source.lineage.sent = former->filing.lineage.sent;
    }
    enum status status =
        decisions_gather(change, report, whole ? &former->filing : NULL, &source, error);
    if (status == STATUS_OK)
        status = filing_make(change, &report->arena, &source, &late.bytes, &late.filing, error);
    if (status == STATUS_OK)
        former_keep(&report->arena, edition, late);
    return status;
}

enum status take_report(struct change *change, struct report *report, struct error *error)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    struct editions editions;
    bool withdrawn = false;
    enum status status = document_withdrawn(change, report, &withdrawn, error);
    if (withdrawn)
        report->outcome = OUTCOME_WITHDRAWN;
    if (status != STATUS_OK || withdrawn)
        return status;
    status = editions_gather(change, &report->arena, report->meta.issuer, &editions, error);
    if (status != STATUS_OK)
        return status;
    struct edition *edition = editions_find(&editions, sha256);
    bool same = edition != NULL;
    if (same && slice_equal(edition->filing.catalogue, report->catalogue))
        return take_again(change, report, &editions, edition, error);
    if (!same)
        edition = editions_of(&editions, report);
    struct former *former = edition ? former_find(edition, sha256) : NULL;
    if (!edition)
        status = add_edition(change, report, &editions, error);
    else if (!comes_late(report, edition, former))
        status = take_edition(change, report, edition, former, error);
    else if (!same)
        status = take_late(change, report, edition, former, error);
    else
        report->outcome = OUTCOME_STALE;
    return status ? status : editions_settle(change, &editions, error);
}
