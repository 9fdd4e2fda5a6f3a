/* aside.c - the stored form of what a seat remembers. Pure. */
#include "workers/results/aside.h"

#include "workers/results/coding.h"

enum { HASH_BYTES = 32 };

bool aside_next(struct slice aside, size_t *at, struct aside_entry *entry, bool *bad)
{
    if (*at >= aside.len || *bad)
        return false;
    struct coded in = coded_of(slice_range(aside, *at, aside.len));
    entry->issuer = coded_text(&in);
    uint64_t kind = coded_number(&in), chosen = coded_number(&in);
    entry->sha256 = coded_bytes(&in, HASH_BYTES);
    entry->filing = coded_text(&in);
    *bad = in.bad || kind >= ASIDE_KIND_COUNT || chosen >= CHOSEN_COUNT;
    entry->kind = (enum aside_kind)kind;
    entry->chosen = (enum chosen_by)chosen;
    *at = (size_t)(in.at - aside.data);
    return !*bad;
}

void aside_put(struct buffer *out, const struct aside_entry *entry)
{
    code_text(out, entry->issuer);
    code_number(out, entry->kind);
    code_number(out, entry->chosen);
    buffer_add(out, entry->sha256);
    code_text(out, entry->filing);
}

bool aside_is_loose(struct slice aside, struct slice issuer)
{
    struct aside_entry entry;
    bool bad = false;
    for (size_t at = 0; aside_next(aside, &at, &entry, &bad);) {
        struct coded in = coded_of(entry.filing);
        if (entry.kind != ASIDE_REPLACED || !slice_equal(entry.issuer, issuer))
            continue;
        if (entry.filing.len)
            coded_number(&in);
        if (in.at == in.end)
            return true;
    }
    return false;
}

void aside_key_put(struct buffer *out, struct slice seat_key)
{
    buffer_append(out, "aside", sizeof "aside");
    buffer_add(out, seat_key);
}

void former_key_put(struct buffer *out, struct slice sha256)
{
    buffer_append(out, "former", sizeof "former");
    buffer_add(out, sha256);
}

struct slice chosen_name(enum chosen_by chosen)
{
    return chosen == CHOSEN_BY_NOBODY ? (struct slice){"", 0}
           : chosen == CHOSEN_BY_LIST ? SLICE("list")
                                      : SLICE("person");
}
