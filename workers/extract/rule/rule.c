/* rule.c - reads what a rule says: recursive descent over the pattern's characters.
 *
 * Runs while the catalogue loads, on one thread. Happy path: sequence → rows (rule_rows.c) →
 * variants around the number. Every mistake is reported with the character it stands at.
 */
#include "workers/extract/rule/rule.h"

#include "workers/extract/rule/rule_expression.h"
#include "workers/extract/rule/rule_rows.h"

struct reader {
    struct slice say;
    size_t at; /* byte */
    struct lexicon *lexicon;
    struct arena arena; /* what only lasts while reading */
    struct error *error;
    unsigned depth;
};

enum { MAX_DEPTH = 8 };

static enum status read_alternatives(struct reader *reader, struct rows *rows);

static char peek(const struct reader *reader)
{
    return reader->at < reader->say.len ? reader->say.data[reader->at] : '\0';
}

static bool at_text(const struct reader *reader, const char *text)
{
    struct slice rest = slice_range(reader->say, reader->at, reader->say.len);
    return slice_starts(rest, slice_of(text));
}

static bool ends_literal(const struct reader *reader)
{
    char c = peek(reader);
    return c == '\0' || strchr(" ~<>()|?^N#/", c) || at_text(reader, "..");
}

static enum status read_literal(struct reader *reader, struct rows *rows)
{
    size_t len = 0;
    char *text = arena_alloc(&reader->arena, reader->say.len);
    while (!ends_literal(reader)) {
        if (peek(reader) == '\\' && reader->at + 1 < reader->say.len)
            reader->at++;
        text[len++] = reader->say.data[reader->at++];
    }
    uint32_t *word = arena_alloc(&reader->arena, sizeof *word);
    *word = lexicon_word(reader->lexicon, (struct slice){text, len});
    if (*word == LEXICON_NO_WORD)
        return fail(
            reader->error, STATUS_BAD,
            "\"%.*s\" is no word: blanks and quotes are passed over; write other characters",
            (int)len, text);
    *rows = rows_one(&reader->arena, &(struct row_element){.words = word, .word_count = 1});
    return STATUS_OK;
}

static enum status read_class(struct reader *reader, struct rows *rows)
{
    size_t close = slice_find(reader->say, SLICE(">"), reader->at);
    if (close == SIZE_MAX)
        return fail(reader->error, STATUS_BAD, "\"<\" is never closed: write <name>");
    struct slice name = slice_range(reader->say, reader->at + 1, close);
    struct lexicon_class *class = lexicon_class(reader->lexicon, name);
    if (!class) {
        const struct lexicon_class *like = lexicon_class_like(reader->lexicon, name);
        return like ? fail(reader->error, STATUS_BAD,
                           "no word class <%.*s>: did you mean <%.*s>? Classes are in words.yaml",
                           SLICE_ARGS(name), SLICE_ARGS(like->name))
                    : fail(reader->error, STATUS_BAD, "no word class <%.*s>: add it to words.yaml",
                           SLICE_ARGS(name));
    }
    class->used = true;
    reader->at = close + 1;
    *rows = rows_one(&reader->arena,
                     &(struct row_element){.words = class->words, .word_count = class->count});
    return STATUS_OK;
}

static enum status read_group(struct reader *reader, struct rows *rows)
{
    size_t open = reader->at++;
    if (++reader->depth > MAX_DEPTH)
        return fail(reader->error, STATUS_BAD, "brackets nest deeper than %d: split the rule",
                    MAX_DEPTH);
    enum status status = read_alternatives(reader, rows);
    if (status)
        return status;
    reader->depth--;
    if (peek(reader) != ')') {
        reader->at = open;
        return fail(reader->error, STATUS_BAD, "\"(\" is never closed");
    }
    reader->at++;
    return STATUS_OK;
}

