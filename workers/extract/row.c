/* row.c - what a table cell would say if it were written out: 行政复议案件 | 受理 | 2023年 | 12
 * becomes 行政复议案件受理2023年12件.
 *
 * Any thread; nothing can fail. The row's head is every cell in front that holds no number and is
 * no unit or row number; a head left empty (merged cells) is the one above it.
 */
#include "workers/extract/row.h"

enum { MAX_ROWS_UP = 40, MAX_HEAD_BYTES = 240 };

/* The n-th cell of a row, or an empty span behind the last. */
static struct span cell_at(const struct report *report, size_t sentence, size_t column)
{
    struct span row = report->sentences[sentence].clean;
    uint32_t start = row.start;
    for (uint32_t i = row.start; i <= row.end; i++)
        if (i == row.end || report->clean.data[i] == '\t') {
            if (column-- == 0)
                return (struct span){start, i};
            start = i + 1;
        }
    return (struct span){row.end, row.end};
}

static size_t column_of(const struct report *report, size_t sentence, uint32_t offset)
{
    size_t column = 0;
    for (uint32_t i = report->sentences[sentence].clean.start; i < offset; i++)
        column += report->clean.data[i] == '\t';
    return column;
}

static struct slice text_at(const struct report *report, struct span span)
{
    while (span.start < span.end && report->clean.data[span.start] == ' ')
        span.start++;
    while (span.end > span.start && report->clean.data[span.end - 1] == ' ')
        span.end--;
    return slice_range(report->clean, span.start, span.end);
}

static bool has_quantity(const struct report *report, struct span cell, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (report->quantities[i].clean.start < cell.end &&
            cell.start < report->quantities[i].clean.end)
            return true;
    return false;
}

static bool is_number(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') && text.data[i] != '.')
            return false;
    return true;
}

static struct slice column_head(const struct report *report, size_t sentence, size_t column)
{
    int32_t head = report->sentences[sentence].table_head;
    if (head < 0 || (size_t)head >= report->sentence_count)
        return (struct slice){0};
    return text_at(report, cell_at(report, (size_t)head, column));
}

static bool is_label(struct slice head)
{
    return slice_equal(head, SLICE("序号")) || slice_equal(head, SLICE("单位")) ||
           slice_equal(head, SLICE("计量单位")) || slice_equal(head, SLICE("编号"));
}

/* The cell's own text, or that of the nearest one above it that isn't empty. */
static struct slice label_at(const struct report *report, size_t sentence, size_t column)
{
    int32_t table = report->sentences[sentence].table_head;
    for (size_t up = 0; up < MAX_ROWS_UP && up <= sentence; up++) {
        const struct sentence *row = &report->sentences[sentence - up];
        if (!row->table || (up > 0 && row->table_head != table))
            break;
        struct slice text = text_at(report, cell_at(report, sentence - up, column));
        if (text.len)
            return text;
    }
    return (struct slice){0};
}

/* Without the unit in brackets at its end: 金额（万元）. */
static struct slice bare_head(struct slice head)
{
    static const struct slice open[] = {{"（", 3}, {"(", 1}};
    for (size_t i = 0; i < 2; i++) {
        size_t at = slice_find(head, open[i], 0);
        if (at != SIZE_MAX && at > 0)
            head.len = at;
    }
    return head;
}

static void add_heads(const struct report *report, size_t sentence, size_t column, size_t first,
                      size_t end, struct buffer *out)
{
    for (size_t c = 0; c < column; c++) {
        struct slice head = column_head(report, sentence, c), text;
        if (is_label(head) || has_quantity(report, cell_at(report, sentence, c), first, end))
            continue;
        text = bare_head(label_at(report, sentence, c));
        if (text.len && text.len <= MAX_HEAD_BYTES && !is_number(text))
            buffer_add(out, text);
    }
    struct slice head = bare_head(column_head(report, sentence, column));
    if (head.len <= MAX_HEAD_BYTES)
        buffer_add(out, head);
}

size_t row_cell(const struct report *report, size_t sentence, size_t first, size_t end,
                struct buffer *out, struct quantity *edited, size_t max)
{
    size_t column = column_of(report, sentence, report->quantities[first].clean.start), count = 0;
    struct span cell = cell_at(report, sentence, column);
    buffer_clear(out);
    add_heads(report, sentence, column, first, end, out);
    for (size_t i = first; i < end && count < max; i++) {
        const struct quantity *quantity = &report->quantities[i];
        if (quantity->clean.start >= cell.end && count > 0)
            break;
        edited[count] = *quantity;
        edited[count].clean.start += (uint32_t)out->len - cell.start;
        edited[count].clean.end += (uint32_t)out->len - cell.start;
        count++;
    }
    buffer_add(out, slice_range(report->clean, cell.start, cell.end));
    return count;
}
