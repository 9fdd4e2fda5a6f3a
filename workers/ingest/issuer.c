/* issuer.c - a small grammar for names of governments, departments and committees. No state, can't
 * fail; what does not fit is "no issuer".
 */
#include "workers/ingest/issuer.h"

#include "workers/ingest/dates.h"
#include "workers/utf8.h"

enum { MAX_ORGAN_BYTES = 90, MAX_TOWNSHIP_BYTES = 36 };

static const struct slice party[] = {{"中国共产党", 15}, {"中共", 6}};
static const struct slice national[] = {
    {"国家税务总局", 18}, {"中华人民共和国", 21}, {"国家统计局", 15}};

static size_t starts_with_any(struct slice text, const struct slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_starts(text, list[i]))
            return list[i].len;
    return 0;
}

static struct slice tail(struct slice text, size_t from)
{
    return slice_range(text, from, text.len);
}

/* A name in front of a year, an organ, a township or nothing; a short name ("安化") in front of
 * anything else may be part of a longer word. */
static bool name_ends_here(const struct words *words, struct slice rest)
{
    uint16_t year;
    struct slice hit;
    struct date date;
    return rest.len == 0 || year_at(rest, 0, &year) || date_at(rest, 0, &date) ||
           words_start(words, WORD_GOVERNMENT, rest, NULL) ||
           words_start(words, WORD_ORGAN_STOP, rest, NULL) ||
           words_start(words, WORD_COMMITTEE, rest, &hit) ||
           words_start(words, WORD_ZONE, rest, NULL) || rest.data[0] == ' ';
}

static size_t read_path(const struct gazetteer *gazetteer, const struct words *words,
                        struct slice text, struct issuer *issuer)
{
    size_t at = 0;
    struct place place;
    while (issuer->path_count < MAX_PATH && gazetteer_match(gazetteer, text, at, &place)) {
        size_t end = at + place.text.len;
        struct place next;
        if (!place_is_certain(&place) && place.names[0].kind != NAME_FORMER &&
            !name_ends_here(words, tail(text, end)) &&
            !gazetteer_match(gazetteer, text, end, &next))
            break;
        issuer->path[issuer->path_count++] = place;
        at = end;
        while (at < text.len && text.data[at] == ' ')
            at++;
    }
    return at;
}

/* Where a township's name must have ended: before its organ, a year, or the end. */
static bool township_ends_here(const struct words *words, struct slice rest)
{
    uint16_t year;
    return rest.len == 0 || year_at(rest, 0, &year) || rest.data[0] == ' ' ||
           words_start(words, WORD_GOVERNMENT, rest, NULL) ||
           words_start(words, WORD_ORGAN_STOP, rest, NULL) || slice_starts(rest, SLICE("党")) ||
           slice_starts(rest, SLICE("委员会")) || slice_starts(rest, SLICE("综合行政")) ||
           slice_starts(rest, SLICE("（"));
}

static size_t read_township(const struct words *words, struct slice text, struct issuer *issuer)
{
    size_t limit = text.len < MAX_TOWNSHIP_BYTES ? text.len : MAX_TOWNSHIP_BYTES;
    for (size_t at = 0; at < limit && utf8_is_hanzi(utf8_at(text.data + at));
         at += utf8_length(text.data + at)) {
        struct slice ending;
        if (at == 0 || !words_start(words, WORD_STREET_TOWN, tail(text, at), &ending))
            continue;
        size_t end = at + ending.len;
        if (!township_ends_here(words, tail(text, end)))
            continue;
        issuer->township = slice_range(text, 0, end);
        return end;
    }
    return 0;
}

static size_t organ_length(const struct words *words, struct slice text)
{
    size_t stop = words_find(words, WORD_ORGAN_STOP, text, 0, NULL);
    size_t end = 0;
    uint16_t year;
    struct date date;
    while (end < text.len && end < stop && end < MAX_ORGAN_BYTES) {
        uint32_t c = utf8_at(text.data + end);
        if ((!utf8_is_hanzi(c) && c != 0x3001 && c != ' ' && c != 0xFF08 && c != 0xFF09) ||
            year_at(text, end, &year) || date_at(text, end, &date))
            break;
        end += utf8_length(text.data + end);
    }
    while (end > 0 && text.data[end - 1] == ' ')
        end--;
    return end;
}

