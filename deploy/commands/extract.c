/* extract.c - `xianzhi extract PATH...`: every quantity of a report, as jsonl or for a person's
 * eyes.
 *
 * Runs ingest, segment and extract in place (chain.c), without broker or store.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/quantities.h"
#include "deploy/intake/inputs_read.h"
#include "deploy/pipeline/chain.h"
#include "proto/base/json_text.h"
#include "proto/base/memory.h"
#include "proto/base/visible.h"
#include "proto/loci.h"

#include "workers/extract/extract.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct extraction {
    const char *format;
    const char *catalogue;
    bool barred; /* table: also those without an indicator */
    size_t failures;
    struct chain chain;
    struct report report;
    struct buffer out;
};

static int run(int argc, char **argv);

const struct command extract_command = {
    .name = "extract",
    .synopsis = "extract [--format jsonl|table] [--all] [--catalogue DIR] PATH...",
    .help = TR("print every quantity of a report with the indicator it states"),
    .run = run,
    .reads = true,
};

/* ---- jsonl ---- */

static void add_key(struct buffer *out, const char *key, struct slice value)
{
    buffer_format(out, ", \"%s\": ", key);
    if (value.data)
        json_text(value, out);
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
        json_text(slice_range(section, from, end), out);
        from = end + 1;
    }
    buffer_append(out, "]", 1);
}

static struct slice or_null(struct slice s)
{
    return s.len ? s : (struct slice){0};
}

/* Only of a proposed one: what a person is asked about, best first. */
static void add_proposed(struct buffer *out, const struct quantity *quantity)
{
    for (size_t i = 0; i < quantity->proposed_count; i++) {
        buffer_format(out, i ? ", " : ", \"proposed\": [");
        json_text(quantity->proposed[i], out);
    }
    if (quantity->proposed_count)
        buffer_append(out, "]", 1);
}

static void add_place(struct buffer *out, const struct locus *locus)
{
    if (!locus)
        return;
    buffer_add(out, SLICE(", \"place\": "));
    locus_json(locus, out);
}

static void add_jsonl(struct extraction *extraction, const struct quantity *quantity)
{
    struct report *report = &extraction->report;
    struct buffer *out = &extraction->out;
    const struct sentence *sentence = &report->sentences[quantity->sentence];
    buffer_format(out, "{\"doc\": ");
    json_text(report->path, out);
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
    add_key(out, "sentence", excerpt_of(report, quantity));
    add_key(out, "rule", or_null(quantity->rule));
    add_key(out, "state", slice_of(state_name(quantity->state)));
    add_proposed(out, quantity);
    add_key(out, "origin", slice_of(origin_name(origin_at(report, quantity->text.start))));
    add_place(out, report_locus(report, quantity->text.start));
    buffer_append(out, "}\n", 2);
}

/* A number that was left out: it has no value. */
static void add_omission(struct extraction *extraction, const struct omission *left)
{
    struct report *report = &extraction->report;
    struct buffer *out = &extraction->out;
    buffer_format(out, "{\"doc\": ");
    json_text(report->path, out);
    buffer_format(out, ", \"start\": %u, \"end\": %u", left->text.start, left->text.end);
    add_key(out, "text", slice_range(report->text, left->text.start, left->text.end));
    add_key(out, "left_out", slice_of(left->why));
    buffer_append(out, "}\n", 2);
}

/* ---- documents ---- */

/* One document, by inputs_read. What is wrong with it is told; the others go on. */
static enum status take(void *context, const char *path, struct buffer *document,
                        const char *unreadable, struct error *error)
{
    struct extraction *extraction = context;
    struct report *report = &extraction->report;
    enum status status = STATUS_OK;
    report_reset(report);
    report->raw = buffer_slice(document);
    report->path = slice_of(path);
    if (unreadable)
        status = fail(error, STATUS_BAD, "%s: %s", path, unreadable);
    else
        status = chain_read(&extraction->chain, report, error);
    if (status) {
        complain_error("extract", error);
        extraction->failures++;
        return STATUS_OK;
    }
    buffer_clear(&extraction->out);
    bool table = strcmp(extraction->format, "table") == 0, colour = isatty(STDOUT_FILENO);
    if (table)
        put_quantities(&extraction->out, report, extraction->barred, colour);
    for (size_t i = 0; strcmp(extraction->format, "jsonl") == 0 && i < report->quantity_count; i++)
        add_jsonl(extraction, &report->quantities[i]);
    bool omissions = strcmp(extraction->format, "jsonl") == 0 && extraction->barred;
    for (size_t i = 0; omissions && i < report->omission_count; i++)
        add_omission(extraction, &report->omissions[i]);
    if (table)
        visible_write(stdout, buffer_slice(&extraction->out), colour);
    else if (extraction->out.len)
        fwrite(extraction->out.data, 1, extraction->out.len, stdout);
    return STATUS_OK;
}

static int extract_all(struct extraction *extraction, char **paths)
{
    struct inputs inputs = {0};
    struct error error;
    for (; *paths; paths++)
        inputs_add(&inputs, *paths);
    for (size_t i = 0; i < inputs.count; i++)
        if (inputs_read(&inputs, i, take, extraction, &error) != STATUS_OK)
            extraction->failures++;
    bool failed = extraction->failures > 0 || inputs.failures > 0;
    inputs_release(&inputs);
    return failed ? EXIT_FAILED : EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct extraction extraction = {.format = "jsonl"};
    const struct option_spec options[] = {
        {"format", 'f', OPTION_TEXT, &extraction.format, "jsonl|table", TR("how to print (jsonl)")},
        {"all", 'a', OPTION_FLAG, &extraction.barred, NULL,
         TR("also what states no indicator, and numbers left out")},
        {"catalogue", 'c', OPTION_TEXT, &extraction.catalogue, "DIR", TR("indicator rules to use")},
        {0},
    };
    int first, code;
    struct error error;
    if (!options_parse(&extract_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return complain("extract", EXIT_USAGE, "name a PATH: a report, a folder or an archive");
    extraction.chain.explain = extraction.barred && strcmp(extraction.format, "table") == 0;
    if (chain_open(&extraction.chain, "extract", extraction.catalogue, &error))
        code = complain_error("extract", &error);
    else
        code = extract_all(&extraction, argv + first);
    chain_close(&extraction.chain);
    report_release(&extraction.report);
    buffer_release(&extraction.out);
    return code;
}
