/* regions.c - loads the gazetteer's table once; read-only afterwards, any thread. */
#include "workers/results/regions.h"

#include "proto/base/memory.h"
#include "proto/base/paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

struct region {
    uint32_t code;
    enum level level;
    struct slice name; /* points into regions.text */
};

struct regions {
    struct buffer text;
    struct region *list; /* rising codes */
    size_t count, capacity;
};

enum level level_of_code(uint32_t code)
{
    if (code == NATION)
        return LEVEL_NATION;
    if (code % 10000 == 0)
        return LEVEL_PROVINCE;
    return code % 100 == 0 ? LEVEL_PREFECTURE : LEVEL_COUNTY;
}

static struct slice next_field(struct slice *line)
{
    const char *tab = memchr(line->data, '\t', line->len);
    size_t len = tab ? (size_t)(tab - line->data) : line->len;
    struct slice field = {line->data, len};
    size_t skip = tab ? len + 1 : len;
    *line = (struct slice){line->data + skip, line->len - skip};
    return field;
}

static bool read_region(struct slice line, struct region *region)
{
    struct slice code = next_field(&line), level = next_field(&line);
    region->name = next_field(&line);
    region->level = level_by_name(level);
    region->code = 0;
    if (code.len != 6 || region->name.len == 0 || region->level > LEVEL_COUNTY)
        return false;
    for (size_t i = 0; i < code.len; i++) {
        if (code.data[i] < '0' || code.data[i] > '9')
            return false;
        region->code = region->code * 10 + (uint32_t)(code.data[i] - '0');
    }
    return true;
}

static enum status read_lines(struct regions *regions, const char *path, struct error *error)
{
    struct slice rest = buffer_slice(&regions->text);
    for (unsigned number = 1; rest.len; number++) {
        const char *newline = memchr(rest.data, '\n', rest.len);
        size_t len = newline ? (size_t)(newline - rest.data) : rest.len;
        struct slice line = {rest.data, len};
        rest = slice_range(rest, newline ? len + 1 : len, rest.len);
        if (line.len == 0 || line.data[0] == '#')
            continue;
        if (regions->count == regions->capacity) {
            regions->capacity = regions->capacity ? regions->capacity * 2 : 4096;
            regions->list = memory_resize(regions->list, regions->capacity * sizeof *regions->list);
        }
        struct region *region = &regions->list[regions->count];
        if (!read_region(line, region) || (regions->count && region[-1].code >= region->code))
            return fail(error, STATUS_FATAL,
                        "%s:%u: not \"code, level, name\" parted by tabs, in order of code", path,
                        number);
        regions->count++;
    }
    return STATUS_OK;
}

static enum status read_file(struct buffer *text, const char *path, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, STATUS_FATAL, "%s: cannot be read: %s", path, strerror(errno));
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_append(text, block, got);
    bool failed = ferror(file) != 0;
    fclose(file);
    return failed ? fail(error, STATUS_FATAL, "%s: cannot be read whole", path) : STATUS_OK;
}

enum status regions_load(struct regions **out, const char *path, struct error *error)
{
    char built_in[PATH_MAX];
    enum status status = STATUS_OK;
    if (!path) {
        status =
            data_path("workers/ingest/gazetteer/regions.tsv", built_in, sizeof built_in, error);
        path = built_in;
    }
    if (status != STATUS_OK)
        return status;
    struct regions *regions = memory_zero(sizeof *regions);
    status = read_file(&regions->text, path, error);
    if (status == STATUS_OK)
        status = read_lines(regions, path, error);
    if (status == STATUS_OK)
        *out = regions;
    else
        regions_free(&regions);
    return status;
}

void regions_free(struct regions **regions)
{
    if (!*regions)
        return;
    buffer_release(&(*regions)->text);
    free((*regions)->list);
    free(*regions);
    *regions = NULL;
}

/* Index of the first region whose code is not below `code`. */
static size_t find(const struct regions *regions, uint32_t code)
{
    size_t low = 0, high = regions->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (regions->list[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct region *lookup(const struct regions *regions, uint32_t code)
{
    size_t at = find(regions, code);
    return at < regions->count && regions->list[at].code == code ? &regions->list[at] : NULL;
}

uint32_t region_next(const struct regions *regions, uint32_t code)
{
    size_t i = find(regions, code);
    return i < regions->count ? regions->list[i].code : 0;
}

uint32_t region_by_name(const struct regions *regions, struct slice name)
{
    const struct region *best = NULL;
    for (size_t i = 0; i < regions->count; i++)
        if (slice_equal(regions->list[i].name, name) &&
            (!best || regions->list[i].level < best->level))
            best = &regions->list[i];
    return best ? best->code : 0;
}

struct slice region_prefix(struct arena *arena, uint32_t code)
{
    struct slice whole = arena_format(arena, "%06u", code);
    enum level level = level_of_code(code);
    whole.len = level == LEVEL_PROVINCE ? 2 : level == LEVEL_PREFECTURE ? 4 : whole.len;
    return whole;
}

enum level region_level(const struct regions *regions, uint32_t code)
{
    if (code == NATION)
        return LEVEL_NATION;
    const struct region *region = lookup(regions, code);
    return region ? region->level : LEVEL_UNKNOWN;
}

struct slice region_name(const struct regions *regions, uint32_t code)
{
    if (code == NATION)
        return SLICE("全国");
    const struct region *region = lookup(regions, code);
    return region ? region->name : (struct slice){NULL, 0};
}

unsigned region_parents(const struct regions *regions, uint32_t code, uint32_t parents[MAX_PARENTS])
{
    enum level level = region_level(regions, code);
    unsigned count = 0;
    if (level == LEVEL_UNKNOWN || level == LEVEL_NATION)
        return 0;
    uint32_t prefecture = code / 100 * 100, province = code / 10000 * 10000;
    if (level == LEVEL_COUNTY && region_level(regions, prefecture) == LEVEL_PREFECTURE)
        parents[count++] = prefecture;
    if (level != LEVEL_PROVINCE && region_level(regions, province) == LEVEL_PROVINCE)
        parents[count++] = province;
    parents[count++] = NATION;
    return count;
}

uint32_t region_children(const struct regions *regions, uint32_t parent, enum level level)
{
    uint32_t width = parent % 100 ? 1 : 100;
    if (parent == NATION)
        width = 1000000;
    else if (parent % 10000 == 0)
        width = 10000;
    uint32_t count = 0;
    size_t end = find(regions, parent + width);
    for (size_t i = find(regions, parent); i < end; i++)
        count += regions->list[i].level == level && regions->list[i].code != parent;
    return count;
}
