/* figures.c - styles of writing. The value is always computed from what is written, in integers, so
 * that the truth holds to the last digit. No state. */
#include "deploy/generate/figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_rate(struct slice unit)
{
    return slice_equal(unit, SLICE("%"));
}

static bool is_money(struct slice unit)
{
    return slice_equal(unit, SLICE("元"));
}

void figure_write_plain(struct buffer *out, double value, struct slice unit)
{
    if (is_money(unit))
        buffer_format(out, "%.15g万元", value / 10000);
    else
        buffer_format(out, "%.15g%.*s", value, SLICE_ARGS(unit));
}

static double write_rate(struct buffer *out, const struct slot *slot, double wanted)
{
    char text[32];
    snprintf(text, sizeof text, "%.*f", (int)slot->decimals, wanted > 100 ? 100 : wanted);
    buffer_format(out, "%s%%", text);
    return strtod(text, NULL);
}

static double write_money(struct buffer *out, double wanted)
{
    uint64_t hundreds = (uint64_t)(wanted / 100); /* 0.01 of 万元 */
    if (hundreds % 100)
        buffer_format(out, "%llu.%02llu万元", (unsigned long long)hundreds / 100,
                      (unsigned long long)hundreds % 100);
    else
        buffer_format(out, "%llu万元", (unsigned long long)hundreds / 100);
    return (double)(hundreds * 100);
}

static void write_separated(struct buffer *out, uint64_t count)
{
    if (count >= 1000) {
        write_separated(out, count / 1000);
        buffer_format(out, ",%03u", (unsigned)(count % 1000));
    } else
        buffer_format(out, "%u", (unsigned)count);
}

static void write_full_width(struct buffer *out, uint64_t count)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    for (const char *digit = digits; *digit; digit++) {
        const char wide[] = {(char)0xef, (char)0xbc, (char)(0x90 + *digit - '0'), '\0'};
        buffer_add(out, slice_of(wide));
    }
}

/* 2,537 becomes 2,500: what a clerk writes in front of 余. */
static uint64_t round_down(uint64_t count)
{
    uint64_t step = 1;
    while (count / step >= 100)
        step *= 10;
    return count / step * step;
}

struct written {
    uint64_t count;
    enum bound bound;
};

static struct written write_over(struct buffer *out, uint64_t count)
{
    uint64_t rounded = round_down(count);
    if (rounded >= 10000)
        buffer_format(out, "%.15g万余", (double)rounded / 10000);
    else
        buffer_format(out, "%llu余", (unsigned long long)rounded);
    return (struct written){rounded, BOUND_OVER};
}

static struct written write_count(struct buffer *out, uint64_t count, struct random *random)
{
    static const char *const small[] = {"一", "两", "三", "四", "五", "六", "七", "八", "九", "十"};
    unsigned dice = (unsigned)random_between(random, 0, 99);
    if (count >= 10000 && dice < 40) {
        uint64_t tenths = count / 1000;
        buffer_format(out, "%.15g万", (double)tenths / 10);
        return (struct written){tenths * 1000, BOUND_EXACT};
    }
    if (count >= 100 && dice < 12)
        return write_over(out, count);
    if (count >= 100 && dice < 15) {
        buffer_add(out, SLICE("约"));
        buffer_format(out, "%llu", (unsigned long long)round_down(count));
        return (struct written){round_down(count), BOUND_ABOUT};
    }
    if (count >= 1000 && dice < 35)
        write_separated(out, count);
    else if (count >= 2 && count <= 10 && dice < 15)
        buffer_add(out, slice_of(small[count - 1]));
    else if (dice >= 98)
        write_full_width(out, count);
    else
        buffer_format(out, "%llu", (unsigned long long)count);
    return (struct written){count, BOUND_EXACT};
}

struct statement figure_write(struct buffer *out, const struct slot *slot, double wanted,
                              struct random *random)
{
    struct statement statement = {.indicator = slot->indicator,
                                  .unit = slot->unit,
                                  .total = slot->total,
                                  .bound = BOUND_EXACT};
    if (is_rate(slot->unit))
        statement.value = write_rate(out, slot, wanted);
    else if (is_money(slot->unit))
        statement.value = write_money(out, wanted);
    else {
        uint64_t count = (uint64_t)wanted;
        struct written written = {count, BOUND_EXACT};
        if (slot->exact)
            buffer_format(out, "%llu", (unsigned long long)count);
        else
            written = write_count(out, count, random);
        buffer_add(out, slot->unit);
        statement.value = (double)written.count;
        statement.bound = written.bound;
    }
    return statement;
}
