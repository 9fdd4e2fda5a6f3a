/* row_xlsx.c - a workbook for the office, and the one door to libxlsxwriter.
 *
 *   数值   the units' values, each with a link to its evidence; a new sheet when one is full
 *   汇总   roll-ups
 *   依据   every mention of every value: file, sentence, place, rule
 *   单位   which units reported on which year, with how many values
 *   说明   when, from where, by which program and catalogues
 *
 * or one sheet of another shape (grid.h) and 说明.
 *
 * Rows are written as they come and never held (constant_memory), so a sheet's cells go from top to
 * bottom and from left to right. The caller's thread. What can fail: the disk, found at the latest
 * when the workbook is closed.
 */
#include "proto/base/settle.h"
#include "proto/base/tr.h"
#include "proto/rows/fields.h"
#include "proto/rows/grid.h"
#include "proto/rows/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>
#include <uthash.h>
#include <xlsxwriter.h>

enum {
    SHEET_ROWS = 1048576, /* Excel's limit */
    CELL_CHARACTERS = 32767,
    MAX_FIELDS = 64,
};

struct sheet {
    lxw_worksheet *sheet;
    const char *name;
    unsigned number; /* of the sheets by this name */
    lxw_row_t next;  /* row to write */
    unsigned columns;
};

/* A unit and year that has values. */
struct unit {
    char *key;
    struct buffer name;
    uint32_t region;
    enum level level;
    enum issuer_kind kind;
    uint16_t year;
    unsigned values, conflicts;
    UT_hash_handle hh;
};

struct workbook {
    lxw_workbook *book;
    const struct row_source *source;
    char *folder; /* of the file: temporary ones are made there too */
    lxw_format *head, *number, *rate, *text, *wrap, *link, *year;
    struct sheet values, rollups, evidence;
    struct unit *units;
    struct buffer catalogues; /* versions met, one a line */
    struct buffer cell;
};

/* ---- sheets ---- */

/* Wide enough for what the column mostly holds: an id, a code below its head, a unit's whole name.
 */
