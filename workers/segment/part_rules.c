/* part_rules.c - loads parts.tsv and matches its rules.
 *
 * Loaded by each worker thread at start; matching only reads. A mistake in the file stops the
 * worker with file and line: a report whose parts were read by half the rules would look complete.
 */
#include "workers/segment/part_rules.h"

#include "proto/memory.h"
#include "workers/paths.h"
#include "workers/segment/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_WORDS = 8, MAX_CHOICES = 16, TITLE_THRESHOLD = 3, LEAD_BYTES = 36 };

/* One word of a rule: any of its choices. */
struct word {
    struct slice choices[MAX_CHOICES];
    unsigned choice_count;
    bool forbidden;
};

struct part_rule {
    enum part part;
    enum part_where where;
    int weight;
    struct word words[MAX_WORDS];
    unsigned word_count;
};

struct part_rules {
    char *tsv; /* the words point into it */
    struct part_rule *rules;
    size_t count, capacity;
};

static const struct slice year_word = {"{year}年", 9}, next_word = {"{next}年", 9};

static struct slice cut_at(struct slice *rest, char separator)
{
    const char *hit = memchr(rest->data, separator, rest->len);
    size_t len = hit ? (size_t)(hit - rest->data) : rest->len;
    struct slice field = slice_range(*rest, 0, len);
    *rest = slice_range(*rest, hit ? len + 1 : len, rest->len);
    return field;
}

static bool read_words(struct slice text, struct part_rule *rule)
{
    while (text.len) {
        struct slice rest = cut_at(&text, ' ');
        if (rest.len == 0 || rule->word_count == MAX_WORDS)
            return false;
        struct word *word = &rule->words[rule->word_count++];
        word->forbidden = rest.data[0] == '!';
        if (word->forbidden)
            rest = slice_range(rest, 1, rest.len);
        while (rest.len) {
            if (word->choice_count == MAX_CHOICES)
                return false;
            word->choices[word->choice_count++] = cut_at(&rest, '|');
            if (word->choices[word->choice_count - 1].len == 0)
                return false;
        }
    }
    return rule->word_count > 0 && !rule->words[0].forbidden;
}

static bool read_rule(struct slice line, struct part_rule *rule)
{
    static const char *const wheres[] = {"title", "lead", "text"};
    struct slice part = cut_at(&line, '\t'), where = cut_at(&line, '\t');
    struct slice weight = cut_at(&line, '\t');
    for (rule->part = PART_MEASURES; rule->part < PART_COUNT; rule->part++)
        if (slice_equal(part, slice_of(part_name(rule->part))))
            break;
    for (rule->where = WHERE_TITLE; rule->where <= WHERE_TEXT; rule->where++)
        if (slice_equal(where, slice_of(wheres[rule->where])))
            break;
    rule->weight = atoi(weight.data);
    return rule->part < PART_COUNT && rule->where <= WHERE_TEXT && weight.len &&
           read_words(line, rule);
}

enum status part_rules_parse(struct part_rules **out, struct slice tsv, const char *name,
                             struct error *error)
{
    struct part_rules *rules = memory_zero(sizeof *rules);
    rules->tsv = memory_alloc(tsv.len + 1);
    memcpy(rules->tsv, tsv.data, tsv.len);
    rules->tsv[tsv.len] = '\0';
    struct slice rest = {rules->tsv, tsv.len};
    for (unsigned number = 1; rest.len; number++) {
        struct slice line = cut_at(&rest, '\n');
        if (line.len == 0 || line.data[0] == '#')
            continue;
        if (rules->count == rules->capacity) {
            rules->capacity = rules->capacity ? rules->capacity * 2 : 64;
            rules->rules = memory_resize(rules->rules, rules->capacity * sizeof *rules->rules);
        }
        struct part_rule *rule = &rules->rules[rules->count++];
        *rule = (struct part_rule){0};
        if (!read_rule(line, rule)) {
            part_rules_free(&rules);
            return fail(error, STATUS_FATAL,
                        "%s:%u: not a rule: want part, where, weight and words, parted by tabs (at "
                        "most %d words of %d choices)",
                        name, number, MAX_WORDS, MAX_CHOICES);
        }
    }
    *out = rules;
    return STATUS_OK;
}

