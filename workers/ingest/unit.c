/* unit.c - who reports: title, signature, opening and page labels, the most exact of those that
 * agree.
 *
 * The title's issuer counts most. A title that names only a region (阳城县2023年…报告) is the
 * government's unless signature or opening name a department, township or zone there. Without a
 * title the opening's subject speaks, then the signature, the page's publisher and the file's name;
 * a text that only says 我局 is a department whose name is not told. No state, can't fail.
 */
#include "workers/ingest/inquiry.h"
#include "workers/text/utf8.h"

enum { SELF_MENTIONS = 2 };

/* Whether both may lie in the same region: one of them names none, or they share one. */
static bool same_region(const struct issuer *a, const struct issuer *b)
{
    const struct place *one = issuer_place(a), *two = issuer_place(b);
    if (!one || !two)
        return true;
    for (size_t i = 0; i < one->count; i++)
        for (size_t j = 0; j < two->count; j++)
            if (one->names[i].region == two->names[j].region)
                return true;
    return false;
}

static bool speaks_as_department(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry), word;
    unsigned mentions = 0;
    for (size_t at = 0;
         (at = words_find(inquiry->reader->words, WORD_SELF, body, at, &word)) != SIZE_MAX;
         at += word.len)
        if (++mentions >= SELF_MENTIONS)
            return true;
    return false;
}

/* Whether every character of `brief` stands in `full`, in the same order: 市人社局 and
 * 南通市人力资源和社会保障局. */
static bool abbreviates(struct slice brief, struct slice full)
{
    size_t at = 0;
    for (size_t i = 0; i < brief.len; i += utf8_length(brief.data + i)) {
        struct slice c = slice_range(brief, i, i + utf8_length(brief.data + i));
        at = slice_find(full, c, at);
        if (at == SIZE_MAX)
            return false;
        at += c.len;
    }
    return brief.len > 0;
}

/* Whether the text tells of a body that `subject` is not, or of a government. */
static bool others_speak(const struct inquiry *inquiry, const struct issuer *subject)
{
    const struct reader *reader = inquiry->reader;
    struct slice body = inquiry_body(inquiry), word;
    struct issuer other;
    for (size_t at = 0; at < body.len; at += utf8_length(body.data + at)) {
        struct slice rest = slice_from(body, at);
        bool border = at == 0 || !utf8_is_hanzi(utf8_at(utf8_before(body.data, body.data + at)));
        if (slice_starts(rest, SLICE("政府")) && !slice_starts(rest, SLICE("政府信息")) &&
            !slice_ends(slice_range(body, 0, at), SLICE("法治")))
            return true;
        if (border && words_start(reader->words, WORD_VOICE, rest, &word) &&
            !slice_starts(word, SLICE("全")) &&
            !slice_equal(words_value(reader->words, WORD_VOICE, word), SLICE("局")))
            return true;
        if (border && issuer_read_sentence(reader->gazetteer, reader->words, rest, &other) &&
            other.organ.len > 0 && !abbreviates(other.text, subject->text))
            return true;
    }
    return false;
}

/* 2019年，德州市医疗保障局…, 寿光市农业农村局把…作为重中之重: its region in full, and what it is
 * set on itself. A justice bureau works for its government, which tells of it in such words, too.
 */
static bool tells_of_itself(const struct inquiry *inquiry, const struct issuer *subject)
{
    const struct opening *opening = &inquiry->opening;
    const struct place *place = issuer_place(subject);
    struct slice clean = inquiry->report->clean;
    struct slice rest =
        slice_from(clean, (size_t)(subject->text.data + subject->text.len - clean.data));
    return place && place_is_certain(place) && subject->organ.len >= 9 &&
           !slice_starts(subject->organ, SLICE("司法")) &&
           !slice_has(subject->organ, SLICE("法制")) && !opening->own && !opening->township &&
           (opening->dated || words_start(inquiry->reader->words, WORD_RESOLVE, rest, NULL)) &&
           !others_speak(inquiry, subject);
}

/* A department that an excerpt begins with is told of by its government: only the region is sure.
 */
static bool is_told_of(const struct inquiry *inquiry, const struct issuer *subject)
{
    const struct opening *opening = &inquiry->opening;
    return opening->excerpt && !opening->department && subject->kind == KIND_DEPARTMENT;
}

/* A department's name never is a government's: its sentence begins the report. */
static bool more_exact(const struct issuer *bare_title, const struct issuer *other)
{
    return issuer_names(other) && !issuer_is_bare(other) && same_region(bare_title, other) &&
           (other->path_count > 0 || other->township.len > 0 || other->zone.len > 0);
}

/* 阳城县2023年…报告, and who in 阳城县 it is. */
static struct issuer refine(const struct inquiry *inquiry, const struct issuer *title)
{
    const struct issuer *signature = &inquiry->signature, *subject = &inquiry->opening.subject;
    struct issuer found = *title;
    found.kind = KIND_GOVERNMENT;
    bool placed = signature->path_count > 0 || signature->township.len > 0;
    if (signature->kind == KIND_GOVERNMENT ||
        (placed && (signature->kind == KIND_COMMITTEE || signature->kind == KIND_ZONE ||
                    signature->kind == KIND_INSTITUTION)))
        return same_region(title, signature) ? *signature : found;
    if (signature->kind == KIND_DEPARTMENT && speaks_as_department(inquiry))
        return *signature;
    if (more_exact(title, subject) && !is_told_of(inquiry, subject))
        return *subject;
    return found;
}

