/* metadata.c - brings together what title, signature, furniture, addressee and text say.
 *
 * Who: the title's issuer counts most; a title that names only a region is the government's unless
 * the signature and the text's own "我局" say otherwise. Where: the innermost region named there,
 * told from its namesakes by the hints of place.h. When: the title's year, else the opening's,
 * never the year of publication. Any thread; can't fail.
 */
#include "workers/ingest/metadata.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/inquiry.h"
#include "workers/ingest/lines.h"
#include "workers/text/utf8.h"

enum { COVER_LINES = 40, TITLE_BYTES = 150, LEAD_BYTES = 900 };

/* ---- who ---- */

static bool begins_a_word(struct slice before)
{
    static const struct slice words[] = {
        {"关于", 6}, {"年度", 6}, {"年", 3}, {"报送", 6}, {"上报", 6}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_ends(before, words[i]))
            return true;
    return before.len == 0 ||
           !utf8_is_hanzi(utf8_at(utf8_before(before.data, before.data + before.len)));
}

static bool begins_no_name(struct slice rest)
{
    static const struct slice words[] = {{"年", 3}, {"度", 3}, {"报送", 6}, {"上报", 6}};
    return slice_starts_any(rest, words, sizeof words / sizeof *words) > 0;
}

/* A path's letters and figures, with which no name begins but those of regiments (143团). */
static bool is_latin(struct slice text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.data[end] >= '0' && text.data[end] <= '9')
        end++;
    return (unsigned char)text.data[at] < 0x80 && !slice_starts(slice_from(text, end), SLICE("团"));
}

/* "关于安化县2022年度…的报告": the name stands further in. */
static void read_name_in(const struct inquiry *inquiry, struct slice text, struct issuer *found)
{
    const struct reader *reader = inquiry->reader;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        struct place place;
        if (is_latin(text, at))
            continue;
        /* 宁县 inside 景宁县 is none: in the middle of a word only longer names are believed */
        bool starts = begins_a_word(slice_range(text, 0, at)) ||
                      (gazetteer_match(reader->gazetteer, text, at, &place) &&
                       place_is_certain(&place) && place.text.len >= 9);
        if (starts && !begins_no_name(slice_from(text, at)) &&
            issuer_read(reader->gazetteer, reader->words, slice_from(text, at), found))
            return;
    }
    *found = (struct issuer){0};
}

/* 砀山县司法局2021年工作推进情况: a name in full and its year, whatever the report calls itself. */
static bool names_unit_and_year(const struct inquiry *inquiry, struct slice line)
{
    struct issuer issuer;
    struct slice rest;
    uint16_t year;
    if (line.len > TITLE_BYTES || line_is_prose(line) || slice_ends(line, SLICE("。")) ||
        !issuer_read(inquiry->reader->gazetteer, inquiry->reader->words, line, &issuer) ||
        !issuer.path_count || !issuer.organ.len || issuer.kind == KIND_UNKNOWN)
        return false;
    rest = slice_from(line, issuer.text.len);
    rest = slice_starts(rest, SLICE("关于")) ? slice_from(rest, 6) : rest;
    return year_at(rest, 0, &year) > 0;
}

/* What stands in the place of a title that no word tells: the first line, or 编制《…年度报告》. */
static struct slice untold_title(const struct inquiry *inquiry)
{
    static const struct slice makes = {"编制《", 9};
    const struct layout *layout = &inquiry->layout;
    struct slice body = inquiry_body(inquiry);
    if (layout->count && names_unit_and_year(inquiry, layout->lines[0]))
        return layout->lines[0];
    size_t at = slice_find(body, makes, 0), end;
    if (at == SIZE_MAX || at > LEAD_BYTES)
        return (struct slice){0};
    end = slice_find(body, SLICE("》"), at);
    body = slice_range(body, at + makes.len, end == SIZE_MAX ? at + makes.len : end);
    return names_unit_and_year(inquiry, body) ? body : (struct slice){0};
}

