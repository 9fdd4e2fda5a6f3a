/* corps.c - reads the names of gazetteer/corps.tsv. No state, nothing fails. A farm's name, and a
 * regiment's of one character (三团), only count behind their division or its city, since others go
 * by them, too.
 */
#include "workers/ingest/corps.h"

#include "workers/ingest/dates.h"
#include "workers/text/utf8.h"

enum { WHOLE_NUMBER = 20, MAX_TOWN_BYTES = 30 };

/* ---- asking ---- */

/* Whether the row is `division`'s, of a division that has moved any of its rows. */
static bool is_of(const struct corps_unit *unit, const struct corps_unit *division)
{
    return !unit->division && slice_equal(unit->name, division->name);
}

/* The division whose city `place` can mean; of `only`, if it is not NULL. */
static const struct corps_unit *sharing(const struct corps *corps, const struct place *place,
                                        const struct corps_unit *only)
{
    for (size_t i = 0; place && i < corps->count; i++) {
        const struct corps_unit *unit = &corps->units[i];
        if (unit->division || code_digits(unit->within) < 6 || (only && !is_of(unit, only)))
            continue;
        for (size_t k = 0; k < place->count; k++)
            if (place->names[k].region->code == unit->within)
                return unit;
    }
    return NULL;
}

uint32_t corps_code(const struct gazetteer *gazetteer, const struct corps_unit *division,
                    const struct place *named, uint16_t year)
{
    const struct corps *corps = gazetteer_corps(gazetteer);
    const struct corps_unit *city = sharing(corps, named, division);
    for (size_t i = 0; !city && i < corps->count; i++) {
        const struct corps_unit *unit = &corps->units[i];
        bool stood =
            year ? year >= unit->since && (!unit->until || year < unit->until) : !unit->until;
        if (stood && is_of(unit, division))
            city = unit;
    }
    return city ? city->within : division->within;
}

/* ---- reading ---- */

/* 第八师, 八师, 第8师, 农八师: bytes; without 第 or `whole` in front only if that is no other word.
 */
static size_t read_division(const struct corps *corps, struct slice text, size_t at, bool *sure,
                            struct corps_name *name)
{
    static const struct slice leads[] = {{"第", 3}, {"农业建设第", 15}, {"农", 3}};
    unsigned number;
    size_t lead = slice_starts_any(slice_from(text, at), leads, 3);
    size_t len = corps_number(text, at + lead, &number);
    if (!len || !slice_starts(slice_from(text, at + lead + len), SLICE("师")))
        return 0;
    for (size_t i = 0; i < corps->count && !name->division; i++)
        if (!corps->units[i].division && corps->units[i].number == number && number)
            name->division = &corps->units[i];
    *sure |= lead > 0 || number > 10;
    return name->division ? lead + len + 3 : 0;
}

/* Bytes of the regiment's or farm's name. `free`: nothing in front says that it is one. */
static size_t read_regiment(const struct corps *corps, struct slice text, size_t at, bool free,
                            struct corps_name *name)
{
    unsigned number;
    size_t len = corps_number(text, at, &number);
    bool numbered = len && slice_starts(slice_from(text, at + len), SLICE("团"));
    if (free && (!numbered || number < WHOLE_NUMBER))
        return 0;
    for (size_t i = 0; i < corps->count; i++) {
        const struct corps_unit *unit = &corps->units[i];
        if (!unit->division || (name->division && !is_of(name->division, unit->division)))
            continue;
        bool same = unit->number ? numbered && unit->number == number
                                 : slice_starts(slice_from(text, at), unit->name);
        if (!same)
            continue;
        name->regiment = unit;
        name->division = unit->division;
        return unit->number ? len + 3 : unit->name.len;
    }
    return 0;
}

/* 六十四团（可克达拉镇）, 八团塔门镇: the town that the regiment is, too. */
static size_t skip_town(const struct gazetteer *gazetteer, struct slice text, size_t at)
{
    static const struct slice opens[] = {{"（", 3}, {"(", 1}}, closes[] = {{"）", 3}, {")", 1}};
    struct named_codes town;
    size_t open = slice_starts_any(slice_from(text, at), opens, 2);
    if (gazetteer_township(gazetteer, text, at + open, &town))
        return open + town.name.len +
               slice_starts_any(slice_from(text, at + open + town.name.len), closes, 2);
    for (size_t end = at + open; open && end < text.len && end - at < MAX_TOWN_BYTES;
         end += utf8_length(text.data + end))
        if (slice_ends(slice_range(text, at, end), SLICE("镇")) &&
            slice_starts_any(slice_from(text, end), closes, 2))
            return end - at + slice_starts_any(slice_from(text, end), closes, 2);
    return 0;
}

/* Asked at every name: whether one of these can begin with the character, or stand behind
 * `outer`. */
static bool may_begin(struct slice text, const struct place *outer)
{
    uint32_t c = text.len ? utf8_at(text.data) : 0;
    bool xinjiang = false;
    for (size_t i = 0; outer && i < outer->count; i++)
        xinjiang |= outer->names[i].region->code / 10000 == 65;
    return xinjiang || digit_value(c) >= 0 || c == 0x5341 || c == 0x65B0 || c == 0x5175 ||
           c == 0x751F || c == 0x7B2C || c == 0x519C; /* 十 新 兵 生 第 农 */
}

struct corps_name corps_read(const struct gazetteer *gazetteer, struct slice text,
                             const struct place *outer)
{
    static const struct slice wholes[] = {
        {"新疆生产建设兵团", 24}, {"生产建设兵团", 18}, {"新疆兵团", 12}, {"兵团", 6}};
    const struct corps *corps = gazetteer_corps(gazetteer);
    struct corps_name name = {0}, none = {0};
    struct place city;
    if (!may_begin(text, outer))
        return none;
    size_t at = slice_starts_any(text, wholes, 4), division, regiment;
    bool whole = at > 0, sure = whole;
    at += division = read_division(corps, text, at, &sure, &name);
    if (!division && !whole)
        name.division = sharing(corps, outer, NULL);
    bool free = !whole && !name.division;
    regiment = read_regiment(corps, text, at, free, &name); /* 石河子总场 is no city */
    if (division && !regiment && gazetteer_match(gazetteer, text, at, &city) &&
        (place_is_certain(&city) || sharing(corps, &city, name.division))) {
        name.city = city; /* another's contradicts it */
        at += city.text.len;
        sure = true;
        regiment = read_regiment(corps, text, at, free, &name);
    }
    at += regiment;
    if (regiment)
        at += skip_town(gazetteer, text, at);
    if (!regiment && !(division ? sure : whole))
        return none;
    if (!name.division)
        name.division = corps->units;
    name.len = at;
    return name;
}
