/* log.c - the change log's records. Pure. */
#include "workers/results/log.h"

void log_key_of(uint64_t version, char key[8])
{
    for (int i = 7; i >= 0; i--, version >>= 8)
        key[i] = (char)(version & 0xFF);
}

/* The indicators come with their length in bytes, so that a reader can pass over them. */
static void put_numbers(struct buffer *out, const uint32_t *numbers, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += numbers[i] < 0x80 ? 1 : numbers[i] < 0x4000 ? 2 : numbers[i] < 0x200000 ? 3 : 5;
    code_number(out, count);
    code_number(out, bytes);
    for (size_t i = 0; i < count; i++)
        code_number(out, numbers[i]);
}

void log_rows(struct buffer *out, const struct unit_name *unit, const uint32_t *numbers,
              size_t count)
{
    code_byte(out, LOG_ROWS);
    code_number(out, unit->region);
    code_number(out, unit->year);
    code_byte(out, (uint8_t)unit->kind);
    code_text(out, unit->township);
    code_text(out, unit->issuer);
    put_numbers(out, numbers, count);
}

void log_figures(struct buffer *out, uint32_t region, uint16_t year, enum level level,
                 const uint32_t *numbers, size_t count)
{
    code_byte(out, LOG_FIGURES);
    code_number(out, region);
    code_number(out, year);
    code_byte(out, (uint8_t)level);
    put_numbers(out, numbers, count);
}

static uint8_t take_byte(struct coded *in)
{
    struct slice byte = coded_bytes(in, 1);
    return byte.len ? (uint8_t)byte.data[0] : 0;
}

bool log_next(struct coded *in, struct log_record *record)
{
    if (in->bad || in->at == in->end)
        return false;
    uint8_t type = take_byte(in);
    *record = (struct log_record){.type = type, .unit.region = (uint32_t)coded_number(in)};
    record->unit.year = (uint16_t)coded_number(in);
    uint8_t byte = take_byte(in);
    if (type == LOG_ROWS) {
        record->unit.kind = byte;
        record->unit.township = coded_text(in);
        record->unit.issuer = coded_text(in);
        in->bad = in->bad || byte >= KIND_COUNT;
    } else {
        record->level = byte;
        in->bad = in->bad || type != LOG_FIGURES || byte > LEVEL_TOWNSHIP;
    }
    uint64_t count = coded_number(in);
    struct slice numbers = coded_text(in);
    in->bad = in->bad || count > numbers.len || record->unit.region > 999999;
    record->count = (uint32_t)count;
    record->numbers = coded_of(numbers);
    return !in->bad;
}

bool log_number(struct log_record *record, uint32_t *number)
{
    if (record->count == 0)
        return false;
    record->count--;
    *number = (uint32_t)coded_number(&record->numbers);
    return !record->numbers.bad;
}
