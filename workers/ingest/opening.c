/* opening.c - goes through the first sentences clause by clause. No state, can't fail.
 */
#include "workers/ingest/opening.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/lines.h"
#include "workers/text/utf8.h"

enum { LEAD_BYTES = 1500, ENOUGH_BYTES = 240 };

unsigned region_sort(struct slice name)
{
    static const struct {
        struct slice ending;
        unsigned sort;
    } sorts[] = {{{"地区", 6}, SORT_AREA}, {{"省", 3}, SORT_PROVINCE}, {{"市", 3}, SORT_CITY},
                 {{"县", 3}, SORT_COUNTY}, {{"区", 3}, SORT_DISTRICT}, {{"州", 3}, SORT_STATE},
                 {{"盟", 3}, SORT_LEAGUE}, {{"旗", 3}, SORT_BANNER}};
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
        if (slice_ends(name, sorts[i].ending))
            return sorts[i].sort;
    return 0;
}

/* （二）, 四、: a heading that others went before. */
static bool begins_in_the_middle(struct slice lead)
{
    return line_number(line_trim(lead)) > 1;
}

/* The sentences in front of the first heading; a report that begins with a heading has none, and
 * what stands under that heading is taken instead. */
static struct slice lead_of(const struct layout *layout)
{
    struct slice body = slice_range(layout->clean, layout->body.start, layout->body.end);
    size_t limit = body.len < LEAD_BYTES ? body.len : LEAD_BYTES;
    for (size_t at = 0; at < limit;) {
        size_t newline = slice_find(body, SLICE("\n"), at);
        size_t next = newline == SIZE_MAX ? body.len : newline + 1;
        struct slice line = line_trim(slice_range(body, at, next < body.len ? next - 1 : next));
        if (line_is_heading(line) && !begins_in_the_middle(line) && at >= ENOUGH_BYTES)
            return slice_range(body, 0, at);
        at = next;
    }
    while (limit > 0 && limit < body.len && ((unsigned char)body.data[limit] & 0xC0) == 0x80)
        limit--;
    return slice_range(body, 0, limit);
}

/* A region's name that may be nobody's who speaks. */
struct aside {
    struct issuer issuer;
    bool unsure; /* it stands in the name of a body */
};

static bool clause_mark(uint32_t c)
{
    return c == '\n' || c == ',' || c == ';' || c == 0xFF0C || c == 0x3002 || c == 0xFF1B ||
           c == 0xFF01 || c == 0x3011 || c == '|';
}

/* 2024年以来, 过去的一年, 今年: what a clause may have in front of its subject. */
static size_t skip_time(struct slice text, size_t at)
{
    static const struct slice times[] = {{"年度", 6}, {"以来", 6}, {"今年", 6},   {"过去的", 9},
                                         {"一年", 6}, {"近年", 6}, {"全年", 6},   {"本年度", 9},
                                         {"期间", 6}, {"我们", 6}, {"上半年", 9}, {"来", 3}};
    enum { TIMES = sizeof times / sizeof *times };
    static const struct slice numbers[] = {{"一、", 6}, {"（一）", 9},      {"(一)", 5},
                                           {"1.", 2},   {"第一部分：", 15}, {"第一部分", 12}};
    size_t from = at, len;
    uint16_t year;
    at += slice_starts_any(slice_from(text, at), numbers, sizeof numbers / sizeof *numbers);
    size_t begin = at;
    do {
        while (at < text.len && (text.data[at] == ' ' || text.data[at] == '\t'))
            at++;
        len = year_at(text, at, &year);
        if (!len)
            len = slice_starts_any(slice_from(text, at), times,
                                   at > begin ? TIMES : TIMES - 1); /* 来凤县 begins so, too */
        at += len;
    } while (len);
    return at - from;
}

/* 现将: what follows is the one who reports. */
static size_t skip_report(struct slice text, size_t at)
{
    static const struct slice leads[] = {
        {"现将", 6},      {"现就", 6},   {"现对", 6},   {"现把", 6}, {"现公布《", 12},
        {"现发布《", 12}, {"现公布", 9}, {"现发布", 9}, {"将", 3},   {"报告", 6}};
    size_t len = slice_starts_any(slice_from(text, at), leads, sizeof leads / sizeof *leads);
    return len ? len + skip_time(text, at + len) : 0;
}

static void hear(struct opening *opening, struct slice ending, bool own)
{
    if (slice_equal(ending, SLICE("局"))) {
        opening->department = true;
    } else if (slice_equal(ending, SLICE("园区"))) {
        opening->zone = true;
    } else if (slice_equal(ending, SLICE("校"))) {
        opening->institution = true;
    } else if (slice_equal(ending, SLICE("镇")) || slice_equal(ending, SLICE("乡")) ||
               slice_equal(ending, SLICE("街道")) || slice_equal(ending, SLICE("苏木"))) {
        opening->township = true;
    } else {
        opening->mentioned |= region_sort(ending);
        if (own && !opening->own)
            opening->own = region_sort(ending);
    }
}

/* 我 and 本 speak of oneself wherever they stand, 局党组 where no name stands in front of it; 县委
 * and 市政府 say what sort of region lies above; 街道 and 园区 say nothing. */
