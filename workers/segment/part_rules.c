/* part_rules.c - loads parts.tsv and matches its rules.
 *
 * Loaded by each worker thread at start; matching only reads. A mistake in the file stops the
 * worker with file and line: a report whose parts were read by half the rules would look complete.
 */
#include "workers/segment/part_rules.h"

#include "proto/base/memory.h"
#include "proto/base/paths.h"
#include "workers/segment/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_WORDS = 8, MAX_CHOICES = 16, TITLE_THRESHOLD = 3, LEAD_BYTES = 36 };

enum choice_kind { CHOICE_PLAIN, CHOICE_THIS_YEAR, CHOICE_NEXT_YEAR };

struct choice {
    struct slice text;
    enum choice_kind kind;
    uint16_t first, last; /* bits of its first and last character in a text's character set */
};

/* One word of a rule: any of its choices. */
struct word {
    struct choice choices[MAX_CHOICES];
    unsigned choice_count;
    bool forbidden;
};

enum part_where { WHERE_TITLE, WHERE_LEAD, WHERE_TEXT };

struct part_rule {
    enum part part;
    enum part_where where;
    int weight;
    struct word words[MAX_WORDS];
    unsigned word_count;
};

/* Which characters occur in a text, as a set of hashes: most words of most rules don't occur, and
 * two bits tell so in a nanosecond where a search takes fifty. */
enum { SET_BITS = 512 };

/* For each character (its bit), the rules that have it as the first or the last one of a choice of
 * their first word: rule i is bit i % 64. A rule that no character of a text brings in both ways
 * can't match; most are ruled out so. */
struct openings {
    uint64_t first[SET_BITS], last[SET_BITS];
};

struct part_rules {
    char *tsv; /* the words point into it */
    struct part_rule *rules;
    size_t count, capacity;
    struct openings openings;
};

struct haystack {
    struct slice text;
    uint64_t set[SET_BITS / 64];
    uint64_t first, last;              /* rules, as in openings */
    struct slice this_year, next_year; /* "2023年"; empty when unknown */
    char years[2][8];
};

static unsigned bit_of(const unsigned char *c, unsigned bytes)
{
    return (bytes < 3 ? c[0] : (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu)) % SET_BITS;
}

static void add_characters(struct haystack *hay, const struct openings *openings, struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        unsigned bytes = char_bytes((unsigned char)text.data[at]);
        if (at + bytes > text.len)
            break;
        unsigned bit = bit_of((const unsigned char *)text.data + at, bytes);
        hay->set[bit / 64] |= 1ull << bit % 64;
        hay->first |= openings->first[bit];
        hay->last |= openings->last[bit];
        at += bytes;
    }
}

/* Whether rule `i` may match at all. */
static bool may_open(const struct haystack *hay, size_t i)
{
    return (hay->first & hay->last) >> i % 64 & 1;
}

static bool in_set(const struct haystack *hay, unsigned bit)
{
    return hay->set[bit / 64] >> bit % 64 & 1;
}

static struct choice choice_of(struct slice text)
{
    struct choice choice = {.text = text};
    if (slice_equal(text, SLICE("{year}年")))
        choice.kind = CHOICE_THIS_YEAR;
    else if (slice_equal(text, SLICE("{next}年")))
        choice.kind = CHOICE_NEXT_YEAR;
    size_t last = text.len - 1;
    while (last > 0 && ((unsigned char)text.data[last] & 0xC0) == 0x80)
        last--;
    choice.first =
        (uint16_t)bit_of((const unsigned char *)text.data, char_bytes((unsigned char)text.data[0]));
    choice.last =
        (uint16_t)bit_of((const unsigned char *)text.data + last, (unsigned)(text.len - last));
    return choice;
}

static void note_openings(struct openings *openings, const struct part_rule *rule, size_t i)
{
    const struct word *word = &rule->words[0];
    for (unsigned j = 0; j < word->choice_count; j++) {
        const struct choice *choice = &word->choices[j];
        bool plain = choice->kind == CHOICE_PLAIN; /* a year: as find_choice has it */
        openings->first[plain ? choice->first : '2'] |= 1ull << i % 64;
        openings->last[plain ? choice->last : '2'] |= 1ull << i % 64;
    }
}

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
            struct slice text = cut_at(&rest, '|');
            if (text.len == 0)
                return false;
            word->choices[word->choice_count++] = choice_of(text);
        }
    }
    return rule->word_count > 0 && !rule->words[0].forbidden;
}

