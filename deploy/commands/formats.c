/* formats.c - `xianzhi formats`: what this machine reads, and which packages would let it read
 * more.
 *
 * Looks at the list of formats and at what is installed; reads no document.
 */
#include "deploy/commands/columns.h"
#include "deploy/commands/command.h"
#include "workers/ingest/format/format.h"
#include "workers/ocr/read_page.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

extern const struct command formats_command;

static bool is_readable(const struct format *format)
{
    return (format->decode || format->unpack) && (!format->available || format->available()) &&
           (!format->picture || ocr_available());
}

/* Known by sight only, to say what it is. */
static bool is_foreign(const struct format *format)
{
    return !format->decode && !format->unpack;
}

static void print_table(void)
{
    struct buffer line = {0};
    bool missing = false;
    for (const struct format *const *at = formats; *at; at++) {
        const struct format *format = *at;
        if (is_foreign(format))
            continue;
        bool readable = is_readable(format);
        missing |= !readable;
        buffer_clear(&line);
        put_cell(&line, slice_of(format->name), 10, false);
        buffer_add(&line, SLICE("  "));
        put_cell(&line, slice_of(readable ? tr("yes") : tr("no")), 4, false);
        buffer_format(&line, "  %s", tr(format->what));
        if (!readable)
            buffer_format(&line, tr("; needs %s"), format->package);
        buffer_append(&line, "\n", 1);
        fwrite(line.data, 1, line.len, stdout);
    }
    if (missing)
        puts(tr("\ndeploy/install-deps --all installs what is missing"));
    buffer_release(&line);
}

static void print_jsonl(void)
{
    for (const struct format *const *at = formats; *at; at++) {
        const struct format *format = *at;
        json_t *object = json_pack("{s:s, s:s, s:b, s:s?}", "format", format->name, "what",
                                   format->what, "reads", is_readable(format), "package",
                                   is_foreign(format) ? NULL : format->package);
        json_dumpf(object, stdout, 0);
        putchar('\n');
        json_decref(object);
    }
}

static int run(int argc, char **argv)
{
    const char *format = "table";
    const struct option_spec options[] = {
        {"format", 'f', OPTION_TEXT, &format, "table|jsonl", TR("how to print (table)")},
        {0},
    };
    int first, code;
    if (!options_parse(&formats_command, options, argc, argv, &first, &code))
        return code;
    if (first < argc)
        return complain("formats", EXIT_USAGE, TR("%s: it takes no arguments"), argv[first]);
    if (strcmp(format, "jsonl") == 0)
        print_jsonl();
    else
        print_table();
    return EXIT_DONE;
}

const struct command formats_command = {
    .name = "formats",
    .synopsis = "formats [--format table|jsonl]",
    .help = TR("which formats this machine reads, and what is missing by package"),
    .run = run,
};
