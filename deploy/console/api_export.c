/* api_export.c - all rows that a question gives, as a file: CSV and JSON lines as they are read,
 * page by page; a workbook, a database or a table of another shape made first and then sent.
 *
 * Any thread. What can fail: parameters; the pipeline goes away in the middle: then the connection
 * breaks off, so that nobody takes a part for the whole.
 */
#include "deploy/console/export_file.h"
#include "deploy/console/params.h"
#include "proto/rows/row_csv.h"
#include "proto/rows/row_json.h"
#include "proto/rows/words.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- as it is read ---- */

struct export
{
    struct console *console;
    struct arena kept, page;
    struct request question;
    struct buffer after;
    bool csv, bom, begun, ended;
};

static void export_free(void *context)
{
    struct export *export = context;
    arena_release(&export->kept);
    arena_release(&export->page);
    buffer_release(&export->after);
    free(export);
}

static enum status export_page(struct export *export, struct buffer *out, struct error *error)
{
    struct lent lent;
    struct answer answer = {0};
    arena_reset(&export->page);
    export->question.after = buffer_slice(&export->after);
    enum status status = lent_take(export->console->sources, &lent, error);
    if (!status)
        status = lent_read(&lent, &export->question, &export->page, &answer, error);
    for (size_t i = 0; !status && i < answer.row_count; i++) {
        if (export->csv)
            row_csv(&answer.rows[i], out);
        else
            row_json(&answer.rows[i], 0, SLICE(""), out);
    }
    buffer_clear(&export->after);
    if (!status)
        buffer_add(&export->after, answer.after);
    export->ended = !answer.more;
    lent_return(export->console->sources, &lent, status);
    return status;
}

static enum http_more export_more(void *context, struct buffer *out)
{
    struct export *export = context;
    struct error error;
    if (export->ended)
        return HTTP_END;
    if (!export->begun && export->csv)
        row_csv_head(export->bom, out);
    export->begun = true;
    return export_page(export, out, &error) == STATUS_OK ? HTTP_MORE : HTTP_BROKEN;
}

static enum status export_wanted(struct http_request *request, struct filter *filter,
                                 struct error *error)
{
    const char *rows = http_request_query(request, "rows");
    if (!rows || !*rows || strcmp(rows, "all") == 0)
        return STATUS_OK;
    filter->units_only = strcmp(rows, "values") == 0;
    filter->rollups_only = strcmp(rows, "rollups") == 0;
    return filter->units_only || filter->rollups_only
               ? STATUS_OK
               : fail(error, STATUS_BAD, "rows=%s: values, rollups or all is wanted", rows);
}

static void add_name(struct slice part, struct buffer *name)
{
    if (part.len)
        buffer_format(name, "-%.*s", SLICE_ARGS(part));
}

/* "43" as 430000. */
static uint32_t code_of(struct slice prefix)
{
    uint32_t code = 0;
    for (size_t i = 0; i < 6; i++)
        code = code * 10 + (i < prefix.len ? (uint32_t)(prefix.data[i] - '0') : 0);
    return code;
}

/* The label of an id; a glob stays as it is. */
static struct slice label_of(const struct catalogue *catalogue, struct slice id)
{
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        if (slice_equal(catalogue->indicators[i].id, id))
            return catalogue->indicators[i].label;
    return id;
}

/* What is in it, so that no two sheets take each other's place: xianzhi-湖南省-2022-wide.xlsx. */
static void name_file(const struct export *export, const char *format, bool wide,
                      struct http_answer *answer)
{
    const struct console *console = export->console;
    const struct filter *filter = &export->question.filter;
    struct buffer name = {0};
    buffer_add(&name, SLICE("xianzhi"));
    for (uint32_t i = 0; i < filter->region_count; i++) {
        struct slice region = region_name(console->regions, code_of(filter->regions[i]));
        add_name(region.len ? region : filter->regions[i], &name);
    }
    for (uint32_t i = 0; i < filter->indicator_count; i++)
        add_name(label_of(console->catalogue, filter->indicators[i]), &name);
    for (uint32_t i = 0; i < filter->year_count; i++)
        buffer_format(&name, "-%u", filter->years[i]);
    if (filter->level)
        add_name(word_in_chinese(slice_of(level_name(filter->level))), &name);
    for (unsigned kind = 0; kind < KIND_COUNT && filter->kinds; kind++)
        if (filter->kinds & 1u << kind)
            add_name(word_in_chinese(slice_of(kind_name(kind))), &name);
    add_name(filter->units_only     ? SLICE("数值")
             : filter->rollups_only ? SLICE("汇总")
                                    : SLICE(""),
             &name);
    add_name(wide ? SLICE("wide") : SLICE(""), &name);
    buffer_format(&name, ".%s", format);
    reply_download(buffer_slice(&name), answer);
    buffer_release(&name);
}

static void answer_stream(struct export *export, struct http_answer *answer)
{
    answer->code = 200;
    answer->type = export->csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    answer->producer = export_more;
    answer->producer_context = export;
    answer->producer_end = export_free;
    name_file(export, export->csv ? "csv" : "jsonl", false, answer);
}

/* ---- made first ---- */

static void answer_file(struct console *console, struct http_request *request,
                        struct export *export, const char *format, bool wide,
                        struct http_answer *answer)
{
    struct error error;
    const char *question =
        http_request_header(request, "Referer"); /* the page that was looked at */
    const struct export_wish wish = {.console = console,
                                     .question = &export->question,
                                     .format = format,
                                     .wide = wide,
                                     .bom = export->bom,
                                     .asked = question ? question : ""};
    enum status status = export_file(&wish, &answer->fd, &answer->fd_bytes, &error);
    if (status) {
        reply_error(answer, status, &error);
        return;
    }
    answer->code = 200;
    answer->type = "application/octet-stream";
    name_file(export, format, wide, answer);
}

/* ---- the question ---- */

static bool is_streamed(const char *format)
{
    return strcmp(format, "csv") == 0 || strcmp(format, "jsonl") == 0;
}

static enum status read_question(struct console *console, struct http_request *request,
                                 struct export *export, struct error *error)
{
    enum status status = params_read(console, request, &export->kept, &export->question, error);
    if (!status)
        status = export_wanted(request, &export->question.filter, error);
    buffer_add(&export->after, export->question.after);
    return status;
}

void api_export(struct console *console, const struct visitor *visitor,
                struct http_request *request, struct http_answer *answer)
{
    const char *format = http_request_query(request, "format");
    const char *bom = http_request_query(request, "bom");
    const char *shape = http_request_query(request, "shape");
    struct export *export = memory_zero(sizeof *export);
    struct error error;
    (void)visitor;
    format = format && *format ? format : "csv";
    export->console = console;
    export->csv = strcmp(format, "csv") == 0;
    export->bom = bom && strcmp(bom, "1") == 0;
    bool wide = shape && strcmp(shape, "wide") == 0;
    enum status status = read_question(console, request, export, &error);
    if (!status && !is_streamed(format) && !export_file_knows(format))
        status = fail(&error, STATUS_BAD, "format=%s: csv, jsonl, xlsx, sqlite or dta is wanted",
                      format);
    if (!status && wide && !export->csv && strcmp(format, "xlsx") != 0)
        status = fail(&error, STATUS_BAD, "shape=wide goes with format=csv or xlsx");
    if (!status && is_streamed(format) && !wide) {
        answer_stream(export, answer);
        return;
    }
    if (status)
        reply_error(answer, status, &error);
    else
        answer_file(console, request, export, format, wide, answer);
    export_free(export);
}