enum status part_rules_load(struct part_rules **rules, struct error *error)
{
    char path[1024], chunk[4096];
    enum status status = data_path("workers/segment/parts.tsv", path, sizeof path, error);
    if (status != STATUS_OK)
        return status;
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, STATUS_FATAL, "%s: %m: make it readable or set XIANZHI_DATA", path);
    struct buffer tsv = {0};
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(&tsv, chunk, got);
    status = ferror(file) ? fail(error, STATUS_FATAL, "%s: can't be read: %m", path)
                          : part_rules_parse(rules, buffer_slice(&tsv), path, error);
    fclose(file);
    buffer_release(&tsv);
    return status;
}

enum status part_rules_reload(struct part_rules *rules, struct error *error)
{
    struct part_rules *fresh = NULL;
    enum status status = part_rules_load(&fresh, error);
    if (status != STATUS_OK)
        return status;
    struct part_rules old = *rules;
    *rules = *fresh;
    *fresh = old;
    part_rules_free(&fresh);
    return STATUS_OK;
}

void part_rules_free(struct part_rules **rules)
{
    if (!*rules)
        return;
    free((*rules)->rules);
    free((*rules)->tsv);
    free(*rules);
    *rules = NULL;
}

/* End of the first of the choices at or behind `from`, or SIZE_MAX. */
static size_t find_word(const struct word *word, struct slice text, size_t from, unsigned year)
{
    size_t best = SIZE_MAX, end = SIZE_MAX;
    for (unsigned i = 0; i < word->choice_count; i++) {
        struct slice choice = word->choices[i];
        char digits[16];
        if (choice.data[0] == '{') {
            if (!year || (!slice_equal(choice, year_word) && !slice_equal(choice, next_word)))
                continue;
            unsigned meant = slice_equal(choice, next_word) ? year + 1 : year;
            choice = (struct slice){digits, (size_t)snprintf(digits, sizeof digits, "%u年", meant)};
        }
        size_t hit = slice_find(text, choice, from);
        if (hit != SIZE_MAX && (best == SIZE_MAX || hit < best)) {
            best = hit;
            end = hit + choice.len;
        }
    }
    return end;
}

/* `first_within`: the first word must end within so many bytes. */
static bool rule_matches(const struct part_rule *rule, struct slice text, unsigned year,
                         size_t first_within)
{
    size_t at = 0;
    for (unsigned i = 0; i < rule->word_count; i++) {
        const struct word *word = &rule->words[i];
        size_t end = find_word(word, text, word->forbidden ? 0 : at, year);
        if (word->forbidden ? end != SIZE_MAX : end == SIZE_MAX)
            return false;
        if (word->forbidden)
            continue;
        if (i == 0 && end > first_within)
            return false;
        at = end;
    }
    return true;
}

unsigned part_rules_title(const struct part_rules *rules, struct slice title, unsigned year)
{
    int scores[PART_COUNT] = {0};
    for (size_t i = 0; i < rules->count; i++) {
        const struct part_rule *rule = &rules->rules[i];
        if (rule->where == WHERE_TITLE && rule_matches(rule, title, year, SIZE_MAX))
            scores[rule->part] += rule->weight;
    }
    unsigned parts = 0;
    for (unsigned part = PART_MEASURES; part < PART_COUNT; part++)
        if (scores[part] >= TITLE_THRESHOLD)
            parts |= 1u << part;
    return parts;
}

enum part part_rules_sentence(const struct part_rules *rules, enum part_where where,
                              struct slice sentence, unsigned year)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct part_rule *rule = &rules->rules[i];
        if (rule->where == where &&
            rule_matches(rule, sentence, year, where == WHERE_LEAD ? LEAD_BYTES : SIZE_MAX))
            return rule->part;
    }
    return PART_NONE;
}
