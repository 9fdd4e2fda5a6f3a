/* scanned.c - what is read off a picture is asserted only where something independent agrees.
 *
 * A machine that misreads one digit does so silently (100% as 1008), and its confidence does not
 * tell. Two readings of one value do: the same figure for the same indicator elsewhere in the
 * report, or parts that add up to their whole. All else goes before a person. Any thread; nothing
 * can fail.
 */
#include "workers/extract/extract.h"
#include "workers/extract/frame/sums.h"

#include <math.h>

static bool same_value(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b));
}

static bool is_repeated(const struct report *report, size_t at)
{
    const struct quantity *quantity = &report->quantities[at];
    for (size_t i = 0; i < report->quantity_count; i++) {
        const struct quantity *other = &report->quantities[i];
        if (i != at && slice_equal(other->indicator, quantity->indicator) &&
            same_value(other->value, quantity->value) && other->sentence != quantity->sentence)
            return true;
    }
    return false;
}

/* Numbers add up exactly or not at all, and what is parted by a full stop seldom means to. */
static bool adds_up(const struct report *report, const uint8_t *roles, size_t at)
{
    const struct quantity *quantity = &report->quantities[at];
    uint8_t others = 0;
    for (size_t i = 0; roles[at] && i < report->quantity_count; i++) {
        const struct quantity *other = &report->quantities[i];
        if (!roles[i] || other->sentence != quantity->sentence ||
            !slice_equal(other->unit, quantity->unit))
            continue;
        if (other->bound != BOUND_EXACT)
            return false;
        others |= i == at ? 0 : roles[i];
    }
    return (roles[at] & SUM_WHOLE && others & SUM_PART) ||
           (roles[at] & SUM_PART && others & SUM_WHOLE);
}

/* Its rule stays: a person sees what would have asserted it. */
static void propose(struct quantity *quantity)
{
    quantity->proposed[0] = quantity->indicator;
    quantity->proposed_count = 1;
    quantity->indicator = (struct slice){0};
    quantity->state = STATE_PROPOSED;
}

static size_t bytes_scanned(const struct report *report)
{
    size_t bytes = 0;
    for (size_t i = 0; i < report->locus_count; i++) {
        size_t end = i + 1 < report->locus_count ? report->loci[i + 1].text : report->text.len;
        bytes += report->loci[i].ocr ? end - report->loci[i].text : 0;
    }
    return bytes;
}

void scanned_propose(struct report *report)
{
    size_t bytes = bytes_scanned(report);
    report->scanned = bytes * 2 > report->text.len;
    if (!bytes)
        return;
    uint8_t *roles = arena_alloc(&report->arena, report->quantity_count + 1);
    bool *alone = arena_alloc(&report->arena, (report->quantity_count + 1) * sizeof *alone);
    sums_mark(report, roles);
    for (size_t i = 0; i < report->quantity_count; i++)
        alone[i] = report->quantities[i].state == STATE_ASSERTED &&
                   origin_at(report, report->quantities[i].text.start) == ORIGIN_OCR &&
                   !is_repeated(report, i) && !adds_up(report, roles, i);
    for (size_t i = 0; i < report->quantity_count; i++)
        if (alone[i])
            propose(&report->quantities[i]);
}
