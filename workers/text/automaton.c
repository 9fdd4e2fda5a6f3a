/* automaton.c - a trie of the words with failure links, packed into one array.
 *
 * Each character that occurs in some word has a symbol (1, 2, …); all others are symbol 0 and lead
 * back to the root. A state's edges lie in one shared array: edge `symbol` of a state stands at
 * base + symbol and belongs to it if `owner` there says so (a double array). That makes a step two
 * loads from a few hundred kilobytes, however many words there are. Built once, then read-only;
 * building can fail on a word that can't be told from another.
 */
#include "workers/text/automaton.h"

#include "proto/base/memory.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

enum { SYMBOL_OTHER = 0, SYMBOL_SKIP = 0xFFFF, MAX_BASE = (1 << 30) - 1, MAX_WORDS = 1 << 24 };

/* What every step touches. */
struct cell {
    uint32_t owner;     /* state this edge leaves from, +1; 0: free */
    unsigned base : 30; /* of the state it leads to, which has the cell's own index as its number */
    unsigned ends : 1;  /* words end there */
    unsigned fails : 1; /* it has a failure link other than to the root */
};

/* Of the state of the same index: what few steps touch. */
struct link {
    uint32_t fail;   /* state to go on from where there's no edge */
    uint32_t output; /* index into outputs of the words that end here, 0: none */
};

struct output {
    unsigned word : 24, length : 8; /* length 0 ends a list */
};

struct automaton {
    uint16_t symbols[0x10000]; /* of each character of the basic plane */
    struct cell *cells;        /* state 0 is the root */
    struct link *links;
    size_t cell_count;
    uint32_t *of_root; /* by symbol: the root's edges again, close together: most steps take one */
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
    uint32_t slot;          /* its number in the packed array */
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

static void reserve_cells(struct automaton *automaton, size_t wanted)
{
    if (wanted <= automaton->cell_count)
        return;
    size_t size = automaton->cell_count ? automaton->cell_count : 4096;
    while (size < wanted)
        size *= 2;
    size_t more = size - automaton->cell_count;
    automaton->cells = memory_resize(automaton->cells, size * sizeof *automaton->cells);
    automaton->links = memory_resize(automaton->links, size * sizeof *automaton->links);
    memset(automaton->cells + automaton->cell_count, 0, more * sizeof *automaton->cells);
    memset(automaton->links + automaton->cell_count, 0, more * sizeof *automaton->links);
    automaton->cell_count = size;
}

/* The lowest place at which all of a node's edges find a free cell. `*from` skips the dense start.
 */
static uint32_t find_base(struct automaton *automaton, const struct trie *trie, uint32_t node,
                          uint32_t *from)
{
    for (uint32_t base = *from;; base++) {
        size_t wanted = (size_t)base + 2 * trie->symbol_count + 1;
        if (wanted > automaton->cell_count)
            reserve_cells(automaton, wanted);
        bool fits = true;
        for (uint32_t c = trie->nodes[node].first; c && fits; c = trie->nodes[c].next)
            fits = automaton->cells[base + trie->nodes[c].symbol].owner == 0;
        if (fits)
            return base;
        if (base - *from > 2048)
            *from += 1024; /* nearly full there: don't search it again for every node */
    }
}

static void pack(struct automaton *automaton, struct trie *trie, const uint32_t *order)
{
    uint32_t from = 1;
    reserve_cells(automaton, 2 * trie->symbol_count + 2);
    automaton->cells[0].owner = UINT32_MAX; /* the root's own cell is no edge */
    for (uint32_t i = 0; i < trie->count; i++) {
        struct node *node = &trie->nodes[order[i]];
        uint32_t base = node->first ? find_base(automaton, trie, order[i], &from) : 0;
        automaton->cells[node->slot].base = base & MAX_BASE;
        for (uint32_t c = node->first; c; c = trie->nodes[c].next) {
            uint32_t slot = base + trie->nodes[c].symbol;
            automaton->cells[slot].owner = node->slot + 1;
            trie->nodes[c].slot = slot;
        }
    }
}

static void copy_root(struct automaton *automaton, const struct trie *trie)
{
    automaton->of_root = memory_zero(trie->symbol_count * sizeof *automaton->of_root);
    for (uint32_t symbol = 1; symbol < trie->symbol_count; symbol++)
        if (trie->of_root[symbol])
            automaton->of_root[symbol] = trie->nodes[trie->of_root[symbol]].slot;
}

static void add_outputs(struct automaton *automaton, const struct trie *trie, uint32_t node)
{
    struct cell *cell = &automaton->cells[trie->nodes[node].slot];
    struct link *link = &automaton->links[trie->nodes[node].slot];
    link->fail = trie->nodes[trie->nodes[node].fail].slot;
    cell->fails = link->fail != 0;
    uint32_t at = trie->nodes[node].word ? node : trie->nodes[node].suffix;
    if (!at)
        return;
    cell->ends = 1;
    link->output = (uint32_t)automaton->output_count;
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
    free((*automaton)->cells);
    free((*automaton)->links);
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

static inline uint32_t step(const struct automaton *automaton, uint32_t state, uint16_t symbol)
{
    const struct cell *cells = automaton->cells;
    while (state) {
        uint32_t edge = cells[state].base + symbol;
        if (cells[edge].owner == state + 1)
            return edge;
        state = cells[state].fails ? automaton->links[state].fail : 0;
    }
    return automaton->of_root[symbol];
}

void automaton_feed(const struct automaton *automaton, struct automaton_run *run, struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.data, *end = p + text.len;
    const struct cell *cells = automaton->cells;
    uint32_t state = run->state, at = run->characters;
    uint32_t *glyphs = room_for(run, text.len);
    while (p < end) {
        uint32_t c = next_character(&p, end);
        uint16_t symbol = c < 0x10000 ? automaton->symbols[c] : SYMBOL_OTHER;
        if (symbol == SYMBOL_SKIP)
            continue;
        glyphs[at++] = is_plain(c) ? c : c < 0x10000 ? fold(c) : 0xFFFD;
        state = symbol == SYMBOL_OTHER ? 0 : step(automaton, state, symbol);
        if (cells[state].ends)
            emit(run, at, automaton->outputs + automaton->links[state].output);
    }
    run->characters = at;
    run->state = state;
}