static double width_of(const struct row_field *field)
{
    static const struct {
        const char *name;
        double width;
    } known[] = {{"sentence", 60}, {"section", 60},     {"indicator", 32}, {"label", 24},
                 {"issuer", 28},   {"region_name", 18}, {"region", 14},    {"path", 40}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (slice_equal(field->name, slice_of(known[i].name)))
            return known[i].width;
    return field->type == FIELD_FIGURE ? 18 : 11;
}

static void begin_sheet(struct workbook *workbook, struct sheet *sheet, const char *const *heads,
                        const double *widths, unsigned columns)
{
    char name[32];
    snprintf(name, sizeof name, sheet->number ? "%s%u" : "%s", sheet->name, sheet->number + 1);
    sheet->number++;
    sheet->sheet = workbook_add_worksheet(workbook->book, name);
    sheet->columns = columns;
    for (unsigned i = 0; i < columns; i++) {
        worksheet_set_column(sheet->sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
        worksheet_write_string(sheet->sheet, 0, (lxw_col_t)i, heads[i], workbook->head);
    }
    worksheet_freeze_panes(sheet->sheet, 1, 0);
    sheet->next = 1;
}

/* Filters cover what was written, so they are set when that is known. */
static void end_sheet(struct sheet *sheet)
{
    if (sheet->sheet && sheet->next > 1)
        worksheet_autofilter(sheet->sheet, 0, 0, sheet->next - 1, (lxw_col_t)(sheet->columns - 1));
}

/* A cell's text is cut where Excel would refuse the file, at a character. */
static void put_text(struct workbook *workbook, struct sheet *sheet, unsigned column,
                     struct slice text, lxw_format *format)
{
    buffer_clear(&workbook->cell);
    size_t at = 0, characters = 0;
    while (at < text.len && characters < CELL_CHARACTERS) {
        size_t from = at++;
        while (at < text.len && ((unsigned char)text.data[at] & 0xC0) == 0x80)
            at++;
        characters += at - from > 3 ? 2 : 1; /* UTF-16 counts those twice */
        if (at - from > 1 || (unsigned char)text.data[from] >= 0x20 || text.data[from] == '\n')
            buffer_append(&workbook->cell, text.data + from, at - from);
    }
    buffer_append(&workbook->cell, "", 1);
    worksheet_write_string(sheet->sheet, sheet->next, (lxw_col_t)column, workbook->cell.data,
                           format);
}

static void put_number(struct sheet *sheet, unsigned column, double value, lxw_format *format)
{
    worksheet_write_number(sheet->sheet, sheet->next, (lxw_col_t)column, value, format);
}

/* Not in the words of others: a check's "sum" is one that doesn't add up. */
static struct slice rollup_in_chinese(struct slice word)
{
    return slice_equal(word, SLICE("sum"))      ? SLICE("合计")
           : slice_equal(word, SLICE("mean"))   ? SLICE("平均")
           : slice_equal(word, SLICE("latest")) ? SLICE("最新")
                                                : SLICE("");
}

/* A person reads it: names of files (what the folder is called on some server tells nothing), and
 * words in the language of the heads. */
static struct slice text_for_people(const struct row_field *field, struct slice text)
{
    if (slice_equal(field->name, SLICE("path")))
        return slice_file_name(text);
    if (field->type == FIELD_BOOL)
        return slice_equal(text, SLICE("true")) ? SLICE("是") : SLICE("");
    if (field->type == FIELD_ROLLUP)
        return rollup_in_chinese(text);
    return field->type >= FIELD_LEVEL && field->type <= FIELD_STANDING ? word_in_chinese(text)
                                                                       : text;
}

/* ---- rows ---- */

/* The fields that rows of a sort have, with room for a link in front. */
static unsigned heads_of(unsigned rows, const struct row_field **fields, const char **heads,
                         double *widths)
{
    unsigned count = 0;
    for (size_t i = 0; i < row_fields.count && count < MAX_FIELDS; i++) {
        const struct row_field *field = &row_fields.items[i];
        if (!(field->table & rows))
            continue;
        fields[count] = field;
        heads[count] = field->head;
        widths[count++] = width_of(field);
    }
    return count;
}

static lxw_format *format_of(const struct workbook *workbook, const struct row_field *field,
                             const struct row *row)
{
    if (field->type == FIELD_YEAR)
        return workbook->year;
    return slice_equal(row->unit, SLICE("%")) && field->type == FIELD_FIGURE ? workbook->rate
                                                                             : workbook->number;
}

static void put_fields(struct workbook *workbook, struct sheet *sheet, const struct row *row,
                       unsigned from)
{
    struct buffer cell = {0};
    unsigned column = from;
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        bool is_number;
        if (!(field->table & rows_of(row)))
            continue;
        buffer_clear(&cell);
        row_table_cell(field, row, &cell, &is_number);
        if (is_number) {
            buffer_append(&cell, "", 1);
            put_number(sheet, column++, strtod(cell.data, NULL), format_of(workbook, field, row));
        } else {
            put_text(workbook, sheet, column++, text_for_people(field, buffer_slice(&cell)),
                     workbook->text);
        }
    }
    buffer_release(&cell);
}

static const char *const evidence_heads[] = {"指标", "地区",     "单位",     "年度",     "原文数字",
                                             "数值", "计量单位", "原文",     "所在章节", "文件",
                                             "起",   "止",       "文件摘要", "规则",     "复核"};
static const double evidence_widths[] = {18, 12, 24, 8, 12, 12, 8, 70, 40, 40, 9, 9, 20, 26, 10};
enum { EVIDENCE_COLUMNS = sizeof evidence_heads / sizeof *evidence_heads };

static void put_mention(struct workbook *workbook, const struct row *row,
                        const struct evidence *mention)
{
    struct sheet *sheet = &workbook->evidence;
    if (!sheet->sheet || sheet->next == SHEET_ROWS) {
        end_sheet(sheet);
        begin_sheet(workbook, sheet, evidence_heads, evidence_widths, EVIDENCE_COLUMNS);
    }
    const char *reviewed = review_name(mention->review);
    const struct slice texts[EVIDENCE_COLUMNS] = {
        [0] = row->label,
        [1] = row->region_name,
        [2] = row->issuer,
        [4] = mention->text,
        [6] = mention->unit,
        [7] = mention->sentence,
        [8] = mention->section,
        [9] = slice_file_name(mention->path),
        [12] = mention->doc,
        [13] = mention->rule,
        [14] = word_in_chinese(slice_of(reviewed ? reviewed : ""))};
    for (unsigned column = 0; column < EVIDENCE_COLUMNS; column++) {
        if (column == 3)
            put_number(sheet, column, row->year, workbook->year);
        else if (column == 5)
            put_number(sheet, column, mention->value, workbook->number);
        else if (column == 10 || column == 11)
            put_number(sheet, column, column == 10 ? mention->span.start : mention->span.end,
                       workbook->year);
        else
            put_text(workbook, sheet, column, texts[column],
                     column == 7 ? workbook->wrap : workbook->text);
    }
    sheet->next++;
}

/* A formula, since Excel takes 65,530 hyperlinks a sheet and no more. */
static void put_link(struct workbook *workbook, struct sheet *sheet, const struct row *row)
{
    const struct sheet *evidence = &workbook->evidence;
    char formula[128];
    if (!row->evidence_count)
        return;
    bool first = !evidence->sheet, full = evidence->next == SHEET_ROWS;
    unsigned number = first ? 1 : evidence->number + full;
    lxw_row_t target = first || full ? 2 : evidence->next + 1;
    snprintf(formula, sizeof formula,
             number > 1 ? "=HYPERLINK(\"#'%s%u'!A%u\",\"依据\")"
                        : "=HYPERLINK(\"#'%s'!A%.0u%u\",\"依据\")",
             evidence->name, number > 1 ? number : 0, target);
    worksheet_write_formula_str(sheet->sheet, sheet->next, 0, formula, workbook->link, "依据");
}

static void note_unit(struct workbook *workbook, const struct row *row)
{
    struct buffer key = {0};
    struct unit *unit;
    buffer_format(&key, "%06u/%.*s/%u/%.*s/%u", row->region, SLICE_ARGS(row->township), row->kind,
                  SLICE_ARGS(row->issuer), row->year);
    HASH_FIND(hh, workbook->units, key.data, key.len, unit);
    if (!unit) {
        unit = memory_zero(sizeof *unit);
        unit->key = memory_copy_text(key.data);
        buffer_add(&unit->name, row->issuer.len ? row->issuer : row->region_name);
        unit->region = row->region;
        unit->level = row->level;
        unit->kind = row->kind;
        unit->year = row->year;
        HASH_ADD_KEYPTR(hh, workbook->units, unit->key, key.len, unit);
    }
    unit->values++;
    unit->conflicts += row->conflict;
    buffer_release(&key);
}

static void begin_rows(struct workbook *workbook, struct sheet *sheet, unsigned rows)
{
    const struct row_field *fields[MAX_FIELDS];
    const char *heads[MAX_FIELDS + 1] = {"依据"};
    double widths[MAX_FIELDS + 1] = {6};
    unsigned link = rows == OF_VALUES;
    unsigned count = heads_of(rows, fields, heads + link, widths + link);
    begin_sheet(workbook, sheet, heads, widths, count + link);
}

static enum status put(void *state, const struct row *row, struct error *error)
{
    struct workbook *workbook = state;
    struct sheet *sheet = is_rollup(row) ? &workbook->rollups : &workbook->values;
    (void)error;
    if (!sheet->sheet || sheet->next == SHEET_ROWS) {
        end_sheet(sheet);
        begin_rows(workbook, sheet, rows_of(row));
    }
    if (!is_rollup(row)) {
        put_link(workbook, sheet, row);
        note_unit(workbook, row);
        row_note_catalogue(row, &workbook->catalogues);
        for (size_t i = 0; i < row->evidence_count; i++)
            put_mention(workbook, row, &row->evidence[i]);
    }
    put_fields(workbook, sheet, row, !is_rollup(row));
    sheet->next++;
    return STATUS_OK;
}

/* ---- what is known at the end ---- */

static int by_place(struct unit *a, struct unit *b)
{
    return a->year != b->year ? (a->year < b->year ? -1 : 1) : strcmp(a->key, b->key);
}

static void write_units(struct workbook *workbook)
{
    static const char *const heads[] = {"年度", "行政区划代码", "单位",    "级别",
                                        "性质", "指标数",       "前后不一"};
    static const double widths[] = {8, 14, 36, 12, 12, 9, 10};
    struct sheet sheet = {.name = "单位"};
    struct unit *unit;
    begin_sheet(workbook, &sheet, heads, widths, sizeof heads / sizeof *heads);
    HASH_SORT(workbook->units, by_place);
    for (unit = workbook->units; unit && sheet.next < SHEET_ROWS; unit = unit->hh.next) {
        char code[16];
        snprintf(code, sizeof code, "%06u", unit->region);
        put_number(&sheet, 0, unit->year, workbook->year);
        put_text(workbook, &sheet, 1, slice_of(code), workbook->text);
        put_text(workbook, &sheet, 2, buffer_slice(&unit->name), workbook->text);
        put_text(workbook, &sheet, 3, word_in_chinese(slice_of(level_name(unit->level))),
                 workbook->text);
        put_text(workbook, &sheet, 4, word_in_chinese(slice_of(kind_name(unit->kind))),
                 workbook->text);
        put_number(&sheet, 5, unit->values, workbook->number);
        put_number(&sheet, 6, unit->conflicts, workbook->number);
        sheet.next++;
    }
    end_sheet(&sheet);
}

static void write_colophon(struct workbook *workbook)
{
    static const char *const heads[] = {"项目", "内容"};
    static const double widths[] = {16, 90};
    struct sheet sheet = {.name = "说明"};
    char now[40];
    time_t seconds = time(NULL);
    struct tm local;
    strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &local));
    const struct {
        const char *what;
        struct slice text;
    } lines[] = {
        {"制表时间", slice_of(now)},
        {"数据来源", slice_of(workbook->source->from)},
        {"查询条件", slice_of(workbook->source->asked)},
        {"程序版本", slice_of(workbook->source->program)},
        {"指标库版本", buffer_slice(&workbook->catalogues)},
        {"单位与界限",
         SLICE("“数值”已换算为基本单位（万、亿已展开，万元换算为元）；“界限”：超过（余、多），"
               "不少于（以上），不超过（以下、近），约")},
    };
    begin_sheet(workbook, &sheet, heads, widths, 2);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        put_text(workbook, &sheet, 0, slice_of(lines[i].what), workbook->text);
        put_text(workbook, &sheet, 1, lines[i].text, workbook->wrap);
        sheet.next++;
    }
}

