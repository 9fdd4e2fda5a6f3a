/* roll.c - the file stays as it is in memory, with a small index over it: thirty thousand names
 * load in about two milliseconds and are never copied.
 *
 * The file is sorted bytewise, so all names of one first hanzi stand together and a longer name
 * behind its own beginning (云岭, 云岭镇): the last line of the run that the text starts with is
 * the longest. Fails only on loading.
 */
#include "workers/ingest/roll.h"

#include "proto/base/file.h"
#include "proto/base/memory.h"
#include "proto/base/paths.h"
#include "workers/text/utf8.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEYS = 0x10000, MAX_BYTES = 64 << 20 };

static struct slice name_of(const struct roll *roll, size_t i)
{
    return (struct slice){roll->bytes.data + roll->lines[i].start, roll->lines[i].name};
}

/* The first hanzi of a name; 0 for what is none. */
static uint32_t key_of(struct slice name)
{
    uint32_t c = name.len >= 3 ? utf8_at(name.data) : 0;
    return c < KEYS ? c : 0;
}

static bool read_line(struct roll *roll, struct slice line)
{
    const char *tab = memchr(line.data, '\t', line.len);
    if (!tab || tab - line.data < 6 || line.len > UINT16_MAX || tab + 6 > line.data + line.len)
        return false;
    struct roll_line *entry = &roll->lines[roll->count++];
    *entry = (struct roll_line){(uint32_t)(line.data - roll->bytes.data),
                                (uint16_t)(tab - line.data), (uint16_t)line.len};
    return roll->count == 1 ||
           slice_compare(name_of(roll, roll->count - 2), name_of(roll, roll->count - 1)) < 0;
}

static enum status read_lines(struct roll *roll, const char *path, struct error *error)
{
    struct slice rest = buffer_slice(&roll->bytes);
    size_t capacity = 1;
    for (size_t i = 0; i < rest.len; i++)
        capacity += rest.data[i] == '\n';
    roll->lines = memory_zero(capacity * sizeof *roll->lines);
    for (unsigned number = 1; rest.len; number++) {
        const char *newline = memchr(rest.data, '\n', rest.len);
        size_t len = newline ? (size_t)(newline - rest.data) : rest.len;
        struct slice line = {rest.data, len};
        rest = slice_range(rest, newline ? len + 1 : len, rest.len);
        if (line.len > 0 && line.data[0] != '#' && !read_line(roll, line))
            return fail(error, STATUS_FATAL, "%s:%u: not \"name, codes\" parted by a tab, sorted",
                        path, number);
    }
    return STATUS_OK;
}

static void index_lines(struct roll *roll)
{
    roll->first = memory_zero((KEYS + 1) * sizeof *roll->first);
    size_t line = 0;
    for (uint32_t key = 0; key < KEYS; key++) {
        roll->first[key] = (uint32_t)line;
        while (line < roll->count && key_of(name_of(roll, line)) == key)
            line++;
    }
    roll->first[KEYS] = (uint32_t)roll->count;
}

enum status roll_load(struct roll *roll, const char *relative, struct error *error)
{
    char path[PATH_MAX];
    enum status status = data_path(relative, path, sizeof path, error);
    if (status == STATUS_OK)
        status = file_read(path, MAX_BYTES, &roll->bytes, error) ? STATUS_FATAL : STATUS_OK;
    if (status == STATUS_OK)
        status = read_lines(roll, path, error);
    if (status == STATUS_OK)
        index_lines(roll);
    return status;
}

void roll_release(struct roll *roll)
{
    buffer_release(&roll->bytes);
    free(roll->lines);
    free(roll->first);
    *roll = (struct roll){0};
}

bool roll_match(const struct roll *roll, struct slice text, size_t at, struct named_codes *found)
{
    struct slice rest = slice_range(text, at, text.len);
    uint32_t key = key_of(rest);
    if (!key)
        return false;
    /* the last name that is not behind the text in order, and from there back to one it begins
     * with */
    size_t first = roll->first[key], low = first, high = roll->first[key + 1];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (slice_compare(name_of(roll, middle), rest) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low > first; low--) {
        struct slice name = name_of(roll, low - 1);
        if (slice_starts(rest, name)) {
            const struct roll_line *line = &roll->lines[low - 1];
            struct slice whole = {roll->bytes.data + line->start, line->line};
            *found = (struct named_codes){name, slice_range(whole, line->name + 1u, whole.len)};
            return true;
        }
        /* names that share no second hanzi with the text can't be its beginning */
        if (name.len < 6 || rest.len < 6 || memcmp(name.data, rest.data, 6) != 0)
            return false;
    }
    return false;
}
