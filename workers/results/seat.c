/* seat.c - the filings that share a seat: nearly always one. Pure. */
#include "workers/results/filing.h"

bool seat_next(struct slice seat, size_t *at, struct seat_entry *entry, bool *bad)
{
    if (*at >= seat.len)
        return false;
    struct coded in = coded_of(slice_range(seat, *at, seat.len));
    entry->issuer = coded_text(&in);
    entry->filing = coded_text(&in);
    *bad = *bad || in.bad;
    *at = (size_t)(in.at - seat.data);
    return !in.bad;
}

static void put_entry(struct buffer *out, struct slice issuer, struct slice filing)
{
    code_text(out, issuer);
    code_text(out, filing);
}

void seat_replace(struct slice seat, struct slice issuer, struct slice filing, struct buffer *out)
{
    struct seat_entry entry;
    bool bad = false, done = false;
    for (size_t at = 0; seat_next(seat, &at, &entry, &bad);) {
        int order = slice_compare(issuer, entry.issuer);
        if (order <= 0 && !done) {
            put_entry(out, issuer, filing);
            done = true;
        }
        if (order != 0)
            put_entry(out, entry.issuer, entry.filing);
    }
    if (!done)
        put_entry(out, issuer, filing);
}

void seat_remove(struct slice seat, struct slice issuer, struct buffer *out)
{
    struct seat_entry entry;
    bool bad = false;
    for (size_t at = 0; seat_next(seat, &at, &entry, &bad);)
        if (!slice_equal(entry.issuer, issuer))
            put_entry(out, entry.issuer, entry.filing);
}

/* -1: a comes first. */
static int compare_claim(struct slice a, struct slice b)
{
    bool left = slice_ends(a, SLICE("人民政府")), right = slice_ends(b, SLICE("人民政府"));
    if (left != right)
        return left ? -1 : 1;
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return slice_compare(a, b);
}

bool seat_principal(struct slice seat, struct seat_entry *principal)
{
    struct seat_entry entry;
    bool bad = false, found = false;
    for (size_t at = 0; seat_next(seat, &at, &entry, &bad);) {
        if (!found || compare_claim(entry.issuer, principal->issuer) < 0)
            *principal = entry;
        found = true;
    }
    return found;
}
