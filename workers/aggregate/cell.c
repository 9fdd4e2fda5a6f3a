/* cell.c - stored form of a row. Pure. */
#include "workers/aggregate/cell.h"

#include "workers/aggregate/coding.h"

enum { CELL_VALUE = 1, CELL_ROLLUP = 2, CONFLICT_BIT = 16 };

void cell_write_value(const struct row *row, struct buffer *out)
{
    code_byte(out, CELL_VALUE);
    code_byte(out, (uint8_t)row->level);
    code_byte(out, (uint8_t)(row->bound | (row->conflict ? CONFLICT_BIT : 0)));
    code_double(out, row->value);
    code_text(out, row->unit);
    code_text(out, row->label);
}

void cell_write_rollup(const struct row *row, struct buffer *out)
{
    code_byte(out, CELL_ROLLUP);
    code_byte(out, (uint8_t)row->level);
    code_number(out, row->children);
    code_number(out, row->reporting);
    code_double(out, row->sum);
    code_double(out, row->mean);
    code_double(out, row->min);
    code_double(out, row->median);
    code_double(out, row->max);
    code_text(out, row->unit);
    code_text(out, row->label);
}

static uint8_t read_byte(struct coded *in)
{
    struct slice byte = coded_bytes(in, 1);
    return byte.len ? (uint8_t)byte.data[0] : 0;
}

static void read_value(struct coded *in, struct row *row)
{
    uint8_t flags = read_byte(in);
    row->bound = flags & (CONFLICT_BIT - 1);
    row->conflict = (flags & CONFLICT_BIT) != 0;
    row->value = coded_double(in);
    in->bad = in->bad || row->bound > BOUND_ABOUT;
}

static void read_rollup(struct coded *in, struct row *row)
{
    row->children = (uint32_t)coded_number(in);
    row->reporting = (uint32_t)coded_number(in);
    row->sum = coded_double(in);
    row->mean = coded_double(in);
    row->min = coded_double(in);
    row->median = coded_double(in);
    row->max = coded_double(in);
}

enum status cell_read(struct slice bytes, struct row *row, struct error *error)
{
    struct coded in = coded_of(bytes);
    uint8_t type = read_byte(&in);
    uint8_t level = read_byte(&in);
    row->level = level;
    if (type == CELL_VALUE)
        read_value(&in, row);
    else
        read_rollup(&in, row);
    row->unit = coded_text(&in);
    row->label = coded_text(&in);
    if (in.bad || in.at != in.end || level > LEVEL_TOWNSHIP ||
        (type != CELL_VALUE && type != CELL_ROLLUP))
        return fail(error, STATUS_FATAL,
                    "the store holds a row that makes no sense: it is damaged; restore it from a "
                    "backup");
    return STATUS_OK;
}
