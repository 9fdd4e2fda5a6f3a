/* quantity_table.c - table rows: numbers whose unit may stand elsewhere in the row or in its heads.
 *
 * Any thread. Happy path: a cell with a unit is read like prose; a bare number takes the unit of
 * the 单位 column, then of its row head （万元）, then of its column heads, then of the line above
 * the table (单位：万元). Nothing can fail.
 */
#include "workers/extract/quantity/quantity_table.h"

#include "workers/extract/quantity/grid.h"
#include "workers/extract/quantity/numeral.h"

enum { NO_CELL = GRID_MAX_CELLS };

struct table {
    const struct quantity_rules *rules;
    const struct report *report;
    struct grid_row row;
    size_t unit_cell; /* NO_CELL: none */
    struct quantity_list *list;
};

static struct slice cell_of(const struct table *t, size_t cell)
{
    return grid_cell(t->report, &t->row, cell);
}

static struct slice head_of(const struct table *t, size_t cell)
{
    return grid_head(t->report, &t->row, cell);
}

/* A whole text that is a unit: 件, 千克, 万元, 单位：万元. Its index, *factor multiplied in; 0:
 * none.
 */
static size_t whole_unit(const struct table *t, struct slice text, double *factor)
{
    size_t length, skip;
    if (wordset_ahead(&t->rules->unit_leads, text, 0, &length) > 0)
        text = slice_range(text, length, text.len);
    *factor = 1;
    int unit = wordset_ahead(&t->rules->unit_words, text, 0, &length);
    if (unit > 0 && length == text.len)
        return (size_t)unit;
    double multiplied = unit_factor(t->rules, text, &skip);
    unit = wordset_ahead(&t->rules->unit_words, text, skip, &length);
    if (unit <= 0 || skip + length != text.len)
        return 0;
    *factor = multiplied;
    return (size_t)unit;
}

static struct slice without_bracket(struct slice text)
{
    if (slice_ends(text, SLICE("）")))
        text.len -= strlen("）");
    else if (slice_ends(text, SLICE(")")))
        text.len -= 1;
    return text;
}

/* The unit that a head is or has in brackets: 金额（万元）, 数量(件), 金额/万元, 件;
 * 村（社区）法律顾问（名）. */
static size_t head_unit(const struct table *t, struct slice head, double *factor)
{
    static const char *const open[] = {"（", "(", "/", "／"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        size_t at = slice_find(head, slice_of(open[i]), 0);
        while (at != SIZE_MAX) {
            size_t from = at + strlen(open[i]);
            struct slice inside = without_bracket(slice_range(head, from, head.len));
            size_t unit = whole_unit(t, inside, factor);
            if (unit)
                return unit;
            at = slice_find(head, slice_of(open[i]), from);
        }
    }
    return whole_unit(t, head, factor);
}

/* The unit that a head's last word carries: 参训人数, 出庭应诉率. */
static size_t implied_unit(const struct table *t, struct slice head)
{
    static const char *const open[] = {"（", "("};
    for (size_t i = 0; i < 2; i++) {
        size_t at = slice_find(head, slice_of(open[i]), 0);
        head.len = at == SIZE_MAX ? head.len : at;
    }
    size_t length;
    int implied = wordset_behind(&t->rules->headed, head, head.len, &length);
    if (implied <= 0)
        implied = wordset_behind(&t->rules->implied, head, head.len, &length);
    return implied > 0 ? (size_t)implied : 0;
}

/* 单位：万元 in a line above the table; two units (单位：件、万元) are none. */
static size_t caption_unit(const struct table *t, double *factor)
{
    struct slice captions[GRID_MAX_CAPTIONS];
    size_t count = grid_captions(t->report, &t->row, captions), length;
    for (size_t i = 0; i < count; i++) {
        size_t at = wordset_next(&t->rules->unit_leads, captions[i], 0, &length);
        if (at != SIZE_MAX && length > strlen("单位"))
            return whole_unit(t, without_bracket(slice_range(captions[i], at, captions[i].len)),
                              factor);
    }
    *factor = 1;
    return 0;
}

/* 行政处罚实施数量（宗） right above the heads, one cell over all of them. */
static size_t spanning_unit(const struct table *t, double *factor)
{
    struct slice captions[GRID_MAX_CAPTIONS], text = {0};
    if (grid_captions(t->report, &t->row, captions))
        text = captions[0];
    while (text.len && strchr("| ", text.data[text.len - 1]))
        text.len--;
    bool bracket = slice_ends(text, SLICE("）")) || slice_ends(text, SLICE(")"));
    size_t unit = bracket ? head_unit(t, text, factor) : 0;
    if (!unit)
        *factor = 1;
    return unit;
}

static bool is_share(const struct table *t, size_t unit)
{
    struct slice name = t->rules->units[unit].name;
    return slice_equal(name, SLICE("%")) || slice_equal(name, SLICE("个百分点"));
}

/* What is written decides before what a word implies; a column of shares is one whatever its rows
 * count. What a line above the table says holds for those it fits: 万元 for 罚没款, not for 人数.
 */