static bool read_rule(struct slice line, struct part_rule *rule)
{
    static const char *const wheres[] = {"title", "lead", "text"};
    struct slice part = cut_at(&line, '\t'), where = cut_at(&line, '\t');
    struct slice weight = cut_at(&line, '\t');
    for (rule->part = PART_NONE; rule->part < PART_COUNT; rule->part++)
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
        note_openings(&rules->openings, rule, rules->count - 1);
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

void part_rules_free(struct part_rules **rules)
{
    if (!*rules)
        return;
    free((*rules)->rules);
    free((*rules)->tsv);
    free(*rules);
    *rules = NULL;
}

static struct slice write_year(char out[8], unsigned year)
{
    if (year < 1000 || year > 9999)
        return (struct slice){out, 0};
    for (unsigned i = 4; i-- > 0; year /= 10)
        out[i] = (char)('0' + year % 10);
    memcpy(out + 4, "年", 3);
    return (struct slice){out, 7};
}

static void haystack_init(struct haystack *hay, struct slice text, unsigned year)
{
    memset(hay->set, 0, sizeof hay->set);
    hay->first = hay->last = 0;
    hay->text = text;
    hay->this_year = write_year(hay->years[0], year);
    hay->next_year = write_year(hay->years[1], year ? year + 1 : 0);
}

static size_t find_choice(const struct choice *choice, const struct haystack *hay, size_t from)
{
    if (choice->kind != CHOICE_PLAIN && !in_set(hay, '2'))
        return SIZE_MAX;
    if (choice->kind == CHOICE_THIS_YEAR)
        return slice_find(hay->text, hay->this_year, from);
    if (choice->kind == CHOICE_NEXT_YEAR)
        return slice_find(hay->text, hay->next_year, from);
    if (!in_set(hay, choice->first) || !in_set(hay, choice->last))
        return SIZE_MAX;
    return slice_find(hay->text, choice->text, from);
}

/* End of the first of the choices at or behind `from`, or SIZE_MAX. */
static size_t find_word(const struct word *word, const struct haystack *hay, size_t from)
{
    size_t best = SIZE_MAX, end = SIZE_MAX;
    for (unsigned i = 0; i < word->choice_count; i++) {
        const struct choice *choice = &word->choices[i];
        size_t hit = find_choice(choice, hay, from);
        if (hit != SIZE_MAX && (best == SIZE_MAX || hit < best)) {
            best = hit;
            end = hit + (choice->kind == CHOICE_PLAIN ? choice->text.len : hay->this_year.len);
        }
    }
    return end;
}

/* All words of the rule from word `i` on, in order, behind `at`. */
static bool words_match(const struct part_rule *rule, unsigned i, const struct haystack *hay,
                        size_t at)
{
    for (; i < rule->word_count; i++) {
        const struct word *word = &rule->words[i];
        size_t end = find_word(word, hay, word->forbidden ? 0 : at);
        if (word->forbidden ? end != SIZE_MAX : end == SIZE_MAX)
            return false;
        if (!word->forbidden)
            at = end;
    }
    return true;
}

unsigned part_rules_title(const struct part_rules *rules, struct slice title, unsigned year)
{
    int scores[PART_COUNT] = {0};
    struct haystack hay;
    haystack_init(&hay, title, year);
    add_characters(&hay, &rules->openings, title);
    for (size_t i = 0; i < rules->count; i++) {
        const struct part_rule *rule = &rules->rules[i];
        if (rule->where == WHERE_TITLE && may_open(&hay, i) && words_match(rule, 0, &hay, 0))
            scores[rule->part] += rule->weight;
    }
    unsigned parts = 0;
    for (unsigned part = PART_NONE; part < PART_COUNT; part++)
        if (scores[part] >= TITLE_THRESHOLD)
            parts |= 1u << part;
    return parts;
}

enum part part_rules_lead(const struct part_rules *rules, struct slice sentence, unsigned year)
{
    struct haystack start, whole;
    haystack_init(&start,
                  slice_range(sentence, 0, sentence.len < LEAD_BYTES ? sentence.len : LEAD_BYTES),
                  year);
    add_characters(&start, &rules->openings, start.text);
    haystack_init(&whole, sentence, 0);
    for (size_t i = 0; i < rules->count; i++) {
        const struct part_rule *rule = &rules->rules[i];
        if (rule->where != WHERE_LEAD || !may_open(&start, i))
            continue;
        size_t at = find_word(&rule->words[0], &start, 0);
        if (at == SIZE_MAX)
            continue;
        add_characters(&whole, &rules->openings,
                       sentence); /* rarely got to, and the same again if so */
        if (words_match(rule, 1, &whole, at))
            return rule->part;
    }
    return PART_NONE;
}

enum part part_rules_stated(const struct part_rules *rules, struct slice sentence)
{
    struct haystack hay;
    haystack_init(&hay, sentence, 0);
    add_characters(&hay, &rules->openings, sentence);
    for (size_t i = 0; i < rules->count; i++) {
        const struct part_rule *rule = &rules->rules[i];
        if (rule->where == WHERE_TEXT && may_open(&hay, i) && words_match(rule, 0, &hay, 0))
            return rule->part;
    }
    return PART_NONE;
}