static void hear_one(const struct words *words, struct slice lead, size_t at, struct slice voice,
                     struct opening *opening)
{
    struct slice value = words_value(words, WORD_VOICE, voice);
    bool own = slice_starts(voice, SLICE("我")) || slice_starts(voice, SLICE("本"));
    bool apart = name_begins(words, lead, at);
    opening->bureau |=
        slice_equal(value, SLICE("局")) && (own || apart) && !slice_ends(voice, SLICE("单位"));
    bool region = region_sort(value) && !slice_equal(value, SLICE("园区"));
    if (own || region || (apart && slice_equal(value, SLICE("局"))))
        hear(opening, value, own);
}

/* Every 我局, 县委, 局党组 of the lead. */
static void hear_voices(const struct words *words, struct slice lead, struct opening *opening)
{
    struct slice voice;
    for (size_t at = 0; (at = words_find(words, WORD_VOICE, lead, at, &voice)) != SIZE_MAX;
         at += voice.len)
        hear_one(words, lead, at, voice, opening);
}

/* 齐河县、乐陵市…: a list of several is no subject. */
static bool begins_a_list(const struct reader *reader, struct slice rest)
{
    struct place next;
    return slice_starts(rest, SLICE("、")) && gazetteer_match(reader->gazetteer, rest, 3, &next) &&
           place_is_certain(&next);
}

/* A name alone on its line is a label's value, not a sentence. */
static bool speaks(const struct reader *reader, struct slice rest)
{
    return rest.len > 0 && rest.data[0] != '\n' && !begins_a_list(reader, rest);
}

/* Behind 我局 and 我镇 a name still says which, if it is one of that kind; of 我市 it does not:
 * 张家港市 may follow. */
static bool same_voice(const struct opening *opening, const struct issuer *issuer)
{
    return (opening->department && issuer->kind == KIND_DEPARTMENT) ||
           (opening->township && issuer->township.len > 0) ||
           (opening->zone && issuer->zone.len > 0);
}

/* 寿光市是蔬菜之乡, 南宁市招标投标中心受理…: a region's name that tells of the region, or that
 * stands in front of a body's whose end nothing shows. It is the subject only where nobody else
 * speaks, and of the latter it is never the government's. */
static bool set_aside(const struct reader *reader, struct slice text, const struct issuer *issuer,
                      struct aside *aside)
{
    struct slice rest = slice_from(text, issuer->text.len);
    bool unsure = issuer_is_bare(issuer) && organ_unsure(reader->words, rest);
    if (!unsure &&
        !(issuer_is_bare(issuer) && words_start(reader->words, WORD_DESCRIBES, rest, NULL)))
        return false;
    if (!issuer_names(&aside->issuer))
        aside->issuer = *issuer;
    aside->unsure |= unsure;
    return true;
}

/* What a clause begins with, if it is a name or a voice. */
static bool read_clause(const struct reader *reader, struct slice text, bool reports, bool found,
                        struct aside *aside, struct opening *opening)
{
    struct slice voice;
    struct issuer issuer;
    bool named = issuer_read_sentence(reader->gazetteer, reader->words, text, &issuer) &&
                 speaks(reader, slice_from(text, issuer.text.len));
    bool voiced = words_start(reader->words, WORD_VOICE, text, &voice);
    if (named && (issuer.path_count || issuer.township.len || issuer.zone.len ||
                  issuer.organ.len > voice.len)) {
        if (!found && set_aside(reader, text, &issuer, aside))
            return false;
        if (issuer_names(&aside->issuer) && !issuer.path_count)
            return false; /* a region has been named: whoever names none is told of */
        if (reports || !found || (!issuer_names(&opening->subject) && same_voice(opening, &issuer)))
            opening->subject = issuer;
        return true;
    }
    if (voiced && !found &&
        name_may_end(reader->words, slice_from(text, voice.len), STYLE_SENTENCE))
        hear(opening, words_value(reader->words, WORD_VOICE, voice), true);
    return voiced;
}

void opening_read(const struct reader *reader, const struct layout *layout, struct opening *opening)
{
    *opening = (struct opening){0};
    struct slice lead = lead_of(layout);
    hear_voices(reader->words, lead, opening);
    opening->excerpt = begins_in_the_middle(lead);
    struct aside aside = {0};
    bool found = false, starts = true, timed = false;
    for (size_t at = 0, len; at < lead.len; at += len) {
        bool clause = starts;
        len = utf8_length(lead.data + at);
        starts = clause_mark(utf8_at(lead.data + at)); /* what is behind it */
        if (!clause)
            continue;
        size_t from = at + skip_time(lead, at);
        size_t report = skip_report(lead, from);
        bool reports = slice_starts(slice_from(lead, from), SLICE("现"));
        bool settled = found && issuer_names(&opening->subject) && !reports;
        bool named = issuer_names(&opening->subject);
        timed |= from > at;
        if (!settled && from + report < lead.len)
            found |= read_clause(reader, slice_from(lead, from + report), reports, found, &aside,
                                 opening);
        opening->dated |= !named && issuer_names(&opening->subject) && timed;
        timed = from > at && clause_mark(utf8_at(lead.data + from)); /* 2024年， */
    }
    if (!issuer_names(&opening->subject)) {
        opening->subject = aside.issuer;
        opening->unsure = aside.unsure;
    }
}
