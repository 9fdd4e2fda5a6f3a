/* record_edits.c - the clean text of a report, told by how it differs from the text.
 *
 * The two are nearly the same: what ingest takes away is told by the shifts, and what it replaces
 * (a full-width digit) are a few bytes. A record that holds both whole is twice as large, and it
 * goes through four sockets. No state, any thread.
 */
#include "proto/record_private.h"

enum { APART_BYTES = 8 }; /* edits closer than this are told as one */

/* What lies between two shifts: `len` bytes of the clean text, of which the first `shared` have
 * bytes of the text to be compared with. */
struct piece {
    uint32_t start, len, shared;
    const char *text;
};

static size_t piece_count(const struct report *report)
{
    return report->shift_count ? report->shift_count : 1;
}

static struct piece piece_at(const struct report *report, size_t place)
{
    bool shifted = report->shift_count > 0, last = place + 1 >= report->shift_count;
    size_t start = shifted ? report->shifts[place].clean : 0;
    size_t text = shifted ? report->shifts[place].text : 0;
    size_t len = (last ? report->clean.len : report->shifts[place + 1].clean) - start;
    size_t left = text < report->text.len ? report->text.len - text : 0;
    return (struct piece){.start = (uint32_t)start,
                          .len = (uint32_t)len,
                          .shared = (uint32_t)(len < left ? len : left),
                          .text = left ? report->text.data + text : NULL};
}

/* ---- writing ---- */

struct walk {
    size_t piece;
    uint32_t from; /* in it */
};

/* Where the piece differs, from `from` on; its length where it no longer does. */
static uint32_t difference(const struct piece *piece, const char *clean, uint32_t from)
{
    if (from < piece->shared && memcmp(clean + from, piece->text + from, piece->shared - from) == 0)
        return piece->shared;
    while (from < piece->shared && clean[from] == piece->text[from])
        from++;
    return from;
}

static uint32_t difference_end(const struct piece *piece, const char *clean, uint32_t from)
{
    uint32_t equal = 0;
    for (; from < piece->len && equal < APART_BYTES; from++)
        equal = from < piece->shared && clean[from] == piece->text[from] ? equal + 1 : 0;
    return from - equal;
}

static bool next_edit(const struct report *report, struct walk *walk, struct span *edit)
{
    for (; walk->piece < piece_count(report); walk->piece++, walk->from = 0) {
        struct piece piece = piece_at(report, walk->piece);
        const char *clean = piece.len ? report->clean.data + piece.start : NULL;
        uint32_t from = difference(&piece, clean, walk->from);
        if (from >= piece.len)
            continue;
        walk->from = difference_end(&piece, clean, from);
        *edit = (struct span){piece.start + from, piece.start + walk->from};
        return true;
    }
    return false;
}

static uint32_t count_edits(const struct report *report, size_t *bytes)
{
    uint32_t count = 0;
    struct span edit;
    *bytes = 0;
    for (struct walk walk = {0}; next_edit(report, &walk, &edit); count++)
        *bytes += edit.end - edit.start;
    return count;
}

bool record_has_edits(const struct report *report)
{
    size_t bytes;
    count_edits(report, &bytes);
    return report->clean.len <= report->text.len + bytes;
}

void record_pack_edits(struct buffer *out, const struct report *report)
{
    size_t bytes;
    struct span edit;
    pack_array(out, 1 + 2 * count_edits(report, &bytes));
    pack_uint(out, report->clean.len);
    for (struct walk walk = {0}; next_edit(report, &walk, &edit);) {
        pack_uint(out, edit.start);
        pack_bytes(out, slice_range(report->clean, edit.start, edit.end));
    }
}

/* ---- reading ---- */

/* A made-up length can't ask for more memory than the record itself has. */
bool record_read_length(const struct packed *edits, struct report *report)
{
    uint64_t len = packed_uint(packed_at(edits, 0), UINT64_MAX), most = report->text.len;
    for (uint32_t i = 2; i < packed_count(edits); i += 2)
        most += packed_text(packed_at(edits, i)).len;
    if (len > most)
        return false;
    report->clean = (struct slice){arena_alloc(&report->arena, len ? len : 1), len};
    return true;
}

bool record_read_edits(const struct packed *edits, struct report *report)
{
    char *clean = (char *)report->clean.data; /* ours until the report is whole */
    for (size_t i = 0; i < piece_count(report); i++) {
        struct piece piece = piece_at(report, i);
        if (piece.shared)
            memcpy(clean + piece.start, piece.text, piece.shared);
        memset(clean + piece.start + piece.shared, ' ', piece.len - piece.shared);
    }
    for (uint32_t i = 1; i < packed_count(edits); i += 2) {
        uint64_t start = packed_uint(packed_at(edits, i), UINT64_MAX);
        struct slice bytes = packed_text(packed_at(edits, i + 1));
        if (start > report->clean.len || bytes.len > report->clean.len - start)
            return false;
        if (bytes.len)
            memcpy(clean + start, bytes.data, bytes.len);
    }
    return true;
}
