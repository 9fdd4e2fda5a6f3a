/* phrases.h - how the invented reports say things: deploy/generate/phrases.yaml, taken apart once.
 *
 * A shape is a sentence with slots, `共受理行政复议案件{reconsideration.accepted 件 20-400
 * total}。` A slot states one indicator (or, with `-`, a number that states none); phrases.yaml
 * explains them.
 */
#ifndef XIANZHI_DEPLOY_PHRASES_H
#define XIANZHI_DEPLOY_PHRASES_H

#include "proto/base/arena.h"
#include "proto/base/status.h"

enum slot_kind { SLOT_TEXT, SLOT_WORD, SLOT_NUMBER, SLOT_AGAIN };

struct slot {
    enum slot_kind kind;
    struct slice text;      /* SLOT_TEXT: written as it is; SLOT_WORD: year, noun, place … */
    struct slice indicator; /* empty: states none; SLOT_AGAIN: the one to repeat */
    struct slice unit;
    double low, high;      /* range of the value, or of its share of `share_of` */
    struct slice share_of; /* indicator stated earlier in the shape; empty: absolute */
    unsigned decimals;
    bool total, exact; /* total: the words in front say 共 or 累计; exact: plain digits only */
};

struct phrase_shape {
    struct slot *slots;
    size_t slot_count;
};

struct shape_list {
    struct phrase_shape *items;
    size_t count;
};

/* Figures of one field: one heading, some of its shapes. */
struct field_phrases {
    struct slice name;
    struct shape_list headings, shapes;
};

struct phrases {
    struct arena arena;
    struct field_phrases *fields;
    size_t field_count;
    struct shape_list titles, openings, shortcomings, duty, plan, again;
    struct shape_list part_measures, part_shortcomings, part_duty, part_plan;
    struct slice *policies, *actions, *effects; /* combined into fillers */
    size_t policy_count, action_count, effect_count;
};

/* STATUS_BAD: "file:line:column: …" */
enum status phrases_load(struct phrases *phrases, struct error *error);
void phrases_release(struct phrases *phrases);

#endif
