/* evidence.h - all that speaks for or against an indicator, for one number. */
#ifndef XIANZHI_EXTRACT_EVIDENCE_H
#define XIANZHI_EXTRACT_EVIDENCE_H

#include "proto/base/memory.h"
#include "workers/extract/model/feature.h"

enum {
    EVIDENCE_MAX = 640,        /* features of a number; what is more is left out */
    EVIDENCE_CANDIDATES = 112, /* indicators of a unit, "none" among them */
    EVIDENCE_ASPECTS = 96,
    EVIDENCE_STRENGTHS = 37, /* how well a frame may be filled (frames.c) */
    LABEL_NONE = UINT16_MAX,
};

/* One candidate alone: how its frame is filled, what its rules say. own.h makes numbered features
 * of it, whose weights are shared by all indicators. */
struct evidence_candidate {
    uint16_t label; /* index of the indicator; LABEL_NONE: no indicator, always the first */
    bool barred;    /* a scope bars what its rule would say, and no rule of it holds */
    bool present; /* its own object or action stands in its clause, the list's head or a heading */
    uint8_t bearing;  /* which of the aspects' weights are its own: of a sum, a stock, a mean */
    uint8_t rule;     /* enum own_rule: the best that its rules say */
    bool twice;       /* several rules of it matched */
    uint8_t rest;     /* (enum own_rest * 2 + object in the clause) * 2 + action in it */
    uint8_t rivals;   /* bits of enum own_rival */
    uint8_t strength; /* how well its frame is filled (frames.c) */
    uint8_t where[4]; /* enum where of each enum frame_slot */
    uint8_t idle;     /* nothing is known of it but what its frame asks for: those of a number that
                       * have the same one, from 1, differ in label and bearing only; 0: not so */
};

/* One thread's; zero-initialise. With `named` the features' names are kept as well (slower).
 *
 * Features are to be looked for among the weights; those that the catalogue knows beforehand (a
 * concept in a place) lead to their weights at once, and are here only as `found`, unless `named`.
 * The first `shared` of both are those of the heading and the report: they stay while numbers
 * below the same heading come and go, and `shared_serial` changes with them, so that their sum need
 * not be taken again for each number. */
struct number_evidence {
    size_t count, found_count, candidate_count;
    size_t shared, shared_found, shared_names; /* features, found ones, bytes of names */
    uint64_t shared_serial;                    /* from 1; 0: none yet */
    uint64_t features[EVIDENCE_MAX];
    uint32_t found[EVIDENCE_MAX];    /* weights_find of each */
    uint32_t names_at[EVIDENCE_MAX]; /* where each name begins in `names`, NUL behind each */
    struct evidence_candidate candidates[EVIDENCE_CANDIDATES];
    uint64_t steps; /* of columns of the weights that its candidates have (weights_arrange) */
    uint16_t aspects[EVIDENCE_ASPECTS]; /* numbered features of all: + bearing of each */
    size_t aspect_count;
    bool named;
    struct buffer names;
};

static inline const char *evidence_name(const struct number_evidence *evidence, size_t feature)
{
    return evidence->names.data + evidence->names_at[feature];
}

/* Empties it of everything, for another heading. */
void evidence_clear(struct number_evidence *evidence);
/* What has been added up to here is shared by the numbers to come. */
void evidence_share(struct number_evidence *evidence);
/* Empties it of all that is not shared. */
void evidence_keep_shared(struct number_evidence *evidence);
void evidence_release(struct number_evidence *evidence);

/* Adds "place:text", or with `more` behind it. */
void evidence_add(struct number_evidence *evidence, enum feature_place place, struct slice text);
void evidence_join(struct number_evidence *evidence, enum feature_place place, struct slice text,
                   struct slice more);
/* Adds a feature whose weights are known; nothing if it has none. */
static inline void evidence_found(struct number_evidence *evidence, uint32_t found)
{
    if (found && evidence->found_count < EVIDENCE_MAX)
        evidence->found[evidence->found_count++] = found;
}
/* Adds "place:" and glyphs [start, end). */
void evidence_glyphs(struct number_evidence *evidence, enum feature_place place,
                     const uint32_t *glyphs, size_t start, size_t end);
/* All runs of `least` to `most` glyphs in [start, end). Those with a closed or blank glyph are left
 * out. */
void evidence_grams(struct number_evidence *evidence, enum feature_place place,
                    const uint32_t *glyphs, size_t start, size_t end, size_t least, size_t most);
#endif
