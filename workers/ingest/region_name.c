/* region_name.c - reads what a person has typed into a list or an option. No state, any thread.
 */
#include "workers/ingest/region_name.h"

#include "proto/base/tr.h"
#include "workers/ingest/place.h"

#include <stdio.h>

static bool is_number(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.len > 0;
}

static enum status by_code(const struct reader *reader, struct slice text, uint32_t *code,
                           struct error *error)
{
    *code = 0;
    for (size_t i = 0; i < text.len && i < 9; i++)
        *code = *code * 10 + (uint32_t)(text.data[i] - '0');
    for (size_t i = text.len; i < 6; i += 2) /* 14, 1405: as a prefix */
        *code *= 100;
    if (text.len > 6 || text.len % 2 || !gazetteer_region(reader->gazetteer, *code))
        return fail(error, STATUS_BAD, "there is no region with the code %.*s (没有这个区划代码)",
                    SLICE_ARGS(text));
    return STATUS_OK;
}

static enum status say_namesakes(const struct reader *reader, const struct place *place,
                                 uint16_t year, struct error *error)
{
    char names[400] = "";
    for (size_t i = 0; i < place->count; i++) {
        const struct region *region = place->names[i].region;
        char path[128];
        size_t at = strlen(names);
        gazetteer_path(reader->gazetteer, region, path, sizeof path);
        if (region_could_stand(region, year) && at + strlen(path) + 16 < sizeof names)
            snprintf(names + at, sizeof names - at, "%s%06u %s", at ? "、" : "", region->code,
                     path);
    }
    return fail(error, STATUS_BAD, "%.*s is the name of several regions (重名): %s",
                SLICE_ARGS(place->text), names);
}

/* 静海县 for 2020: it was 静海区 by then. */
static enum status check_year(const struct reader *reader, const struct region *region,
                              uint16_t year, struct error *error)
{
    char names[300] = "";
    if (region_stood(region, year))
        return STATUS_OK;
    struct slice successors = region->successors;
    for (uint32_t code; (code = codes_next(&successors)) != 0;) {
        const struct region *next = gazetteer_region(reader->gazetteer, code);
        char path[128];
        size_t at = strlen(names);
        if (!next || next == region)
            continue;
        gazetteer_path(reader->gazetteer, next, path, sizeof path);
        if (at + strlen(path) + 16 < sizeof names)
            snprintf(names + at, sizeof names - at, "%s%06u %s", at ? "、" : "", code, path);
    }
    return fail(error, STATUS_BAD, "%.*s did not stand at the end of %u (当年无此区划)%s%s",
                SLICE_ARGS(region->name), year, names[0] ? tr("; its successor: ") : "", names);
}

static enum status find_region(const struct reader *reader, struct slice text, uint16_t year,
                               uint32_t *code, struct error *error)
{
    if (is_number(text))
        return by_code(reader, text, code, error);
    struct issuer issuer;
    if (!issuer_read(reader->gazetteer, reader->words, text, &issuer) || !issuer.path_count ||
        issuer.text.len != text.len || issuer.organ.len || issuer.township.len)
        return fail(error, STATUS_BAD, "there is no region of the name \"%.*s\" (没有这个地区)",
                    SLICE_ARGS(text));
    struct hints hints = {.count = 0};
    for (unsigned i = 0; i + 1 < issuer.path_count; i++)
        hint_add_place(&hints, &issuer.path[i], WEIGHT_PATH, year);
    const struct place *place = issuer_place(&issuer);
    const struct region *region = place_choose(place, &hints, LEVEL_UNKNOWN, year);
    if (!region)
        return say_namesakes(reader, place, year, error);
    *code = region->code;
    return STATUS_OK;
}

enum status region_by_text(const struct reader *reader, struct slice text, uint16_t year,
                           uint32_t *code, struct error *error)
{
    enum status status = find_region(reader, text, year, code, error);
    return status == STATUS_OK && year && !is_number(text)
               ? check_year(reader, gazetteer_region(reader->gazetteer, *code), year, error)
               : status;
}
