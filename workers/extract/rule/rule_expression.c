/* rule_expression.c - rewrites a /…/ rule into plain PCRE2.
 *
 * N becomes the marked quantity with the words that lead to it, # another one, <class> its words.
 * Full-width characters become their folded forms, escaped, since the subject is folded too. Runs
 * while the catalogue loads; a class that isn't there and a bad expression are reported.
 */
#include "workers/extract/rule/rule_expression.h"

#include "proto/base/memory.h"
#include "workers/text/automaton.h"

static void add_escaped(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] && strchr("\\^$.|?*+()[]{}#-/,:;!", text.data[i]))
            buffer_append(out, "\\", 1);
        buffer_append(out, text.data + i, 1);
    }
}

static void add_class(struct buffer *out, const struct lexicon *lexicon,
                      const struct lexicon_class *class)
{
    buffer_append(out, "(?:", 3);
    for (size_t i = 0; i < class->count; i++) {
        if (i)
            buffer_append(out, "|", 1);
        add_escaped(out, lexicon->words[class->words[i]].text);
    }
    buffer_append(out, ")", 1);
}

static void add_lead(struct buffer *out, struct lexicon *lexicon)
{
    struct lexicon_class *lead = lexicon_class(lexicon, SLICE("lead"));
    buffer_append(out, "(?:\\:|", 6);
    if (lead) {
        lead->used = true;
        add_class(out, lexicon, lead);
    } else {
        buffer_append(out, "\\:", 2);
    }
    buffer_append(out, ")*", 2);
}

static size_t character_length(struct slice text, size_t at)
{
    size_t len = 1;
    while (at + len < text.len && ((unsigned char)text.data[at + len] & 0xC0) == 0x80)
        len++;
    return len;
}

/* One character of more than a byte: as it is, or folded. */
static size_t add_wide(struct buffer *out, struct slice expression, size_t at)
{
    size_t len = character_length(expression, at);
    char folded[12];
    size_t kept = automaton_fold(slice_range(expression, at, at + len), folded);
    if (kept == 1)
        add_escaped(out, (struct slice){folded, 1});
    else
        buffer_append(out, folded, kept);
    return len;
}

static enum status add_named(struct buffer *out, struct slice expression, size_t *at,
                             struct lexicon *lexicon, struct error *error)
{
    size_t close = slice_find(expression, SLICE(">"), *at);
    if (close == SIZE_MAX)
        return fail(error, STATUS_BAD, "\"<\" is never closed: write <name>");
    struct slice name = slice_range(expression, *at + 1, close);
    struct lexicon_class *class = lexicon_class(lexicon, name);
    if (!class)
        return fail(error, STATUS_BAD, "no word class <%.*s>: add it to words.yaml",
                    SLICE_ARGS(name));
    class->used = true;
    add_class(out, lexicon, class);
    *at = close + 1;
    return STATUS_OK;
}

static bool names_class(struct slice expression, size_t at)
{
    return at + 1 < expression.len && expression.data[at] == '<' &&
           ((expression.data[at + 1] >= 'a' && expression.data[at + 1] <= 'z') ||
            expression.data[at + 1] == '_') &&
           !(at >= 2 && expression.data[at - 1] == '?' && expression.data[at - 2] == '(');
}

static enum status rewrite(struct slice expression, struct lexicon *lexicon, struct buffer *out,
                           unsigned *numbers, size_t *at, struct error *error)
{
    while (*at < expression.len) {
        char c = expression.data[*at];
        if (c == '\\' && *at + 1 < expression.len) {
            buffer_append(out, expression.data + *at, 2);
            *at += 2;
        } else if (c == 'N') {
            add_lead(out, lexicon);
            buffer_append(out, MARK_NUMBER, 1);
            ++*numbers;
            ++*at;
        } else if (c == '#') {
            buffer_append(out, MARK_OTHER, 1);
            ++*at;
        } else if (names_class(expression, *at)) {
            enum status status = add_named(out, expression, at, lexicon, error);
            if (status)
                return status;
        } else if ((unsigned char)c >= 0x80) {
            *at += add_wide(out, expression, *at);
        } else {
            buffer_append(out, &c, 1);
            ++*at;
        }
    }
    return STATUS_OK;
}

enum status rule_expression(struct rule_pattern *pattern, struct slice expression,
                            enum rule_number number, struct lexicon *lexicon, size_t *at,
                            struct error *error)
{
    struct buffer plain = {0};
    unsigned numbers = 0;
    enum status status = rewrite(expression, lexicon, &plain, &numbers, at, error);
    if (status == STATUS_OK && number == NUMBER_REQUIRED && numbers == 0)
        status = fail(error, STATUS_BAD, "N is missing: say which number bears the indicator");
    if (status == STATUS_OK && number == NUMBER_FORBIDDEN && numbers)
        status = fail(error, STATUS_BAD, "N can't stand here: a heading has no number to name");
    struct error why;
    if (status == STATUS_OK &&
        pattern_compile(&pattern->expression, buffer_slice(&plain), NULL, &why))
        status = fail(error, STATUS_BAD, "not a PCRE2 expression: %s", why.text);
    if (status == STATUS_OK)
        *at = 0;
    pattern->has_number = numbers > 0;
    buffer_release(&plain);
    return status;
}
