/* row_xlsx.c - a workbook for the office (xlsx_sheet.c).
 *
 *   数值   the units' values, each with a link to its evidence; a new sheet when one is full
 *   汇总   roll-ups
 *   依据   every mention of every value: file, sentence, place, rule
 *   单位   which units reported on which year, with how many values
 *   说明   when, from where, by which program and catalogues
 *
 * The caller's thread. What can fail: the disk, found at the latest when the workbook is closed.
 */
#include "proto/rows/fields.h"
#include "proto/rows/words.h"
#include "proto/rows/xlsx_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

enum { MAX_FIELDS = 64 };

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
    struct xlsx_book *book;
    const struct row_source *source;
    struct xlsx_sheet values, rollups, evidence;
    struct unit *units;
    struct buffer catalogues; /* versions met, one a line */
};

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

static enum xlsx_style style_of(const struct row_field *field, const struct row *row)
{
    if (field->type == FIELD_YEAR)
        return XLSX_YEAR;
    return slice_equal(row->unit, SLICE("%")) && field->type == FIELD_FIGURE ? XLSX_RATE
                                                                             : XLSX_NUMBER;
}

static void put_fields(struct workbook *workbook, struct xlsx_sheet *sheet, const struct row *row,
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
            xlsx_number(workbook->book, sheet, column++, strtod(cell.data, NULL),
                        style_of(field, row));
        } else {
            xlsx_text(workbook->book, sheet, column++, text_for_people(field, buffer_slice(&cell)),
                      XLSX_TEXT);
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
    struct xlsx_sheet *sheet = &workbook->evidence;
    if (!sheet->sheet || sheet->next == SHEET_ROWS) {
        xlsx_end(sheet);
        xlsx_begin(workbook->book, sheet, evidence_heads, evidence_widths, EVIDENCE_COLUMNS);
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
            xlsx_number(workbook->book, sheet, column, row->year, XLSX_YEAR);
        else if (column == 5)
            xlsx_number(workbook->book, sheet, column, mention->value, XLSX_NUMBER);
        else if (column == 10 || column == 11)
            xlsx_number(workbook->book, sheet, column,
                        column == 10 ? mention->span.start : mention->span.end, XLSX_YEAR);
        else
            xlsx_text(workbook->book, sheet, column, texts[column],
                      column == 7 ? XLSX_WRAP : XLSX_TEXT);
    }
    sheet->next++;
}

/* A formula, since Excel takes 65,530 hyperlinks a sheet and no more. */
static void put_link(struct workbook *workbook, struct xlsx_sheet *sheet, const struct row *row)
{
    const struct xlsx_sheet *evidence = &workbook->evidence;
    char formula[128];
    if (!row->evidence_count)
        return;
    bool first = !evidence->sheet, full = evidence->next == SHEET_ROWS;
    unsigned number = first ? 1 : evidence->number + full;
    uint32_t target = first || full ? 2 : evidence->next + 1;
    snprintf(formula, sizeof formula,
             number > 1 ? "=HYPERLINK(\"#'%s%u'!A%u\",\"依据\")"
                        : "=HYPERLINK(\"#'%s'!A%.0u%u\",\"依据\")",
             evidence->name, number > 1 ? number : 0, target);
    xlsx_formula(workbook->book, sheet, 0, formula, "依据", XLSX_LINK);
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

static void begin_rows(struct workbook *workbook, struct xlsx_sheet *sheet, unsigned rows)
{
    const struct row_field *fields[MAX_FIELDS];
    const char *heads[MAX_FIELDS + 1] = {"依据"};
    double widths[MAX_FIELDS + 1] = {6};
    unsigned link = rows == OF_VALUES;
    unsigned count = heads_of(rows, fields, heads + link, widths + link);
    xlsx_begin(workbook->book, sheet, heads, widths, count + link);
}

static enum status put(void *state, const struct row *row, struct error *error)
{
    struct workbook *workbook = state;
    struct xlsx_sheet *sheet = is_rollup(row) ? &workbook->rollups : &workbook->values;
    (void)error;
    if (!sheet->sheet || sheet->next == SHEET_ROWS) {
        xlsx_end(sheet);
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
    struct xlsx_sheet sheet = {.name = "单位"};
    struct unit *unit;
    xlsx_begin(workbook->book, &sheet, heads, widths, sizeof heads / sizeof *heads);
    HASH_SORT(workbook->units, by_place);
    for (unit = workbook->units; unit && sheet.next < SHEET_ROWS; unit = unit->hh.next) {
        char code[16];
        snprintf(code, sizeof code, "%06u", unit->region);
        xlsx_number(workbook->book, &sheet, 0, unit->year, XLSX_YEAR);
        xlsx_text(workbook->book, &sheet, 1, slice_of(code), XLSX_TEXT);
        xlsx_text(workbook->book, &sheet, 2, buffer_slice(&unit->name), XLSX_TEXT);
        xlsx_text(workbook->book, &sheet, 3, word_in_chinese(slice_of(level_name(unit->level))),
                  XLSX_TEXT);
        xlsx_text(workbook->book, &sheet, 4, word_in_chinese(slice_of(kind_name(unit->kind))),
                  XLSX_TEXT);
        xlsx_number(workbook->book, &sheet, 5, unit->values, XLSX_NUMBER);
        xlsx_number(workbook->book, &sheet, 6, unit->conflicts, XLSX_NUMBER);
        sheet.next++;
    }
    xlsx_end(&sheet);
}

/* ---- opening, closing ---- */

static enum status open_book(void **state, const char *path, const struct row_source *source,
                             struct error *error)
{
    struct workbook *workbook = memory_zero(sizeof *workbook);
    *state = workbook;
    workbook->source = source;
    workbook->values.name = "数值";
    workbook->rollups.name = "汇总";
    workbook->evidence.name = "依据";
    enum status status = xlsx_open(&workbook->book, path, error);
    if (!status)
        begin_rows(workbook, &workbook->values, OF_VALUES);
    return status;
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
    free(workbook);
}

static enum status close_book(void **state, bool keep, struct error *error)
{
    struct workbook *workbook = *state;
    *state = NULL;
    if (workbook->values.sheet && keep) {
        xlsx_end(&workbook->values);
        xlsx_end(&workbook->rollups);
        xlsx_end(&workbook->evidence);
        write_units(workbook);
        xlsx_colophon(workbook->book, workbook->source, buffer_slice(&workbook->catalogues));
    }
    enum status status = xlsx_close(&workbook->book, keep, error);
    release(workbook);
    return status;
}

const struct row_file_format xlsx_format = {"xlsx", ".xlsx", open_book, put, close_book};