/* ---- opening, closing ---- */

static lxw_format *new_format(lxw_workbook *book, const char *number)
{
    lxw_format *format = workbook_add_format(book);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (number)
        format_set_num_format(format, number);
    return format;
}

static void make_formats(struct workbook *workbook)
{
    lxw_workbook *book = workbook->book;
    workbook->head = new_format(book, NULL);
    format_set_bold(workbook->head);
    format_set_bottom(workbook->head, LXW_BORDER_THIN);
    workbook->number = new_format(book, "#,##0.##########");
    format_set_num_format(workbook->number, "#,##0.##");
    workbook->rate = new_format(book, "0.00");
    workbook->year = new_format(book, "0");
    workbook->text = new_format(book, NULL);
    workbook->wrap = new_format(book, NULL);
    format_set_text_wrap(workbook->wrap);
    workbook->link = new_format(book, NULL);
    format_set_font_color(workbook->link, LXW_COLOR_BLUE);
}

static enum status make_book(void **state, const char *path, const struct row_source *source,
                             struct error *error)
{
    struct workbook *workbook = memory_zero(sizeof *workbook);
    const char *slash = strrchr(path, '/');
    workbook->source = source;
    workbook->folder = memory_copy_text(slash ? path : ".");
    if (slash)
        workbook->folder[slash - path + (slash == path)] = '\0';
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = workbook->folder};
    *state = workbook;
    workbook->book = workbook_new_opt(path, &options);
    if (!workbook->book)
        return fail(error, STATUS_FATAL, "%s: a workbook can't be made", path);
    make_formats(workbook);
    return STATUS_OK;
}

