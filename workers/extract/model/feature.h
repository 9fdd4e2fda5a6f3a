/* feature.h - pieces of evidence by name: a place, a colon and what stands there, as
 * "own:受理行政", "before:<contract>", "rule:decided".
 *
 * The model's file knows features by these names, the running program by a 64-bit number made of
 * the place and the characters behind the colon, so that nothing is written while text is read. Two
 * names with one number would share a weight; among a million names that is not to be expected.
 */
#ifndef XIANZHI_EXTRACT_FEATURE_H
#define XIANZHI_EXTRACT_FEATURE_H

#include "proto/base/slice.h"

enum feature_place {
    PLACE_ALWAYS, /* holds for every number */
    PLACE_UNIT,   /* the number's unit, alone and with what else is near */
    PLACE_OWN,    /* in its clause, in front of it, behind the number before */
    PLACE_ITEM,   /* there, in its own item of a list */
    PLACE_END,    /* directly in front of it and of the words leading to it */
    PLACE_LEAD,   /* the words leading to it */
    PLACE_OPEN,   /* the beginning of its clause */
    PLACE_BEHIND, /* in its clause behind it, up to the next number */
    PLACE_NEXT,   /* directly behind it */
    PLACE_BEFORE, /* the clause or the stretch between numbers before its own */
    PLACE_AFTER,  /* the one after it */
    PLACE_FIRST,  /* earlier in its sentence */
    PLACE_ABOVE,  /* the sentence before, in the paragraph */
    PLACE_HEAD,   /* the innermost heading */
    PLACE_UPPER,  /* the heading above that one */
    PLACE_LIST,   /* the numbers before and after it */
    PLACE_REPORT, /* part, table, kind of issuer */
    PLACE_RULE,   /* what the catalogue's rules say */
    PLACE_SCOPE,  /* scopes that hold */
    PLACE_FRAME,  /* how the indicator's own frame is filled */
    PLACE_ASPECT, /* whose figure it is and of what kind, for a stock, a flow or a rate */
    PLACE_RIVAL,  /* how the others' frames are */
    PLACE_WHOLE,  /* all of its clause, where that is short */
    FEATURE_PLACES
};

/* "own"; NULL beyond the last. */
const char *feature_place_name(enum feature_place place);

/* A feature grows character by character from its place. */
static inline uint64_t feature_begin(enum feature_place place)
{
    return ((uint64_t)place + 1) * 0x9E3779B97F4A7C15u;
}

static inline uint64_t feature_step(uint64_t feature, uint32_t character)
{
    feature = (feature ^ character) * 0xD6E8FEB86659FD93u;
    return feature ^ feature >> 32;
}

uint64_t feature_text(uint64_t feature, struct slice text); /* UTF-8 */

/* The feature of a whole name; 0: its place is unknown or there is nothing behind the colon. */
uint64_t feature_of_name(struct slice name);

#endif