/* 【柳北区】城市管理行政执法局：…: the region in the brackets heads the name behind them. */
static struct slice without_brackets(const struct inquiry *inquiry, struct slice title)
{
    struct place place;
    if (!slice_starts(title, SLICE("【")) ||
        !gazetteer_match(inquiry->reader->gazetteer, title, 3, &place) ||
        !slice_starts(slice_from(title, 3 + place.text.len), SLICE("】")))
        return title;
    return arena_format(&inquiry->report->arena, "%.*s%.*s", SLICE_ARGS(place.text),
                        SLICE_ARGS(slice_from(title, 6 + place.text.len)));
}

static void read_title(struct inquiry *inquiry)
{
    if (!inquiry->layout.title.len && !inquiry->furniture.title.len)
        inquiry->furniture.title = untold_title(inquiry);
    struct slice title = inquiry->layout.title;
    if (title.len == 0)
        title = inquiry->furniture.title;
    size_t quoted = slice_find(title, SLICE("印发《"), 0); /* the report, not who sends it round */
    if (quoted != SIZE_MAX)
        title = slice_from(title, quoted + 9);
    read_name_in(inquiry, without_brackets(inquiry, title), &inquiry->title);
}

static void choose_signature(struct inquiry *inquiry)
{
    const struct layout *layout = &inquiry->layout;
    for (unsigned i = 0; i < layout->signature_count; i++)
        if (i == 0 || (inquiry->signature.kind != KIND_GOVERNMENT &&
                       layout->signatures[i].kind == KIND_GOVERNMENT))
            inquiry->signature = layout->signatures[i];
    if (layout->signature_count == 0)
        inquiry->signature = layout->byline;
}

/* The file's own name, without folders and extension: 安阳县2022年法治政府建设报告.docx. */
static void read_file_name(struct inquiry *inquiry)
{
    struct slice name = inquiry->report->path;
    for (size_t at = name.len; at > 0; at--)
        if (name.data[at - 1] == '/') {
            name = slice_from(name, at);
            break;
        }
    read_name_in(inquiry, name, &inquiry->file);
}

/* ---- names ---- */

static bool names_region(const struct inquiry *inquiry, const struct issuer *issuer)
{
    const struct place *place = issuer_place(issuer);
    for (size_t i = 0; place && i < place->count; i++)
        if (place->names[i].region == inquiry->region && place_is_certain(place))
            return true;
    return false;
}

static bool same_unit(const struct inquiry *inquiry, const struct issuer *issuer)
{
    const struct issuer *unit = &inquiry->unit;
    if (issuer->kind != unit->kind || !issuer->organ.len ||
        !slice_equal(issuer->township, unit->township) || !slice_equal(issuer->zone, unit->zone))
        return false;
    if (unit->kind != KIND_GOVERNMENT && unit->organ.len &&
        !slice_equal(issuer->organ, unit->organ))
        return false;
    return names_region(inquiry, issuer) ||
           (!issuer->path_count && (unit->township.len || unit->zone.len));
}

/* "人民政府", not "政府", "县政府" or 党委、政府: those stand for the full name. */
static bool written_in_full(const struct inquiry *inquiry, const struct issuer *issuer)
{
    struct slice full;
    return issuer->kind != KIND_GOVERNMENT ||
           (words_start(inquiry->reader->words, WORD_GOVERNMENT, issuer->organ, &full) &&
            slice_equal(full, issuer->organ) && !slice_equal(full, SLICE("政府")));
}

/* 海口市龙华区 where the city stands in front of its district; else the region's own name. */
static struct slice region_in_issuer(const struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    if (!inquiry->region)
        return inquiry->named.text;
    if (inquiry->named.count > 0 && inquiry->named.names[0].kind == NAME_FORMER)
        return inquiry->named.text; /* as it was called when it reported */
    if (!slice_ends(inquiry->region->name, SLICE("区")) || unit->path_count < 2 ||
        !place_is_certain(&unit->path[unit->path_count - 1]))
        return inquiry->region->name;
    struct slice city = unit->path[unit->path_count - 2].text;
    return arena_format(&inquiry->report->arena, "%.*s%.*s", SLICE_ARGS(city),
                        SLICE_ARGS(inquiry->region->name));
}