static enum status open_book(void **state, const char *path, const struct row_source *source,
                             struct error *error)
{
    enum status status = make_book(state, path, source, error);
    struct workbook *workbook = *state;
    if (status)
        return status;
    workbook->values.name = "数值";
    workbook->rollups.name = "汇总";
    workbook->evidence.name = "依据";
    begin_rows(workbook, &workbook->values, OF_VALUES);
    return STATUS_OK;
}

/* The library doesn't look whether its temporary files took every byte. */
static bool disk_is_full(const char *folder)
{
    struct statvfs disk;
    return statvfs(folder, &disk) == 0 && disk.f_bavail == 0;
}

static void release(struct workbook *workbook)
{
    struct unit *unit, *next;
    HASH_ITER(hh, workbook->units, unit, next)
    {
        HASH_DEL(workbook->units, unit);
        buffer_release(&unit->name);
        free(unit->key);
        free(unit);
    }
    buffer_release(&workbook->catalogues);
    buffer_release(&workbook->cell);
    free(workbook->folder);
    free(workbook);
}

static enum status close_book(void **state, bool keep, struct error *error)
{
    struct workbook *workbook = *state;
    enum status status = STATUS_OK;
    *state = NULL;
    if (workbook->book && keep) {
        end_sheet(&workbook->values);
        end_sheet(&workbook->rollups);
        end_sheet(&workbook->evidence);
        if (workbook->values.sheet)
            write_units(workbook);
        write_colophon(workbook);
    }
    bool full = disk_is_full(workbook->folder);
    lxw_error closed = workbook->book ? workbook_close(workbook->book) : LXW_NO_ERROR;
    full |= disk_is_full(workbook->folder);
    if (keep && (closed != LXW_NO_ERROR || full))
        status = fail(error, STATUS_FATAL, "the workbook can't be written: %s",
                      full ? TR("the disk is full: free some space") : lxw_strerror(closed));
    release(workbook);
    return status;
}

