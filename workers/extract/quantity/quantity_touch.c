/* quantity_touch.c - the one law of numbers: whole or not at all.
 *
 * A number that touches a digit, letter, dash, sign, mark or numeral which was not read with it is
 * a fragment of something (1O5件, 30−50件, 98. 6%, 1一5件), and a fragment is worse than a gap.
 * What a term, a name or a quantity before it has taken is understood and spoils nothing: 5%5件 is
 * two. Pure functions of the reader; any thread. What is here are classes of characters, no words.
 */
#include "proto/base/tr.h"
#include "workers/extract/quantity/numeral_symbol.h"
#include "workers/extract/quantity/quantity_reader.h"

enum { MAX_LETTERS = 12, WRAPPED_BYTES = 24 };

static const char after_digits[] = TR("digits before it were not read with it (数字未读全)");
static const char after_letter[] = TR("a letter stands at the number (数字夹字母)");
static const char after_numeral[] = TR("a numeral beside it was not read with it (数词未读全)");
static const char after_sign[] = TR("a sign or mark stands at the number (数字夹符号)");

static bool is_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= 0xC0 && c < 0x250 && c != 0xD7) || (c >= 0x370 && c < 0x2000);
}

static bool is_dash(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0xFF0D ||
           c == 0x2500 || c == 0x2501 || c == 0xFE58 || c == 0x30FC;
}

static bool is_wave(uint32_t c)
{
    return c == '~' || c == 0xFF5E || c == 0x301C || c == 0x223C || c == 0x02DC || c == 0x2053 ||
           c == 0x3030 || c == 0xFE4F || c == '_';
}

static bool is_hanzi(uint32_t c)
{
    return (c >= 0x2E80 && c < 0x3000) || (c >= 0x3040 && c < 0xE000) ||
           (c >= 0xF900 && c < 0xFB00) || c >= 0x10000;
}

/* Between two digits every mark spoils, but those that part one number from another for certain:
 * 、 and brackets, quotes, ends of lines and cells. */
static bool parts_digits(uint32_t c)
{
    switch (c) {
    case ' ':
    case '\n':
    case '\t':
    case '(':
    case ')':
    case '[':
    case ']':
    case U'（':
    case U'）':
    case U'［':
    case U'］':
    case U'〔':
    case U'〕':
    case U'【':
    case U'】':
    case U'《':
    case U'》':
    case U'“':
    case U'”':
    case U'、':
        return false;
    default:
        return !is_hanzi(c) && !(c >= 0x2460 && c < 0x2500); /* ①: a mark of a list */
    }
}

/* Marks that spoil a number whatever stands on their other side. */
static bool is_sign(uint32_t c)
{
    switch (c) {
    case '*':
    case '#':
    case '^':
    case '=':
    case '@':
    case '&':
    case '\\':
    case '$':
    case '%':
    case U'±':
    case U'×':
    case U'÷':
    case U'√':
    case U'‰':
    case U'²':
    case U'³':
    case U'¹':
    case 0xFFFD:
        return true;
    default:
        return is_wave(c) || (c >= 0xBC && c <= 0xBE) || (c >= 0x2070 && c < 0x20A0) ||
               (c >= 0x2150 && c < 0x2190) || (c >= 0xE000 && c < 0xF900);
    }
}

static bool is_number(enum kind kind)
{
    return kind >= ARABIC && kind <= BIG;
}

struct mark {
    size_t at, length;
    uint32_t c;
};

static struct mark mark_before(const struct number_reader *r, size_t at)
{
    struct mark m = {0};
    if (at > 0) {
        m.at = character_before(r, at);
        m.c = character_at(r->whole, m.at, &m.length);
    }
    return m;
}

/* Is there an unread digit in front of `at`, one blank between them at most? */
static bool digit_before(const struct number_reader *r, size_t at)
{
    if (at > r->understood && r->whole.data[at - 1] == ' ')
        at--;
    if (at <= r->understood || at == 0)
        return false;
    return symbol_at(r->whole, mark_before(r, at).at).kind == ARABIC;
}

/* The digits that end at `at` open the paragraph: 1. 3所学校 is item 1 and 3 所. */
static bool is_item_number(const struct number_reader *r, size_t at)
{
    while (at > r->start && r->whole.data[at - 1] >= '0' && r->whole.data[at - 1] <= '9')
        at--;
    return opens_paragraph(r, at);
}

/* APP12个 counts; 1O5件, l5件, A4 and No.12 do not. `at`: behind the letters. */
static bool spoils_as_letters(const struct number_reader *r, size_t at)
{
    bool certain = false;
    unsigned count = 0;
    struct mark m = mark_before(r, at);
    for (; m.length && m.at >= r->understood && is_letter(m.c) && count < MAX_LETTERS; count++) {
        certain = certain || m.c >= 0x80 || !strchr("OoIlSsBZzQDi", (int)m.c);
        at = m.at;
        m = mark_before(r, at);
    }
    struct slice word = slice_range(r->whole, at, r->whole.len);
    bool ordinal = count == 2 && (word.data[0] | 32) == 'n' && (word.data[1] | 32) == 'o';
    return count < 2 || !certain || ordinal || symbol_at(r->whole, m.at).kind == ARABIC;
}

