/* catalogue.h - the indicator rules in memory: read once from a folder, then immutable and shared.
 *
 * The folder's README.md says what the files hold. Loading reports every mistake, not only the
 * first; a catalogue with a mistake is not used.
 */
#ifndef XIANZHI_EXTRACT_CATALOGUE_H
#define XIANZHI_EXTRACT_CATALOGUE_H

#include "proto/report.h"
#include "workers/extract/frame/strip.h"
#include "workers/extract/model/cuts.h"
#include "workers/extract/model/known.h"
#include "workers/extract/quantity/quantity.h"
#include "workers/extract/rule/problems.h"
#include "workers/extract/rule/rule.h"
#include "workers/extract/rule/view.h"

enum {
    CATALOGUE_MAX_TOPICS = 64,
    CATALOGUE_MAX_SCOPES = 64,
    CATALOGUE_MAX_UNITS = 63,
    CATALOGUE_MAX_GROUPS = 16,
    CATALOGUE_MAX_INDICATORS = 1024,
    CATALOGUE_UNIT_SLOTS = 256,
    CATALOGUE_VERSION_DIGITS = 16,
    CATALOGUE_NO_SET = INT32_MAX,
};

/* What makes an indicator: each slot a set of concepts of which one has to be there. */
enum frame_slot { SLOT_OBJECT, SLOT_ACTION, SLOT_ABOUT, SLOT_AGAINST, SLOT_COUNT };

enum { FRAME_MOST = 12 };

/* Concepts of which one has to be there; none: nothing is asked. */
struct frame_list {
    uint16_t concepts[FRAME_MOST];
    uint8_t count;
};

struct catalogue_rule {
    struct slice name; /* "reconsideration.accepted#2", a scope's "last_year#1" */
    int32_t indicator; /* index, -1: a scope's rule */
    int32_t scope;     /* index, -1: an indicator's rule */
    struct rule_pattern say;
    struct rule_pattern *unless;
    size_t unless_count;
    struct rule_pattern under; /* without variants and expression: any heading */
    uint64_t topics;           /* bit set, 0: any */
    uint64_t units;            /* bit set, 0: any, and those that no indicator has */
    uint64_t allow;            /* scopes that don't bar it */
    int weight;
};

struct catalogue_indicator {
    struct slice id, label, kind, rollup, definition;
    uint64_t units; /* as written */
    uint16_t group; /* the same for those whose ids begin alike */
    struct frame_list frame[SLOT_COUNT];
    uint8_t rollup_number; /* 0 sum, 1 latest, 2 mean */
    size_t rule_count, example_count, counterexample_count;
    const char *path; /* where it is written */
    unsigned line, column;
};

struct catalogue_scope {
    struct slice name, label;
    uint32_t parts;  /* bit set of enum part: all of it is out of scope */
    uint32_t kinds;  /* bit set of enum issuer_kind it applies to; 0: all */
    uint32_t levels; /* bit set of enum level it applies to; 0: all */
    size_t rule_count, example_count, counterexample_count;
};

/* A sentence that the check runs. */
struct catalogue_example {
    int32_t indicator, scope; /* as in catalogue_rule */
    bool counter;
    struct slice text, heading, context;
    unsigned year;
    enum issuer_kind kind;
    enum level level;
    const char *path;
    unsigned line, column;
};

/* One variant of one rule, filed under the set that makes it worth a look. Of its other sets the
 * rarest two are here as well: without a word of each the rule itself need not be touched. */
struct catalogue_key {
    uint64_t units; /* of the rule; all bits if it takes any */
    uint32_t rule, variant;
    uint32_t needs[2]; /* sets; CATALOGUE_NO_SET: none */
};

/* A set that keys are filed under, from a word in it, with where its keys stand. */
struct catalogue_hint {
    uint64_t units; /* of any of its keys */
    uint32_t set, first_key, end_key;
};

/* From a word to the sets with keys, from a set to its keys: hints[first_hint[word]] up to
 * hints[first_hint[word + 1]], keys[first_key[set]] up to keys[first_key[set + 1]]. */
