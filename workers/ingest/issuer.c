/* issuer.c - a small grammar for names of governments, departments, committees, zones and
 * institutions. No state, can't fail; what does not fit is "no issuer".
 */
#include "workers/ingest/issuer_private.h"

#include "workers/text/utf8.h"

enum { MAX_JOINT_BYTES = 90, MAX_BRANCH_BYTES = 15 };

static const struct slice party[] = {{"中国共产党", 15}, {"中共", 6}};
static const struct slice national[] = {{"国家税务总局", 18},
                                        {"中华人民共和国", 21},
                                        {"国家统计局", 15},
                                        {"中国人民银行", 18},
                                        {"国家金融监督管理总局", 30}};

/* ---- regions ---- */

/* A short name ("安化") in front of anything that is no organ, township or zone may be part of a
 * longer word. */
static bool short_name_ends(const struct grammar *g, struct slice rest)
{
    struct slice hit;
    if (words_start(g->words, WORD_GOVERNMENT, rest, NULL) ||
        words_start(g->words, WORD_COMMITTEE, rest, &hit) ||
        words_start(g->words, WORD_ZONE, rest, NULL) ||
        words_start(g->words, WORD_NATIONAL, rest, NULL))
        return true;
    return g->style == STYLE_TITLE ? name_may_end(g->words, rest, STYLE_TITLE) : false;
}

/* A province's or prefecture's short name that a sentence may begin with (承德落实…). */
static bool short_name_speaks(const struct grammar *g, const struct place *place, struct slice rest)
{
    return g->style == STYLE_SENTENCE && place->count == 1 &&
           place->names[0].region->level <= LEVEL_PREFECTURE && rest.len > 0 &&
           utf8_is_hanzi(utf8_at(rest.data)) && words_start(g->words, WORD_FOLLOW, rest, NULL);
}

/* 长春净月高新区: a zone's own name behind its city's short one. */
static bool zone_follows(const struct grammar *g, struct slice rest)
{
    size_t organ;
    enum issuer_kind kind;
    size_t len = issuer_zone_length(g, rest, &organ, &kind);
    return len > 0 && len <= 36;
}

/* Whether any region that `inner` can mean lies in one that `outer` can mean. */
static bool lies_in(const struct place *inner, const struct place *outer)
{
    for (size_t i = 0; i < inner->count; i++)
        for (size_t j = 0; j < outer->count; j++)
            if (code_within(inner->names[i].region->code, outer->names[j].region->code))
                return true;
    return false;
}

static bool zone_begins(const struct grammar *g, struct slice text)
{
    size_t organ;
    enum issuer_kind kind;
    return issuer_zone_length(g, text, &organ, &kind) > 0;
}

/* 武汉东湖新技术开发区, 宜宾三江新区, 茂名滨海新区: behind its city's name a zone's own may be
 * spelt like a county of another city. */
static bool is_zone_of(const struct grammar *g, struct slice rest, const struct place *place,
                       const struct place *outer)
{
    return !lies_in(place, outer) && zone_begins(g, rest) &&
           (!place_is_certain(place) || slice_ends(place->text, SLICE("新区")) ||
            slice_ends(place->text, SLICE("新城区")));
}

/* Whether the lists know a zone whose name begins like `place` and that is not in it: with `outer`
 * only one that lies above it (长白山保护开发区 in 长白县's province), else one of another city
 * (三江新区, 东湖新技术开发区), too. */
static bool is_listed_elsewhere(const struct grammar *g, struct slice text,
                                const struct place *place, const struct place *outer)
{
    struct named_codes zone;
    if (place_is_certain(place) || !gazetteer_zone(g->gazetteer, text, 0, &zone) ||
        zone.name.len <= place->text.len)
        return false;
    bool above = false, apart = true;
    struct slice codes = zone.codes;
    for (uint32_t code; (code = codes_next(&codes)) != 0;)
        for (size_t i = 0; i < place->count; i++) {
            uint32_t own = place->names[i].region->code;
            above |= own != code && code_within(own, code);
            apart &= !code_within(own, code) && !code_within(code, own);
        }
    return above || (apart && !outer);
}

