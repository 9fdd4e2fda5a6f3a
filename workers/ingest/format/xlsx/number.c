/* number.c - number formats of a sheet. No state, can't fail. */
#include "workers/ingest/format/xlsx/number.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

const char *number_builtin_format(long id)
{
    static const struct {
        long from, to;
        const char *format;
    } known[] = {
        {1, 1, "0"},          {2, 2, "0.00"},       {3, 3, "#,##0"},
        {4, 4, "#,##0.00"},   {9, 9, "0%"},         {10, 10, "0.00%"},
        {14, 17, "yyyy-m-d"}, {18, 21, "h:mm"},     {22, 22, "yyyy-m-d h:mm"},
        {27, 31, "yyyy-m-d"}, {32, 35, "h:mm"},     {36, 36, "yyyy-m-d"},
        {37, 38, "#,##0"},    {39, 40, "#,##0.00"}, {41, 42, "#,##0"},
        {43, 44, "#,##0.00"}, {45, 47, "h:mm"},     {50, 54, "yyyy-m-d"},
        {55, 56, "h:mm"},     {57, 58, "yyyy-m-d"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (id >= known[i].from && id <= known[i].to)
            return known[i].format;
    return "General";
}

/* ---- what a format says ---- */

struct shape {
    struct slice code; /* the section that applies */
    bool general;      /* no digits in it, or one that isn't understood */
    bool date, time;
    bool percent;
    bool days_shown; /* a date with its day */
    unsigned decimals;
    unsigned thousands;          /* times divided by 1000 */
    char before[64], behind[64]; /* literals */
    size_t before_len, behind_len;
};

static void add_literal(struct shape *shape, bool digits_seen, const char *bytes, size_t len)
{
    char *into = digits_seen ? shape->behind : shape->before;
    size_t *used = digits_seen ? &shape->behind_len : &shape->before_len;
    if (*used + len <= sizeof shape->before) {
        memcpy(into + *used, bytes, len);
        *used += len;
    }
}

static size_t character_bytes(struct slice text, size_t at)
{
    size_t end = at + 1;
    while (end < text.len && ((unsigned char)text.data[end] & 0xC0) == 0x80)
        end++;
    return end - at;
}

/* Sections are parted by ; outside of quotes: positive; negative; zero. */
static struct slice section_of(struct slice format, double value)
{
    struct slice sections[3] = {format, {0}, {0}};
    unsigned count = 0;
    bool quoted = false;
    size_t from = 0;
    for (size_t i = 0; i <= format.len && count < 3; i++) {
        if (i < format.len && format.data[i] == '"')
            quoted = !quoted;
        if (i < format.len && (format.data[i] != ';' || quoted))
            continue;
        sections[count++] = slice_range(format, from, i);
        from = i + 1;
    }
    if (value < 0 && count > 1 && sections[1].len)
        return sections[1];
    return value == 0 && count > 2 && sections[2].len ? sections[2] : sections[0];
}

static bool is_date_letter(char c)
{
    return strchr("ymdYMDeEgG", c) && c;
}

/* What stands in quotes, behind \ or alone as a sign, is shown; _ and * are about width. Returns
 * how many bytes were taken, 0 for what is no literal. */
static size_t take_literal(struct shape *shape, size_t at, bool digits_seen)
{
    struct slice code = shape->code;
    char c = code.data[at];
    size_t end;
    switch (c) {
    case '"':
        end = slice_find(code, SLICE("\""), at + 1);
        end = end == SIZE_MAX ? code.len : end;
        add_literal(shape, digits_seen, code.data + at + 1, end - at - 1);
        return end + 1 - at;
    case '\\':
    case '!':
        if (at + 1 >= code.len)
            return 1;
        end = character_bytes(code, at + 1);
        add_literal(shape, digits_seen, code.data + at + 1, end);
        return 1 + end;
    case '_':
    case '*':
        return at + 1 < code.len ? 1 + character_bytes(code, at + 1) : 1;
    case '[':
        end = slice_find(code, SLICE("]"), at);
        return (end == SIZE_MAX ? code.len : end + 1) - at;
    default:
        break;
    }
    if ((unsigned char)c < 0x80 && !strchr("$-+()", c))
        return 0;
    end = character_bytes(code, at);
    add_literal(shape, digits_seen, code.data + at, end);
    return end;
}

static void read_shape(struct shape *shape, struct slice format, double value)
{
    *shape = (struct shape){.code = section_of(format, value)};
    struct slice code = shape->code;
    bool digits = false, point = false;
    if (slice_equal(code, SLICE("General")) || slice_equal(code, SLICE("@"))) {
        shape->general = true;
        return;
    }
    for (size_t at = 0; at < code.len;) {
        size_t taken = take_literal(shape, at, digits);
        char c = code.data[at];
        at += taken ? taken : 1;
        if (taken)
            continue;
        if (strchr("0#?", c)) {
            digits = true;
            shape->decimals += point;
            shape->thousands = 0; /* the comma stood between digits */
        } else if (c == '.') {
            point = true;
        } else if (c == ',' && digits) {
            shape->thousands++;
        } else if (c == '%') {
            shape->percent = true;
        } else if (is_date_letter(c) && !digits) {
            shape->date |= strchr("ydYDeEgG", c) != NULL;
            shape->days_shown |= c == 'd' || c == 'D';
        } else if (strchr("hHsS", c)) {
            shape->time = true;
        }
    }
    shape->date |= !shape->time && !digits && slice_has(code, SLICE("m"));
    shape->general = !digits && !shape->date && !shape->time && !shape->percent;
}

/* ---- numbers ---- */

/* As a sheet shows it without a format: 11 digits at most, no exponent below 10^15. */
static void put_general(struct buffer *out, double value)
{
    char text[64];
    double rounded = round(value);
    if (fabs(value - rounded) < 1e-9 * (fabs(value) + 1) && fabs(value) < 1e15)
        snprintf(text, sizeof text, "%.0f", rounded == 0 ? 0.0 : rounded);
    else
        snprintf(text, sizeof text, "%.11g", value);
    buffer_append(out, text, strlen(text));
}

static void put_shaped(struct buffer *out, double value, const struct shape *shape)
{
    char text[400];
    unsigned decimals = shape->decimals > 15 ? 15 : shape->decimals;
    bool negative_section = shape->code.len && value < 0 && slice_has(shape->code, SLICE("("));
    for (unsigned i = 0; i < shape->thousands && i < 5; i++)
        value /= 1000;
    value = shape->percent ? value * 100 : value;
    snprintf(text, sizeof text, "%.*f", (int)decimals, negative_section ? -value : value);
    buffer_append(out, shape->before, shape->before_len);
    buffer_append(out, text, strlen(text));
    if (shape->percent)
        buffer_append(out, "%", 1);
    buffer_append(out, shape->behind, shape->behind_len);
}

/* ---- dates ---- */

static void put_date(struct buffer *out, double value, const struct shape *shape, bool from_1904)
{
    enum { UNIX_DAY_OF_1900 = 25569, UNIX_DAY_OF_1904 = 24107, DAY_S = 86400 };
    /* Excel counts a 29 February 1900 that never was. */
    double days = value - (from_1904 ? UNIX_DAY_OF_1904 : UNIX_DAY_OF_1900);
    if (!from_1904 && value < 60)
        days += 1;
    time_t seconds = (time_t)llround(days * DAY_S);
    struct tm date;
    if (value < 0 || value > 2958466 /* year 9999 */ || !gmtime_r(&seconds, &date)) {
        put_general(out, value);
        return;
    }
    if (shape->date)
        buffer_format(out, "%d年%d月", date.tm_year + 1900, date.tm_mon + 1);
    if (shape->date && shape->days_shown)
        buffer_format(out, "%d日", date.tm_mday);
    if (shape->time)
        buffer_format(out, "%s%02d:%02d", shape->date ? " " : "", date.tm_hour, date.tm_min);
}

void number_put(struct buffer *out, double value, struct slice format, bool from_1904)
{
    struct shape shape;
    if (!isfinite(value))
        return;
    read_shape(&shape, format, value);
    if (shape.general)
        put_general(out, value);
    else if (shape.date || shape.time)
        put_date(out, value, &shape, from_1904);
    else
        put_shaped(out, value, &shape);
}
