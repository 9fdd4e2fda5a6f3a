/* lessons.h - annotated numbers as the learner sees them: features, candidates, right answers. */
#ifndef XIANZHI_EXTRACT_LESSONS_H
#define XIANZHI_EXTRACT_LESSONS_H

#include "proto/base/arena.h"
#include "workers/extract/model/evidence.h"

struct lesson_candidate {
    uint16_t label;
    bool right;   /* the annotation allows it */
    bool present; /* its object or action stands near */
    bool barred;  /* a scope bars it */
    uint32_t first_own, own_count;
};

/* One number. */
struct lesson {
    uint32_t document;
    uint32_t first_feature, feature_count;
    uint32_t first_candidate, candidate_count; /* the first is "none" */
    uint32_t start;                            /* byte in the text */
    uint32_t sentence;
    double value;
    bool doubtful; /* nothing is to be learned from it */
    bool counter;  /* one of the catalogue's counterexamples */
};

struct lesson_document {
    struct slice path;
    uint32_t group;  /* index of the folder */
    bool seen;       /* the rules were written to it: it says nothing about them */
    uint32_t missed; /* annotated indicators whose quantity was not found */
    bool piece;      /* no whole report, see cuts.h */
    uint32_t hand;   /* who wrote it, from 1; HAND_UNKNOWN */
};

enum { HAND_UNKNOWN = 0 };

struct lesson_group {
    struct slice name;
};

/* A feature's number in the lessons. */
struct lesson_feature {
    uint64_t feature;
    uint32_t name, count;
};

/* What a numbered feature is among `known`. */
struct lesson_own {
    uint32_t number; /* index + 1; 0: not met yet */
    bool of_rules;
};

/* Zero-initialise, then name the catalogue that the evidence is made with. */
struct lessons {
    const struct catalogue *catalogue;
    struct arena arena;
    struct lesson *lessons;
    size_t count, capacity;
    uint32_t *features;
    size_t feature_count, feature_capacity;
    struct lesson_candidate *candidates;
    size_t candidate_count, candidate_capacity;
    uint32_t *owns;
    size_t own_count, own_capacity;
    struct lesson_document *documents;
    size_t document_count, document_capacity;
    struct lesson_group *groups;
    size_t group_count, group_capacity;
    struct slice *hands; /* their names, the unknown one first */
    size_t hand_count, hand_capacity;
    struct lesson_feature *known; /* every feature once */
    size_t known_count, known_capacity;
    struct buffer names;
    uint32_t *slots; /* hash table over `known`: index + 1 */
    size_t slot_count;
    struct lesson_own *numbered; /* of each numbered feature (own.h), filled as they come */
};

/* Adds one number with its evidence (named); of `where` document, start, sentence and value count.
 * `right` says of each label, LABEL_NONE included, whether the annotation allows it; `asked`
 * whether its annotators knew it: others are no candidates. */
typedef bool lessons_label(void *context, uint16_t label);
void lessons_add(struct lessons *lessons, const struct lesson *where,
                 const struct number_evidence *evidence, lessons_label *right, lessons_label *asked,
                 void *context);
/* Whether the annotation allows the label; false for one that is no candidate. */
bool lessons_allow(const struct lessons *lessons, const struct lesson *lesson, uint16_t label);
/* The number of a writer's name, a new one if need be; HAND_UNKNOWN for an empty one. */
uint32_t lessons_hand(struct lessons *lessons, struct slice name);

static inline const char *lessons_name(const struct lessons *lessons, uint32_t feature)
{
    return lessons->names.data + lessons->known[feature].name;
}
void lessons_release(struct lessons *lessons);

#endif