/* The fullest name that the report itself gives its unit: as signed, in the title, the page's
 * labels, its owner or the opening. */
static struct slice written_name(const struct inquiry *inquiry)
{
    const struct issuer *said[] = {
        &inquiry->unit,      &inquiry->signature,       &inquiry->title,
        &inquiry->publisher, &inquiry->furniture.owner, &inquiry->opening.subject};
    struct slice best = {0};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (said[i]->text.len > best.len && said[i]->path_count >= inquiry->unit.path_count &&
            same_unit(inquiry, said[i]) && written_in_full(inquiry, said[i]))
            best = said[i]->text;
    return best;
}

/* 中共隰县县委 隰县人民政府, parted by one blank where the two stood close. */
static struct slice joint_name(const struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    struct slice first = slice_range(unit->joint, 0, unit->joint.len - unit->text.len);
    bool comma = slice_ends(first, SLICE("、"));
    first.len -= comma ? 3 : 0;
    while (first.len > 0 && first.data[first.len - 1] == ' ')
        first.len--;
    return arena_format(&inquiry->report->arena, "%.*s%s%.*s", SLICE_ARGS(first),
                        comma ? "、" : " ", SLICE_ARGS(unit->text));
}

/* 中共…委员会 on the line above a title that begins with the government's name: both report. */
static struct slice joint_above(const struct inquiry *inquiry)
{
    const struct layout *layout = &inquiry->layout;
    const struct issuer *unit = &inquiry->unit;
    struct issuer above;
    size_t i = layout->title_first;
    while (i > 0 && layout->lines[i - 1].len == 0)
        i--;
    if (i == 0 || unit->kind != KIND_GOVERNMENT || !slice_starts(layout->title, unit->text) ||
        !slice_starts(layout->lines[i - 1], SLICE("中共")) ||
        !issuer_read_whole(inquiry->reader->gazetteer, inquiry->reader->words, layout->lines[i - 1],
                           &above) ||
        above.kind != KIND_COMMITTEE || !slice_equal(above.township, unit->township) ||
        (above.path_count > 0 && !names_region(inquiry, &above)))
        return (struct slice){0};
    return arena_format(&inquiry->report->arena, "%.*s %.*s", SLICE_ARGS(layout->lines[i - 1]),
                        SLICE_ARGS(unit->text));
}

/* What a unit is called that is named without its organ: 阳城县, 云岭镇, 苏州工业园区. */
static struct slice usual_organ(const struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    if (unit->kind == KIND_ZONE)
        return SLICE("管理委员会");
    if (unit->kind != KIND_GOVERNMENT)
        return (struct slice){0};
    if (slice_ends(unit->township, SLICE("街道")))
        return SLICE("办事处");
    bool office = inquiry->region && !unit->township.len &&
                  (slice_ends(inquiry->region->name, SLICE("地区")) ||
                   slice_ends(inquiry->region->name, SLICE("盟")));
    return office ? SLICE("行政公署") : SLICE("人民政府");
}

/* 南通海关: an office of the state's own goes by its place's short name. */
static bool bears_short_name(const struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    const struct place *place = issuer_place(unit);
    return place && !place_is_certain(place) && !unit->township.len && !unit->zone.len &&
           words_start(inquiry->reader->words, WORD_NATIONAL, unit->organ, NULL);
}

/* 管理委员会 for a zone's 管委会. */
static struct slice zone_in_full(const struct inquiry *inquiry, struct slice name)
{
    static const struct slice brief = {"管委会", 9}, joint = {"委管委会", 12},
                              list = {"、管委会", 12};
    if (inquiry->unit.kind != KIND_ZONE || !slice_ends(name, brief) || slice_ends(name, joint) ||
        slice_ends(name, list))
        return name;
    name.len -= brief.len;
    return arena_format(&inquiry->report->arena, "%.*s管理委员会", SLICE_ARGS(name));
}

