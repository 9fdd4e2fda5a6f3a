/* catalogue_list.c - `xianzhi catalogue list`.
 *
 * The thread of the command. Happy path: the catalogue as the program itself reads it, an indicator
 * a line, in its order. What can fail: a catalogue with a mistake.
 */
#include "deploy/commands/catalogue_list.h"

#include "deploy/commands/columns.h"
#include "deploy/commands/command.h"
#include "proto/base/json_text.h"
#include "proto/base/paths.h"
#include "proto/rows/row_csv.h"
#include "workers/extract/rule/shelf.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS = 6 };

static const char *const keys[FIELDS] = {"id", "label", "units", "kind", "rollup", "definition"};

static int run(int argc, char **argv)
{
    return catalogue_list(argc, argv);
}

static const struct command list_command = {
    .name = "catalogue list",
    .synopsis = "catalogue list [--catalogue FOLDER] [--format table|csv|jsonl]",
    .help = TR("the indicators: id, name, units, how they are rolled up, what they mean"),
    .run = run,
};

/* ---- lines ---- */

/* 件、起、宗 */
static void put_units(const struct catalogue *catalogue, uint64_t units, const char *between,
                      struct buffer *out)
{
    const char *mark = "";
    for (size_t u = 0; u < catalogue->unit_count; u++)
        if (units >> u & 1) {
            buffer_format(out, "%s%.*s", mark, SLICE_ARGS(catalogue->units[u]));
            mark = between;
        }
}

static void put_table_line(const struct slice fields[FIELDS], unsigned columns, struct buffer *out)
{
    static const unsigned widths[FIELDS - 1] = {38, 24, 14, 6, 7};
    unsigned used = 0;
    for (size_t i = 0; i < FIELDS - 1; i++) {
        put_cell(out, fields[i], widths[i], false);
        buffer_add(out, SLICE("  "));
        used += widths[i] + 2;
    }
    struct buffer definition = {0};
    tr_line(tr_language(), fields[FIELDS - 1], &definition);
    put_cut(out, buffer_slice(&definition), columns > used + 20 ? columns - used : 60);
    buffer_release(&definition);
    buffer_add(out, SLICE("\n"));
}

static void put_csv_line(const struct slice fields[FIELDS], struct buffer *out)
{
    for (size_t i = 0; i < FIELDS; i++) {
        buffer_add(out, i ? SLICE(",") : SLICE(""));
        csv_text(fields[i], out);
    }
    buffer_add(out, SLICE("\r\n"));
}

static void put_json_line(const struct slice fields[FIELDS], const struct catalogue *catalogue,
                          uint64_t units, struct buffer *out)
{
    for (size_t i = 0; i < FIELDS; i++) {
        buffer_format(out, "%s\"%s\": ", i ? ", " : "{", keys[i]);
        if (strcmp(keys[i], "units") != 0) {
            json_text(fields[i], out);
            continue;
        }
        const char *mark = "[";
        for (size_t u = 0; u < catalogue->unit_count; u++)
            if (units >> u & 1) {
                buffer_add(out, slice_of(mark));
                json_text(catalogue->units[u], out);
                mark = ", ";
            }
        buffer_add(out, slice_of(*mark == '[' ? "[]" : "]"));
    }
    buffer_add(out, SLICE("}\n"));
}

static void put_head(const char *format, unsigned columns, struct buffer *out)
{
    struct slice fields[FIELDS];
    for (size_t i = 0; i < FIELDS; i++)
        fields[i] = slice_of(keys[i]);
    if (strcmp(format, "csv") == 0) {
        put_csv_line(fields, out);
    } else if (strcmp(format, "table") == 0) {
        const char *const words[FIELDS] = {tr("indicator"), tr("name"),    tr("units"),
                                           tr("kind"),      tr("roll-up"), tr("definition")};
        for (size_t i = 0; i < FIELDS; i++)
            fields[i] = slice_of(words[i]);
        put_table_line(fields, columns, out);
    }
}

static void print(const struct catalogue *catalogue, const char *format)
{
    struct buffer out = {0}, units = {0};
    unsigned columns = stream_columns(stdout);
    put_head(format, columns, &out);
    for (size_t i = 0; i < catalogue->indicator_count; i++) {
        const struct catalogue_indicator *indicator = &catalogue->indicators[i];
        buffer_clear(&units);
        put_units(catalogue, indicator->units, strcmp(format, "csv") == 0 ? "|" : "、", &units);
        const struct slice fields[FIELDS] = {indicator->id,        indicator->label,
                                             buffer_slice(&units), indicator->kind,
                                             indicator->rollup,    indicator->definition};
        if (strcmp(format, "jsonl") == 0)
            put_json_line(fields, catalogue, indicator->units, &out);
        else if (strcmp(format, "csv") == 0)
            put_csv_line(fields, &out);
        else
            put_table_line(fields, columns, &out);
    }
    fwrite(out.data, 1, out.len, stdout);
    buffer_release(&out);
    buffer_release(&units);
}

/* ---- the command ---- */

int catalogue_list(int argc, char **argv)
{
    const char *given = NULL, *format = "table";
    const struct option_spec options[] = {
        {"catalogue", 'C', OPTION_TEXT, &given, "FOLDER", TR("another than the built-in one")},
        {"format", 'f', OPTION_TEXT, &format, "table|csv|jsonl", TR("for a person, or a program")},
        {0}};
    char folder[PATH_MAX];
    struct error error = {""};
    int first, code;
    if (!options_parse(&list_command, options, argc, argv, &first, &code))
        return code;
    if (first < argc)
        return complain("catalogue list", EXIT_USAGE, "%s: takes options only, see --help",
                        argv[first]);
    const struct catalogue *catalogue = NULL;
    enum status status = STATUS_OK;
    if (given)
        snprintf(folder, sizeof folder, "%s", given);
    else
        status = data_path("workers/extract/catalogue", folder, sizeof folder, &error);
    if (status == STATUS_OK)
        status = shelf_take(&catalogue, folder, &error);
    if (status != STATUS_OK)
        return complain_error("catalogue list", &error);
    print(catalogue, format);
    shelf_return(&catalogue);
    return EXIT_DONE;
}