static enum issuer_kind kind_of(const struct words *words, struct slice organ, bool of_party)
{
    struct slice hit;
    if (words_end(words, WORD_GOVERNMENT, organ, &hit))
        return KIND_GOVERNMENT;
    if (words_in(words, WORD_COMMITTEE, organ) || (of_party && organ.len > 0))
        return KIND_COMMITTEE;
    if (words_end(words, WORD_DEPARTMENT, organ, &hit))
        return KIND_DEPARTMENT;
    return KIND_UNKNOWN;
}

/* "县司法局", "市市场监督管理局": the unit's own level, its name understood. */
static size_t read_relative(const struct words *words, struct slice text, struct issuer *issuer)
{
    static const struct {
        struct slice word;
        enum level level;
    } own[] = {{{"自治区", 9}, LEVEL_PROVINCE}, {{"自治州", 9}, LEVEL_PREFECTURE},
               {{"自治县", 9}, LEVEL_COUNTY},   {{"省", 3}, LEVEL_PROVINCE},
               {{"州", 3}, LEVEL_PREFECTURE},   {{"盟", 3}, LEVEL_PREFECTURE},
               {{"县", 3}, LEVEL_COUNTY},       {{"旗", 3}, LEVEL_COUNTY},
               {{"区", 3}, LEVEL_COUNTY},       {{"市", 3}, LEVEL_UNKNOWN}};
    if (words_start(words, WORD_ORGAN_START, text, NULL))
        return 0;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (slice_starts(text, own[i].word)) {
            issuer->relative = own[i].level ? own[i].level : LEVEL_PREFECTURE;
            return own[i].word.len;
        }
    return 0;
}

/* 中共隰县县委 隰县人民政府: of a joint issuer the government is meant. */
static bool read_joint(const struct gazetteer *gazetteer, const struct words *words,
                       struct slice text, struct issuer *issuer)
{
    for (size_t at = 3; at + 12 < text.len && at < MAX_ORGAN_BYTES; at++) {
        struct place place;
        if (((unsigned char)text.data[at] & 0xC0) == 0x80 ||
            !gazetteer_match(gazetteer, text, at, &place) || !place_is_certain(&place))
            continue;
        struct issuer second = {0};
        if (issuer_read(gazetteer, words, tail(text, at), &second) &&
            second.kind == KIND_GOVERNMENT) {
            *issuer = second;
            return true;
        }
        at += place.text.len - 1;
    }
    return false;
}

bool issuer_read(const struct gazetteer *gazetteer, const struct words *words, struct slice text,
                 struct issuer *issuer)
{
    *issuer = (struct issuer){0};
    size_t at = starts_with_any(text, party, sizeof party / sizeof *party);
    bool of_party = at > 0;
    at += starts_with_any(tail(text, at), national, sizeof national / sizeof *national);
    at += read_path(gazetteer, words, tail(text, at), issuer);
    if (of_party && read_joint(gazetteer, words, tail(text, at), issuer))
        return true;
    at += read_township(words, tail(text, at), issuer);
    size_t relative = 0;
    if (issuer->path_count == 0 && issuer->township.len == 0)
        relative = read_relative(words, tail(text, at), issuer);
    size_t length = organ_length(words, tail(text, at));
    struct slice organ = slice_range(text, at, at + length);
    issuer->kind = kind_of(words, organ, of_party);
    if (issuer->kind != KIND_UNKNOWN) {
        bool own_committee = issuer->kind == KIND_COMMITTEE || relative >= length;
        issuer->organ = own_committee ? organ : tail(organ, relative);
        at += length;
    } else if (relative) {
        issuer->relative = LEVEL_UNKNOWN;
    }
    if (issuer->kind == KIND_UNKNOWN && issuer->township.len > 0)
        issuer->kind = KIND_GOVERNMENT;
    issuer->text = slice_range(text, 0, at);
    return issuer->path_count > 0 || issuer->township.len > 0 || issuer->organ.len > 0;
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
        (issuer->organ.len == 0))
        return false;
    return slice_ends(line, issuer->organ);
}