/* 第八师石河子市一四三团司法所: in one way, however it was written, so that every year's report is
 * the same unit's. */
static struct slice corps_name_of(const struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    const struct region *region = inquiry->region;
    bool city = unit->division->number && region && region->level == LEVEL_COUNTY;
    bool whole = unit->kind == KIND_ZONE &&
                 words_end(inquiry->reader->words, WORD_GOVERNMENT, unit->organ, NULL);
    return arena_format(&inquiry->report->arena, "%.*s%.*s%.*s%.*s",
                        SLICE_ARGS(unit->division->name),
                        SLICE_ARGS(city ? region->name : (struct slice){0}),
                        SLICE_ARGS(unit->regiment ? unit->regiment->name : (struct slice){0}),
                        SLICE_ARGS(whole ? (struct slice){0} : unit->organ));
}

/* As written in full somewhere, else put together from region, township or zone, and organ. */
static struct slice issuer_written(const struct inquiry *inquiry)
{
    const struct issuer *unit = &inquiry->unit;
    struct arena *arena = &inquiry->report->arena;
    if (unit->kind == KIND_UNKNOWN || (!issuer_names(unit) && (inquiry->below || !inquiry->region)))
        return (struct slice){0};
    if (unit->division)
        return corps_name_of(inquiry);
    if (unit->joint.len)
        return joint_name(inquiry);
    if (inquiry->branch || bears_short_name(inquiry) ||
        (inquiry_lacks_township(inquiry) && unit->organ.len))
        return unit->text;
    struct slice written = joint_above(inquiry);
    if (!written.len)
        written = written_name(inquiry);
    if (written.len)
        return written;
    struct slice organ = unit->organ;
    if (!organ.len || !written_in_full(inquiry, unit))
        organ = usual_organ(inquiry);
    if (unit->township.len || unit->zone.len) {
        struct slice last = unit->township.len ? unit->township : unit->zone;
        const char *from = unit->text.data + (slice_starts(unit->text, SLICE("中共")) ? 6 : 0);
        struct slice name = {from, (size_t)(last.data + last.len - from)};
        return arena_format(arena, "%.*s%.*s", SLICE_ARGS(name), SLICE_ARGS(organ));
    }
    return arena_format(arena, "%.*s%.*s", SLICE_ARGS(region_in_issuer(inquiry)),
                        SLICE_ARGS(organ));
}

/* 天祝县水务局: of an autonomous county whose short name the report uses, the whole; a zone (黔南高
 * 新区) bears the short one. */
static struct slice with_whole_region(const struct inquiry *inquiry, struct slice issuer)
{
    const struct place *named = &inquiry->named;
    const struct region *region = inquiry->region;
    size_t at = region && named->count ? slice_find(issuer, named->text, 0) : SIZE_MAX;
    if (at == SIZE_MAX || !slice_has(region->name, SLICE("自治")) ||
        inquiry->unit.kind == KIND_ZONE || slice_has(issuer, region->name) ||
        named->names[0].kind == NAME_FORMER || bears_short_name(inquiry))
        return issuer;
    return arena_format(&inquiry->report->arena, "%.*s%.*s%.*s",
                        SLICE_ARGS(slice_range(issuer, 0, at)), SLICE_ARGS(region->name),
                        SLICE_ARGS(slice_from(issuer, at + named->text.len)));
}

/* 住建局, where the report has no other name for it: 住房和城乡建设局. */
static struct slice with_whole_organ(const struct inquiry *inquiry, struct slice issuer)
{
    const struct words *words = inquiry->reader->words;
    struct slice brief;
    if (!words_end(words, WORD_ORGAN_SHORT, issuer, &brief) || brief.len == issuer.len)
        return issuer;
    return arena_format(&inquiry->report->arena, "%.*s%.*s",
                        SLICE_ARGS(slice_range(issuer, 0, issuer.len - brief.len)),
                        SLICE_ARGS(words_value(words, WORD_ORGAN_SHORT, brief)));
}

