/* mentions.c - names at word borders, each weighed by what stands around it. No state, can't fail.
 */
#include "workers/ingest/mentions.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/opening.h"
#include "workers/text/utf8.h"

enum {
    TEXT_BYTES = 9000, /* a report names its region early and often */
    ENOUGH = 3,        /* where other regions are named, too */
    ENOUGH_ALONE = 2,
    ENOUGH_UNSURE = 5,   /* where the text does not say what sort of region speaks */
    WEIGHT_DOCUMENT = 3, /* 《渭南市… */
    WEIGHT_OWN = 3,      /* 法治武义, 平安武义, 锦州全市 */
    WEIGHT_ORGAN = 2,    /* 武义县政府, 武义县委 */
    WEIGHT_FIRST = 2, /* at the start of a clause; a province's short name; (九龙坡教办… */
    WEIGHT_NAME = 1,
};

static bool after_any(struct slice text, size_t at, const struct slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (at >= list[i].len && slice_equal(slice_range(text, at - list[i].len, at), list[i]))
            return true;
    return false;
}

/* Behind 《, or behind 《2024年. */
static bool in_document(struct slice text, size_t at)
{
    static const struct slice open = {"《", 3};
    uint16_t year;
    for (size_t back = 7; back <= 14 && back <= at; back++)
        if (((unsigned char)text.data[at - back] & 0xC0) != 0x80 &&
            year_at(text, at - back, &year) == back)
            return after_any(text, at - back, &open, 1);
    return after_any(text, at, &open, 1);
}

/* A short name counts where it can hardly be another word: 湖南普法网, 法治武义, （九龙坡教办. */
static int weigh_short(struct slice text, size_t at, const struct place *place)
{
    static const struct slice brackets[] = {{"（", 3}, {"(", 1}};
    const struct region_name *name = &place->names[0];
    if (name->kind == NAME_FORMER)
        return 0;
    if (name->region->level == LEVEL_PROVINCE || (place->count == 1 && place->text.len >= 9) ||
        (place->count == 1 && after_any(text, at, brackets, 2)))
        return WEIGHT_FIRST;
    return 0;
}

static bool first_in_clause(struct slice text, size_t at)
{
    uint32_t c = at ? utf8_at(utf8_before(text.data, text.data + at)) : '\n';
    return c == '\n' || c == ',' || c == 0xFF0C || c == 0x3002 || c == 0xFF1B;
}

/* 0: not to be believed. `inner`: right behind another region's name (乐山市沙湾区). */
static int weigh(const struct reader *reader, struct slice text, size_t at,
                 const struct place *place, bool inner)
{
    static const struct slice own[] = {{"法治", 6}, {"平安", 6}, {"美丽", 6},      {"数字", 6},
                                       {"信用", 6}, {"幸福", 6}, {"现代化新", 12}, {"新时代", 9}};
    static const struct slice all[] = {{"全省", 6}, {"全市", 6}, {"全县", 6}, {"全区", 6}};
    static const struct slice organs[] = {{"委", 3}, {"人民政府", 12}, {"政府", 6}, {"人大", 6}};
    static const struct slice listed[] = {{"、", 3}};
    struct slice rest = slice_from(text, at + place->text.len);
    if (after_any(text, at, own, sizeof own / sizeof *own) || slice_starts_any(rest, all, 4))
        return place->names[0].kind == NAME_FORMER ? 0 : WEIGHT_OWN;
    if (!place_is_certain(place))
        return weigh_short(text, at, place);
    if ((!inner && !name_begins(reader->words, text, at)) ||
        words_start(reader->words, WORD_PLACE_NOT, rest, NULL))
        return 0;
    if (slice_starts_any(rest, listed, 1) || after_any(text, at, listed, 1))
        return 0;
    if (in_document(text, at))
        return WEIGHT_DOCUMENT;
    if (slice_starts_any(rest, organs, 4) || first_in_clause(text, at))
        return WEIGHT_ORGAN;
    return WEIGHT_NAME;
}

static void count_region(struct mentions *mentions, const struct region *region, int score)
{
    unsigned i = 0;
    while (i < mentions->count && mentions->items[i].region != region)
        i++;
    if (i == MAX_MENTIONED)
        return;
    if (i == mentions->count)
        mentions->items[mentions->count++] = (struct mentioned){region, 0};
    mentions->items[i].score += score;
}

/* The one of the namesakes that could be meant; NULL if there are several. */
static const struct region *choose(const struct place *place, const struct sought *sought)
{
    const struct region *fit[MAX_NAMESAKES];
    size_t count = 0;
    for (size_t i = 0; i < place->count && count < MAX_NAMESAKES; i++) {
        const struct region *region = place->names[i].region;
        if ((region_sort(region->name) & sought->sorts) &&
            (sought->level == LEVEL_UNKNOWN || region->level == sought->level) &&
            region_could_stand(region, sought->year))
            fit[count++] = region;
    }
    return count ? hints_choose(sought->hints, fit, count) : NULL;
}

void mentions_read(const struct reader *reader, struct slice text, const struct sought *sought,
                   struct mentions *mentions)
{
    struct place place;
    *mentions = (struct mentions){0};
    size_t end = text.len < TEXT_BYTES ? text.len : TEXT_BYTES, last = SIZE_MAX;
    int last_score = 0;
    for (size_t at = 0; at < end;) {
        if (!gazetteer_match(reader->gazetteer, text, at, &place)) {
            at += utf8_length(text.data + at);
            continue;
        }
        int score = weigh(reader, text, at, &place, last == at);
        if (last == at && score && last_score > score)
            score = last_score; /* 《乐山市沙湾区…》 */
        const struct region *region = score ? choose(&place, sought) : NULL;
        if (region)
            count_region(mentions, region, score);
        at += score || place_is_certain(&place) ? place.text.len : utf8_length(text.data + at);
        last = score ? at : SIZE_MAX;
        last_score = score;
    }
}

const struct region *mentions_choose(const struct mentions *mentions, bool sure)
{
    const struct mentioned *best = NULL;
    int second = 0;
    for (unsigned i = 0; i < mentions->count; i++) {
        const struct mentioned *item = &mentions->items[i];
        if (!best || item->score > best->score) {
            second = best ? best->score : 0;
            best = item;
        } else if (item->score > second) {
            second = item->score;
        }
    }
    if (!best ||
        best->score < (!sure    ? ENOUGH_UNSURE
                       : second ? ENOUGH
                                : ENOUGH_ALONE) ||
        best->score < 2 * second + 1)
        return NULL;
    return best->region;
}
