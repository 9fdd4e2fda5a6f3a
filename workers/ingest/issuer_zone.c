/* issuer_zone.c - names of townships and zones within that of an issuer. */
#include "workers/ingest/issuer_private.h"

#include "workers/text/utf8.h"

enum { MAX_TOWNSHIP_BYTES = 36, MAX_ZONE_BYTES = 66, MAX_AREA_BYTES = 18 };

bool issuer_township_ends(const struct grammar *g, struct slice rest)
{
    return name_may_end(g->words, rest, g->style) ||
           words_start(g->words, WORD_GOVERNMENT, rest, NULL) || slice_starts(rest, SLICE("党")) ||
           slice_starts(rest, SLICE("委员会")) || slice_starts(rest, SLICE("综合")) ||
           slice_starts(rest, SLICE("司法所")) || slice_starts(rest, SLICE("人大")) ||
           slice_starts(rest, SLICE("便民"));
}

/* A township that no list knows, by how its name ends. */
static size_t unknown_township(const struct grammar *g, struct slice text)
{
    size_t limit = text.len < MAX_TOWNSHIP_BYTES ? text.len : MAX_TOWNSHIP_BYTES;
    if (words_start(g->words, WORD_TOWNSHIP_NOT, text, NULL) ||
        (g->style == STYLE_SENTENCE && name_may_end(g->words, text, g->style)))
        return 0;
    for (size_t at = 0; at < limit && utf8_is_hanzi(utf8_at(text.data + at));
         at += utf8_length(text.data + at)) {
        struct slice ending;
        if (at < 3 || !words_start(g->words, WORD_STREET_TOWN, slice_from(text, at), &ending))
            continue;
        size_t end = at + ending.len;
        if (g->style == STYLE_SENTENCE && at < 6)
            continue;
        if (words_end(g->words, WORD_TOWNSHIP_COMMON, slice_range(text, 0, end), NULL))
            return 0; /* 送检下乡, 蔬菜之乡 */
        if (issuer_township_ends(g, slice_from(text, end)))
            return words_in(g->words, WORD_TOWNSHIP_IN, slice_range(text, 0, at)) ? 0 : end;
    }
    return 0;
}

size_t issuer_read_township(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    struct named_codes known;
    if (gazetteer_township(g->gazetteer, text, 0, &known) &&
        (issuer_township_ends(g, slice_from(text, known.name.len)) ||
         (g->style == STYLE_SENTENCE &&
          !words_start(g->words, WORD_TOWNSHIP_NEXT, slice_from(text, known.name.len), NULL)))) {
        issuer->township = slice_range(text, 0, known.name.len);
        issuer->codes = known.codes;
        return known.name.len;
    }
    size_t end = unknown_township(g, text);
    issuer->township = slice_range(text, 0, end);
    return end;
}

size_t issuer_zone_organ(const struct grammar *g, struct slice rest, enum issuer_kind *kind)
{
    struct slice hit;
    *kind = KIND_ZONE;
    if (words_start(g->words, WORD_ZONE_ORGAN, rest, &hit) &&
        name_may_end(g->words, slice_from(rest, hit.len), g->style))
        return hit.len;
    size_t len = organ_read(g->words, rest, g->style, false, kind);
    if (*kind == KIND_GOVERNMENT || *kind == KIND_UNKNOWN)
        *kind = KIND_ZONE;
    return len;
}

/* 自贸试验区张江管理局 runs a part of the zone; 市场监督管理局 is one of its bureaux. */
static bool runs_zone(struct slice zone, struct slice organ)
{
    static const struct slice bureaux[] = {{"监督管理局", 15}, {"行政管理局", 15},
                                           {"综合管理局", 15}, {"应急管理局", 15},
                                           {"城市管理局", 15}, {"事务管理局", 15}};
    if (slice_equal(organ, SLICE("管理局")) && !slice_ends(zone, SLICE("保护区")))
        return true; /* 风景名胜区管理局 */
    if (!slice_has(zone, SLICE("自贸")) && !slice_has(zone, SLICE("自由贸易")))
        return false;
    for (size_t i = 0; i < sizeof bureaux / sizeof *bureaux; i++)
        if (slice_ends(organ, bureaux[i]))
            return false;
    return slice_ends(organ, SLICE("管理局"));
}

