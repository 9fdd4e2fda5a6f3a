/* corps_load.c - loads gazetteer/corps.tsv. No state beside the table. A number may be written with
 * Arabic or Chinese digits (143团, 一四三团, 64团, 六十四团).
 */
#include "workers/ingest/corps.h"

#include "proto/base/memory.h"
#include "workers/ingest/dates.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

size_t corps_number(struct slice text, size_t at, unsigned *value)
{
    size_t end = at, count = 0;
    bool ten = false;
    *value = 0;
    for (; end < text.len && count < 4; end += utf8_length(text.data + end), count++) {
        uint32_t c = utf8_at(text.data + end);
        int digit = digit_value(c);
        if (c == 0x5341 && !ten) { /* 十 */
            *value = (*value ? *value : 1) * 10;
            ten = true;
        } else if (digit >= 0) {
            *value = ten ? *value + (unsigned)digit : *value * 10 + (unsigned)digit;
        } else {
            break;
        }
    }
    return end - at;
}

static const struct corps_unit *by_name(const struct corps *corps, struct slice name)
{
    for (size_t i = 0; i < corps->count; i++)
        if (slice_equal(corps->units[i].name, name))
            return &corps->units[i];
    return NULL;
}

static uint16_t year_of(struct slice text)
{
    return text.len ? (uint16_t)strtoul(text.data, NULL, 10) : 0;
}

enum status corps_load(struct corps *corps, const struct table *table, struct error *error)
{
    corps->units = memory_zero((table->count + 1) * sizeof *corps->units);
    for (size_t i = 0; i < table->count; i++) {
        const struct slice *columns = table->rows[i].columns;
        struct corps_unit unit = {.name = columns[0],
                                  .division = by_name(corps, columns[1]),
                                  .since = year_of(columns[2]),
                                  .until = year_of(columns[3])};
        size_t from = slice_starts(unit.name, SLICE("第")) ? 3 : 0;
        size_t len = corps_number(unit.name, from, &unit.number);
        if (!len || unit.name.len != from + len + 3)
            unit.number = 0; /* 一牧场 is none */
        if (!unit.division)
            unit.within = (uint32_t)strtoul(columns[1].data, NULL, 10);
        if (!unit.division && (unit.within < 650000 || unit.within > 659999))
            return fail(error, STATUS_FATAL,
                        "%s:%u: not \"unit, code in Xinjiang or division, since, until\"",
                        table->path, table->rows[i].line);
        corps->units[corps->count++] = unit;
    }
    return STATUS_OK;
}

void corps_release(struct corps *corps)
{
    free(corps->units);
    *corps = (struct corps){0};
}
