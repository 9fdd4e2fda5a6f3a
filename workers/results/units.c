/* units.c - a unit's entry in the list of units: small, because every question walks it. Pure. */
#include "workers/results/private.h"

void unit_write(enum level level, const uint32_t *numbers, size_t count, struct buffer *out)
{
    size_t start = out->len;
    code_byte(out, (uint8_t)level);
    for (size_t i = 0; i < count; i++) {
        size_t at = start + 1 + numbers[i] / 8;
        while (out->len <= at)
            code_byte(out, 0);
        out->data[at] = (char)((uint8_t)out->data[at] | 1u << numbers[i] % 8);
    }
}

enum status unit_read(struct slice record, enum level *level, struct error *error)
{
    unsigned byte = record.len ? (uint8_t)record.data[0] : LEVEL_TOWNSHIP + 1;
    if (byte > LEVEL_TOWNSHIP)
        return fail(error, STATUS_FATAL,
                    "the store holds a unit that makes no sense: it is damaged; restore it from a "
                    "backup");
    *level = (enum level)byte;
    return STATUS_OK;
}

bool unit_bears(struct slice record, uint32_t number)
{
    size_t at = 1 + number / 8;
    return at < record.len && ((uint8_t)record.data[at] >> number % 8 & 1);
}