/* 普法——3场 is no −3; 普法-3场, −3场 and 30−3场 may be one. */
static bool spoils_as_dash(const struct number_reader *r, const struct mark *dash, bool hanzi)
{
    struct mark m = mark_before(r, dash->at);
    bool long_dash = dash->c == U'—' && m.c == U'—';
    if (hanzi)
        return dash->c != U'—' && dash->c != U'―';
    return !long_dash || digit_before(r, m.at);
}

/* 1+3件 and +3件 are none, 中心+3个 is three. */
static bool spoils_as_plus(const struct number_reader *r, const struct mark *plus)
{
    struct mark m = mark_before(r, plus->at);
    bool apart = r->understood == 0 || plus->at > r->understood; /* 12件+5件 */
    return apart && (!is_hanzi(m.c) || is_number(symbol_at(r->whole, m.at).kind));
}

/* A line that ends in the middle of a number, empty ones between perhaps: 案件12⏎34件. */
static bool wrapped_digit(const struct number_reader *r, size_t at)
{
    size_t end = at;
    while (end > 0 && (r->whole.data[end - 1] == '\n' || r->whole.data[end - 1] == ' '))
        end--;
    if (end == at || !digit_before(r, end))
        return false;
    size_t start = end;
    while (start > 0 && r->whole.data[start - 1] != '\n' && end - start < WRAPPED_BYTES)
        start--;
    return end - start >= WRAPPED_BYTES;
}

static const char *spoils(const struct number_reader *r, const struct numeral *n,
                          const struct mark *m)
{
    enum kind kind = symbol_at(r->whole, m->at).kind;
    if (is_number(kind) && !numeral_is_formal(r->whole, m->at))
        return kind == ARABIC ? after_digits : after_numeral;
    if (is_dash(m->c))
        return spoils_as_dash(r, m, n->hanzi) ? after_sign : NULL;
    if (m->c == '+' || m->c == U'＋')
        return spoils_as_plus(r, m) ? after_sign : NULL;
    if (n->hanzi)
        return is_sign(m->c) ? after_sign : NULL;
    if (is_letter(m->c))
        return spoils_as_letters(r, n->start) ? after_letter : NULL;
    if (m->c == '.' || m->c == U'．' || is_sign(m->c))
        return after_sign;
    if (m->c == U'点' && symbol_at(r->whole, mark_before(r, m->at).at).kind != OTHER)
        return after_numeral;
    return parts_digits(m->c) && digit_before(r, m->at) ? after_digits : NULL;
}

const char *touched_before(const struct number_reader *r, const struct numeral *n)
{
    size_t at = n->start;
    if (at <= r->understood || at == 0)
        return NULL;
    if (opens_paragraph(r, at))
        return wrapped_digit(r, at) ? after_digits : NULL;
    if (n->hanzi || r->whole.data[at - 1] != ' ') {
        struct mark m = mark_before(r, at);
        return spoils(r, n, &m);
    }
    struct mark m = mark_before(r, at - 1);
    if (at - 1 <= r->understood || m.length == 0)
        return NULL;
    bool point = m.c == '.' || m.c == U'．';
    bool parted = (parts_digits(m.c) || point) && digit_before(r, m.at) &&
                  !(point && is_item_number(r, m.at));
    return parted || symbol_at(r->whole, m.at).kind == ARABIC ? after_digits : NULL;
}

const char *touched_behind(const struct number_reader *r, const struct numeral *n)
{
    size_t at = n->end, length;
    bool apart = at < r->whole.len && r->whole.data[at] == ' ';
    at += apart;
    if (at >= r->whole.len)
        return NULL;
    uint32_t c = character_at(r->whole, at, &length);
    enum kind kind = symbol_at(r->whole, at).kind;
    if (kind == ARABIC || (is_number(kind) && !apart))
        return kind == ARABIC ? after_digits : after_numeral;
    if (is_letter(c) && !apart)
        return after_letter;
    if (is_sign(c) && !apart)
        return after_sign;
    if (!parts_digits(c) && c != '.' && c != U'．' && c != '+')
        return NULL;
    at = blank_skipped(r->whole, at + length);
    kind = symbol_at(r->whole, at).kind;
    bool again = at < r->whole.len && strchr(".,'/-", r->whole.data[at]) && r->whole.data[at];
    return is_number(kind) && kind != HANZI ? after_digits : again ? after_sign : NULL;
}

static bool is_latin_at(const struct number_reader *r, size_t at)
{
    return at < r->end && (unsigned char)r->text.data[at] < 0x80 &&
           is_letter((unsigned char)r->text.data[at]);
}

bool unit_is_cut(const struct number_reader *r, size_t end)
{
    bool parted = end < r->end && r->text.data[end] == '/';
    return is_latin_at(r, end - 1) && is_latin_at(r, end + parted);
}
