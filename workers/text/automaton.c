/* automaton.c - a trie of the words with failure links, packed into one array.
 *
 * Each character that occurs in some word has a symbol (1, 2, …); all others are symbol 0 and lead
 * back to the root. A state's edges lie in one shared array: edge `symbol` of a state stands at
 * base + symbol and belongs to it if `owner` there says so (a double array). Nearly all of the time
 * of a step is waiting for memory: so states are numbered breadth first, which keeps those that are
 * met together, and most edges that are not there are told by their state alone. Built once, then
 * read-only; building can fail on a word that can't be told from another.
 */
#include "workers/text/automaton.h"

#include "proto/base/memory.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

enum { SYMBOL_OTHER = 0, SYMBOL_SKIP = 0xFFFF, MAX_WORDS = 1 << 24 };

struct state {
    uint32_t base;   /* of its edges */
    uint32_t some;   /* bits of its edges' symbols, modulo 32 */
    uint32_t fail;   /* state to go on from where there's no edge */
    uint32_t output; /* index into outputs of the words that end here, 0: none */
};

struct edge {
    uint32_t owner; /* state it leaves from, +1; 0: free */
    uint32_t to;
};

struct output {
    unsigned word : 24, length : 8; /* length 0 ends a list */
};

struct automaton {
    uint16_t symbols[0x10000]; /* of each character of the basic plane */
    struct state *states;      /* state 0 is the root */
    struct edge *edges;
    size_t edge_count;
    uint32_t *of_root; /* by symbol: the root's edges, close together: most steps take one */
    struct output *outputs;
    size_t output_count;
};

/* ---- characters ---- */

