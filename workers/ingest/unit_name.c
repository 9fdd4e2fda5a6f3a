/* unit_name.c - the name in full of the unit that was found: as the report itself writes it, else
 * put together from region, township or zone, and organ, so that every year's report is the same
 * unit's. No state, can't fail.
 */
#include "workers/ingest/inquiry.h"

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

struct slice unit_in_full(const struct inquiry *inquiry)
{
    struct slice name =
        with_whole_organ(inquiry, with_whole_region(inquiry, issuer_written(inquiry)));
    return zone_in_full(inquiry, name);
}
