/* numeral_symbol.c - classifies characters. Pure functions, any thread. */
#include "workers/extract/quantity/numeral_symbol.h"

/* By code point less FIRST_HANZI: index into symbols. */
enum { FIRST_HANZI = 0x4E00, HANZI_COUNT = 0x5200 };
#define AT(c) ((c)-FIRST_HANZI)

static const struct symbol symbols[] = {
    {OTHER, 0, 0},  {ZERO, 0, 0},   {HANZI, 0, 1},   {HANZI, 0, 2},   {HANZI, 0, 3}, {HANZI, 0, 4},
    {HANZI, 0, 5},  {HANZI, 0, 6},  {HANZI, 0, 7},   {HANZI, 0, 8},   {HANZI, 0, 9}, {SMALL, 0, 10},
    {SMALL, 0, 20}, {SMALL, 0, 30}, {SMALL, 0, 100}, {SMALL, 0, 1e3}, {BIG, 0, 1e4}, {BIG, 0, 1e8},
    {OVER, 0, 0},   {SOME, 0, 0},   {ABOUT, 0, 0},
};

static const uint8_t symbol_index[HANZI_COUNT] = {
    [AT(U'零')] = 1,  [AT(U'一')] = 2,  [AT(U'二')] = 3,  [AT(U'两')] = 3,  [AT(U'三')] = 4,
    [AT(U'四')] = 5,  [AT(U'五')] = 6,  [AT(U'六')] = 7,  [AT(U'七')] = 8,  [AT(U'八')] = 9,
    [AT(U'九')] = 10, [AT(U'十')] = 11, [AT(U'廿')] = 12, [AT(U'卅')] = 13, [AT(U'百')] = 14,
    [AT(U'千')] = 15, [AT(U'万')] = 16, [AT(U'亿')] = 17, [AT(U'余')] = 18, [AT(U'多')] = 18,
    [AT(U'几')] = 19, [AT(U'来')] = 20,
};

static inline struct symbol symbol_for(uint32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9' ? (struct symbol){ARABIC, 0, c - '0'}
                                    : (struct symbol){OTHER, 0, 0};
    if (c >= 0xFF10 && c <= 0xFF19)
        return (struct symbol){ARABIC, 0, c - 0xFF10};
    if (c - FIRST_HANZI < HANZI_COUNT)
        return symbols[symbol_index[c - FIRST_HANZI]];
    return symbols[c == U'〇' || c == U'○'];
}

struct symbol symbol_at(struct slice text, size_t at)
{
    if (at >= text.len)
        return (struct symbol){OTHER, 0, 0};
    size_t length;
    struct symbol s = symbol_for(character_at(text, at, &length));
    s.length = (uint8_t)length;
    return s;
}

bool word_at(struct slice text, size_t at, struct slice word)
{
    return at <= text.len && slice_starts(slice_range(text, at, text.len), word);
}

bool numeral_begins_with(uint32_t character)
{
    enum kind kind = symbol_for(character).kind;
    return kind >= ARABIC && kind <= BIG;
}

bool numeral_starts(struct slice text, size_t at)
{
    size_t length;
    return at < text.len && numeral_begins_with(character_at(text, at, &length));
}

double power_of_ten(unsigned exponent)
{
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    return powers[exponent <= MAX_DIGITS ? exponent : MAX_DIGITS];
}

void read_plus(struct slice text, struct numeral *out)
{
    if (!word_at(text, out->end, SLICE("+")))
        return;
    size_t next = out->end + 1;
    struct symbol s = symbol_at(text, next);
    bool letter =
        next < text.len && ((text.data[next] | 32) >= 'a' && (text.data[next] | 32) <= 'z');
    if (s.kind == ARABIC || s.kind == HANZI || letter || word_at(text, next, SLICE("“")))
        return;
    out->over = true;
    out->end = next;
}
