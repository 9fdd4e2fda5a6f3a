/* shape.c - parser and matcher of the small patterns. Matching allocates nothing; any thread. */
#include "workers/extract/quantity/shape_node.h"

struct parser {
    struct slice say;
    size_t at;
    struct arena *arena;
    const char *wrong;
};

static bool is_number_letter(char c)
{
    return c == 'N' || c == 'A' || c == 'D' || c == 'H' || c == 'Y' || c == 'O' || c == 'U' ||
           c == 'B';
}

static char peek(const struct parser *p)
{
    return p->at < p->say.len ? p->say.data[p->at] : '\0';
}

static struct shape_node *new_node(struct parser *p, enum shape_kind kind)
{
    struct shape_node *node = arena_alloc(p->arena, sizeof *node);
    node->kind = kind;
    return node;
}

static const struct shape_node *parse_sequence(struct parser *p);

/* (a|b|c): a chain of group nodes by `other`, each with its sequence in `first`. */
static struct shape_node *parse_group(struct parser *p)
{
    struct shape_node *group = new_node(p, SHAPE_GROUP);
    p->at++;
    struct shape_node *alternative = group;
    alternative->first = parse_sequence(p);
    while (peek(p) == '|') {
        p->at++;
        struct shape_node *more = new_node(p, SHAPE_GROUP);
        more->first = parse_sequence(p);
        alternative->other = more;
        alternative = more;
    }
    if (peek(p) == ')')
        p->at++;
    else
        p->wrong = "a bracket isn't closed";
    return group;
}

static struct shape_node *parse_item(struct parser *p)
{
    char c = peek(p);
    if (c == '(')
        return parse_group(p);
    if (is_number_letter(c) || c == '.') {
        struct shape_node *node = new_node(p, c == '.' ? SHAPE_ANY : SHAPE_NUMBER);
        node->number = c;
        p->at++;
        return node;
    }
    struct shape_node *node = new_node(p, SHAPE_TEXT);
    size_t length;
    character_at(p->say, p->at, &length);
    node->text = slice_range(p->say, p->at, p->at + length);
    p->at += length;
    return node;
}

static const struct shape_node *parse_sequence(struct parser *p)
{
    const struct shape_node *first = NULL;
    struct shape_node *last = NULL;
    while (!p->wrong && peek(p) && peek(p) != '|' && peek(p) != ')') {
        struct shape_node *node = parse_item(p);
        if (peek(p) == '?' || peek(p) == '*')
            node->repeat = p->say.data[p->at++];
        if (last)
            last->next = node;
        else
            first = node;
        last = node;
    }
    return first;
}

static void add_before(struct parser *p, struct shape *shape, size_t start, size_t end)
{
    if (end > start)
        shape->before[shape->before_count++] = slice_range(p->say, start, end);
}

/* The words before the first number: plain, or one group. */
static void parse_before(struct parser *p, struct shape *shape)
{
    size_t most = 1, end = 0;
    while (end < p->say.len && !is_number_letter(p->say.data[end]))
        most += p->say.data[end++] == '|';
    shape->before = arena_alloc(p->arena, most * sizeof *shape->before);
    bool group = end >= 2 && p->say.data[0] == '(' && p->say.data[end - 1] == ')';
    size_t last = group ? end - 1 : end;
    size_t start = group ? 1 : 0;
    for (size_t i = start; i < last; i++) {
        char c = p->say.data[i];
        if (c == '(' || c == ')')
            p->wrong = "in front of the number: plain words, or all of them in one bracket (a|b)N";
        if (c == '|') {
            add_before(p, shape, start, i);
            start = i + 1;
        }
    }
    add_before(p, shape, start, last);
    p->at = end;
}

const char *shape_parse(struct shape *shape, struct slice say, struct arena *arena)
{
    struct parser p = {.say = say, .arena = arena};
    *shape = (struct shape){0};
    parse_before(&p, shape);
    if (p.wrong)
        return p.wrong;
    if (p.at >= say.len)
        return "it names no number: write N, A, B, D, H, Y, O or U";
    shape->number = say.data[p.at++];
    shape->rest = parse_sequence(&p);
    if (!p.wrong && p.at < say.len)
        return "a bracket too many";
    return p.wrong;
}

static bool is_year(const struct numeral *n)
{
    return n->value >= 1900 && n->value < 2100 && !n->decimal && n->scale == 1 &&
           (n->digits == 4 || n->sequence);
}

static bool number_fits(char letter, const struct numeral *n)
{
    switch (letter) {
    case 'A':
        return !n->hanzi;
    case 'B':
        return n->hanzi && n->bare;
    case 'D':
        return n->decimal && n->scale == 1;
    case 'H':
        return n->hanzi;
    case 'Y':
        return is_year(n);
    case 'U':
        return n->digits == 1 && n->value == 1 && !n->decimal && n->scale == 1 && !n->over;
    case 'O':
        return n->plain_one;
    default:
        return true;
    }
}

static bool is_punctuation(uint32_t c)
{
    return c < 0x80 || (c >= 0x2000 && c < 0x2070) || (c >= 0x3000 && c < 0x3003) ||
           (c >= 0x3008 && c < 0x3020) || c >= 0xFF00;
}

static bool match_all(const struct shape_node *node, struct slice text, size_t *at);

static bool match_one(const struct shape_node *node, struct slice text, size_t *at)
{
    struct numeral n;
    size_t length;
    switch (node->kind) {
    case SHAPE_TEXT:
        if (!slice_starts(slice_range(text, *at, text.len), node->text))
            return false;
        *at += node->text.len;
        return true;
    case SHAPE_NUMBER:
        if (!numeral_read(text, *at, &n) || !number_fits(node->number, &n))
            return false;
        *at = n.end;
        return true;
    case SHAPE_ANY:
        if (*at >= text.len || is_punctuation(character_at(text, *at, &length)))
            return false;
        *at += length;
        return true;
    case SHAPE_GROUP:
        for (const struct shape_node *a = node; a; a = a->other) {
            size_t end = *at;
            if (match_all(a->first, text, &end)) {
                *at = end;
                return true;
            }
        }
        return false;
    }
    return false;
}

static bool match_all(const struct shape_node *node, struct slice text, size_t *at)
{
    for (; node; node = node->next) {
        size_t before = *at;
        bool matched = match_one(node, text, at);
        if (!matched && !node->repeat)
            return false;
        while (matched && node->repeat == '*' && *at > before) {
            before = *at;
            matched = match_one(node, text, at);
        }
    }
    return true;
}

static bool match_before(const struct shape *shape, struct slice text, size_t *start)
{
    if (shape->before_count == 0)
        return true;
    for (size_t i = 0; i < shape->before_count; i++)
        if (slice_ends(slice_range(text, 0, *start), shape->before[i])) {
            *start -= shape->before[i].len;
            return true;
        }
    return false;
}

bool shape_match(const struct shape *shape, struct slice text, const struct numeral *n,
                 size_t *start, size_t *end)
{
    if (!number_fits(shape->number, n))
        return false;
    *end = n->end;
    *start = n->start;
    return match_before(shape, text, start) && match_all(shape->rest, text, end);
}