static size_t unit_for(const struct table *t, size_t cell, double *factor)
{
    struct slice heads[GRID_MAX_HEADS];
    size_t count = grid_heads(t->report, &t->row, cell, heads), unit = 0, implied = 0;
    size_t head = count ? head_unit(t, heads[count - 1], factor) : 0;
    if (head && is_share(t, head))
        return head;
    if (t->unit_cell < t->row.count)
        unit = whole_unit(t, cell_of(t, t->unit_cell), factor);
    for (size_t i = cell; !unit && i-- > 0;)
        unit = head_unit(t, cell_of(t, i), factor);
    for (size_t i = count; !unit && i-- > 0;)
        unit = head_unit(t, heads[i], factor);
    if (!unit)
        unit = spanning_unit(t, factor);
    if (unit)
        return unit;
    for (size_t i = count; !implied && i-- > 0;)
        implied = implied_unit(t, heads[i]);
    for (size_t i = cell; !implied && i-- > 0;)
        implied = implied_unit(t, cell_of(t, i));
    unit = caption_unit(t, factor);
    if (implied && implied != unit) {
        *factor = 1;
        return implied;
    }
    return unit;
}

/* Whether the column's head is one of those, as a whole. */
static bool is_headed(const struct table *t, size_t cell, const struct wordset *heads)
{
    struct slice head = head_of(t, cell);
    size_t length;
    return wordset_ahead(heads, head, 0, &length) > 0 && length == head.len;
}

/* A cell that is one bare number and nothing else. */
static bool is_bare_number(const struct table *t, struct span cell, struct numeral *n)
{
    struct slice text = {t->report->clean.data, cell.end};
    return cell.end > cell.start && numeral_read(text, cell.start, n) && n->end == cell.end &&
           (!n->hanzi || !n->sequence);
}

/* 2022 in the first cell of a row is its year. */
static bool is_year(const struct numeral *n)
{
    return n->digits == 4 && !n->decimal && n->scale == 1 && n->value >= 1990 && n->value <= 2100;
}

/* A first cell that is a row's number, or its year; in a row of nothing but figures it is one. */
static bool numbers_row(const struct table *t, const struct numeral *n, size_t unit)
{
    struct numeral other;
    if (!unit || is_year(n))
        return true;
    for (size_t i = 1; i < t->row.count; i++)
        if (cell_of(t, i).len && !is_bare_number(t, t->row.cells[i], &other))
            return slice_equal(head_of(t, 0), (struct slice){0});
    return false;
}

static void read_cell(struct table *t, size_t cell)
{
    struct numeral n;
    struct span span = t->row.cells[cell];
    if (is_headed(t, cell, &t->rules->label_heads) || cell == t->unit_cell)
        return;
    if (!is_bare_number(t, span, &n) || n.share != SHARE_NONE) {
        quantity_prose(t->rules, t->report->clean, NO_PARAGRAPH, span.start, span.end, t->list);
        return;
    }
    if (is_headed(t, cell, &t->rules->remark_heads))
        return; /* a year, a telephone, a footnote's mark */
    double factor;
    size_t unit = unit_for(t, cell, &factor);
    if (cell + t->row.shift == 0 && numbers_row(t, &n, unit))
        return;
    struct quantity *q = quantity_list_add(t->list);
    if (!q)
        return;
    struct slice name = t->rules->units[unit].name;
    *q = (struct quantity){.clean = span,
                           .text = span,
                           .value = n.value * factor,
                           .unit = t->list->arena ? arena_copy(t->list->arena, name) : name,
                           .bound = n.over ? BOUND_OVER : BOUND_EXACT};
}

/* 甲 乙 1 2 3 under the heads: the columns' own numbers. */
static bool numbers_columns(const struct table *t)
{
    size_t numbers = 0, stems = 0;
    for (size_t i = 0; i < t->row.count; i++) {
        struct numeral n;
        struct slice cell = cell_of(t, i);
        if (is_bare_number(t, t->row.cells[i], &n) && !n.hanzi) {
            if (n.value != (double)++numbers)
                return false;
        } else if (numbers == 0 && cell.len == 3 && slice_has(SLICE("甲乙丙丁戊"), cell)) {
            stems++;
        } else {
            return false;
        }
    }
    return numbers > 2 || (numbers > 0 && stems > 0) || (numbers == 2 && t->row.count == 2);
}

/* The cell that tells what the row's numbers count: under 单位, or in front of the first number of
 * a table without heads. */
static size_t find_unit_cell(const struct table *t)
{
    double factor;
    for (size_t i = 0; i < t->row.count; i++) {
        bool named = is_headed(t, i, &t->rules->unit_heads);
        if ((named || (head_of(t, i).len == 0 && i > 0)) && whole_unit(t, cell_of(t, i), &factor))
            return i;
    }
    return NO_CELL;
}

void quantity_table_row(const struct quantity_rules *rules, const struct report *report,
                        size_t sentence, struct quantity_list *list)
{
    struct table t;
    t.rules = rules;
    t.report = report;
    t.list = list;
    grid_read(report, sentence, &t.row);
    t.unit_cell = find_unit_cell(&t);
    if (numbers_columns(&t))
        return;
    for (size_t i = 0; i < t.row.count; i++)
        read_cell(&t, i);
}