static struct slice compose_issuer(const struct inquiry *inquiry)
{
    return with_whole_organ(inquiry, with_whole_region(inquiry, issuer_written(inquiry)));
}

/* The level of a unit whose region is not known: 县司法局 says it, else the text's own words. */
static enum level level_unplaced(const struct inquiry *inquiry)
{
    struct slice relative = inquiry->unit.relative;
    unsigned sort = region_sort(relative);
    if ((sort & SORT_PROVINCE) || slice_equal(relative, SLICE("自治区")))
        return LEVEL_PROVINCE;
    if (sort & (SORT_COUNTY | SORT_DISTRICT | SORT_BANNER))
        return LEVEL_COUNTY;
    return sort ? LEVEL_PREFECTURE : level_told(inquiry);
}

/* Whether a report that nothing places says of itself what it is, by its title, its signature or
 * 我局 and 我镇: what a clause begins with (县司法局牵头…) may be somebody else. */
static bool kind_is_told(const struct inquiry *inquiry)
{
    const struct opening *opening = &inquiry->opening;
    if (inquiry->against.len) /* of the wrong unit it would be wrong, too */
        return false;
    if (issuer_names(&inquiry->title) || issuer_names(&inquiry->signature))
        return true;
    switch (inquiry->unit.kind) {
    case KIND_DEPARTMENT:
        return opening->bureau || opening->dated;
    case KIND_GOVERNMENT:
        return opening->township || opening->dated;
    case KIND_ZONE:
        return opening->zone;
    default:
        return opening->institution;
    }
}

static void write_unit(struct inquiry *inquiry, struct error *doubt)
{
    struct metadata *meta = &inquiry->report->meta;
    struct arena *arena = &inquiry->report->arena;
    const struct issuer *unit = &inquiry->unit;
    if (inquiry_is_placed(inquiry)) {
        meta->kind = unit->kind;
        meta->region = inquiry->region->code;
        meta->region_name = arena_copy(arena, inquiry->region->name);
        meta->level = inquiry->region->level;
    }
    struct slice township = unit->regiment ? unit->regiment->name : unit->township;
    if (township.len) {
        meta->township = arena_copy(arena, township);
        meta->level = LEVEL_TOWNSHIP;
    } else if (inquiry_lacks_township(inquiry)) {
        meta->level = LEVEL_TOWNSHIP;
    }
    meta->issuer = arena_copy(arena, zone_in_full(inquiry, compose_issuer(inquiry)));
    if (!inquiry_is_placed(inquiry)) {
        if (meta->level == LEVEL_UNKNOWN)
            meta->level = level_unplaced(inquiry);
        if (kind_is_told(inquiry))
            meta->kind = unit->kind;
        if (unit->relative.len && !inquiry->region) /* 省民政厅 */
            meta->issuer = arena_copy(arena, unit->text);
        candidates_find(inquiry, doubt);
    }
}

/* ---- when ---- */

/* The date under the signature of a letter that the report was sent with: above the report. */
static struct date cover_date(const struct inquiry *inquiry)
{
    const struct layout *layout = &inquiry->layout;
    struct issuer issuer = {0};
    struct date date = {0};
    size_t len;
    for (size_t i = 1; i < layout->count && i < COVER_LINES; i++) {
        struct slice line = layout->lines[i], above = layout->lines[i - 1];
        if (line_is_date(line) &&
            issuer_read_whole(inquiry->reader->gazetteer, inquiry->reader->words, above, &issuer) &&
            date_find(line, 0, &date, &len) != SIZE_MAX)
            return date;
    }
    return (struct date){0};
}

static void write_dates(struct inquiry *inquiry)
{
    struct metadata *meta = &inquiry->report->meta;
    const struct layout *layout = &inquiry->layout;
    meta->year = inquiry->year;
    meta->published = inquiry->furniture.published;
    meta->signed_on = layout->signed_on;
    for (size_t i = layout->title_end; !meta->signed_on.year && i < layout->body_first; i++) {
        size_t len;
        if (line_is_date(layout->lines[i]) && !date_at(layout->lines[i], 0, &(struct date){0}))
            date_find(layout->lines[i], 0, &meta->signed_on, &len);
    }
    if (!meta->signed_on.year)
        meta->signed_on = inquiry->furniture.signed_on;
    if (!meta->signed_on.year)
        meta->signed_on = cover_date(inquiry);
    if (!meta->published.year && inquiry->report->listed)
        meta->published = inquiry->report->listed->published;
}