/* `outer`: the region named in front; NULL if none. */
static bool takes_place(const struct grammar *g, struct slice text, size_t at,
                        const struct place *place, const struct place *outer)
{
    struct slice rest = slice_from(text, at + place->text.len);
    struct named_codes longer;
    struct slice from = slice_from(text, at);
    if (is_listed_elsewhere(g, from, place, outer) || (outer && is_zone_of(g, from, place, outer)))
        return false;
    struct place next;
    if (gazetteer_township(g->gazetteer, text, at, &longer) && longer.name.len > place->text.len &&
        issuer_township_ends(g, slice_from(text, at + longer.name.len)))
        return false; /* 郊区乡 is not in 郊区 */
    bool goes_on = gazetteer_match(g->gazetteer, rest, 0, &next) ||
                   gazetteer_township(g->gazetteer, rest, 0, &longer);
    if (!goes_on && words_start(g->words, WORD_PLACE_NOT, rest, NULL))
        return false;
    return place_is_certain(place) || place->names[0].kind == NAME_FORMER || goes_on ||
           short_name_ends(g, rest) || short_name_speaks(g, place, rest) || zone_follows(g, rest);
}

static size_t skip_blanks(struct slice text, size_t at)
{
    while (at < text.len && text.data[at] == ' ')
        at++;
    return at;
}

static size_t read_path(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    size_t at = issuer_skip_zone(g, text);
    bool bracket = at > 0;
    struct place place;
    while (issuer->path_count < MAX_PATH && gazetteer_match(g->gazetteer, text, at, &place) &&
           takes_place(g, text, at, &place, issuer_place(issuer))) {
        issuer->path[issuer->path_count++] = place;
        at = skip_blanks(text, at + place.text.len);
        if (bracket)
            return at + (text.data[at] == ')' ? 1 : 3);
        size_t zone = issuer_skip_zone(g, slice_from(text, at));
        bracket = zone > 0;
        at += zone;
    }
    return at;
}

/* ---- units of the 兵团 ---- */

/* 第八师石河子市司法局, 一四三团: bytes with the organ, 0 where no such name ends here. */
static size_t read_corps(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    struct corps_name name = corps_read(g->gazetteer, text, issuer_place(issuer));
    struct slice rest = slice_from(text, name.len);
    enum issuer_kind kind = KIND_ZONE;
    if (!name.len)
        return 0;
    size_t organ = 0, zone = issuer_zone_length(g, rest, &organ, &kind); /* a division's own zone */
    organ = zone ? zone + organ : issuer_zone_organ(g, rest, &kind);
    if (!organ && !name_may_end(g->words, rest, g->style))
        return 0;
    if (name.city.count && issuer->path_count < MAX_PATH)
        issuer->path[issuer->path_count++] = name.city;
    issuer->division = name.division;
    issuer->regiment = name.regiment;
    issuer->zone = slice_range(text, 0, name.len);
    issuer->organ = slice_range(rest, 0, organ);
    issuer->kind = kind;
    return name.len + organ;
}

/* ---- the whole ---- */

/* "县司法局", "市市场监督管理局": the unit's own region, its name understood. */
static size_t read_relative(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    static const struct slice own[] = {{"自治区", 9}, {"自治州", 9}, {"自治县", 9}, {"省", 3},
                                       {"州", 3},     {"盟", 3},     {"县", 3},     {"旗", 3},
                                       {"区", 3},     {"市", 3}};
    if (words_start(g->words, WORD_ORGAN_START, text, NULL))
        return 0;
    size_t len = slice_starts_any(text, own, sizeof own / sizeof *own);
    issuer->relative = slice_range(text, 0, len);
    return len;
}

