/* numeral.c - the reader of numbers. Pure functions, any thread, any bytes.
 *
 * Happy path: the first character decides between the Arabic and the Chinese reader; each yields
 * digits as an integer with a count of decimals, so that 701.79万 becomes 70179 * 10000 / 100 and
 * is as exact as a double can be. What is left unread behind the number is the caller's.
 */
#include "workers/extract/quantity/numeral_symbol.h"

#include <math.h>

static bool read_plain(struct slice text, size_t at, struct numeral *out)
{
    *out = (struct numeral){.start = at, .end = at, .scale = 1};
    struct symbol first = symbol_at(text, at);
    if (first.kind == ARABIC)
        return read_arabic(text, at, out);
    return first.kind >= HANZI && first.kind <= BIG && read_hanzi(text, at, out);
}

/* 三分之二, 百分之九十八: the denominator has been read. */
static bool read_fraction(struct slice text, struct numeral *out)
{
    size_t at = out->end + strlen("分之");
    struct numeral top;
    if (!word_at(text, out->end, SLICE("分之")) || out->over || out->value < 2 || out->decimal ||
        !read_plain(text, at, &top) || top.scale != 1)
        return false;
    bool percent = out->value == 100, permille = out->value == 1000;
    double share = top.value * 100 / out->value;
    out->value = percent || permille ? top.value : round(share * 100) / 100;
    out->share = permille ? SHARE_PERMILLE : SHARE_PERCENT;
    out->over = top.over;
    out->about = top.about;
    out->lower = top.lower;
    out->bare = out->plain_one = out->sequence = false;
    out->end = top.end;
    return true;
}

static void make_percent(struct numeral *out, double value, size_t end)
{
    out->value = value;
    out->share = SHARE_PERCENT;
    out->bare = out->plain_one = out->sequence = false;
    out->end = end;
}

/* 百分百. */
static bool read_all(struct slice text, struct numeral *out)
{
    if (!out->bare || out->value != 100 || !word_at(text, out->end, SLICE("分百")))
        return false;
    make_percent(out, 100, out->end + strlen("分百"));
    return true;
}

/* 半数; 半数据 is none. */
static bool read_half_number(struct slice text, struct numeral *out)
{
    size_t end = out->start + strlen("半数");
    if (!word_at(text, out->start, SLICE("半数")) || word_at(text, end, SLICE("据")))
        return false;
    out->hanzi = true;
    make_percent(out, 50, end);
    return true;
}

/* 成员, 成立, 成功: not tenths. */
static bool begins_word_with_cheng(struct slice text, size_t at)
{
    static const char *const words[] = {"员", "立", "功", "效", "果", "为", "本", "长", "因", "份",
                                        "年", "品", "就", "绩", "都", "套", "熟", "型", "片"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (listed_at(text, at, words[i]))
            return true;
    return false;
}

/* 三成, 九成九, 两成半, 四成多. */
static bool read_tenths(struct slice text, struct numeral *out)
{
    size_t at = out->end + strlen("成");
    if (!word_at(text, out->end, SLICE("成")) || out->value < 1 || out->value > 10 || out->over ||
        out->about || out->scale != 1 || out->decimal || begins_word_with_cheng(text, at))
        return false;
    struct symbol s = symbol_at(text, at);
    out->value *= 10;
    if (word_at(text, at, SLICE("半"))) {
        out->value += 5;
        at += strlen("半");
    } else if (s.kind == HANZI && symbol_at(text, at + s.length).kind == OTHER) {
        out->value += s.value;
        at += s.length;
    } else if (s.kind == OVER) {
        out->over = true;
        at += s.length;
    }
    out->share = SHARE_PERCENT;
    out->plain_one = out->sequence = false;
    out->end = at;
    return true;
}

static bool ends_with_any(struct slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_ends(text, slice_of(words[i])))
            return true;
    return false;
}

/* 占一半, 近一半, 一半以上; 另一半 and 一半是 name one of two. */
static bool read_half(struct slice text, struct numeral *out)
{
    static const char *const before[] = {"占",   "近",   "约",   "达",   "达到", "超过",
                                         "超",   "过了", "不到", "足",   "逾",   "少了",
                                         "降了", "减少", "缩短", "压减", "压缩", "精简"};
    static const char *const behind[] = {"以上", "以下", "左右"};
    size_t at = out->end + strlen("半");
    if (!out->plain_one || !word_at(text, out->end, SLICE("半")))
        return false;
    bool counts =
        ends_with_any(slice_range(text, 0, out->start), before, sizeof before / sizeof *before);
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        counts = counts || listed_at(text, at, behind[i]);
    if (counts)
        make_percent(out, 50, at);
    return counts;
}

bool numeral_read(struct slice text, size_t at, struct numeral *out)
{
    *out = (struct numeral){.start = at, .end = at, .scale = 1};
    if (at >= text.len)
        return false;
    if (symbol_at(text, at).kind == HALF)
        return read_half_number(text, out);
    if (!read_plain(text, at, out))
        return false;
    if (!read_fraction(text, out) && !read_tenths(text, out) && !read_all(text, out))
        read_half(text, out);
    return true;
}
