/* own.h - the features of one candidate alone, numbered: how its frame is filled, what its rules
 * say, whether another frame is filled better, what the aspects near the number are to a stock, a
 * flow or a rate. Their weights are shared by all indicators; numbered so that a score is a few
 * look-ups. */
#ifndef XIANZHI_EXTRACT_OWN_H
#define XIANZHI_EXTRACT_OWN_H

#include "workers/extract/frame/concepts.h"
#include "workers/extract/model/evidence.h"
#include "workers/extract/rule/catalogue.h"

/* Where a slot of a frame is filled, nearest first. */
enum where {
    IN_ITEM,
    BEHIND,
    IN_OWN,
    BEFORE,
    EARLIER,
    ABOVE,
    IN_HEADING,
    IN_UPPER,
    NOWHERE,
    UNASKED, /* the frame asks for nothing there */
    WHERES
};

enum own_rule {
    RULE_DECIDED, /* these four as enum hit_how */
    RULE_HOLDS,
    RULE_BARRED,
    RULE_VETOED,
    RULE_TWICE,    /* several rules of it matched */
    RULE_ANOTHERS, /* another indicator's decided */
    RULE_UNNAMED,  /* none decided */
    OWN_RULES
};

enum own_rival {
    NO_STRONGER,
    FEW_STRONGER,
    MANY_STRONGER,
    ALONE_BEST,
    EQUAL_BEST,
    BEST_BY_FAR,
    OWN_RIVALS
};

/* Where an aspect stands. */
enum aspect_place {
    ASPECT_OWN,
    ASPECT_BEHIND,
    ASPECT_BEFORE,
    ASPECT_FIRST,
    ASPECT_ABOVE,
    ASPECT_HEADING,
    ASPECT_TITLE,   /* of the report, and its issuer */
    ASPECT_OPENING, /* the first words of the sentence: whoever it is about from there on */
    ASPECT_PLACES
};

/* What an aspect is said of: a sum, a stock or a mean, of a government or of one body, whose own
 * figures are no longer somebody else's. */
enum { ROLLUPS = 3, BEARINGS = 2 * ROLLUPS };

/* How many glyphs of the number's clause its frame does not explain (cover.h). */
enum own_rest { REST_NONE, REST_TWO, REST_FOUR, REST_EIGHT, REST_MORE, RESTS };

enum {
    OWN_FRAME = OWN_RULES,                        /* slot * WHERES + where */
    OWN_ACTION = OWN_FRAME + SLOT_COUNT * WHERES, /* object's where * WHERES + action's */
    OWN_ABOUT = OWN_ACTION + WHERES * WHERES,     /* object's where * WHERES + about's */
    OWN_RIVAL = OWN_ABOUT + WHERES * WHERES,
    OWN_REST = OWN_RIVAL + OWN_RIVALS, /* (rest * 2 + object in the clause) * 2 + action in it */
    OWN_ASPECT = OWN_REST + RESTS * 4, /* (concept * ASPECT_PLACES + place) * BEARINGS + bearing */
    OWN_COUNT = OWN_ASPECT + CONCEPTS_MAX * ASPECT_PLACES * BEARINGS
};

enum { OWN_NAME_BYTES = 128, OWN_MOST = 16 };

/* The numbered features of a candidate but for its aspects, which all share; how many. */
size_t own_of(const struct evidence_candidate *candidate, uint16_t own[OWN_MOST]);

/* "frame:object item, action before"; false: no feature has the number. */
bool own_name(const struct catalogue *catalogue, unsigned own, char name[OWN_NAME_BYTES]);

#endif
