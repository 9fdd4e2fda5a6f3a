/* filter.c - which rows a reader wants, and how far the cursor may jump over those it doesn't.
 *
 * One county of a nation is a handful of units: seeking to its region instead of walking to it is
 * what makes such a question cost milliseconds. Pure but for the
 * matcher's memory of the last indicator.
 */
#include "workers/results/filter.h"

#include <fnmatch.h>

static bool add_prefix(struct matcher *matcher, struct slice code)
{
    struct code_range prefix = {0, 0};
    if (code.len == 0 || code.len > 6)
        return false;
    for (size_t i = 0; i < 6; i++) {
        bool given = i < code.len;
        if (given && (code.data[i] < '0' || code.data[i] > '9'))
            return false;
        uint32_t digit = given ? (uint32_t)(code.data[i] - '0') : 0;
        prefix.first = prefix.first * 10 + digit;
        prefix.last = prefix.last * 10 + (given ? digit : 9);
    }
    matcher->prefixes[matcher->prefix_count++] = prefix;
    return true;
}

enum status matcher_init(struct matcher *matcher, const struct filter *filter, struct error *error)
{
    *matcher = (struct matcher){.filter = filter};
    if (filter->region_count > MAX_PREFIXES)
        return fail(error, STATUS_BAD, "more than %d regions", MAX_PREFIXES);
    for (uint32_t i = 0; i < filter->region_count; i++)
        if (!add_prefix(matcher, filter->regions[i]))
            return fail(error, STATUS_BAD,
                        "region \"%.*s\": not a region code or its beginning (14, 1410, 141031)",
                        SLICE_ARGS(filter->regions[i]));
    return STATUS_OK;
}

void matcher_release(struct matcher *matcher)
{
    buffer_release(&matcher->indicator);
}

static bool glob_matches(struct slice glob, const char *text)
{
    char pattern[256];
    if (glob.len >= sizeof pattern)
        return false;
    memcpy(pattern, glob.data, glob.len);
    pattern[glob.len] = '\0';
    return fnmatch(pattern, text, 0) == 0;
}

static bool wants_indicator(const struct filter *filter, const char *indicator)
{
    if (filter->indicator.len == 0 && filter->indicator_count == 0)
        return true;
    if (filter->indicator.len && glob_matches(filter->indicator, indicator))
        return true;
    for (uint32_t i = 0; i < filter->indicator_count; i++)
        if (filter->indicators[i].len && glob_matches(filter->indicators[i], indicator))
            return true;
    return false;
}

static void remember_indicator(struct matcher *matcher, struct slice indicator)
{
    struct buffer *known = &matcher->indicator;
    if (known->len == indicator.len + 1 && memcmp(known->data, indicator.data, indicator.len) == 0)
        return;
    buffer_clear(known);
    buffer_add(known, indicator);
    buffer_append(known, "", 1);
    matcher->indicator_matches = wants_indicator(matcher->filter, known->data);
}

/* The first region from `region` on that the filter may want; UINT32_MAX: none. */
static uint32_t next_region(const struct matcher *matcher, uint32_t region)
{
    if (matcher->prefix_count == 0)
        return region;
    uint32_t next = UINT32_MAX;
    for (unsigned i = 0; i < matcher->prefix_count; i++) {
        if (matcher->prefixes[i].last < region)
            continue;
        uint32_t from = matcher->prefixes[i].first > region ? matcher->prefixes[i].first : region;
        if (from < next)
            next = from;
    }
    return next;
}

/* The first region from `region` on whose code may stand for that level. */
static uint32_t next_of_level(enum level level, uint32_t region)
{
    switch (level) {
    case LEVEL_NATION:
        return region == NATION ? NATION : UINT32_MAX;
    case LEVEL_PROVINCE:
        return region == NATION ? 10000 : (region + 9999) / 10000 * 10000;
    case LEVEL_PREFECTURE:
        region = (region + 99) / 100 * 100;
        return region % 10000 == 0 ? region + 100 : region;
    default:
        return region;
    }
}

enum match matcher_unit(const struct matcher *matcher, uint32_t region, uint16_t year,
                        uint32_t *next)
{
    const struct filter *filter = matcher->filter;
    *next = region;
    for (uint32_t before = UINT32_MAX; *next != before && *next != UINT32_MAX;) {
        before = *next;
        *next = next_region(matcher, *next);
        if (*next != UINT32_MAX)
            *next = next_of_level(filter->level, *next);
    }
    if (*next != region)
        return MATCH_SEEK;
    return filter_wants_year(filter, year) ? MATCH_YES : MATCH_NO;
}

bool filter_wants_year(const struct filter *filter, uint16_t year)
{
    bool any = filter->year == 0 && filter->year_count == 0;
    if (filter->year && filter->year == year)
        return true;
    for (uint32_t i = 0; i < filter->year_count; i++)
        any = any || filter->years[i] == year;
    return any;
}

bool filter_wants_kind(const struct filter *filter, enum issuer_kind kind)
{
    return filter->kinds == 0 || filter->kinds & 1u << kind;
}

bool filter_wants_rollups(const struct filter *filter)
{
    return !filter->units_only && filter->kinds == 0;
}

uint16_t filter_only_year(const struct filter *filter)
{
    if (filter->year_count == 0)
        return filter->year;
    return filter->year_count == 1 && filter->year == 0 ? filter->years[0] : 0;
}

bool matcher_indicator(struct matcher *matcher, struct slice indicator)
{
    remember_indicator(matcher, indicator);
    return matcher->indicator_matches;
}