/* 邯郸市委、市政府: bytes from 委 to the end of the government's name; its own words to *organ. */
static size_t read_party_and_government(struct slice text, struct slice *organ)
{
    static const struct slice parties[] = {{"委员会", 9}, {"委", 3}, {"党委", 6}};
    static const struct slice governments[] = {{"人民政府", 12}, {"政府", 6}, {"行署", 6}};
    static const struct slice marks[] = {{"、", 3}, {"和", 3}, {" ", 1}};
    size_t at = slice_starts_any(text, parties, 3);
    if (!at)
        return 0;
    at += slice_starts_any(slice_from(text, at), marks, 3);
    struct slice rest = slice_from(text, at);
    size_t own = rest.len >= 3 && utf8_is_hanzi(utf8_at(rest.data)) ? 3 : 0;
    size_t len = slice_starts_any(slice_from(rest, own), governments, 3);
    if (!len) {
        own = 0;
        len = slice_starts_any(rest, governments, 3);
    }
    if (!len)
        return 0;
    *organ = slice_range(rest, own, own + len);
    return at + own + len;
}

static bool read_name(const struct grammar *g, struct slice text, struct issuer *issuer);

/* 中共隰县县委 隰县人民政府: of a joint issuer the government is meant. */
static bool read_joint(const struct grammar *g, struct slice text, size_t from,
                       struct issuer *issuer)
{
    for (size_t at = from + 3; at + 12 < text.len && at < from + MAX_JOINT_BYTES; at++) {
        struct place place;
        struct named_codes township;
        if (((unsigned char)text.data[at] & 0xC0) == 0x80)
            continue;
        if (text.data[at] != ' ' && !utf8_is_hanzi(utf8_at(text.data + at)) &&
            !slice_starts(slice_from(text, at), SLICE("、")))
            return false;
        bool begins =
            (gazetteer_match(g->gazetteer, text, at, &place) && place_is_certain(&place)) ||
            gazetteer_township(g->gazetteer, text, at, &township);
        struct issuer second = {0};
        if (begins && read_name(g, slice_from(text, at), &second) &&
            second.kind == KIND_GOVERNMENT && second.organ.len > 0) {
            second.joint = slice_range(text, 0, at + second.text.len);
            *issuer = second;
            return true;
        }
    }
    return false;
}

/* 公安局东风分局破获…: an office that bears no region's name is not the bureau either. But 各分局
 * are, and so is whoever 抽调分局民警: behind a name it is said what the office does. */
static size_t unknown_branch(const struct grammar *g, struct slice rest)
{
    size_t end = 0;
    if (words_start(g->words, WORD_BRANCH_NOT, rest, NULL))
        return 0;
    while (end <= MAX_BRANCH_BYTES && end < rest.len && utf8_is_hanzi(utf8_at(rest.data + end)) &&
           !words_start(g->words, WORD_FOLLOW, slice_from(rest, end), NULL)) {
        if (end >= 6 && slice_starts(slice_from(rest, end), SLICE("分局")))
            return name_may_end(g->words, slice_from(rest, end + 6), g->style) ? end + 6 : 0;
        end += utf8_length(rest.data + end);
    }
    return 0;
}

/* 公安局七里河分局: bytes of the district and what its own office is, behind the bureau that
 * `rest` follows; 0 where none does. */
static size_t read_branch(const struct grammar *g, struct slice rest)
{
    struct place place;
    struct slice office;
    if (!gazetteer_match(g->gazetteer, rest, 0, &place))
        return unknown_branch(g, rest);
    return words_start(g->words, WORD_BRANCH, slice_from(rest, place.text.len), &office)
               ? place.text.len + office.len
               : unknown_branch(g, rest);
}

/* What stands behind region and township. */
static size_t read_organ(const struct grammar *g, struct slice text, bool of_party,
                         struct issuer *issuer)
{
    size_t both = issuer->path_count ? read_party_and_government(text, &issuer->organ) : 0;
    if (both && name_may_end(g->words, slice_from(text, both), g->style)) {
        issuer->kind = KIND_GOVERNMENT;
        return both;
    }
    issuer->organ = (struct slice){0};
    size_t relative = 0;
    if (issuer->path_count == 0 && issuer->township.len == 0)
        relative = read_relative(g, text, issuer);
    bool nameless = relative == 0 && issuer->path_count == 0 && issuer->township.len == 0;
    if (nameless && g->style == STYLE_SENTENCE)
        return 0;
    size_t from = g->style == STYLE_SENTENCE ? relative : 0;
    size_t len = organ_read(g->words, slice_from(text, from), g->style, of_party, &issuer->kind);
    len = len ? len + from : 0;
    if (len && g->style == STYLE_SENTENCE && issuer->kind == KIND_DEPARTMENT)
        len += read_branch(g, slice_from(text, len));
    if (!len) {
        issuer->relative = (struct slice){0};
        return 0;
    }
    /* 县委全面依法治县委员会 is one name: nothing of it stands for the region's */
    bool whole = issuer->kind == KIND_COMMITTEE || relative >= len;
    issuer->organ = slice_range(text, whole ? 0 : relative, len);
    return len;
}

