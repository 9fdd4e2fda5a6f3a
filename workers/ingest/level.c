/* level.c - at which level a report stands whose unit is not known, by the words that it has for
 * itself: 全县 and 县政府 are a county's, 镇政府 a township's, 全省 a province's.
 *
 * 全市 may be a prefecture's or a county-level city's: it is the former's only where the text tells
 * of counties below it (各县区, 市本级). Words of the level above stand in every report
 * (县委、县政府 的领导下), so a township's own words count first. No state, can't fail.
 */
#include "workers/ingest/inquiry.h"
#include "workers/text/utf8.h"

enum { LEVEL_BYTES = 9000 };

/* What the third column of the word list says; its order is that of `names`. */
enum told { TOLD_PROVINCE, TOLD_CITY, TOLD_COUNTY, TOLD_TOWNSHIP, TOLD_BELOW, TOLD_COUNT };

static enum told told_by(struct slice value)
{
    static const char *const names[TOLD_COUNT] = {"province", "city", "county", "township",
                                                  "below"};
    unsigned told = 0;
    while (told < TOLD_BELOW && !slice_equal(slice_of(names[told]), value))
        told++;
    return told;
}

static void count_words(const struct words *words, struct slice body, unsigned *told)
{
    struct slice word;
    for (size_t at = 0; (at = words_find(words, WORD_LEVEL, body, at, &word)) != SIZE_MAX;
         at += word.len)
        told[told_by(words_value(words, WORD_LEVEL, word))]++;
}

/* 镇公共法律服务站, 街道承接赋权事项: a clause that begins with what the unit is. */
static void count_clauses(const struct words *words, struct slice body, unsigned *told)
{
    struct slice word;
    for (size_t at = 0; (at = words_find(words, WORD_LEVEL_CLAUSE, body, at, &word)) != SIZE_MAX;
         at += word.len) {
        size_t end = at + word.len;
        uint32_t before = at ? utf8_at(utf8_before(body.data, body.data + at)) : '\n';
        bool starts = !utf8_is_hanzi(before) && before != 0x3001;
        bool goes_on = end < body.len && utf8_is_hanzi(utf8_at(body.data + end)) &&
                       !words_start(words, WORD_LEVEL_NOT, slice_from(body, at), NULL);
        if (starts && goes_on)
            told[told_by(words_value(words, WORD_LEVEL_CLAUSE, word))]++;
    }
}

enum level level_told(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry);
    unsigned told[TOLD_COUNT] = {0};
    if (body.len > LEVEL_BYTES)
        body.len = LEVEL_BYTES; /* a character cut in two is no word */
    count_words(inquiry->reader->words, body, told);
    count_clauses(inquiry->reader->words, body, told);
    if (told[TOLD_TOWNSHIP] > told[TOLD_COUNTY] || (told[TOLD_TOWNSHIP] && !told[TOLD_COUNTY]))
        return LEVEL_TOWNSHIP;
    if (told[TOLD_PROVINCE] > told[TOLD_CITY] + told[TOLD_COUNTY])
        return LEVEL_PROVINCE;
    if (told[TOLD_COUNTY] > 0 && told[TOLD_COUNTY] >= told[TOLD_CITY])
        return LEVEL_COUNTY;
    return told[TOLD_CITY] > 0 && told[TOLD_BELOW] > 0 ? LEVEL_PREFECTURE : LEVEL_UNKNOWN;
}