static void write_number(struct inquiry *inquiry)
{
    struct metadata *meta = &inquiry->report->meta;
    struct slice number = inquiry->furniture.number;
    for (size_t i = 0; number.len == 0 && i < inquiry->layout.body_first; i++)
        doc_number_find(inquiry->layout.lines[i], &number);
    meta->doc_number = arena_copy(&inquiry->report->arena, number);
}

/* 安化县2022年法治政府建设年度报告_安化县人民政府门户网站: the report's title in the page's. */
static struct slice page_title(const struct inquiry *inquiry)
{
    static const struct slice marks[] = {{"_", 1}, {"|", 1}, {" - ", 3}, {"-", 1}, {"—", 3}};
    const struct page_evidence *page = &inquiry->report->page;
    struct slice title = page->article.len ? page->article : page->title;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t at = slice_find(title, marks[i], 0);
        if (at != SIZE_MAX && at > 0)
            title.len = at;
    }
    return words_in(inquiry->reader->words, WORD_TITLE, title) ? title : (struct slice){0};
}

/* What a web page's head says, where its text is silent: title, publisher, site, day. */
static void read_page_head(struct inquiry *inquiry)
{
    const struct page_evidence *page = &inquiry->report->page;
    struct furniture *furniture = &inquiry->furniture;
    struct place place;
    struct date date;
    size_t len;
    if (!inquiry->layout.title.len && !furniture->title.len)
        furniture->title = page_title(inquiry);
    if (!furniture->publisher.len)
        furniture->publisher = page->source;
    if (!furniture->site.count &&
        gazetteer_match(inquiry->reader->gazetteer, page->site, 0, &place) &&
        place_is_certain(&place)) {
        furniture->site = place;
        hint_add_place(&inquiry->hints, &place, WEIGHT_SITE, 0);
    }
    if (!furniture->published.year && date_find(page->published, 0, &date, &len) != SIZE_MAX)
        furniture->published = date;
}

static void read_all(const struct reader *reader, struct report *report, struct error *doubt)
{
    struct inquiry inquiry = {.reader = reader, .report = report};
    report->meta = (struct metadata){0};
    layout_read(reader, &report->arena, report->clean, &inquiry.layout);
    furniture_read(reader, &inquiry.layout, &inquiry.furniture, &inquiry.hints);
    read_page_head(&inquiry);
    opening_read(reader, &inquiry.layout, &inquiry.opening);
    listed_title(&inquiry);
    read_title(&inquiry);
    read_file_name(&inquiry);
    choose_signature(&inquiry);
    if (!issuer_read(reader->gazetteer, reader->words, inquiry.furniture.publisher,
                     &inquiry.publisher))
        inquiry.publisher = (struct issuer){0};
    year_find(&inquiry);
    unit_find(&inquiry);
    listed_unit(&inquiry);
    region_find(&inquiry);
    listed_region(&inquiry);
    write_unit(&inquiry, doubt);
    write_dates(&inquiry);
    write_number(&inquiry);
    struct slice title = inquiry.layout.title.len ? inquiry.layout.title : inquiry.furniture.title;
    report->meta.title = arena_copy(&report->arena, title);
    report->meta.body = inquiry.layout.body;
}

/* Read from simplified characters at the same places; the report keeps its own. */
void metadata_read(const struct reader *reader, struct report *report, struct error *doubt)
{
    struct slice clean = report->clean, path = report->path;
    report->clean = traditional_fold(reader->traditional, &report->arena, clean);
    report->path = traditional_fold(reader->traditional, &report->arena, path);
    read_all(reader, report, doubt);
    report->clean = clean;
    report->path = path;
}
