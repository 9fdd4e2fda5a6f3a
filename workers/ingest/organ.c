/* organ.c - what an organ's name ends with says its kind; where it ends is told by what follows. No
 * state, can't fail.
 */
#include "workers/ingest/organ.h"

#include "workers/ingest/dates.h"
#include "workers/text/utf8.h"

enum { TITLE_BYTES = 90, SENTENCE_BYTES = 66 };

static bool dated(struct slice text, size_t at)
{
    uint16_t year;
    struct date date;
    return year_at(text, at, &year) || date_at(text, at, &date);
}

bool name_begins(const struct words *words, struct slice text, size_t at)
{
    if (at == 0 || !utf8_is_hanzi(utf8_at(utf8_before(text.data, text.data + at))))
        return true;
    size_t from = at > 36 ? at - 36 : 0;
    return words_end(words, WORD_BEFORE, slice_range(text, from, at), NULL);
}

bool name_may_end(const struct words *words, struct slice rest, enum issuer_style style)
{
    if (rest.len == 0 || !utf8_is_hanzi(utf8_at(rest.data)) || dated(rest, 0))
        return true;
    if (words_start(words, WORD_ORGAN_STOP, rest, NULL))
        return true;
    return style == STYLE_SENTENCE && words_start(words, WORD_FOLLOW, rest, NULL);
}

/* 县委全面依法治县委员会办公室 is a committee's; of a title (县委、县政府…办公室) any part will do.
 */
static bool is_committee(const struct words *words, struct slice organ, bool of_party)
{
    if (of_party && organ.len > 0)
        return true;
    return words_end(words, WORD_COMMITTEE, organ, NULL) ||
           (words_in(words, WORD_COMMITTEE, organ) &&
            (slice_ends(organ, SLICE("委员会")) || slice_ends(organ, SLICE("办公室")) ||
             slice_ends(organ, SLICE("办")))) ||
           (slice_starts(organ, SLICE("人大")) && slice_ends(organ, SLICE("委员会")));
}

static enum issuer_kind kind_of(const struct words *words, struct slice organ, bool of_party)
{
    if (words_end(words, WORD_GOVERNMENT, organ, NULL))
        return KIND_GOVERNMENT;
    if (is_committee(words, organ, of_party))
        return KIND_COMMITTEE;
    if (words_end(words, WORD_INSTITUTION, organ, NULL))
        return KIND_INSTITUTION;
    if (words_end(words, WORD_DEPARTMENT, organ, NULL))
        return KIND_DEPARTMENT;
    return KIND_UNKNOWN;
}

static size_t title_length(const struct words *words, struct slice text)
{
    size_t stop = words_find(words, WORD_ORGAN_STOP, text, 0, NULL);
    size_t end = 0;
    while (end < text.len && end < stop && end < TITLE_BYTES) {
        uint32_t c = utf8_at(text.data + end);
        if ((!utf8_is_hanzi(c) && c != 0x3001 && c != ' ' && c != 0xFF08 && c != 0xFF09) ||
            dated(text, end))
            break;
        end += utf8_length(text.data + end);
    }
    while (end > 0 && text.data[end - 1] == ' ')
        end--;
    return end;
}

/* 法院院长 is no body. */
static bool names_head(struct slice rest)
{
    static const struct slice heads[] = {{"院长", 6},   {"检察长", 9}, {"法官", 6},
                                         {"检察官", 9}, {"主任", 6},   {"委员", 6}};
    return slice_starts_any(rest, heads, sizeof heads / sizeof *heads) > 0;
}

/* 局, 厅, 法院 and a department's 委员会 end a name before almost any word, 所属 before none but
 * the body's own; 法院院长 is no body. */
static bool clearly_ends(const struct words *words, struct slice organ, struct slice rest)
{
    static const struct slice ends[] = {{"局", 3},   {"厅", 3},     {"支队", 6},  {"大队", 6},
                                        {"法院", 6}, {"检察院", 9}, {"监督所", 9}};
    if (names_head(rest))
        return false;
    if (slice_starts(rest, SLICE("所属")))
        return organ.len >= 9;
    if (slice_ends(organ, SLICE("委员会")))
        return organ.len >= 15 && kind_of(words, organ, false) == KIND_DEPARTMENT &&
               !slice_ends(organ, SLICE("调解委员会")) && /* the people's, no department */
               !words_start(words, WORD_ORGAN_NEXT, rest, NULL);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends(organ, ends[i]))
            return organ.len >= 9 && (slice_starts(rest, SLICE("办理")) ||
                                      !words_start(words, WORD_ORGAN_NEXT, rest, NULL));
    return false;
}

/* The first end of an organ's name that something fit to follow it stands behind. */
static size_t sentence_length(const struct words *words, struct slice text)
{
    size_t end = 0;
    if (!words_start(words, WORD_ORGAN_START, text, NULL) &&
        name_may_end(words, text, STYLE_SENTENCE))
        return 0;
    while (end < text.len && end < SENTENCE_BYTES && utf8_is_hanzi(utf8_at(text.data + end))) {
        end += utf8_length(text.data + end);
        struct slice organ = slice_range(text, 0, end);
        if (kind_of(words, organ, false) != KIND_UNKNOWN && organ.len > 3 &&
            (name_may_end(words, slice_from(text, end), STYLE_SENTENCE) ||
             clearly_ends(words, organ, slice_from(text, end))))
            return end;
    }
    return 0;
}

bool organ_unsure(const struct words *words, struct slice text)
{
    static const struct slice lines[] = {{"系统", 6}, {"公安机关", 12}, {"税务机关", 12}};
    size_t end = 0;
    if (name_may_end(words, text, STYLE_SENTENCE) || slice_starts(text, SLICE("委")) ||
        words_start(words, WORD_GOVERNMENT, text, NULL))
        return false;
    while (end < text.len && end < SENTENCE_BYTES && utf8_is_hanzi(utf8_at(text.data + end))) {
        end += utf8_length(text.data + end);
        struct slice organ = slice_range(text, 0, end);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
            if (slice_ends(organ, lines[i]))
                return true;
        if (organ.len >= 9 && kind_of(words, organ, false) != KIND_UNKNOWN)
            return !names_head(slice_from(text, end));
    }
    return false;
}

/* 数据资源管理局（市政务服务管理局）: the second name that it also goes by is no part of the first.
 */
static size_t without_second_name(struct slice organ)
{
    size_t bracket = slice_find(organ, SLICE("（"), 0);
    return bracket == SIZE_MAX ? organ.len : bracket;
}

size_t organ_read(const struct words *words, struct slice text, enum issuer_style style,
                  bool of_party, enum issuer_kind *kind)
{
    size_t len = style == STYLE_TITLE ? title_length(words, text) : sentence_length(words, text);
    *kind = kind_of(words, slice_range(text, 0, len), of_party);
    if (*kind == KIND_UNKNOWN) {
        len = without_second_name(slice_range(text, 0, len));
        *kind = kind_of(words, slice_range(text, 0, len), of_party);
    }
    size_t blank = *kind == KIND_UNKNOWN ? slice_find(text, SLICE(" "), 0) : SIZE_MAX;
    if (blank < len && kind_of(words, slice_range(text, 0, blank), of_party) == KIND_DEPARTMENT) {
        len = blank; /* 水利和湖泊局 信息公开 */
        *kind = KIND_DEPARTMENT;
    }
    return *kind == KIND_UNKNOWN ? 0 : len;
}
