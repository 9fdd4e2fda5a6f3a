/* lessons.c - keeps lessons in flat arrays, each feature's name once. One thread; nothing can fail.
 */
#include "workers/extract/train/lessons.h"

#include "workers/extract/model/own.h"

#include <stdlib.h>

#define GROW(items, count, capacity)                                                               \
    do {                                                                                           \
        if ((count) == (capacity)) {                                                               \
            (capacity) = (capacity) ? (capacity)*2 : 1024;                                         \
            (items) = memory_resize((items), (capacity) * sizeof *(items));                        \
        }                                                                                          \
    } while (0)

static uint32_t *slot_of(const struct lessons *lessons, uint64_t feature)
{
    size_t mask = lessons->slot_count - 1, at = (size_t)feature & mask;
    while (lessons->slots[at] && lessons->known[lessons->slots[at] - 1].feature != feature)
        at = (at + 1) & mask;
    return &lessons->slots[at];
}

static void widen(struct lessons *lessons)
{
    free(lessons->slots);
    lessons->slot_count = lessons->slot_count ? lessons->slot_count * 2 : 1 << 16;
    lessons->slots = memory_zero(lessons->slot_count * sizeof *lessons->slots);
    for (size_t i = 0; i < lessons->known_count; i++)
        *slot_of(lessons, lessons->known[i].feature) = (uint32_t)i + 1;
}

static uint32_t number_of(struct lessons *lessons, uint64_t feature, const char *name)
{
    if (lessons->known_count * 2 >= lessons->slot_count)
        widen(lessons);
    uint32_t *slot = slot_of(lessons, feature);
    if (*slot == 0) {
        GROW(lessons->known, lessons->known_count, lessons->known_capacity);
        lessons->known[lessons->known_count++] =
            (struct lesson_feature){feature, (uint32_t)lessons->names.len, 0};
        buffer_append(&lessons->names, name, strlen(name) + 1);
        *slot = (uint32_t)lessons->known_count;
    }
    return *slot - 1;
}

/* What the rules say of a text that they were written to teaches nothing about them. */
static bool is_of_rules(const char *name)
{
    return strncmp(name, "rule:", 5) == 0 || strncmp(name, "list:before is", 14) == 0;
}

static void add_features(struct lessons *lessons, struct lesson *lesson,
                         const struct number_evidence *evidence, bool seen)
{
    lesson->first_feature = (uint32_t)lessons->feature_count;
    for (size_t i = 0; i < evidence->count; i++) {
        const char *name = evidence_name(evidence, i);
        if (seen && is_of_rules(name))
            continue;
        uint32_t number = number_of(lessons, evidence->features[i], name);
        lessons->known[number].count++;
        GROW(lessons->features, lessons->feature_count, lessons->feature_capacity);
        lessons->features[lessons->feature_count++] = number;
    }
    lesson->feature_count = (uint32_t)lessons->feature_count - lesson->first_feature;
}

static void add_numbered(struct lessons *lessons, unsigned own, bool seen)
{
    if (!lessons->numbered)
        lessons->numbered = memory_zero(OWN_COUNT * sizeof *lessons->numbered);
    struct lesson_own *known = &lessons->numbered[own];
    if (known->number == 0) {
        char name[OWN_NAME_BYTES];
        if (!own_name(lessons->catalogue, own, name))
            return;
        known->of_rules = is_of_rules(name);
        if (seen && known->of_rules)
            return;
        known->number = number_of(lessons, feature_of_name(slice_of(name)), name) + 1;
    }
    if (seen && known->of_rules)
        return;
    lessons->known[known->number - 1].count++;
    GROW(lessons->owns, lessons->own_count, lessons->own_capacity);
    lessons->owns[lessons->own_count++] = known->number - 1;
}

static void add_candidate(struct lessons *lessons, const struct number_evidence *evidence,
                          const struct evidence_candidate *candidate, bool right, bool seen)
{
    GROW(lessons->candidates, lessons->candidate_count, lessons->candidate_capacity);
    struct lesson_candidate *made = &lessons->candidates[lessons->candidate_count++];
    *made = (struct lesson_candidate){.label = candidate->label,
                                      .right = right,
                                      .present = candidate->present,
                                      .barred = candidate->barred,
                                      .first_own = (uint32_t)lessons->own_count};
    uint16_t own[OWN_MOST];
    size_t count = own_of(candidate, own);
    for (size_t i = 0; i < count; i++)
        add_numbered(lessons, own[i], seen);
    for (size_t i = 0; candidate->label != LABEL_NONE && i < evidence->aspect_count; i++)
        add_numbered(lessons, evidence->aspects[i] + candidate->bearing, seen);
    made->own_count = (uint32_t)lessons->own_count - made->first_own;
}

void lessons_add(struct lessons *lessons, const struct lesson *where,
                 const struct number_evidence *evidence, lessons_label *right, lessons_label *asked,
                 void *context)
{
    bool seen = lessons->documents[where->document].seen;
    GROW(lessons->lessons, lessons->count, lessons->capacity);
    struct lesson *lesson = &lessons->lessons[lessons->count++];
    *lesson = *where;
    add_features(lessons, lesson, evidence, seen);
    lesson->first_candidate = (uint32_t)lessons->candidate_count;
    for (size_t i = 0; i < evidence->candidate_count; i++)
        if (asked(context, evidence->candidates[i].label))
            add_candidate(lessons, evidence, &evidence->candidates[i],
                          right(context, evidence->candidates[i].label), seen);
    lesson->candidate_count = (uint32_t)lessons->candidate_count - lesson->first_candidate;
}

bool lessons_allow(const struct lessons *lessons, const struct lesson *lesson, uint16_t label)
{
    const struct lesson_candidate *candidates = &lessons->candidates[lesson->first_candidate];
    for (uint32_t i = 0; i < lesson->candidate_count; i++)
        if (candidates[i].label == label)
            return candidates[i].right;
    return false;
}

uint32_t lessons_hand(struct lessons *lessons, struct slice name)
{
    if (lessons->hand_count == 0)
        *ARENA_PUSH(&lessons->arena, lessons->hands, lessons->hand_count, lessons->hand_capacity) =
            (struct slice){0};
    for (size_t i = 0; i < lessons->hand_count; i++)
        if (slice_equal(lessons->hands[i], name))
            return (uint32_t)i;
    *ARENA_PUSH(&lessons->arena, lessons->hands, lessons->hand_count, lessons->hand_capacity) =
        arena_copy(&lessons->arena, name);
    return (uint32_t)lessons->hand_count - 1;
}

void lessons_release(struct lessons *lessons)
{
    free(lessons->lessons);
    free(lessons->features);
    free(lessons->candidates);
    free(lessons->owns);
    free(lessons->known);
    free(lessons->slots);
    free(lessons->numbered);
    buffer_release(&lessons->names);
    arena_release(&lessons->arena);
    *lessons = (struct lessons){0};
}
