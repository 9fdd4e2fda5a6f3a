/* listing.c - brings together what the text says of itself and what a list or a person says of it.
 *
 * A person's word stands. A list's counts where the text is silent; a text that says otherwise is
 * left unplaced, since one of the two is wrong and nobody here knows which. No state, can't fail.
 */
#include "proto/base/tr.h"
#include "workers/ingest/inquiry.h"

enum { WEIGHT_LISTED = 40 };

static const struct listed *listed_of(const struct inquiry *inquiry)
{
    return inquiry->report->listed;
}

static void disagree(struct inquiry *inquiry, struct slice with)
{
    if (!inquiry->against.len)
        inquiry->against = with;
}

void listed_title(struct inquiry *inquiry)
{
    const struct listed *listed = listed_of(inquiry);
    if (!listed)
        return;
    hint_add(&inquiry->hints, listed->region, WEIGHT_LISTED);
    if (!inquiry->layout.title.len && !inquiry->furniture.title.len)
        inquiry->furniture.title = listed->title;
}

uint16_t listed_year(struct inquiry *inquiry, uint16_t read)
{
    const struct listed *listed = listed_of(inquiry);
    if (!listed || !listed->year)
        return read;
    if (read && read != listed->year && !listed->by_person)
        disagree(inquiry, SLICE(TR("another year in the list (清单年度不符)")));
    return listed->year;
}

/* The issuer as the list writes it, in parts. */
static struct issuer listed_issuer(const struct inquiry *inquiry, const struct listed *listed)
{
    struct issuer issuer = {0};
    if (listed->issuer.len)
        issuer_read(inquiry->reader->gazetteer, inquiry->reader->words, listed->issuer, &issuer);
    if (listed->township.len) {
        issuer.township = listed->township;
        issuer.zone = (struct slice){0};
        if (issuer.kind == KIND_UNKNOWN)
            issuer.kind = KIND_GOVERNMENT;
    }
    if (listed->kind)
        issuer.kind = listed->kind;
    if (!issuer.text.len)
        issuer.text = listed->issuer.len ? listed->issuer : listed->township;
    return issuer;
}

void listed_unit(struct inquiry *inquiry)
{
    const struct listed *listed = listed_of(inquiry);
    if (!listed)
        return;
    struct issuer said = listed_issuer(inquiry, listed), *unit = &inquiry->unit;
    bool names = listed->issuer.len || listed->township.len;
    bool other_kind = unit->kind && said.kind && unit->kind != said.kind;
    bool other_township = unit->township.len && listed->township.len &&
                          !slice_equal(unit->township, listed->township);
    if (!listed->by_person && (other_kind || other_township)) {
        disagree(inquiry, names ? said.text : SLICE(TR("another kind in the list (清单性质不符)")));
        return;
    }
    if (names && (listed->by_person || !issuer_names(unit))) {
        *unit = said;
    } else if (said.kind && (listed->by_person || !unit->kind)) {
        unit->kind = said.kind;
    } else if (listed->by_person && listed->region && !unit->kind) {
        unit->kind = KIND_GOVERNMENT;
    }
}

void listed_region(struct inquiry *inquiry)
{
    const struct listed *listed = listed_of(inquiry);
    const struct region *said =
        listed ? gazetteer_region(inquiry->reader->gazetteer, listed->region) : NULL;
    if (!said)
        return;
    bool same = inquiry->region && inquiry->region->code == said->code;
    if (listed->by_person) {
        inquiry->against = (struct slice){0};
    } else if (inquiry->region && !same) {
        disagree(inquiry, said->name);
        return;
    }
    if (!same)
        inquiry->named = (struct place){0};
    inquiry->region = said;
    inquiry->report->meta.placed_by = listed->by_person ? SLICE("person") : SLICE("list");
}
