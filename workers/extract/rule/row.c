/* row.c - what a table cell would say if it were written out: under the head 指标 | 2023年, the row
 * 受理行政复议案件 | 12 becomes 指标：受理行政复议案件2023年12件.
 *
 * Any thread; nothing can fail. In front of the ： stands what tells what the row is about without
 * being part of it: the table's caption, the heads of the label columns (whose rows list other
 * units' figures: 单位名称), the group that the row belongs to. Behind it, as one clause: the row's
 * labels (every cell in front that holds no number and is no unit; one left empty by merged cells
 * is the one above it), the heads of the column, the cell.
 */
#include "workers/extract/rule/row.h"

enum { MAX_HEAD_BYTES = 240 };

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

/* A label that says when: 2022, 2022年, 2022年度, 1-6月, 上半年, 一季度. */
static bool is_time(struct slice text)
{
    static const struct slice ends[] = {{"年", 3},   {"年度", 6}, {"月", 3},
                                        {"月份", 6}, {"季度", 6}, {"半年", 6},
                                        {"去年", 6}, {"上年", 6}, {"同期", 6}};
    enum { MAX_BYTES = 24 };
    bool digits = text.len == 4 && is_number(text) && slice_starts(text, SLICE("20"));
    for (size_t i = 0; !digits && text.len <= MAX_BYTES && i < sizeof ends / sizeof *ends; i++)
        digits = slice_ends(text, ends[i]);
    return digits;
}

static bool is_row_number(struct slice head)
{
    return slice_equal(head, SLICE("序号")) || slice_equal(head, SLICE("编号")) ||
           slice_equal(head, SLICE("序"));
}

static bool is_unit_head(struct slice head)
{
    return slice_equal(head, SLICE("单位")) || slice_equal(head, SLICE("计量单位"));
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

static bool same_head(struct slice head, struct slice other)
{
    return other.len && slice_equal(head, other);
}

/* The columns in front that tell what the row is about, as bits. 单位 is what the numbers are
 * counted in, unless it is the first of them: then it lists offices. */
static uint64_t labels_of(const struct report *report, const struct grid_row *row, size_t cell,
                          size_t first, size_t end)
{
    uint64_t labels = 0;
    for (size_t column = 0; column < cell + row->shift && column < GRID_MAX_LABELS; column++) {
        bool own = column >= row->shift;
        struct slice head = own ? grid_head(report, row, column - row->shift) : (struct slice){0};
        struct slice text = grid_label(report, row, column);
        if (own && (is_row_number(head) || (is_unit_head(head) && labels) ||
                    has_quantity(report, row->cells[column - row->shift], first, end)))
            continue;
        if (text.len && text.len <= MAX_HEAD_BYTES && (!is_number(text) || is_time(text)))
            labels |= (uint64_t)1 << column;
    }
    return labels;
}

static void add_clause(struct buffer *out, struct slice text)
{
    if (text.len == 0 || text.len > MAX_HEAD_BYTES)
        return;
    buffer_add(out, text);
    buffer_add(out, SLICE("："));
}

static void add_surroundings(const struct report *report, const struct row_view *view,
                             uint64_t labels, struct buffer *out)
{
    const struct grid_row *row = &view->grid;
    struct slice last = {0};
    for (size_t i = view->caption_count; i-- > 0;)
        if (!slice_starts(view->captions[i], SLICE("单位")))
            add_clause(out, bare_head(view->captions[i]));
    size_t start = out->len;
    for (size_t column = row->shift; column < GRID_MAX_LABELS; column++) {
        struct slice head = {0};
        if (labels >> column & 1)
            head = bare_head(grid_head(report, row, column - row->shift));
        if (head.len == 0 || head.len > MAX_HEAD_BYTES || same_head(head, last))
            continue;
        if (out->len > start)
            buffer_add(out, SLICE("、"));
        buffer_add(out, head);
        last = head;
    }
    if (out->len > start)
        buffer_add(out, SLICE("："));
    add_clause(out, view->group);
}

/* The labels, without those that say when or only those: a time belongs to the number, 2022年12件,
 * however the table is turned. */
static void add_labels(const struct report *report, const struct grid_row *row, uint64_t labels,
                       bool times, struct buffer *out)
{
    struct slice last = {0};
    for (size_t column = 0; column < GRID_MAX_LABELS; column++) {
        struct slice text = {0};
        if (labels >> column & 1)
            text = bare_head(grid_label(report, row, column));
        if (text.len == 0 || is_time(text) != times || same_head(text, last))
            continue; /* the same again: a merged cell, written out twice */
        buffer_add(out, text);
        if (times && is_number(text))
            buffer_add(out, SLICE("年"));
        last = text;
    }
}

static void add_heads(const struct report *report, const struct row_view *view, size_t cell,
                      size_t first, size_t end, struct buffer *out)
{
    const struct grid_row *row = &view->grid;
    uint64_t labels = labels_of(report, row, cell, first, end);
    struct slice heads[GRID_MAX_HEADS];
    size_t count = grid_heads(report, row, cell, heads);
    add_surroundings(report, view, labels, out);
    add_labels(report, row, labels, false, out);
    for (int times = 0; times < 2; times++)
        for (size_t i = 0; i < count; i++)
            if (heads[i].len <= MAX_HEAD_BYTES && is_time(heads[i]) == times)
                buffer_add(out, bare_head(heads[i]));
    add_labels(report, row, labels, true, out);
}

static size_t cell_of(const struct grid_row *row, uint32_t offset)
{
    size_t cell = 0;
    while (cell + 1 < row->count && row->cells[cell].end <= offset)
        cell++;
    return cell;
}

void row_read(const struct report *report, size_t sentence, struct row_view *row)
{
    grid_read(report, sentence, &row->grid);
    row->caption_count = grid_captions(report, &row->grid, row->captions);
    row->group = grid_group(report, &row->grid);
}

size_t row_cell(const struct report *report, const struct row_view *row, size_t first, size_t end,
                struct buffer *out, struct quantity *edited, size_t max)
{
    size_t at = cell_of(&row->grid, report->quantities[first].clean.start), count = 0;
    struct span cell = row->grid.cells[at];
    buffer_clear(out);
    add_heads(report, row, at, first, end, out);
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