/* 天津子牙经济技术开发区: the lists have many zones with their city's name in front. */
static void list_whole_zone(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    struct named_codes known;
    if (!issuer->codes.len && gazetteer_zone(g->gazetteer, text, 0, &known) &&
        text.data + known.name.len == issuer->zone.data + issuer->zone.len)
        issuer->codes = known.codes;
}

static bool read_name(const struct grammar *g, struct slice text, struct issuer *issuer)
{
    *issuer = (struct issuer){0};
    size_t at = slice_starts_any(text, party, sizeof party / sizeof *party);
    bool of_party = at > 0;
    at += slice_starts_any(slice_from(text, at), national, sizeof national / sizeof *national);
    size_t start = at;
    at += read_path(g, slice_from(text, at), issuer);
    size_t corps = read_corps(g, slice_from(text, at), issuer);
    if (corps) {
        issuer->kind = of_party ? KIND_COMMITTEE : issuer->kind;
        issuer->text = slice_range(text, 0, at + corps);
        return true;
    }
    if (of_party && read_joint(g, text, at, issuer))
        return true;
    size_t township = issuer_read_township(g, slice_from(text, at), issuer);
    if (!township && issuer->path_count > 0 &&
        slice_starts(slice_from(text, at), SLICE("人民政府"))) {
        township =
            issuer_read_township(g, slice_from(text, at + 12), issuer); /* 区人民政府…街道办事处 */
        township = township && !words_start(g->words, WORD_GOVERNMENT, issuer->township, NULL)
                       ? township + 12
                       : 0;
        if (!township)
            issuer->township = issuer->codes = (struct slice){0};
    }
    at += township;
    size_t zone = township ? 0 : issuer_read_zone(g, slice_from(text, at), issuer);
    if (zone) {
        list_whole_zone(g, slice_from(text, start), issuer);
        at += zone;
    } else {
        at += read_organ(g, slice_from(text, at), of_party, issuer);
    }
    if (issuer->kind == KIND_UNKNOWN && issuer->township.len > 0)
        issuer->kind = KIND_GOVERNMENT;
    issuer->text = slice_range(text, 0, at);
    return issuer_names(issuer);
}

bool issuer_read(const struct gazetteer *gazetteer, const struct words *words, struct slice text,
                 struct issuer *issuer)
{
    struct grammar g = {gazetteer, words, STYLE_TITLE};
    return read_name(&g, text, issuer);
}

bool issuer_read_sentence(const struct gazetteer *gazetteer, const struct words *words,
                          struct slice text, struct issuer *issuer)
{
    struct grammar g = {gazetteer, words, STYLE_SENTENCE};
    return read_name(&g, text, issuer);
}

bool issuer_read_whole(const struct gazetteer *gazetteer, const struct words *words,
                       struct slice line, struct issuer *issuer)
{
    static const struct slice seals[] = {{"（盖章）", 12}, {"（公章）", 12}, {"（章）", 9},
                                         {"（印章）", 12}, {"(盖章)", 8},    {"(公章)", 8}};
    for (size_t i = 0; i < sizeof seals / sizeof *seals; i++)
        if (slice_ends(line, seals[i]))
            line.len -= seals[i].len;
    if (!issuer_read(gazetteer, words, line, issuer) || issuer->kind == KIND_UNKNOWN ||
        (issuer->organ.len == 0 && !issuer->division))
        return false;
    return issuer->organ.len ? slice_ends(line, issuer->organ) : issuer->text.len == line.len;
}