/* The next character; malformed bytes count as one character each (0xFFFD). */
static inline uint32_t next_character(const unsigned char **at, const unsigned char *end)
{
    const unsigned char *p = *at;
    unsigned c = *p;
    if (c < 0x80) {
        *at = p + 1;
        return c;
    }
    if ((c & 0xF0) == 0xE0 && end - p >= 3) {
        *at = p + 3;
        return (c & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    if ((c & 0xE0) == 0xC0 && end - p >= 2) {
        *at = p + 2;
        return (c & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    }
    if ((c & 0xF8) == 0xF0 && end - p >= 4) {
        *at = p + 4;
        return 0x10000;
    }
    *at = p + 1;
    return 0xFFFD;
}

/* Nearly all characters stay as they are; this is what tells it at once. */
static inline bool is_plain(uint32_t c)
{
    return c >= 0x3020 && c < 0xFF01;
}

/* 0: passed over. Full-width forms of ASCII become ASCII; quotes and blanks vanish. */
static uint32_t fold(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    switch (c) {
    case ' ':
    case '\r':
    case '"':
    case '\'':
    case '`':
    case 0x00A0:
    case 0x3000:
    case 0xFEFF:
    case 0x200B:
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F:
    case 0x301D:
    case 0x301E:
    case 0x301F:
        return 0;
    case 0x3014:
    case '[':
        return '(';
    case 0x3015:
    case ']':
        return ')';
    default:
        return c >= 0x2000 && c <= 0x200F ? 0 : c;
    }
}

size_t automaton_fold(struct slice text, char *out)
{
    const unsigned char *p = (const unsigned char *)text.data, *end = p + text.len;
    size_t len = 0;
    while (p < end) {
        uint32_t c = fold(next_character(&p, end));
        if (c)
            len += utf8_put(c < 0x10000 ? c : 0xFFFD, out + len);
    }
    return len;
}

/* ---- building ---- */

/* The trie before it is packed: children in a list, in no order. */
struct node {
    uint32_t first, next;   /* child, sibling; 0: none */
    uint32_t fail, suffix;  /* suffix: nearest state on the failure path at which a word ends */
    uint32_t state;         /* its number in the automaton */
    uint32_t word;          /* +1; 0: none ends here */
    uint16_t symbol, depth; /* edge that leads here; characters from the root */
};

struct trie {
    struct node *nodes; /* 0 is the root */
    uint32_t count, capacity;
    uint32_t symbol_count;
    uint32_t *of_root; /* by symbol: the root has too many children to walk along */
};

static uint32_t trie_child(const struct trie *trie, uint32_t node, uint16_t symbol)
{
    if (node == 0)
        return trie->of_root[symbol];
    uint32_t child = trie->nodes[node].first;
    while (child && trie->nodes[child].symbol != symbol)
        child = trie->nodes[child].next;
    return child;
}

static uint32_t trie_add(struct trie *trie, uint32_t parent, uint16_t symbol)
{
    if (trie->count == trie->capacity) {
        trie->capacity = trie->capacity ? trie->capacity * 2 : 1024;
        trie->nodes = memory_resize(trie->nodes, trie->capacity * sizeof *trie->nodes);
    }
    uint32_t made = trie->count++;
    trie->nodes[made] = (struct node){.symbol = symbol};
    if (made) {
        trie->nodes[made].depth = (uint16_t)(trie->nodes[parent].depth + 1);
        trie->nodes[made].next = trie->nodes[parent].first;
        trie->nodes[parent].first = made;
        if (parent == 0)
            trie->of_root[symbol] = made;
    }
    return made;
}

static void number_symbols(struct automaton *automaton, struct trie *trie,
                           const struct slice *words, size_t count)
{
    trie->symbol_count = 1;
    for (uint32_t c = 0; c < 0x10000; c++)
        automaton->symbols[c] = c && fold(c) == 0 ? SYMBOL_SKIP : SYMBOL_OTHER;
    for (size_t i = 0; i < count; i++) {
        if (!words[i].len)
            continue;
        const unsigned char *p = (const unsigned char *)words[i].data, *end = p + words[i].len;
        while (p < end) {
            uint32_t c = fold(next_character(&p, end));
            if (c && c < 0x10000 && automaton->symbols[c] == SYMBOL_OTHER)
                automaton->symbols[c] = (uint16_t)trie->symbol_count++;
        }
    }
    for (uint32_t c = 1; c < 0x10000; c++)
        if (automaton->symbols[c] == SYMBOL_OTHER)
            automaton->symbols[c] = automaton->symbols[fold(c)];
}

static bool add_word(const struct automaton *automaton, struct trie *trie, struct slice word,
                     uint32_t index)
{
    const unsigned char *p = (const unsigned char *)word.data, *end = p + word.len;
    uint32_t node = 0;
    while (p < end) {
        uint32_t c = next_character(&p, end);
        uint16_t symbol = c < 0x10000 ? automaton->symbols[c] : SYMBOL_OTHER;
        if (symbol == SYMBOL_SKIP)
            continue;
        if (symbol == SYMBOL_OTHER)
            return false;
        uint32_t child = trie_child(trie, node, symbol);
        node = child ? child : trie_add(trie, node, symbol);
        if (trie->nodes[node].depth > AUTOMATON_MAX_WORD)
            return false;
    }
    if (node == 0 || trie->nodes[node].word || index >= MAX_WORDS)
        return false;
    trie->nodes[node].word = index + 1;
    return true;
}

/* Breadth first, so that the shorter suffixes are done before the longer words that need them.
 * `order` receives the nodes in that order. */
static void link_failures(struct trie *trie, uint32_t *order)
{
    struct node *nodes = trie->nodes;
    uint32_t done = 0, known = 0;
    order[known++] = 0;
    while (done < known) {
        uint32_t node = order[done++];
        for (uint32_t child = nodes[node].first; child; child = nodes[child].next) {
            uint32_t back = nodes[node].fail, edge = 0;
            if (node) {
                while (!(edge = trie_child(trie, back, nodes[child].symbol)) && back)
                    back = nodes[back].fail;
            }
            nodes[child].fail = edge;
            nodes[child].suffix = nodes[edge].word ? edge : nodes[edge].suffix;
            order[known++] = child;
        }
    }
}

static void reserve_edges(struct automaton *automaton, size_t wanted)
{
    if (wanted <= automaton->edge_count)
        return;
    size_t size = automaton->edge_count ? automaton->edge_count : 4096;
    while (size < wanted)
        size *= 2;
    size_t more = size - automaton->edge_count;
    automaton->edges = memory_resize(automaton->edges, size * sizeof *automaton->edges);
    memset(automaton->edges + automaton->edge_count, 0, more * sizeof *automaton->edges);
    automaton->edge_count = size;
}

/* Where to look for room. */
struct packing {
    uint32_t from;   /* for a node of several edges: skips the dense start */
    uint32_t single; /* for a node of one, which fits wherever one is free */
};

static uint32_t base_of_one(struct automaton *automaton, const struct trie *trie, uint32_t child,
                            struct packing *packing)
{
    do
        reserve_edges(automaton, ++packing->single + 2 * (size_t)trie->symbol_count);
    while (automaton->edges[packing->single].owner);
    return packing->single - trie->nodes[child].symbol;
}

/* A place at which all of a node's edges are free. */
static uint32_t find_base(struct automaton *automaton, const struct trie *trie, uint32_t node,
                          struct packing *packing)
{
    uint32_t first = trie->nodes[node].first;
    if (!trie->nodes[first].next)
        return base_of_one(automaton, trie, first, packing);
    for (uint32_t base = packing->from;; base++) {
        reserve_edges(automaton, (size_t)base + 2 * trie->symbol_count + 1);
        bool fits = true;
        for (uint32_t c = first; c && fits; c = trie->nodes[c].next)
            fits = automaton->edges[base + trie->nodes[c].symbol].owner == 0;
        if (fits)
            return base;
        if (base - packing->from > 2048)
            packing->from += 1024; /* nearly full there: don't search it again for every node */
    }
}

static void pack(struct automaton *automaton, struct trie *trie, const uint32_t *order)
{
    struct packing packing = {.single = trie->symbol_count};
    reserve_edges(automaton, 2 * (size_t)trie->symbol_count + 2);
    automaton->states = memory_zero(trie->count * sizeof *automaton->states);
    for (uint32_t i = 0; i < trie->count; i++)
        trie->nodes[order[i]].state = i;
    for (uint32_t i = 1; i < trie->count; i++) { /* the root has its own */
        const struct node *node = &trie->nodes[order[i]];
        struct state *state = &automaton->states[i];
        if (!node->first)
            continue;
        state->base = find_base(automaton, trie, order[i], &packing);
        for (uint32_t c = node->first; c; c = trie->nodes[c].next) {
            const struct node *child = &trie->nodes[c];
            automaton->edges[state->base + child->symbol] = (struct edge){i + 1, child->state};
            state->some |= (uint32_t)1 << child->symbol % 32;
        }
    }
}

static void copy_root(struct automaton *automaton, const struct trie *trie)
{
    automaton->of_root = memory_zero(trie->symbol_count * sizeof *automaton->of_root);
    for (uint32_t symbol = 1; symbol < trie->symbol_count; symbol++)
        if (trie->of_root[symbol])
            automaton->of_root[symbol] = trie->nodes[trie->of_root[symbol]].state;
}

static void add_outputs(struct automaton *automaton, const struct trie *trie, uint32_t node)
{
    struct state *state = &automaton->states[trie->nodes[node].state];
    state->fail = trie->nodes[trie->nodes[node].fail].state;
    uint32_t at = trie->nodes[node].word ? node : trie->nodes[node].suffix;
    if (!at)
        return;
    state->output = (uint32_t)automaton->output_count;
    for (;; at = trie->nodes[at].suffix) {
        automaton->outputs = memory_resize(automaton->outputs, (automaton->output_count + 1) *
                                                                   sizeof *automaton->outputs);
        automaton->outputs[automaton->output_count++] =
            at ? (struct output){(trie->nodes[at].word - 1) & (MAX_WORDS - 1),
                                 trie->nodes[at].depth & 0xFF}
               : (struct output){0, 0};
        if (!at)
            return;
    }
}

struct automaton *automaton_new(const struct slice *words, size_t count, size_t *culprit)
{
    struct automaton *automaton = memory_zero(sizeof *automaton);
    struct trie trie = {0};
    trie_add(&trie, 0, 0);
    number_symbols(automaton, &trie, words, count);
    trie.of_root = memory_zero(trie.symbol_count * sizeof *trie.of_root);
    for (size_t i = 0; i < count; i++)
        if (words[i].len && !add_word(automaton, &trie, words[i], (uint32_t)i)) {
            if (culprit)
                *culprit = i;
            free(trie.of_root);
            free(trie.nodes);
            automaton_free(&automaton);
            return NULL;
        }
    uint32_t *order = memory_alloc(trie.count * sizeof *order);
    link_failures(&trie, order);
    pack(automaton, &trie, order);
    copy_root(automaton, &trie);
    automaton->outputs = memory_zero(sizeof *automaton->outputs); /* list 0: none */
    automaton->output_count = 1;
    for (uint32_t i = 0; i < trie.count; i++)
        add_outputs(automaton, &trie, i);
    free(order);
    free(trie.of_root);
    free(trie.nodes);
    return automaton;
}

void automaton_free(struct automaton **automaton)
{
    if (!*automaton)
        return;
    free((*automaton)->states);
    free((*automaton)->edges);
    free((*automaton)->of_root);
    free((*automaton)->outputs);
    free(*automaton);
    *automaton = NULL;
}

/* ---- running ---- */

void automaton_run_start(struct automaton_run *run)
{
    run->hit_count = 0;
    run->characters = 0;
    run->state = 0;
}

void automaton_run_release(struct automaton_run *run)
{
    free(run->hits);
    free(run->glyphs);
    *run = (struct automaton_run){0};
}

static void grow(struct automaton_run *run)
{
    run->hit_capacity = run->hit_capacity ? run->hit_capacity * 2 : 256;
    run->hits = memory_resize(run->hits, run->hit_capacity * sizeof *run->hits);
}

static inline void emit(struct automaton_run *run, uint32_t end, const struct output *output)
{
    for (; output->length; output++) {
        if (run->hit_count == run->hit_capacity)
            grow(run);
        run->hits[run->hit_count++] =
            (struct automaton_hit){end - output->length, end, output->word};
    }
}

static uint32_t *room_for(struct automaton_run *run, size_t characters)
{
    if (run->glyph_capacity < run->characters + characters) {
        run->glyph_capacity = 2 * (run->characters + characters) + 256;
        run->glyphs = memory_resize(run->glyphs, run->glyph_capacity * sizeof *run->glyphs);
    }
    return run->glyphs;
}

static inline uint32_t step(const struct automaton *automaton, uint32_t at, uint16_t symbol)
{
    while (at) {
        const struct state *state = &automaton->states[at];
        const struct edge *edge = &automaton->edges[state->base + symbol];
        if (state->some >> symbol % 32 & 1 && edge->owner == at + 1)
            return edge->to;
        at = state->fail;
    }
    return automaton->of_root[symbol];
}

void automaton_feed(const struct automaton *automaton, struct automaton_run *run, struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.data, *end = p + text.len;
    const struct state *states = automaton->states;
    uint32_t state = run->state, at = run->characters;
    uint32_t *glyphs = room_for(run, text.len);
    while (p < end) {
        uint32_t c = next_character(&p, end);
        uint16_t symbol = c < 0x10000 ? automaton->symbols[c] : SYMBOL_OTHER;
        if (symbol == SYMBOL_SKIP)
            continue;
        glyphs[at++] = is_plain(c) ? c : c < 0x10000 ? fold(c) : 0xFFFD;
        state = symbol == SYMBOL_OTHER ? 0 : step(automaton, state, symbol);
        if (states[state].output)
            emit(run, at, automaton->outputs + states[state].output);
    }
    run->characters = at;
    run->state = state;
}
