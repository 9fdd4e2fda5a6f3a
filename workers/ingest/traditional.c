/* traditional.c - one character for one, three bytes for three: offsets hold. Read-only once made,
 * any thread. Fails only on loading. */
#include "workers/ingest/traditional.h"

#include "proto/base/tsv.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

enum {
    FIRST = 0x4E00, /* the hanzi of the Basic Multilingual Plane: three bytes each */
    LAST = 0x9FFF,
    SAMPLE_BYTES = 3000,
    ENOUGH = 4, /* traditional characters in the sample: fewer are a name's or a slip */
};

struct traditional {
    uint16_t simplified[LAST - FIRST + 1]; /* 0: as it is */
};

static uint32_t hanzi_of(struct slice cell)
{
    uint32_t c = cell.len == 3 ? utf8_at(cell.data) : 0;
    return c >= FIRST && c <= LAST ? c : 0;
}

enum status traditional_new(struct traditional **out, struct error *error)
{
    struct traditional *made = memory_zero(sizeof *made);
    struct table table;
    enum status status = table_load(&table, "workers/ingest/words/traditional.tsv", 2, error);
    for (size_t i = 0; status == STATUS_OK && i < table.count; i++) {
        uint32_t from = hanzi_of(table.rows[i].columns[0]);
        uint32_t to = hanzi_of(table.rows[i].columns[1]);
        if (!from || !to)
            status = fail(error, STATUS_FATAL, "%s:%u: not one hanzi for one", table.path,
                          table.rows[i].line);
        else
            made->simplified[from - FIRST] = (uint16_t)to;
    }
    table_release(&table);
    *out = made;
    if (status != STATUS_OK)
        traditional_free(out);
    return status;
}

void traditional_free(struct traditional **traditional)
{
    free(*traditional);
    *traditional = NULL;
}

static uint16_t simplified_at(const struct traditional *traditional, const char *at)
{
    uint32_t c = (unsigned char)*at >= 0xE4 ? utf8_at(at) : 0;
    return c >= FIRST && c <= LAST ? traditional->simplified[c - FIRST] : 0;
}

static bool is_traditional(const struct traditional *traditional, struct slice text)
{
    unsigned count = 0;
    size_t end = text.len < SAMPLE_BYTES ? text.len : SAMPLE_BYTES;
    for (size_t at = 0; at < end && count < ENOUGH; at += utf8_length(text.data + at))
        count += simplified_at(traditional, text.data + at) != 0;
    return count >= ENOUGH;
}

struct slice traditional_fold(const struct traditional *traditional, struct arena *arena,
                              struct slice text)
{
    if (!is_traditional(traditional, text))
        return text;
    char *folded = arena_alloc(arena, text.len + 1);
    memcpy(folded, text.data, text.len);
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        uint16_t simplified = simplified_at(traditional, text.data + at);
        if (simplified)
            utf8_put(simplified, folded + at);
    }
    return (struct slice){folded, text.len};
}