static enum status read_element(struct reader *reader, struct rows *rows)
{
    enum status status = STATUS_OK;
    char c = peek(reader);
    if (c == 'N' || c == '#') {
        reader->at++;
        *rows = rows_one(&reader->arena,
                         &(struct row_element){.kind = c == 'N' ? ROW_NUMBER : ROW_OTHER});
    } else if (c == '<') {
        status = read_class(reader, rows);
    } else if (c == '(') {
        status = read_group(reader, rows);
    } else if (c == '/') {
        return fail(reader->error, STATUS_BAD,
                    "a /…/ expression must be the whole pattern: put N, # and classes inside it");
    } else if (ends_literal(reader)) {
        return fail(reader->error, STATUS_BAD, "\"%c\" can't stand here: an element is expected",
                    c);
    } else {
        status = read_literal(reader, rows);
    }
    if (status == STATUS_OK && peek(reader) == '?') {
        reader->at++;
        *rows = rows_either(&reader->arena, *rows, rows_empty(&reader->arena));
    }
    return status;
}

/* What stands between two elements; true while another element follows. */
static bool read_link(struct reader *reader, enum rule_link *link)
{
    *link = LINK_DIRECT;
    for (;; reader->at++) {
        char c = peek(reader);
        if (c == ' ') {
            if (*link < LINK_NEAR)
                *link = LINK_NEAR;
        } else if (*link == LINK_NEAR && at_text(reader, "- ")) {
            *link = LINK_ITEM;
        } else if (at_text(reader, "...")) {
            *link = LINK_SENTENCE;
            reader->at += 2;
        } else if (at_text(reader, "..")) {
            *link = LINK_CLAUSE;
            reader->at++;
        } else if (c == '~') {
            reader->at++;
            while (peek(reader) == ' ')
                reader->at++;
            *link = LINK_DIRECT;
            return true;
        } else {
            return c != '\0' && c != '|' && c != ')';
        }
    }
}

static enum status read_sequence(struct reader *reader, struct rows *rows)
{
    *rows = rows_empty(&reader->arena);
    enum rule_link link;
    bool more = read_link(reader, &link), first = true;
    if (!more)
        return fail(reader->error, STATUS_BAD, "nothing here: write words, <class> or N");
    while (more) {
        bool opens = false;
        while (peek(reader) == '^') {
            enum rule_link ignored;
            opens = true;
            reader->at++;
            if (!read_link(reader, &ignored))
                return fail(reader->error, STATUS_BAD, "nothing behind \"^\"");
        }
        struct rows element;
        enum status status = read_element(reader, &element);
        if (status)
            return status;
        *rows = rows_then(&reader->arena, *rows, first ? LINK_DIRECT : link, opens, element,
                          reader->lexicon);
        if (rows->count > RULE_MAX_VARIANTS)
            return fail(reader->error, STATUS_BAD,
                        "multiplied out this is more than %d variants: split the rule or make a "
                        "word class",
                        RULE_MAX_VARIANTS);
        first = false;
        more = read_link(reader, &link);
    }
    return STATUS_OK;
}

static enum status read_alternatives(struct reader *reader, struct rows *rows)
{
    *rows = (struct rows){0};
    for (;;) {
        struct rows sequence;
        enum status status = read_sequence(reader, &sequence);
        if (status)
            return status;
        *rows = rows_either(&reader->arena, *rows, sequence);
        if (peek(reader) != '|')
            return STATUS_OK;
        reader->at++;
    }
}

/* ---- rows to variants ---- */

static struct rule_element element_of(struct lexicon *lexicon, const struct row_element *element,
                                      enum rule_link link)
{
    return (struct rule_element){
        .set = element->kind == ROW_OTHER
                   ? RULE_OTHER_NUMBER
                   : lexicon_set(lexicon, element->words, element->word_count),
        .link = link,
        .opens = element->opens,
    };
}

static struct rule_variant variant_of(struct lexicon *lexicon, const struct rule_row *row,
                                      size_t number)
{
    struct rule_variant variant = {0};
    bool has_number = number < row->count;
    size_t right = has_number ? number + 1 : 0;
    if (has_number) {
        variant.opens = row->elements[number].opens;
        variant.left_count = (unsigned)number;
        variant.left = arena_alloc(&lexicon->arena, (number + 1) * sizeof *variant.left);
        for (size_t i = 0; i < number; i++)
            variant.left[i] =
                element_of(lexicon, &row->elements[number - 1 - i], row->elements[number - i].link);
    }
    variant.right_count = (unsigned)(row->count - right);
    variant.right = arena_alloc(&lexicon->arena, (variant.right_count + 1) * sizeof *variant.right);
    for (size_t i = 0; i < variant.right_count; i++)
        variant.right[i] =
            element_of(lexicon, &row->elements[right + i], row->elements[right + i].link);
    return variant;
}

