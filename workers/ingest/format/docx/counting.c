/* counting.c - the number formats of automatic numbering. No state, can't fail. */
#include "workers/ingest/format/docx/counting.h"

#include "workers/text/utf8.h"

#include <stdio.h>

/* Digits, then 十 百 千 万 in the same script. */
struct script {
    const char *digits[10];
    const char *units[4];
    bool one_before_ten; /* 一十二 rather than 十二 */
};

static const struct script common = {
    {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"", "十", "百", "千"}, false};
static const struct script legal = {
    {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, true};
static const struct script legal_traditional = {
    {"零", "壹", "貳", "參", "肆", "伍", "陸", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, true};

static void put(struct buffer *out, const char *text)
{
    buffer_append(out, text, strlen(text));
}

static void put_decimal(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    buffer_format(out, "%u", number);
}

/* 一百二十三, up to 9999. */
static void put_hanzi(struct buffer *out, const struct script *script, unsigned number)
{
    if (number == 0 || number > 9999) {
        put_decimal(out, script, number);
        return;
    }
    bool zero = false, begun = false;
    for (unsigned place = 4; place-- > 0;) {
        unsigned power = place == 3 ? 1000 : place == 2 ? 100 : place == 1 ? 10 : 1;
        unsigned digit = number / power % 10;
        if (digit == 0) {
            zero = begun;
            continue;
        }
        if (zero)
            put(out, script == &common ? "零" : script->digits[0]);
        zero = false;
        if (!(place == 1 && digit == 1 && !begun && !script->one_before_ten))
            put(out, script->digits[digit]);
        put(out, script->units[place]);
        begun = true;
    }
}

/* 一二三: digit after digit. */
static void put_hanzi_digits(struct buffer *out, const struct script *script, unsigned number)
{
    char digits[16];
    int len = snprintf(digits, sizeof digits, "%u", number);
    for (int i = 0; i < len; i++)
        put(out, script->digits[digits[i] - '0']);
}

static void put_from_list(struct buffer *out, const char *const *list, unsigned count,
                          unsigned number)
{
    if (number >= 1 && number <= count)
        put(out, list[number - 1]);
    else
        put_decimal(out, NULL, number);
}

static void put_stem(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    static const char *const stems[] = {"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"};
    put_from_list(out, stems, 10, number);
}

static void put_branch(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    static const char *const branches[] = {"子", "丑", "寅", "卯", "辰", "巳",
                                           "午", "未", "申", "酉", "戌", "亥"};
    put_from_list(out, branches, 12, number);
}

/* A run of characters of Unicode that begins with one: ① ⑴ ⒈ １. */
static void put_run(struct buffer *out, uint32_t first, unsigned count, unsigned number)
{
    char bytes[4];
    if (number < 1 || number > count)
        put_decimal(out, NULL, number);
    else
        buffer_append(out, bytes, utf8_put(first + number - 1, bytes));
}

static void put_circled(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_run(out, 0x2460, 20, number);
}

static void put_in_brackets(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_run(out, 0x2474, 20, number);
}

static void put_with_stop(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_run(out, 0x2488, 20, number);
}

static void put_circled_hanzi(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_run(out, 0x3280, 10, number);
}

static void put_hanzi_in_brackets(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_run(out, 0x3220, 10, number);
}

static void put_two_digits(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    buffer_format(out, "%02u", number);
}

static void put_full_width(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    char digits[16];
    int len = snprintf(digits, sizeof digits, "%u", number);
    for (int i = 0; i < len; i++)
        put_run(out, 0xFF10, 10, (unsigned)(digits[i] - '0') + 1);
}

/* a … z, aa, bb: as Word counts on behind z. */
static void put_letters(struct buffer *out, char first, unsigned number)
{
    char letter = (char)(first + (number - 1) % 26);
    for (unsigned i = 0; number >= 1 && i < (number - 1) / 26 + 1 && i < 16; i++)
        buffer_append(out, &letter, 1);
}

static void put_lower(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_letters(out, 'a', number);
}

static void put_upper(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_letters(out, 'A', number);
}

static void put_roman(struct buffer *out, unsigned number, bool upper)
{
    static const struct {
        unsigned value;
        const char *upper, *lower;
    } steps[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"}, {400, "CD", "cd"},
                 {100, "C", "c"},  {90, "XC", "xc"},  {50, "L", "l"},  {40, "XL", "xl"},
                 {10, "X", "x"},   {9, "IX", "ix"},   {5, "V", "v"},   {4, "IV", "iv"},
                 {1, "I", "i"}};
    if (number == 0 || number > 3999)
        put_decimal(out, NULL, number);
    for (size_t i = 0; number <= 3999 && i < sizeof steps / sizeof *steps; i++)
        for (; number >= steps[i].value; number -= steps[i].value)
            put(out, upper ? steps[i].upper : steps[i].lower);
}

static void put_upper_roman(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_roman(out, number, true);
}

static void put_lower_roman(struct buffer *out, const struct script *script, unsigned number)
{
    (void)script;
    put_roman(out, number, false);
}

static const struct {
    const char *name;
    void (*put)(struct buffer *out, const struct script *script, unsigned number);
    const struct script *script;
} formats[] = {
    {"decimal", put_decimal, NULL},
    {"decimalZero", put_two_digits, NULL},
    {"decimalFullWidth", put_full_width, NULL},
    {"decimalFullWidth2", put_full_width, NULL},
    {"decimalHalfWidth", put_decimal, NULL},
    {"decimalEnclosedCircle", put_circled, NULL},
    {"decimalEnclosedCircleChinese", put_circled, NULL},
    {"decimalEnclosedFullstop", put_with_stop, NULL},
    {"decimalEnclosedParen", put_in_brackets, NULL},
    {"upperLetter", put_upper, NULL},
    {"lowerLetter", put_lower, NULL},
    {"upperRoman", put_upper_roman, NULL},
    {"lowerRoman", put_lower_roman, NULL},
    {"chineseCounting", put_hanzi, &common},
    {"chineseCountingThousand", put_hanzi, &common},
    {"japaneseCounting", put_hanzi, &common},
    {"koreanCounting", put_hanzi, &common},
    {"taiwaneseCounting", put_hanzi, &common},
    {"taiwaneseCountingThousand", put_hanzi, &common},
    {"ideographDigital", put_hanzi_digits, &common},
    {"japaneseDigitalTenThousand", put_hanzi_digits, &common},
    {"taiwaneseDigital", put_hanzi_digits, &common},
    {"koreanDigital2", put_hanzi_digits, &common},
    {"chineseLegalSimplified", put_hanzi, &legal},
    {"ideographLegalTraditional", put_hanzi, &legal_traditional},
    {"japaneseLegal", put_hanzi, &legal_traditional},
    {"ideographTraditional", put_stem, NULL},
    {"ideographZodiac", put_branch, NULL},
    {"ideographEnclosedCircle", put_circled_hanzi, NULL},
    {"ideographParenthesized", put_hanzi_in_brackets, NULL},
};

void counting_put(struct buffer *out, struct slice format, unsigned number)
{
    if (slice_equal(format, SLICE("none")) || slice_equal(format, SLICE("bullet")))
        return;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (slice_equal(format, slice_of(formats[i].name))) {
            formats[i].put(out, formats[i].script, number);
            return;
        }
    put_decimal(out, NULL, number);
}
