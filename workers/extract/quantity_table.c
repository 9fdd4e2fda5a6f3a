/* quantity_table.c - table rows: numbers whose unit may stand elsewhere in the row or in its heads.
 *
 * Any thread. Happy path: part row and head into cells; a cell with a unit is read like prose; a
 * bare number takes the unit of the 单位 column, then of its row head （万元）, then of its column
 * head.
 */
#include "workers/extract/quantity_table.h"

#include "workers/extract/numeral.h"

enum { MAX_CELLS = 64 };

struct cells {
    struct span at[MAX_CELLS];
    size_t count;
};

struct table {
    const struct quantity_rules *rules;
    struct slice text;
    struct cells row, head;
    size_t unit_column; /* MAX_CELLS: none */
    struct quantity_list *list;
};

static struct slice slice_at(struct slice text, struct span span)
{
    return slice_range(text, span.start, span.end);
}

static struct span trim(struct slice text, struct span cell)
{
    while (cell.start < cell.end && text.data[cell.start] == ' ')
        cell.start++;
    while (cell.end > cell.start &&
           (text.data[cell.end - 1] == ' ' || text.data[cell.end - 1] == '\n'))
        cell.end--;
    return cell;
}

static void part(struct slice text, struct span line, struct cells *cells)
{
    uint32_t start = line.start;
    for (uint32_t i = line.start; i <= line.end && cells->count < MAX_CELLS; i++)
        if (i == line.end || text.data[i] == '\t') {
            if (i > start || line.end > line.start)
                cells->at[cells->count++] = trim(text, (struct span){start, i});
            start = i + 1;
        }
}

static struct slice head_of(const struct table *t, size_t column)
{
    return column < t->head.count ? slice_at(t->text, t->head.at[column]) : (struct slice){"", 0};
}

/* A whole text that is a unit: 件, 万元, 单位：万元. Its index, *factor multiplied in; 0: none. */
static size_t whole_unit(const struct table *t, struct slice text, double *factor)
{
    static const char *const leads[] = {"单位：", "单位:", "单位"};
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        if (slice_starts(text, slice_of(leads[i]))) {
            text = slice_range(text, strlen(leads[i]), text.len);
            break;
        }
    size_t length, skip;
    *factor = unit_factor(t->rules, text, &skip);
    int unit = wordset_ahead(&t->rules->unit_words, text, skip, &length);
    if (unit > 0 && skip + length == text.len)
        return (size_t)unit;
    *factor = 1;
    unit = wordset_ahead(&t->rules->unit_words, text, 0, &length);
    return unit > 0 && length == text.len ? (size_t)unit : 0;
}

/* The unit that a head names: 金额（万元）, 数量(件), 金额/万元, 件, 人数. */
static size_t head_unit(const struct table *t, struct slice head, double *factor)
{
    static const char *const open[] = {"（", "(", "/", "／"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        size_t at = slice_find(head, slice_of(open[i]), 0);
        if (at == SIZE_MAX)
            continue;
        struct slice inside = slice_range(head, at + strlen(open[i]), head.len);
        if (slice_ends(inside, SLICE("）")))
            inside.len -= strlen("）");
        else if (slice_ends(inside, SLICE(")")))
            inside.len -= 1;
        size_t unit = whole_unit(t, inside, factor);
        if (unit)
            return unit;
    }
    size_t unit = whole_unit(t, head, factor);
    if (unit)
        return unit;
    size_t length;
    int implied = wordset_behind(&t->rules->implied, head, head.len, &length);
    return implied > 0 ? (size_t)implied : 0;
}

static size_t unit_for(const struct table *t, size_t column, double *factor)
{
    *factor = 1;
    size_t unit = 0;
    if (t->unit_column < t->row.count)
        unit = whole_unit(t, slice_at(t->text, t->row.at[t->unit_column]), factor);
    if (!unit && t->row.count > 0 && column > 0)
        unit = head_unit(t, slice_at(t->text, t->row.at[0]), factor);
    return unit ? unit : head_unit(t, head_of(t, column), factor);
}

/* Columns whose numbers count nothing, and row numbers and years in the first one. */
static bool is_label_column(const struct table *t, size_t column)
{
    static const char *const labels[] = {"序号", "编号", "序",   "年份", "年度", "日期", "时间",
                                         "文号", "电话", "代码", "排名", "备注", "位次"};
    struct slice head = head_of(t, column);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (slice_equal(head, slice_of(labels[i])))
            return true;
    return false;
}

/* A cell that is one bare number and nothing else. */
static bool is_bare_number(const struct table *t, struct span cell, struct numeral *n)
{
    struct slice text = {t->text.data, cell.end};
    return cell.end > cell.start && numeral_read(text, cell.start, n) && n->end == cell.end &&
           (!n->hanzi || !n->sequence);
}

static void read_cell(struct table *t, size_t column)
{
    struct numeral n;
    struct span cell = t->row.at[column];
    if (is_label_column(t, column) || column == t->unit_column)
        return;
    if (!is_bare_number(t, cell, &n) || n.share != SHARE_NONE) {
        quantity_prose(t->rules, t->text, cell.start, cell.end, false, t->list);
        return;
    }
    double factor;
    size_t unit = unit_for(t, column, &factor);
    if (column == 0 && !unit)
        return; /* a row number */
    struct quantity *q = quantity_list_add(t->list);
    if (!q)
        return;
    struct slice name = t->rules->units[unit].name;
    *q = (struct quantity){.clean = cell,
                           .text = cell,
                           .value = n.value * factor,
                           .unit = t->list->arena ? arena_copy(t->list->arena, name) : name,
                           .bound = n.over ? BOUND_OVER : BOUND_EXACT};
}

void quantity_table_row(const struct quantity_rules *rules, struct slice text, struct span row,
                        struct span head, struct quantity_list *list)
{
    struct table t = {.rules = rules, .text = text, .unit_column = MAX_CELLS, .list = list};
    part(text, row, &t.row);
    part(text, head, &t.head);
    for (size_t i = 0; i < t.head.count; i++)
        if (slice_equal(head_of(&t, i), SLICE("单位")) ||
            slice_equal(head_of(&t, i), SLICE("计量单位")))
            t.unit_column = i;
    for (size_t i = 0; i < t.row.count; i++)
        read_cell(&t, i);
}
