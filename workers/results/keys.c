/* keys.c - builds and takes apart the keys of the store. No state, any thread. */
#include "workers/results/keys.h"

void digits_put(struct buffer *out, uint32_t number, unsigned width)
{
    char digits[10];
    for (unsigned i = width; i > 0; i--, number /= 10)
        digits[i - 1] = (char)('0' + number % 10);
    buffer_append(out, digits, width);
}

static void part(struct buffer *out, struct slice text)
{
    buffer_add(out, text);
    buffer_append(out, "", 1);
}

static void digits_part(struct buffer *out, uint32_t number, unsigned width)
{
    digits_put(out, number, width);
    buffer_append(out, "", 1);
}

/* In the order of the words: committee, department, government, institution, unknown, zone. */
static const char kind_letters[KIND_COUNT] = {
    [KIND_UNKNOWN] = 'u',   [KIND_GOVERNMENT] = 'g', [KIND_DEPARTMENT] = 'd',
    [KIND_COMMITTEE] = 'c', [KIND_ZONE] = 'z',       [KIND_INSTITUTION] = 'i'};

static void kind_part(struct buffer *out, enum issuer_kind kind)
{
    buffer_append(out, &kind_letters[kind], 1);
    buffer_append(out, "", 1);
}

static bool take_kind(struct slice letter, enum issuer_kind *kind)
{
    for (unsigned i = 0; i < sizeof kind_letters; i++) {
        if (letter.len == 1 && letter.data[0] == kind_letters[i]) {
            *kind = i;
            return true;
        }
    }
    return letter.len == 0; /* a roll-up */
}

bool unit_names_equal(const struct unit_name *a, const struct unit_name *b)
{
    return a->region == b->region && a->kind == b->kind && a->year == b->year &&
           slice_equal(a->township, b->township) && slice_equal(a->issuer, b->issuer);
}

void unit_key_put(struct buffer *out, const struct unit_name *unit)
{
    digits_part(out, unit->region, 6);
    part(out, unit->township);
    kind_part(out, unit->kind);
    part(out, unit->issuer);
    digits_put(out, unit->year, 4);
}

void row_key_put(struct buffer *out, struct slice indicator, const struct unit_name *unit)
{
    part(out, indicator);
    unit_key_put(out, unit);
    buffer_append(out, "", 1);
}

void rollup_key_put(struct buffer *out, struct slice indicator, uint32_t parent, uint16_t year,
                    enum level children)
{
    part(out, indicator);
    digits_part(out, parent, 6);
    buffer_append(out, "\0\0", 3); /* no township, kind, issuer */
    digits_part(out, year, 4);
    buffer_add(out, slice_of(level_name(children)));
}

void seat_key_put(struct buffer *out, const struct unit_name *unit)
{
    digits_part(out, unit->region, 6);
    part(out, unit->township);
    kind_part(out, unit->kind);
    digits_part(out, unit->year, 4);
    if (unit->kind != KIND_GOVERNMENT)
        buffer_add(out, unit->issuer);
}

void panel_key_put(struct buffer *out, uint16_t year, enum level level, uint32_t region)
{
    digits_put(out, year, 4);
    digits_put(out, (uint32_t)level, 1);
    digits_put(out, region, 6);
}

void region_seek_put(struct buffer *out, uint32_t region)
{
    if (region > 999999)
        buffer_append(out, ":", 1); /* behind all digits */
    else
        digits_put(out, region, 6);
}

bool panel_key_read(struct slice key, uint16_t *year, enum level *level, uint32_t *region)
{
    uint32_t numbers[3] = {0};
    if (key.len != 11)
        return false;
    for (size_t i = 0; i < key.len; i++) {
        uint32_t *number = &numbers[i < 4 ? 0 : i == 4 ? 1 : 2];
        if (key.data[i] < '0' || key.data[i] > '9')
            return false;
        *number = *number * 10 + (uint32_t)(key.data[i] - '0');
    }
    *year = (uint16_t)numbers[0];
    *level = (enum level)numbers[1];
    *region = numbers[2];
    return numbers[1] <= LEVEL_TOWNSHIP;
}

/* The last part of a key has no NUL behind it. */
static struct slice take_part(struct slice *rest, bool *bad)
{
    if (!rest->data) {
        *bad = true;
        return (struct slice){"", 0};
    }
    const char *end = rest->len ? memchr(rest->data, '\0', rest->len) : NULL;
    struct slice text = {rest->data, end ? (size_t)(end - rest->data) : rest->len};
    *rest = end ? (struct slice){end + 1, rest->len - text.len - 1} : (struct slice){NULL, 0};
    return text;
}

static uint32_t take_digits(struct slice *rest, unsigned width, bool *bad)
{
    struct slice digits = take_part(rest, bad);
    uint32_t number = 0;
    *bad = *bad || digits.len != width;
    for (size_t i = 0; i < digits.len; i++) {
        *bad = *bad || digits.data[i] < '0' || digits.data[i] > '9';
        number = number * 10 + (uint32_t)(digits.data[i] - '0');
    }
    return number;
}

static void take_unit(struct slice *rest, struct unit_name *unit, bool *bad)
{
    unit->region = take_digits(rest, 6, bad);
    unit->township = take_part(rest, bad);
    *bad = !take_kind(take_part(rest, bad), &unit->kind) || *bad;
    unit->issuer = take_part(rest, bad);
    unit->year = (uint16_t)take_digits(rest, 4, bad);
}

static enum status bad_key(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a row under a malformed key: it is damaged; restore it from a "
                "backup");
}

enum status seat_key_read(struct slice key, struct unit_name *unit, struct error *error)
{
    bool bad = false;
    *unit = (struct unit_name){.region = take_digits(&key, 6, &bad)};
    unit->township = take_part(&key, &bad);
    bad = !take_kind(take_part(&key, &bad), &unit->kind) || bad;
    unit->year = (uint16_t)take_digits(&key, 4, &bad);
    unit->issuer = take_part(&key, &bad);
    return bad || key.data ? bad_key(error) : STATUS_OK;
}

enum status unit_key_read(struct slice key, struct unit_name *unit, struct error *error)
{
    bool bad = false;
    *unit = (struct unit_name){0};
    take_unit(&key, unit, &bad);
    return bad || key.data ? bad_key(error) : STATUS_OK;
}

enum status row_key_read(struct slice key, struct row_key *parts, struct error *error)
{
    bool bad = false;
    *parts = (struct row_key){.indicator = take_part(&key, &bad)};
    take_unit(&key, &parts->unit, &bad);
    struct slice children = take_part(&key, &bad);
    if (children.len)
        parts->children_level = level_by_name(children);
    return bad || key.data || parts->children_level > LEVEL_TOWNSHIP ? bad_key(error) : STATUS_OK;
}

struct slice row_key_place(struct slice key)
{
    const char *end = key.len ? memchr(key.data, '\0', key.len) : NULL;
    return end ? (struct slice){end + 1, key.len - (size_t)(end + 1 - key.data)}
               : (struct slice){NULL, 0};
}
