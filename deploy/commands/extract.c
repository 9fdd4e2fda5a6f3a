/* extract.c - `xianzhi extract FILE...`: every quantity of a report, as jsonl or for a person's
 * eyes.
 *
 * Runs ingest, segment and extract in place, without broker or store. A report that could not be
 * filed (no region, no year) is read all the same, with the reason on stderr.
 */
#include "workers/extract/extract.h"
#include "deploy/commands/command.h"
#include "proto/memory.h"
#include "workers/ingest/ingest.h"
#include "workers/segment/segment.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_FILE_BYTES = 64 * 1024 * 1024 };

struct extraction {
    const char *format;
    const char *catalogue;
    bool barred; /* table: also those without an indicator */
    void *ingest, *segment, *extract;
    struct report report;
    struct buffer bytes, out;
};

static int run(int argc, char **argv);

const struct command extract_command = {
    .name = "extract",
    .synopsis = "extract [--format jsonl|table] [--all] [--catalogue DIR] FILE...",
    .help = "print every quantity of a report with the indicator it states",
    .run = run,
};

static enum status read_file(const char *path, struct buffer *bytes, struct error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, STATUS_BAD, "%s: %s", path, strerror(errno));
    size_t got;
    do {
        buffer_reserve(bytes, 1 << 16);
        got = fread(bytes->data + bytes->len, 1, 1 << 16, file);
        bytes->len += got;
    } while (got > 0 && bytes->len <= MAX_FILE_BYTES);
    bool broken = ferror(file);
    fclose(file);
    if (broken)
        return fail(error, STATUS_BAD, "%s: can't be read", path);
    if (bytes->len > MAX_FILE_BYTES)
        return fail(error, STATUS_BAD, "%s: over %d bytes is no report: split it", path,
                    MAX_FILE_BYTES);
    return STATUS_OK;
}

/* ---- jsonl ---- */

static void add_text(struct buffer *out, struct slice text)
{
    buffer_append(out, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c == '"' || c == '\\')
            buffer_format(out, "\\%c", c);
        else if (c == '\n')
            buffer_append(out, "\\n", 2);
        else if (c < 0x20)
            buffer_format(out, "\\u%04x", c);
        else
            buffer_append(out, &c, 1);
    }
    buffer_append(out, "\"", 1);
}

static void add_key(struct buffer *out, const char *key, struct slice value)
{
    buffer_format(out, ", \"%s\": ", key);
    if (value.data)
        add_text(out, value);
    else
        buffer_append(out, "null", 4);
}

static void add_section(struct buffer *out, struct slice section)
{
    buffer_format(out, ", \"section\": [");
    for (size_t from = 0; from < section.len;) {
        size_t end = slice_find(section, SLICE("\n"), from);
        if (end == SIZE_MAX)
            end = section.len;
        if (from)
            buffer_append(out, ", ", 2);
        add_text(out, slice_range(section, from, end));
        from = end + 1;
    }
    buffer_append(out, "]", 1);
}

static struct slice or_null(struct slice s)
{
    return s.len ? s : (struct slice){0};
}

static void add_jsonl(struct extraction *extraction, const struct quantity *quantity)
{
    struct report *report = &extraction->report;
    struct buffer *out = &extraction->out;
    const struct sentence *sentence = &report->sentences[quantity->sentence];
    buffer_format(out, "{\"doc\": ");
    add_text(out, report->path);
    buffer_format(out, ", \"start\": %u, \"end\": %u", quantity->text.start, quantity->text.end);
    add_key(out, "text", slice_range(report->text, quantity->text.start, quantity->text.end));
    buffer_format(out, ", \"value\": %.15g", quantity->value);
    add_key(out, "unit", quantity->unit.data ? quantity->unit : SLICE(""));
    add_key(out, "bound", slice_of(bound_name(quantity->bound)));
    add_key(out, "indicator", or_null(quantity->indicator));
    if (report->meta.region)
        buffer_format(out, ", \"region\": \"%06u\"", report->meta.region);
    else
        buffer_format(out, ", \"region\": null");
    if (report->meta.year)
        buffer_format(out, ", \"year\": %u", report->meta.year);
    else
        buffer_format(out, ", \"year\": null");
    add_section(out, section_of(report, sentence->heading));
    add_key(out, "sentence",
            slice_range(report->clean, sentence->clean.start, sentence->clean.end));
    add_key(out, "rule", or_null(quantity->rule));
    buffer_append(out, "}\n", 2);
}

/* ---- table ---- */

