/* params.c - reads and checks parameters. No state, any thread. */
#include "deploy/console/params.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- numbers and cursors ---- */

enum status param_number(const struct http_request *request, const char *name, uint64_t low,
                         uint64_t high, uint64_t *number, struct error *error)
{
    const char *text = http_request_query(request, name);
    char *end;
    if (!text || !*text)
        return STATUS_OK;
    uint64_t read = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || read < low || read > high)
        return fail(error, STATUS_BAD, "%s=%s: a number from %llu to %llu is wanted", name, text,
                    (unsigned long long)low, (unsigned long long)high);
    *number = read;
    return STATUS_OK;
}

void cursor_put(struct slice after, struct buffer *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < after.len; i++) {
        unsigned char byte = (unsigned char)after.data[i];
        char pair[2] = {digits[byte >> 4], digits[byte & 15]};
        buffer_append(out, pair, 2);
    }
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum status cursor_take(struct arena *arena, const char *text, struct slice *after,
                        struct error *error)
{
    size_t len = strlen(text) / 2;
    char *bytes = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++) {
        int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return fail(error, STATUS_BAD, "cursor: take it from \"next\" of the page before");
        bytes[i] = (char)(high << 4 | low);
    }
    *after = (struct slice){bytes, len};
    return strlen(text) % 2
               ? fail(error, STATUS_BAD, "cursor: take it from \"next\" of the page before")
               : STATUS_OK;
}

/* ---- names ---- */

/* An id, a glob, or a label as people call it. */
static struct slice indicator_of(const struct console *console, struct slice said)
{
    for (size_t i = 0; console->catalogue && i < console->catalogue->indicator_count; i++)
        if (slice_equal(console->catalogue->indicators[i].label, said))
            return console->catalogue->indicators[i].id;
    return said;
}

static enum status take_region(const struct console *console, struct arena *arena,
                               struct slice said, struct filter *filter, struct error *error)
{
    if (filter->region_count == sizeof filter->regions / sizeof *filter->regions)
        return fail(error, STATUS_BAD, "region: at most %u at a time", filter->region_count);
    bool code = said.len <= 6;
    for (size_t i = 0; i < said.len; i++)
        code = code && said.data[i] >= '0' && said.data[i] <= '9';
    uint32_t found = code ? 0 : region_by_name(console->regions, said);
    if (!code && !found)
        return fail(error, STATUS_BAD, "region=%.*s: no region of that name", SLICE_ARGS(said));
    filter->regions[filter->region_count++] = code ? said : region_prefix(arena, found);
    return STATUS_OK;
}

static enum status take_level(const struct http_request *request, enum level *level,
                              struct error *error)
{
    static const struct {
        const char *name;
        enum level level;
    } names[] = {{"全国", LEVEL_NATION},   {"省", LEVEL_PROVINCE},     {"省级", LEVEL_PROVINCE},
                 {"市", LEVEL_PREFECTURE}, {"地级", LEVEL_PREFECTURE}, {"市级", LEVEL_PREFECTURE},
                 {"县", LEVEL_COUNTY},     {"县级", LEVEL_COUNTY},     {"乡", LEVEL_TOWNSHIP},
                 {"乡级", LEVEL_TOWNSHIP}};
    const char *said = http_request_query(request, "level");
    if (!said || !*said)
        return STATUS_OK;
    *level = level_by_name(slice_of(said));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].name, said) == 0)
            *level = names[i].level;
    return *level > LEVEL_UNKNOWN && *level <= LEVEL_TOWNSHIP
               ? STATUS_OK
               : fail(error, STATUS_BAD,
                      "level=%s: province, prefecture, county or township is wanted", said);
}

static enum status take_kind(const struct http_request *request, uint32_t *kinds,
                             struct error *error)
{
    const char *said = http_request_query(request, "kind");
    if (!said || !*said)
        return STATUS_OK;
    for (unsigned k = KIND_GOVERNMENT; k < KIND_COUNT; k++)
        if (strcmp(kind_name(k), said) == 0)
            *kinds |= 1u << k;
    return *kinds ? STATUS_OK
                  : fail(error, STATUS_BAD,
                         "kind=%s: government, department, committee, zone or institution is "
                         "wanted",
                         said);
}

static enum status take_year(const char *said, struct filter *filter, struct error *error)
{
    char *end;
    unsigned long year = strtoul(said, &end, 10);
    if (*said < '0' || *said > '9' || *end || year < 1949 || year > 2999)
        return fail(error, STATUS_BAD, "year=%s: a year from 1949 to 2999 is wanted", said);
    if (filter->year_count == sizeof filter->years / sizeof *filter->years)
        return fail(error, STATUS_BAD, "year: at most %u at a time", filter->year_count);
    filter->years[filter->year_count++] = (uint16_t)year;
    return STATUS_OK;
}

/* ---- the whole ---- */

static struct slice kept(struct arena *arena, const char *text)
{
    return arena_copy(arena, slice_of(text));
}

static enum status take_indicator(const struct console *console, struct slice said,
                                  struct filter *filter, struct error *error)
{
    if (filter->indicator_count == sizeof filter->indicators / sizeof *filter->indicators)
        return fail(error, STATUS_BAD, "indicator: at most %u at a time", filter->indicator_count);
    filter->indicators[filter->indicator_count++] = indicator_of(console, said);
    return STATUS_OK;
}

/* What may stand several times. */
static enum status take_lists(const struct console *console, const struct http_request *request,
                              struct arena *arena, struct filter *filter, struct error *error)
{
    const char *said;
    enum status status = STATUS_OK;
    for (unsigned i = 0; !status && (said = http_request_query_at(request, "region", i)); i++)
        if (*said)
            status = take_region(console, arena, kept(arena, said), filter, error);
    for (unsigned i = 0; !status && (said = http_request_query_at(request, "indicator", i)); i++)
        if (*said)
            status = take_indicator(console, kept(arena, said), filter, error);
    for (unsigned i = 0; !status && (said = http_request_query_at(request, "year", i)); i++)
        if (*said)
            status = take_year(said, filter, error);
    return status;
}

enum status params_read(const struct console *console, const struct http_request *request,
                        struct arena *arena, struct request *question, struct error *error)
{
    const char *cursor = http_request_query(request, "cursor");
    const char *document = http_request_query(request, "document");
    const char *reason = http_request_query(request, "reason");
    struct filter *filter = &question->filter;
    uint64_t limit = DEFAULT_LIMIT;
    *question = (struct request){0};
    enum status status = take_lists(console, request, arena, filter, error);
    if (!status)
        status = take_level(request, &filter->level, error);
    if (!status)
        status = take_kind(request, &filter->kinds, error);
    if (!status)
        status = param_number(request, "limit", 1, MAX_LIMIT, &limit, error);
    if (!status && cursor && *cursor)
        status = cursor_take(arena, cursor, &question->after, error);
    filter->document = kept(arena, document ? document : "");
    filter->reason = kept(arena, reason ? reason : "");
    question->limit_rows = (uint32_t)limit;
    return status;
}