static enum status check_row(const struct rule_row *row, enum rule_number wanted, size_t *number,
                             struct error *error)
{
    size_t numbers = 0, words = 0;
    *number = SIZE_MAX;
    for (size_t i = 0; i < row->count; i++) {
        words += row->elements[i].kind == ROW_WORDS;
        if (row->elements[i].kind == ROW_NUMBER && numbers++ == 0)
            *number = i;
    }
    if (row->count > RULE_MAX_ELEMENTS)
        return fail(error, STATUS_BAD, "more than %d elements: shorten the rule",
                    RULE_MAX_ELEMENTS);
    if (wanted == NUMBER_FORBIDDEN && numbers)
        return fail(error, STATUS_BAD, "N can't stand here: a heading has no number to name");
    if (numbers > 1)
        return fail(error, STATUS_BAD, "N stands twice: name one, write the others as #");
    if (wanted == NUMBER_REQUIRED && numbers == 0)
        return fail(error, STATUS_BAD, "N is missing: say which number bears the indicator");
    if (words == 0)
        return fail(
            error, STATUS_BAD,
            "without any word (all may be missing) this would run on every number: make one "
            "of them required");
    return STATUS_OK;
}

static enum status variants_of(struct reader *reader, const struct rows *rows,
                               enum rule_number wanted, struct rule_pattern *pattern)
{
    struct lexicon *lexicon = reader->lexicon;
    pattern->variants = arena_alloc(&lexicon->arena, rows->count * sizeof *pattern->variants);
    for (size_t i = 0; i < rows->count; i++) {
        size_t number;
        enum status status = check_row(&rows->items[i], wanted, &number, reader->error);
        if (status)
            return status;
        if (i > 0 && pattern->has_number != (number != SIZE_MAX))
            return fail(reader->error, STATUS_BAD, "N stands in only some of the alternatives");
        pattern->has_number = number != SIZE_MAX;
        pattern->variants[pattern->variant_count++] = variant_of(lexicon, &rows->items[i], number);
    }
    return STATUS_OK;
}

static size_t character_of(struct slice text, size_t byte)
{
    size_t count = 0;
    for (size_t i = 0; i < byte && i < text.len; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

enum status rule_parse(struct rule_pattern *pattern, struct slice say, enum rule_number number,
                       struct lexicon *lexicon, size_t *at, struct error *error)
{
    struct reader reader = {.say = say, .lexicon = lexicon, .error = error};
    struct rows rows = {0};
    enum status status;
    *pattern = (struct rule_pattern){0};
    if (say.len >= 2 && say.data[0] == '/' && say.data[say.len - 1] == '/') {
        status = rule_expression(pattern, slice_range(say, 1, say.len - 1), number, lexicon,
                                 &reader.at, error);
        reader.at++; /* the slash */
    } else {
        status = read_alternatives(&reader, &rows);
        if (status == STATUS_OK && reader.at < say.len)
            status = fail(error, STATUS_BAD, "\"%c\" can't stand here", peek(&reader));
        if (status == STATUS_OK)
            status = variants_of(&reader, &rows, number, pattern);
    }
    *at = character_of(say, reader.at);
    arena_release(&reader.arena);
    if (status)
        rule_pattern_release(pattern);
    return status;
}

enum status rule_parse_needs(struct rule_pattern *pattern, struct slice needs,
                             struct lexicon *lexicon, size_t *at, struct error *error)
{
    struct rule_pattern rows = {0};
    enum status status = rule_parse(&rows, needs, NUMBER_OPTIONAL, lexicon, at, error);
    if (status == STATUS_OK && rows.expression)
        status = fail(error, STATUS_BAD, "what an expression needs is said in words, without /…/");
    if (status == STATUS_OK && rows.has_number != pattern->has_number)
        status = fail(error, STATUS_BAD,
                      "name N in both the expression and what it needs, or in neither");
    pattern->variants = rows.variants;
    pattern->variant_count = status ? 0 : rows.variant_count;
    pattern_free(&rows.expression);
    return status;
}

void rule_pattern_release(struct rule_pattern *pattern)
{
    pattern_free(&pattern->expression);
    *pattern = (struct rule_pattern){0};
}