/* The sentence around the quantity, the quantity itself marked. */
static void add_marked(struct extraction *extraction, const struct quantity *quantity, bool colour)
{
    struct report *report = &extraction->report;
    struct buffer *out = &extraction->out;
    struct span whole = report->sentences[quantity->sentence].clean;
    buffer_add(out, slice_range(report->clean, whole.start, quantity->clean.start));
    buffer_format(out, "%s", colour ? "\033[1;33m" : "⟦");
    buffer_add(out, slice_range(report->clean, quantity->clean.start, quantity->clean.end));
    buffer_format(out, "%s", colour ? "\033[0m" : "⟧");
    buffer_add(out, slice_range(report->clean, quantity->clean.end, whole.end));
}

static void add_table(struct extraction *extraction, const struct quantity *quantity)
{
    struct buffer *out = &extraction->out;
    bool colour = isatty(STDOUT_FILENO);
    if (!quantity->indicator.len && !extraction->barred)
        return;
    const char *name = quantity->indicator.len ? quantity->indicator.data : "-";
    buffer_format(out, "%-42s %15.15g %-6.*s %-8s  ", name, quantity->value,
                  SLICE_ARGS(quantity->unit), bound_name(quantity->bound));
    add_marked(extraction, quantity, colour);
    if (quantity->rule.len)
        buffer_format(out, "  [%.*s]", SLICE_ARGS(quantity->rule));
    buffer_append(out, "\n", 1);
}

/* ---- one file ---- */

static enum status read_report(struct extraction *extraction, const char *path, struct error *error)
{
    struct report *report = &extraction->report;
    struct error doubt = {{0}}, reason;
    report_reset(report);
    buffer_clear(&extraction->bytes);
    enum status status = read_file(path, &extraction->bytes, error);
    if (status)
        return status;
    report->raw = buffer_slice(&extraction->bytes);
    report->path = slice_of(path);
    struct error cause;
    status = ingest_read(extraction->ingest, report, &doubt, &cause);
    if (status)
        return fail(error, status, "%s: %s", path, cause.text);
    if (ingest_fileable(report, &doubt, &reason) != STATUS_OK)
        fprintf(stderr, "xianzhi extract: %s: %s\n", path, reason.text);
    status = segment_stage.process(extraction->segment, report, error);
    return status ? status : extract_stage.process(extraction->extract, report, error);
}

static int extract_file(struct extraction *extraction, const char *path)
{
    struct error error;
    bool table = strcmp(extraction->format, "table") == 0;
    if (read_report(extraction, path, &error))
        return complain_error("extract", &error);
    buffer_clear(&extraction->out);
    for (size_t i = 0; i < extraction->report.quantity_count; i++) {
        if (table)
            add_table(extraction, &extraction->report.quantities[i]);
        else
            add_jsonl(extraction, &extraction->report.quantities[i]);
    }
    if (extraction->out.len)
        fwrite(extraction->out.data, 1, extraction->out.len, stdout);
    return EXIT_DONE;
}

static enum status open_stages(struct extraction *extraction, struct error *error)
{
    struct stage_config config = {.catalogue = extraction->catalogue};
    enum status status = ingest_init(&extraction->ingest, &config, error);
    if (status == STATUS_OK)
        status = segment_stage.init(&extraction->segment, &config, error);
    return status ? status : extract_stage.init(&extraction->extract, &config, error);
}

static void close_stages(struct extraction *extraction)
{
    ingest_release(&extraction->ingest);
    segment_stage.release(&extraction->segment);
    extract_stage.release(&extraction->extract);
    report_release(&extraction->report);
    buffer_release(&extraction->bytes);
    buffer_release(&extraction->out);
}

static int run(int argc, char **argv)
{
    struct extraction extraction = {.format = "jsonl"};
    const struct option_spec options[] = {
        {"format", 'f', OPTION_TEXT, &extraction.format, "jsonl|table", "how to print (jsonl)"},
        {"all", 'a', OPTION_FLAG, &extraction.barred, NULL,
         "table: also quantities without an indicator"},
        {"catalogue", 'c', OPTION_TEXT, &extraction.catalogue, "DIR", "indicator rules to use"},
        {0},
    };
    int first, code;
    struct error error;
    if (!options_parse(&extract_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return complain("extract", EXIT_USAGE, "name a FILE: a report as text");
    if (open_stages(&extraction, &error)) {
        code = complain_error("extract", &error);
    } else {
        code = EXIT_DONE;
        for (int i = first; i < argc; i++)
            if (extract_file(&extraction, argv[i]) != EXIT_DONE)
                code = EXIT_FAILED;
    }
    close_stages(&extraction);
    return code;
}
