/* numeral_symbol.c - classifies characters. Pure functions, any thread. */
#include "workers/extract/quantity/numeral_symbol.h"

/* By code point less FIRST_HANZI: index into symbols. */
enum { FIRST_HANZI = 0x4E00, HANZI_COUNT = 0x5200 };
#define AT(c) ((c)-FIRST_HANZI)

static const struct symbol symbols[] = {
    {OTHER, 0, 0},  {ZERO, 0, 0},   {HANZI, 0, 1},   {HANZI, 0, 2},   {HANZI, 0, 3}, {HANZI, 0, 4},
    {HANZI, 0, 5},  {HANZI, 0, 6},  {HANZI, 0, 7},   {HANZI, 0, 8},   {HANZI, 0, 9}, {SMALL, 0, 10},
    {SMALL, 0, 20}, {SMALL, 0, 30}, {SMALL, 0, 100}, {SMALL, 0, 1e3}, {BIG, 0, 1e4}, {BIG, 0, 1e8},
    {OVER, 0, 0},   {SOME, 0, 0},   {ABOUT, 0, 0},   {HALF, 0, 50},
};

/* Ordinary characters, the formal ones of money (叁佰), the traditional ones. */
static const uint8_t symbol_index[HANZI_COUNT] = {
    [AT(U'零')] = 1,  [AT(U'一')] = 2,  [AT(U'二')] = 3,  [AT(U'两')] = 3,  [AT(U'三')] = 4,
    [AT(U'四')] = 5,  [AT(U'五')] = 6,  [AT(U'六')] = 7,  [AT(U'七')] = 8,  [AT(U'八')] = 9,
    [AT(U'九')] = 10, [AT(U'十')] = 11, [AT(U'廿')] = 12, [AT(U'卅')] = 13, [AT(U'百')] = 14,
    [AT(U'千')] = 15, [AT(U'万')] = 16, [AT(U'亿')] = 17, [AT(U'余')] = 18, [AT(U'多')] = 18,
    [AT(U'几')] = 19, [AT(U'来')] = 20, [AT(U'壹')] = 2,  [AT(U'贰')] = 3,  [AT(U'叁')] = 4,
    [AT(U'肆')] = 5,  [AT(U'伍')] = 6,  [AT(U'陆')] = 7,  [AT(U'柒')] = 8,  [AT(U'捌')] = 9,
    [AT(U'玖')] = 10, [AT(U'拾')] = 11, [AT(U'佰')] = 14, [AT(U'仟')] = 15, [AT(U'兩')] = 3,
    [AT(U'萬')] = 16, [AT(U'億')] = 17, [AT(U'餘')] = 18, [AT(U'幾')] = 19, [AT(U'來')] = 20,
    [AT(U'半')] = 21,
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

bool numeral_is_formal(struct slice text, size_t at)
{
    static const char *const formal[] = {"壹", "贰", "叁", "肆", "伍", "陆",
                                         "柒", "捌", "玖", "拾", "佰", "仟"};
    for (size_t i = 0; i < sizeof formal / sizeof *formal; i++)
        if (listed_at(text, at, formal[i]))
            return true;
    return false;
}

bool numeral_begins_with(uint32_t character)
{
    enum kind kind = symbol_for(character).kind;
    return kind >= ARABIC && kind <= HALF;
}

bool numeral_starts(struct slice text, size_t at)
{
    size_t length;
    return at < text.len && numeral_begins_with(character_at(text, at, &length));
}

bool small_begins_unit(struct slice text, size_t at)
{
    static const char *const units[] = {"百分", "千瓦", "千米", "千克", "千伏", "千卡", "千升"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (listed_at(text, at, units[i]))
            return true;
    return false;
}

double power_of_ten(unsigned exponent)
{
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    return powers[exponent <= MAX_DIGITS ? exponent : MAX_DIGITS];
}

size_t blank_skipped(struct slice text, size_t at)
{
    return at < text.len && text.data[at] == ' ' ? at + 1 : at;
}

bool is_pair(double first, double second)
{
    return second == first + 1 || (first == 3 && second == 5);
}

void read_plus(struct slice text, struct numeral *out)
{
    struct slice wide = SLICE("＋");
    bool is_wide = word_at(text, out->end, wide);
    if (!is_wide && !word_at(text, out->end, SLICE("+")))
        return;
    size_t next = out->end + (is_wide ? wide.len : 1);
    struct symbol s = symbol_at(text, next);
    bool letter =
        next < text.len && ((text.data[next] | 32) >= 'a' && (text.data[next] | 32) <= 'z');
    if (s.kind == ARABIC || s.kind == HANZI || letter || word_at(text, next, SLICE("“")))
        return;
    out->over = true;
    out->end = next;
}