/* 蜀冈—瘦西湖风景名胜区: what joins two names into one zone's. */
static bool is_zone_character(struct slice rest)
{
    uint32_t c = utf8_at(rest.data);
    return utf8_is_hanzi(c) || c == 0x2014 || c == 0x00B7;
}

size_t issuer_zone_length(const struct grammar *g, struct slice text, size_t *organ,
                          enum issuer_kind *kind)
{
    struct slice hit;
    for (size_t at = 0;
         at < text.len && at < MAX_ZONE_BYTES && is_zone_character(slice_from(text, at)) &&
         !words_start(g->words, WORD_ORGAN_STOP, slice_from(text, at), NULL);
         at += utf8_length(text.data + at)) {
        if (!words_start(g->words, WORD_ZONE_END, slice_from(text, at), &hit))
            continue;
        size_t end = at + hit.len;
        struct slice rest = slice_from(text, end);
        *organ = issuer_zone_organ(g, rest, kind);
        if (*organ || name_may_end(g->words, rest, g->style))
            return end;
    }
    return 0;
}

/* 洛阳市伊滨区2021年…: an area behind its city's name that no list knows; its length. */
static size_t unknown_area(const struct grammar *g, struct slice text)
{
    static const struct slice common[] = {{"地区", 6}, {"辖区", 6}, {"社区", 6},
                                          {"全区", 6}, {"各区", 6}, {"城区", 6}};
    size_t end = 0;
    while (end < text.len && end <= MAX_AREA_BYTES &&
           !name_may_end(g->words, slice_from(text, end), STYLE_TITLE))
        end += utf8_length(text.data + end);
    struct slice name = slice_range(text, 0, end);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (slice_ends(name, common[i]))
            return 0;
    return end >= 9 && end <= MAX_AREA_BYTES && slice_ends(name, SLICE("区")) ? end : 0;
}

size_t issuer_read_zone(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    size_t organ = 0, known_organ = 0;
    enum issuer_kind kind = KIND_ZONE, known_kind = KIND_ZONE;
    bool verb = g->style == STYLE_SENTENCE && name_may_end(g->words, text, g->style);
    size_t end = verb ? 0 : issuer_zone_length(g, text, &organ, &kind);
    struct named_codes known;
    if (gazetteer_zone(g->gazetteer, text, 0, &known) && known.name.len >= end) {
        known_organ = issuer_zone_organ(g, slice_from(text, known.name.len), &known_kind);
        if (known_organ || name_may_end(g->words, slice_from(text, known.name.len), g->style)) {
            end = known.name.len;
            organ = known_organ;
            kind = known_kind;
            issuer->codes = known.codes;
        }
    }
    if (end == 0 && g->style == STYLE_TITLE && issuer->path_count > 0 &&
        place_is_certain(issuer_place(issuer)))
        end = unknown_area(g, text);
    if (end == 0)
        return 0;
    issuer->zone = slice_range(text, 0, end);
    issuer->organ = slice_range(text, end, end + organ);
    issuer->kind = runs_zone(issuer->zone, issuer->organ) ? KIND_ZONE : kind;
    return end + organ;
}

size_t issuer_skip_zone(const struct grammar *g, struct slice text)
{
    struct slice hit;
    if (!words_start(g->words, WORD_ZONE_END, text, &hit))
        return 0;
    struct slice rest = slice_from(text, hit.len);
    size_t open = slice_starts(rest, SLICE("（")) ? 3 : slice_starts(rest, SLICE("(")) ? 1 : 0;
    struct place place;
    if (!open || !gazetteer_match(g->gazetteer, rest, open, &place) || !place_is_certain(&place))
        return 0;
    struct slice behind = slice_from(rest, open + place.text.len);
    return slice_starts(behind, SLICE("）")) || slice_starts(behind, SLICE(")")) ? hit.len + open
                                                                                 : 0;
}
