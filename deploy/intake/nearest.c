/* nearest.c - weighs names against a word. No state, any thread. */
#include "deploy/intake/nearest.h"

#include <stdio.h>

enum { MAX_WORD_CHARACTERS = 48 }; /* longer names are cut for the comparison */

static unsigned characters_of(struct slice text, uint32_t characters[MAX_WORD_CHARACTERS])
{
    unsigned count = 0;
    for (size_t i = 0; i < text.len && count < MAX_WORD_CHARACTERS; count++) {
        uint32_t character = (unsigned char)text.data[i++];
        while (i < text.len && ((unsigned char)text.data[i] & 0xC0) == 0x80)
            character = character << 8 | (unsigned char)text.data[i++];
        characters[count] = character;
    }
    return count;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* What it costs to make `word` into `name` (Levenshtein 1966). People leave out rather than invent:
 * a character of the name that the word lacks is cheap, so that 行政应述 comes nearest to
 * 行政应诉案件, not to any other name of four characters. */
static unsigned distance(struct slice word, struct slice name)
{
    enum { LACKING = 1, TOO_MUCH = 3, CHANGED = 3 };
    uint32_t from[MAX_WORD_CHARACTERS], to[MAX_WORD_CHARACTERS];
    unsigned row[MAX_WORD_CHARACTERS + 1];
    unsigned from_count = characters_of(word, from), to_count = characters_of(name, to);
    for (unsigned j = 0; j <= to_count; j++)
        row[j] = j * LACKING;
    for (unsigned i = 0; i < from_count; i++) {
        unsigned diagonal = row[0];
        row[0] = (i + 1) * TOO_MUCH;
        for (unsigned j = 0; j < to_count; j++) {
            unsigned change = diagonal + (from[i] == to[j] ? 0 : CHANGED);
            diagonal = row[j + 1];
            row[j + 1] = least(change, least(row[j + 1] + TOO_MUCH, row[j] + LACKING));
        }
    }
    return row[to_count];
}

/* The new one into its place, what it drives out behind it. */
static void keep(struct nearest *nearest, struct near found)
{
    for (unsigned i = 0; i < NEAREST; i++)
        if (nearest->items[i].name.len && slice_equal(nearest->items[i].name, found.name))
            return;
    for (unsigned i = 0; i < NEAREST; i++) {
        if (nearest->items[i].name.len && nearest->items[i].distance <= found.distance)
            continue;
        struct near moved = nearest->items[i];
        nearest->items[i] = found;
        found = moved;
    }
}

void nearest_try(struct nearest *nearest, struct slice name, struct slice code)
{
    struct slice word = nearest->word;
    bool part = word.len && (slice_has(name, word) || slice_has(word, name));
    unsigned by_name = part ? 0 : distance(word, name), by_code = distance(word, code);
    keep(nearest, (struct near){name, code, least(by_name, by_code)});
}

enum status nearest_refuse(const struct nearest *nearest, const char *what, struct error *error)
{
    char list[320] = "";
    size_t used = 0;
    for (unsigned i = 0; i < NEAREST && nearest->items[i].name.len; i++)
        used += (size_t)snprintf(list + used, used < sizeof list ? sizeof list - used : 0,
                                 "%s%.*s (%.*s)", i ? ", " : "", SLICE_ARGS(nearest->items[i].name),
                                 SLICE_ARGS(nearest->items[i].code));
    return fail(error, STATUS_BAD, "%.*s is no %s; nearest: %s", SLICE_ARGS(nearest->word), what,
                list);
}
