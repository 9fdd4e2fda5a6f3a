/* numeral_symbol.c - classifies characters. Pure functions, any thread. */
#include "workers/extract/quantity/numeral_symbol.h"

static struct symbol symbol_of(uint32_t c)
{
    switch (c) {
    case U'〇':
    case U'○':
    case U'零':
        return (struct symbol){ZERO, 0, 0};
    case U'一':
        return (struct symbol){HANZI, 0, 1};
    case U'二':
    case U'两':
        return (struct symbol){HANZI, 0, 2};
    case U'三':
        return (struct symbol){HANZI, 0, 3};
    case U'四':
        return (struct symbol){HANZI, 0, 4};
    case U'五':
        return (struct symbol){HANZI, 0, 5};
    case U'六':
        return (struct symbol){HANZI, 0, 6};
    case U'七':
        return (struct symbol){HANZI, 0, 7};
    case U'八':
        return (struct symbol){HANZI, 0, 8};
    case U'九':
        return (struct symbol){HANZI, 0, 9};
    case U'十':
        return (struct symbol){SMALL, 0, 10};
    case U'廿':
        return (struct symbol){SMALL, 0, 20};
    case U'卅':
        return (struct symbol){SMALL, 0, 30};
    case U'百':
        return (struct symbol){SMALL, 0, 100};
    case U'千':
        return (struct symbol){SMALL, 0, 1000};
    case U'万':
        return (struct symbol){BIG, 0, 1e4};
    case U'亿':
        return (struct symbol){BIG, 0, 1e8};
    case U'余':
    case U'多':
        return (struct symbol){OVER, 0, 0};
    case U'几':
        return (struct symbol){SOME, 0, 0};
    case U'来':
        return (struct symbol){ABOUT, 0, 0};
    default:
        return (struct symbol){OTHER, 0, 0};
    }
}

static struct symbol symbol_for(uint32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9' ? (struct symbol){ARABIC, 0, c - '0'}
                                    : (struct symbol){OTHER, 0, 0};
    if (c >= 0xFF10 && c <= 0xFF19)
        return (struct symbol){ARABIC, 0, c - 0xFF10};
    return symbol_of(c);
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