/* ---- another shape ---- */

/* As in the other sheets; an indicator's or a year's head is its own. */
static const char *head_of(struct slice name)
{
    if (slice_equal(name, SLICE("change")))
        return "变化";
    if (slice_equal(name, SLICE("percent")))
        return "变化率（%）";
    for (size_t i = 0; i < row_fields.count; i++)
        if (slice_equal(row_fields.items[i].name, name))
            return row_fields.items[i].head;
    return name.data;
}

static void put_grid(struct workbook *workbook, const struct grid *grid)
{
    struct sheet sheet = {.name = "表"};
    const char **heads = memory_zero((grid->column_count + 1) * sizeof *heads);
    double *widths = memory_zero((grid->column_count + 1) * sizeof *widths);
    for (size_t c = 0; c < grid->column_count; c++) {
        heads[c] = head_of(grid->heads[c]);
        widths[c] = 14;
    }
    begin_sheet(workbook, &sheet, heads, widths, (unsigned)grid->column_count);
    for (size_t r = 0; r < grid->row_count && sheet.next < SHEET_ROWS; r++) {
        for (size_t c = 0; c < grid->column_count; c++) {
            const struct grid_cell *cell = grid_at(grid, r, c);
            bool is_kind = slice_equal(grid->heads[c], SLICE("kind"));
            if (cell->is_figure)
                put_number(&sheet, (unsigned)c, cell->figure,
                           slice_equal(grid->heads[c], SLICE("year")) ? workbook->year
                                                                      : workbook->number);
            else if (cell->text.len)
                put_text(workbook, &sheet, (unsigned)c,
                         is_kind ? word_in_chinese(cell->text) : cell->text, workbook->text);
        }
        sheet.next++;
    }
    end_sheet(&sheet);
    free(heads);
    free(widths);
}

enum status grid_xlsx(const struct grid *grid, const char *path, const struct row_source *source,
                      struct error *error)
{
    struct buffer temporary = {0};
    void *state;
    buffer_format(&temporary, "%s.%ld.part", path, (long)getpid());
    enum status status = make_book(&state, temporary.data, source, error);
    if (!status) {
        buffer_add(&((struct workbook *)state)->catalogues, grid->catalogues);
        put_grid(state, grid);
    }
    enum status closed = close_book(&state, !status, error);
    status = status ? status : closed;
    if (!status)
        status = file_settle(temporary.data, path, error);
    unlink(temporary.data);
    buffer_release(&temporary);
    return status;
}

const struct row_file_format xlsx_format = {"xlsx", ".xlsx", open_book, put, close_book};