/* Whom an opening without names speaks for. */
static struct issuer voice(const struct inquiry *inquiry)
{
    const struct opening *opening = &inquiry->opening;
    struct issuer unit = {0};
    unit.kind = opening->institution                ? KIND_INSTITUTION
                : opening->department               ? KIND_DEPARTMENT
                : opening->zone && !opening->own    ? KIND_ZONE
                : opening->township || opening->own ? KIND_GOVERNMENT
                                                    : KIND_UNKNOWN;
    return unit;
}

/* A region's name alone, in a text that says 我局 or 我镇 of itself: what it names lies above. */
static bool voice_is_below(const struct inquiry *inquiry, const struct issuer *issuer)
{
    return issuer_is_bare(issuer) &&
           (inquiry->opening.department || inquiry->opening.township ||
            inquiry->opening.institution) &&
           !inquiry->opening.own;
}

/* What the labels of the page add to a unit that has no name yet: 发布机构：县司法局. */
static void ask_publisher(struct inquiry *inquiry)
{
    struct issuer *unit = &inquiry->unit;
    const struct issuer *publisher = &inquiry->publisher;
    if (!issuer_names(unit) && issuer_names(publisher) &&
        (unit->kind == publisher->kind ||
         (inquiry->opening.township && publisher->township.len > 0)))
        *unit = *publisher;
}

/* The department or zone whose site it is says in full what the report has in short (我局,
 * 市司法局, 蚌埠经开区). */
static void ask_head(struct inquiry *inquiry)
{
    struct issuer *unit = &inquiry->unit;
    const struct issuer *head = &inquiry->furniture.head;
    if (!issuer_names(head) || unit->kind != head->kind || unit->township.len)
        return;
    if ((!issuer_names(unit) && !inquiry->furniture.many_heads) ||
        (issuer_names(unit) && same_region(unit, head) && abbreviates(unit->text, head->text)))
        *unit = *head;
}

/* 滨海新区 in a text that 茂名滨海新区管理委员会 signed, sent or has on its site is no county of
 * another city. */
static void ask_zone(struct inquiry *inquiry)
{
    const struct issuer *said[] = {&inquiry->signature, &inquiry->furniture.head,
                                   &inquiry->publisher};
    struct issuer *unit = &inquiry->unit;
    const struct place *place = issuer_place(unit);
    if (!place || unit->kind != KIND_GOVERNMENT || unit->township.len)
        return;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (!said[i]->path_count || !slice_equal(said[i]->zone, place->text))
            continue;
        *unit = *said[i];
        if (!slice_has(unit->organ, SLICE("管"))) /* 茂名滨海新区党政办 */
            unit->organ = (struct slice){0};
        unit->kind = KIND_ZONE;
        return;
    }
}

static struct issuer choose(const struct inquiry *inquiry)
{
    const struct issuer *title = &inquiry->title, *signature = &inquiry->signature;
    const struct issuer *subject = &inquiry->opening.subject;
    if (issuer_is_bare(title))
        return refine(inquiry, title);
    if (issuer_names(title))
        return *title;
    if (issuer_names(signature))
        return *signature;
    if (issuer_names(subject) && !voice_is_below(inquiry, subject)) {
        struct issuer unit = *subject;
        if (issuer_is_bare(subject) && !inquiry->opening.unsure)
            unit.kind = KIND_GOVERNMENT;
        if (is_told_of(inquiry, subject) && !tells_of_itself(inquiry, subject)) {
            unit.organ = (struct slice){0};
            unit.kind = KIND_UNKNOWN;
        }
        return unit;
    }
    struct issuer unit = voice(inquiry);
    if (unit.kind != KIND_UNKNOWN)
        return unit;
    if (inquiry->furniture.letterhead)
        return inquiry->furniture.owner;
    if (issuer_is_bare(&inquiry->file)) {
        unit = inquiry->file;
        unit.kind = KIND_GOVERNMENT;
        return unit;
    }
    return inquiry->file;
}

/* 滨海新区街道办事处: one of its streets, but which? */
static bool is_nameless_township(const struct issuer *unit)
{
    static const struct slice organs[] = {
        {"街道", 6}, {"镇人民政府", 15}, {"乡人民政府", 15}, {"镇政府", 9}, {"乡政府", 9}};
    for (size_t i = 0; i < sizeof organs / sizeof *organs; i++)
        if (slice_starts(unit->organ, organs[i]))
            return unit->kind == KIND_GOVERNMENT && !unit->township.len;
    return false;
}

void unit_find(struct inquiry *inquiry)
{
    inquiry->unit = choose(inquiry);
    ask_publisher(inquiry);
    ask_zone(inquiry);
    ask_head(inquiry);
    struct issuer *unit = &inquiry->unit;
    if (!issuer_names(unit) && unit->kind == KIND_GOVERNMENT && issuer_names(&inquiry->file) &&
        inquiry->file.kind != KIND_DEPARTMENT)
        *unit = inquiry->file;
    inquiry->below = unit->township.len > 0 || unit->kind == KIND_DEPARTMENT ||
                     unit->kind == KIND_INSTITUTION || unit->kind == KIND_ZONE ||
                     is_nameless_township(unit) ||
                     (!issuer_names(unit) && inquiry->opening.township);
}
