/* xlsx_sheet.c - sheets of a workbook: the one door to libxlsxwriter.
 *
 * Rows are written as they come and never held (constant_memory). The caller's thread. What can
 * fail: the disk, found at the latest when the workbook is closed.
 */
#include "proto/rows/xlsx_private.h"

#include "proto/base/tr.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>
#include <xlsxwriter.h>

enum { CELL_CHARACTERS = 32767 };

struct xlsx_book {
    lxw_workbook *book;
    char *folder; /* of the file: temporary ones are made there too */
    lxw_format *styles[XLSX_STYLE_COUNT];
    struct buffer cell;
};

/* ---- sheets ---- */

void xlsx_begin(struct xlsx_book *book, struct xlsx_sheet *sheet, const char *const *heads,
                const double *widths, unsigned columns)
{
    char name[32];
    snprintf(name, sizeof name, sheet->number ? "%s%u" : "%s", sheet->name, sheet->number + 1);
    sheet->number++;
    sheet->sheet = workbook_add_worksheet(book->book, name);
    sheet->columns = columns;
    for (unsigned i = 0; i < columns; i++) {
        worksheet_set_column(sheet->sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
        worksheet_write_string(sheet->sheet, 0, (lxw_col_t)i, heads[i], book->styles[XLSX_HEAD]);
    }
    worksheet_freeze_panes(sheet->sheet, 1, 0);
    sheet->next = 1;
}

/* Filters cover what was written, so they are set when that is known. */
void xlsx_end(struct xlsx_sheet *sheet)
{
    if (sheet->sheet && sheet->next > 1)
        worksheet_autofilter(sheet->sheet, 0, 0, sheet->next - 1, (lxw_col_t)(sheet->columns - 1));
}

/* A cell's text is cut where Excel would refuse the file, at a character. */
void xlsx_text(struct xlsx_book *book, struct xlsx_sheet *sheet, unsigned column, struct slice text,
               enum xlsx_style style)
{
    buffer_clear(&book->cell);
    size_t at = 0, characters = 0;
    while (at < text.len && characters < CELL_CHARACTERS) {
        size_t from = at++;
        while (at < text.len && ((unsigned char)text.data[at] & 0xC0) == 0x80)
            at++;
        characters += at - from > 3 ? 2 : 1; /* UTF-16 counts those twice */
        if (at - from > 1 || (unsigned char)text.data[from] >= 0x20 || text.data[from] == '\n')
            buffer_append(&book->cell, text.data + from, at - from);
    }
    buffer_append(&book->cell, "", 1);
    worksheet_write_string(sheet->sheet, sheet->next, (lxw_col_t)column, book->cell.data,
                           book->styles[style]);
}

void xlsx_number(struct xlsx_book *book, struct xlsx_sheet *sheet, unsigned column, double value,
                 enum xlsx_style style)
{
    worksheet_write_number(sheet->sheet, sheet->next, (lxw_col_t)column, value,
                           book->styles[style]);
}

void xlsx_formula(struct xlsx_book *book, struct xlsx_sheet *sheet, unsigned column,
                  const char *formula, const char *shown, enum xlsx_style style)
{
    worksheet_write_formula_str(sheet->sheet, sheet->next, (lxw_col_t)column, formula,
                                book->styles[style], shown);
}

void xlsx_colophon(struct xlsx_book *book, const struct row_source *source, struct slice catalogues)
{
    static const char *const heads[] = {"项目", "内容"};
    static const double widths[] = {16, 90};
    struct xlsx_sheet sheet = {.name = "说明"};
    char now[40];
    time_t seconds = time(NULL);
    struct tm local;
    strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &local));
    const struct {
        const char *what;
        struct slice text;
    } lines[] = {
        {"制表时间", slice_of(now)},
        {"数据来源", slice_of(source->from)},
        {"查询条件", slice_of(source->asked)},
        {"程序版本", slice_of(source->program)},
        {"指标库版本", catalogues},
        {"单位与界限",
         SLICE("“数值”已换算为基本单位（万、亿已展开，万元换算为元）；“界限”：超过（余、多），"
               "不少于（以上），不超过（以下、近），约")},
    };
    xlsx_begin(book, &sheet, heads, widths, 2);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        xlsx_text(book, &sheet, 0, slice_of(lines[i].what), XLSX_TEXT);
        xlsx_text(book, &sheet, 1, lines[i].text, XLSX_WRAP);
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

static void make_styles(struct xlsx_book *book)
{
    static const char *const numbers[XLSX_STYLE_COUNT] = {
        [XLSX_NUMBER] = "#,##0.##", [XLSX_RATE] = "0.00", [XLSX_YEAR] = "0"};
    for (unsigned i = 0; i < XLSX_STYLE_COUNT; i++)
        book->styles[i] = new_format(book->book, numbers[i]);
    format_set_bold(book->styles[XLSX_HEAD]);
    format_set_bottom(book->styles[XLSX_HEAD], LXW_BORDER_THIN);
    format_set_text_wrap(book->styles[XLSX_WRAP]);
    format_set_font_color(book->styles[XLSX_LINK], LXW_COLOR_BLUE);
}

enum status xlsx_open(struct xlsx_book **out, const char *path, struct error *error)
{
    struct xlsx_book *book = memory_zero(sizeof *book);
    const char *slash = strrchr(path, '/');
    book->folder = memory_copy_text(slash ? path : ".");
    if (slash)
        book->folder[slash - path + (slash == path)] = '\0';
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = book->folder};
    *out = book;
    book->book = workbook_new_opt(path, &options);
    if (!book->book)
        return fail(error, STATUS_FATAL, "%s: a workbook can't be made", path);
    make_styles(book);
    return STATUS_OK;
}

/* The library doesn't look whether its temporary files took every byte. */
static bool disk_is_full(const char *folder)
{
    struct statvfs disk;
    return statvfs(folder, &disk) == 0 && disk.f_bavail == 0;
}

enum status xlsx_close(struct xlsx_book **slot, bool keep, struct error *error)
{
    struct xlsx_book *book = *slot;
    enum status status = STATUS_OK;
    *slot = NULL;
    bool full = disk_is_full(book->folder);
    lxw_error closed = book->book ? workbook_close(book->book) : LXW_NO_ERROR;
    full |= disk_is_full(book->folder);
    if (keep && (closed != LXW_NO_ERROR || full))
        status = fail(error, STATUS_FATAL, "the workbook can't be written: %s",
                      full ? TR("the disk is full: free some space") : lxw_strerror(closed));
    buffer_release(&book->cell);
    free(book->folder);
    free(book);
    return status;
}
