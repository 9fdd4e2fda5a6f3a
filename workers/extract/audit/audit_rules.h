/* audit_rules.h - the vocabulary of the audits, read from audits.yaml. */
#ifndef XIANZHI_EXTRACT_AUDIT_RULES_H
#define XIANZHI_EXTRACT_AUDIT_RULES_H

#include "proto/base/yaml.h"
#include "proto/report.h"
#include "workers/text/wordset.h"

struct audit_words {
    struct wordset set;
};

struct rate_rule {
    struct audit_words name, part, not_part, rest, whole, unless;
};

/* Words of which each stands for one part of a whole. */
struct word_group {
    struct slice *words;
    size_t count;
};

struct word_groups {
    struct word_group *groups;
    size_t count;
};

enum self_level { SELF_TOWNSHIP, SELF_COUNTY, SELF_DISTRICT, SELF_CITY };

struct self_word {
    struct slice word;
    enum self_level level;
};

struct audit_rules {
    struct yaml yaml; /* the words point into it */
    struct rate_rule *rates;
    size_t rate_count;
    struct word_groups complements, kinds;
    struct audit_words changes, bases, overlaps, incomplete, carried;
    struct audit_words change_verbs, change_links, other_rates; /* of changes and rates */
    struct audit_words partial, closing, each, unclear;         /* of sums */
    struct audit_words statement_leads;
    struct audit_words yearly, yearly_unless, counted, compares, plan_words;
    struct self_word *self;
    size_t self_count;
    struct audit_words self_not, street, town;
};

/* Errors name file, line and column. On failure `rules` is empty again. */
enum status audit_rules_load(struct audit_rules *rules, const char *path, struct error *error);
enum status audit_rules_parse(struct audit_rules *rules, const char *name, struct slice text,
                              struct error *error);
void audit_rules_release(struct audit_rules *rules);

bool audit_says(const struct audit_words *words, struct slice text);
bool audit_starts(const struct audit_words *words, struct slice text);
/* Length of the longest of the words that `text` ends with, or 0. */
size_t audit_ending(const struct audit_words *words, struct slice text);
static inline bool audit_ends(const struct audit_words *words, struct slice text)
{
    return audit_ending(words, text) > 0;
}
/* Offset of the first of the words in `text` at or behind `from`, *length in bytes; or SIZE_MAX. */
size_t audit_find(const struct audit_words *words, struct slice text, size_t from, size_t *length);

#endif
