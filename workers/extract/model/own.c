/* own.c - names of numbered features. Any thread; nothing can fail. */
#include "workers/extract/model/own.h"

#include <stdio.h>

static const char *const wheres[WHERES] = {"item",  "behind",  "own",   "before",  "first",
                                           "above", "heading", "upper", "nowhere", "any"};
static const char *const slots[SLOT_COUNT] = {"object", "action", "about", "against"};
static const char *const rules[OWN_RULES] = {"decided", "holds",     "barred", "vetoed",
                                             "twice",   "another's", "unnamed"};
static const char *const rivals[OWN_RIVALS] = {"no stronger", "few stronger", "many stronger",
                                               "alone",       "equal",        "by far"};
static const char *const places[ASPECT_PLACES] = {"own",   "behind",  "before", "first",
                                                  "above", "heading", "title",  "opening"};
static const char *const bearings[BEARINGS] = {"sum",         "latest",         "mean",
                                               "sum of body", "latest of body", "mean of body"};
static const char *const rests[RESTS] = {"none", "two", "four", "eight", "more"};

size_t own_of(const struct evidence_candidate *candidate, uint16_t own[OWN_MOST])
{
    size_t count = 0;
    const uint8_t *at = candidate->where;
    if (candidate->label == LABEL_NONE)
        return 0;
    own[count++] = candidate->rule;
    if (candidate->twice)
        own[count++] = RULE_TWICE;
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++)
        if (slot != SLOT_AGAINST || at[slot] < NOWHERE)
            own[count++] = (uint16_t)(OWN_FRAME + slot * WHERES + at[slot]);
    own[count++] = (uint16_t)(OWN_ACTION + at[SLOT_OBJECT] * WHERES + at[SLOT_ACTION]);
    own[count++] = (uint16_t)(OWN_ABOUT + at[SLOT_OBJECT] * WHERES + at[SLOT_ABOUT]);
    own[count++] = (uint16_t)(OWN_REST + candidate->rest);
    for (unsigned rival = 0; rival < OWN_RIVALS; rival++)
        if (candidate->rivals >> rival & 1)
            own[count++] = (uint16_t)(OWN_RIVAL + rival);
    return count;
}

bool own_name(const struct catalogue *catalogue, unsigned own, char name[OWN_NAME_BYTES])
{
    size_t size = OWN_NAME_BYTES;
    if (own < OWN_FRAME) {
        snprintf(name, size, "rule:%s", rules[own]);
    } else if (own < OWN_ACTION) {
        unsigned at = own - OWN_FRAME;
        snprintf(name, size, "frame:%s %s", slots[at / WHERES], wheres[at % WHERES]);
    } else if (own < OWN_RIVAL) {
        unsigned at = (own - OWN_ACTION) % (WHERES * WHERES);
        snprintf(name, size, "frame:object %s, %s %s", wheres[at / WHERES],
                 own < OWN_ABOUT ? "action" : "about", wheres[at % WHERES]);
    } else if (own < OWN_REST) {
        snprintf(name, size, "rival:%s", rivals[own - OWN_RIVAL]);
    } else if (own < OWN_ASPECT) {
        unsigned at = own - OWN_REST;
        snprintf(name, size, "frame:rest %s%s%s", rests[at / 4], at & 2 ? ", object" : "",
                 at & 1 ? ", action" : "");
    } else {
        unsigned at = own - OWN_ASPECT, concept = at / (ASPECT_PLACES * BEARINGS);
        if (concept >= catalogue->concepts.count || !concepts_hold(&catalogue->aspects, concept))
            return false;
        snprintf(name, size, "aspect:%.*s %s, %s", SLICE_ARGS(catalogue->concepts.names[concept]),
                 places[at / BEARINGS % ASPECT_PLACES], bearings[at % BEARINGS]);
    }
    return true;
}
