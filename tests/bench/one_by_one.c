/* one_by_one.c - writes each rule as an expression and tries them all.
 *
 * An expression takes each element's words as alternatives and the links as runs of what may stand
 * between; topics, scopes, headings and which match is best are left out, so it does less than the
 * matcher does. JIT, no UTF check a call, the sentence masked once.
 */
#include "tests/bench/one_by_one.h"

#include "proto/base/memory.h"
#include "proto/base/paths.h"
#include "workers/extract/rule/catalogue.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct one_by_one {
    struct catalogue *catalogue;
    struct pattern_scratch *scratch;
    struct pattern **patterns;
    size_t count;
    struct buffer masked;
    struct buffer marks; /* where the quantities stand: not asked for here */
};

static void add_text(struct buffer *out, const char *text)
{
    buffer_add(out, slice_of(text));
}

static void add_word(struct buffer *out, struct slice word)
{
    for (size_t i = 0; i < word.len; i++) {
        if (word.data[i] && strchr("\\^$.|?*+()[]{}#-/,:;!", word.data[i]))
            add_text(out, "\\");
        buffer_append(out, word.data + i, 1);
    }
}

static void add_element(struct buffer *out, const struct lexicon *lexicon,
                        const struct rule_element *element)
{
    if (element->opens)
        add_text(out, "(?<![^,.;:!?。、()])");
    if (element->set == RULE_OTHER_NUMBER) {
        add_text(out, "\x01");
        return;
    }
    const struct lexicon_set *set = &lexicon->sets[element->set];
    add_text(out, "(?:");
    for (size_t i = 0; i < set->count; i++) {
        if (i)
            add_text(out, "|");
        add_word(out, lexicon->words[set->words[i]].text);
    }
    add_text(out, ")");
}

static void add_link(struct buffer *out, enum rule_link link)
{
    static const char *const between[] = {
        [LINK_DIRECT] = "",
        [LINK_NEAR] = "[^\x01,;:!?。\t]{0,6}",
        [LINK_ITEM] = "[^\x01,;:!?。\t、()]*?",
        [LINK_CLAUSE] = "[^\x01,;:!?。\t]*?",
        [LINK_SENTENCE] = "[^;!?。]*?",
    };
    add_text(out, between[link]);
}

static void add_variant(struct buffer *out, const struct lexicon *lexicon,
                        const struct rule_variant *variant)
{
    for (unsigned i = variant->left_count; i-- > 0;) {
        add_element(out, lexicon, &variant->left[i]);
        add_link(out, variant->left[i].link);
    }
    add_text(out, "\x01");
    for (unsigned i = 0; i < variant->right_count; i++) {
        add_link(out, variant->right[i].link);
        add_element(out, lexicon, &variant->right[i]);
    }
}

static void add_rule(struct one_by_one *rules, const struct catalogue_rule *rule)
{
    struct buffer text = {0};
    struct error error;
    size_t at;
    for (size_t i = 0; i < rule->say.variant_count; i++) {
        add_text(&text, i ? "|" : "");
        add_variant(&text, &rules->catalogue->lexicon, &rule->say.variants[i]);
    }
    if (pattern_compile(&rules->patterns[rules->count++], buffer_slice(&text), &at, &error)) {
        fprintf(stderr, "one by one: %.*s: %s\n", SLICE_ARGS(rule->name), error.text);
        exit(1);
    }
    buffer_release(&text);
}

struct one_by_one *one_by_one_new(void)
{
    struct one_by_one *rules = memory_zero(sizeof *rules);
    struct problems problems = {0};
    struct error error;
    char folder[PATH_MAX];
    if (data_path("workers/extract/catalogue", folder, sizeof folder, &error) ||
        catalogue_load(&rules->catalogue, folder, (struct catalogue_options){0}, &problems)) {
        fprintf(stderr, "one by one: no catalogue: see `xianzhi catalogue check`\n");
        exit(1);
    }
    rules->scratch = pattern_scratch_new();
    rules->patterns = memory_zero(rules->catalogue->rule_count * sizeof *rules->patterns);
    for (size_t i = 0; i < rules->catalogue->rule_count; i++)
        if (rules->catalogue->rules[i].indicator >= 0 && !rules->catalogue->rules[i].say.expression)
            add_rule(rules, &rules->catalogue->rules[i]);
    return rules;
}

void one_by_one_free(struct one_by_one **rules)
{
    for (size_t i = 0; i < (*rules)->count; i++)
        pattern_free(&(*rules)->patterns[i]);
    free((*rules)->patterns);
    pattern_scratch_free(&(*rules)->scratch);
    catalogue_free(&(*rules)->catalogue);
    buffer_release(&(*rules)->masked);
    buffer_release(&(*rules)->marks);
    free(*rules);
    *rules = NULL;
}

size_t one_by_one_count(const struct one_by_one *rules)
{
    return rules->count;
}

static size_t *marks_for(struct one_by_one *rules, size_t count)
{
    buffer_clear(&rules->marks);
    buffer_reserve(&rules->marks, count * sizeof(size_t));
    return (size_t *)(void *)rules->marks.data;
}

size_t one_by_one_run(struct one_by_one *rules, const struct report *report)
{
    size_t matches = 0, start, end;
    for (size_t first = 0, next; first < report->quantity_count; first = next) {
        int32_t sentence = report->quantities[first].sentence;
        for (next = first + 1; next < report->quantity_count; next++)
            if (report->quantities[next].sentence != sentence)
                break;
        struct span span = report->sentences[sentence].clean;
        view_masked(&rules->masked, slice_range(report->clean, span.start, span.end),
                    report->quantities + first, next - first, span.start, report->meta.year,
                    marks_for(rules, next - first));
        struct slice masked = buffer_slice(&rules->masked);
        for (size_t i = 0; i < rules->count; i++)
            matches += pattern_find(rules->patterns[i], rules->scratch, masked, 0, &start, &end) ==
                       PATTERN_FOUND;
    }
    return matches;
}
