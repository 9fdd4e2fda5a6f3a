/* decision.c - decisions as MessagePack, by the table of their list's fields. No state, any thread.
 * What fails: reading a record that decides nothing. */
#include "proto/decision.h"

#include "proto/base/tr.h"
#include "proto/pack.h"
#include "proto/rows/listing.h"
#include "proto/rows/row_pack.h"

#include <math.h>

enum { DECISION_MAJOR = 1, MAX_DEPTH = 4, MAX_NODES = 256 };

void decision_encode(const struct decision *decision, struct buffer *out)
{
    pack_map(out, 3);
    PACK_KEY(out, "v"), pack_array(out, 2), pack_uint(out, DECISION_MAJOR), pack_uint(out, 0);
    PACK_KEY(out, "kind"), pack_text(out, SLICE("decision"));
    PACK_KEY(out, "decision");
    fields_pack(&listing_kinds[LIST_DECISIONS].fields, decision, out);
}

/* The first bytes are the same whatever it decides. */
bool decision_is(struct slice bytes)
{
    struct buffer head = {0};
    pack_map(&head, 3);
    PACK_KEY(&head, "v"), pack_array(&head, 2), pack_uint(&head, DECISION_MAJOR);
    bool is = slice_starts(bytes, buffer_slice(&head)) && slice_has(bytes, SLICE("\xa8"
                                                                                 "decision"));
    buffer_release(&head);
    return is;
}

/* NULL: all is well. */
static const char *wrong_with(const struct decision *decision)
{
    bool figure = decision->verdict == VERDICT_VALUE || decision->verdict == VERDICT_ADD;
    bool names = verdict_states(decision->verdict);
    if (decision->verdict == VERDICT_NONE)
        return TR("it has no verdict: confirm, value, indicator, reject, add or withdraw");
    if (decision->by.len == 0 || decision->by.len > MAX_BY_BYTES)
        return TR("it says not by whom it is (1 to 128 bytes)");
    if (decision->note.len > MAX_NOTE_BYTES)
        return TR("its note is longer than 4096 bytes");
    if (verdict_of_document(decision->verdict))
        return NULL;
    if (decision->span.start >= decision->span.end || decision->written.len == 0)
        return TR("it says not which figure it is about");
    if (decision->sentence.len == 0 || decision->offset >= decision->sentence.len)
        return TR("its figure doesn't stand in its sentence");
    if (names && decision->holds.indicator.len == 0)
        return TR("it says not which indicator holds");
    if (figure && !isfinite(decision->holds.value))
        return TR("its value is no number");
    return NULL;
}

enum status decision_decode(struct arena *arena, struct slice bytes, struct decision *decision,
                            struct error *error)
{
    *decision = (struct decision){0};
    if (bytes.len > MAX_DECISION_BYTES)
        return fail(error, STATUS_BAD, "decision: %zu bytes, the limit is %d", bytes.len,
                    MAX_DECISION_BYTES);
    const struct packed *root;
    struct pack_limits limits = {.depth = MAX_DEPTH, .nodes = MAX_NODES};
    enum status status = packed_read(arena, bytes, limits, &root, error);
    if (status != STATUS_OK)
        return status;
    if (packed_uint(packed_at(packed_get(root, "v"), 0), 0) != DECISION_MAJOR)
        return fail(error, STATUS_BAD, "decision: of a newer format: upgrade this program");
    if (!fields_unpack(arena, &listing_kinds[LIST_DECISIONS].fields, packed_get(root, "decision"),
                       decision))
        return fail(error, STATUS_BAD, "decision: it has a word that this program doesn't know");
    const char *wrong = wrong_with(decision);
    return wrong ? fail(error, STATUS_BAD, "decision: %s", wrong) : STATUS_OK;
}