struct catalogue_file {
    struct catalogue_hint *hints;
    uint32_t *first_hint;
    struct catalogue_key *keys;
    uint32_t *first_key;
};

/* Where the word has to occur. */
enum catalogue_place {
    FILE_LEFT,  /* in front of the number, in its clause, behind the number before */
    FILE_RIGHT, /* the same behind the number */
    FILE_FAR,   /* anywhere in the sentence */
    FILE_PLACES
};

struct catalogue_index {
    struct catalogue_file files[FILE_PLACES];
    unsigned first_call; /* the bit of its first file in view_words.calls */
};

/* What a unit may state: "none", then indicators, as they are before anything is known of a number,
 * and which of their frames' slots ask for a concept: slots[first_slot[concept]] up to
 * slots[first_slot[concept + 1]], each candidate * SLOT_COUNT + slot. */
struct unit_candidates {
    struct evidence_candidate *idle;
    size_t count;
    uint64_t steps;         /* of the weights' columns that they have */
    uint8_t *places;        /* of each indicator among them; 0: it is none of them */
    struct concepts framed; /* what any of their frames asks for */
    uint16_t *slots, *first_slot;
    uint8_t strengths[EVIDENCE_STRENGTHS]; /* how many candidates are so strong while idle */
};

struct catalogue {
    struct arena arena;
    char version[CATALOGUE_VERSION_DIGITS + 1]; /* hex, of the files' content */
    struct quantity_rules *quantities;
    struct lexicon lexicon;
    struct automaton *automaton;
    struct view_words words;

    struct catalogue_indicator *indicators;
    size_t indicator_count, indicator_capacity;
    struct catalogue_scope *scopes;
    size_t scope_count, scope_capacity;
    uint64_t part_scopes[PART_COUNT]; /* that all of a part is in */
    struct catalogue_rule *rules;     /* in file order */
    size_t rule_count, rule_capacity;
    struct catalogue_example *examples; /* only when asked for */
    size_t example_count, example_capacity;
    struct slice topics[CATALOGUE_MAX_TOPICS];
    size_t topic_count;
    uint64_t *word_topics; /* of each word, while loading in a growing array */
    size_t word_topic_count;
    struct slice units[CATALOGUE_MAX_UNITS];
    size_t unit_count;
    uint8_t unit_slots[CATALOGUE_UNIT_SLOTS]; /* hash table: index into units + 1 */

    struct catalogue_index indicator_index, scope_index;

    struct concept_index concepts;
    struct known known;                         /* of the weights */
    uint64_t unit_groups[CATALOGUE_MAX_GROUPS]; /* units that count the same things */
    size_t unit_group_count;
    struct concepts aspects; /* what says whose figure it is, and of what kind */
    struct concepts fillers; /* what says nothing */
    struct cuts cuts;        /* between asserted, proposed and none */
    struct weights *weights; /* the model; NULL: there is none */
    struct unit_candidates of_units[CATALOGUE_MAX_UNITS];
};

struct catalogue_options {
    bool examples;       /* keep the examples */
    bool no_weights;     /* leave the model out: for learning it */
    const char *version; /* of the files, from catalogue_version a moment ago; NULL: to be found */
};

/* Reads `folder`. Mistakes go to `problems` and end in STATUS_BAD, without a catalogue; with
 * `examples` what is right of it is given all the same (for checking only), unless nothing is. */
enum status catalogue_load(struct catalogue **catalogue, const char *folder,
                           struct catalogue_options options, struct problems *problems);
void catalogue_free(struct catalogue **catalogue);

/* The version alone, from the files as they are now: CATALOGUE_VERSION_DIGITS + 1 bytes. */
enum status catalogue_version(const char *folder, char *version, struct error *error);

/* A bit that every rule without units of its own has, and no unit. */
#define CATALOGUE_ANY_UNIT ((uint64_t)1 << 63)

/* The bit of a unit as a quantity has it, 0 if no indicator has it. */
uint64_t catalogue_unit(const struct catalogue *catalogue, struct slice unit);

#endif
