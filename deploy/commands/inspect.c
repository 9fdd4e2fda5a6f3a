/* inspect.c - `xianzhi inspect FILE`: metadata, outline and audits of one report, as JSON or for a
 * person's eyes.
 *
 * Runs ingest, segment and extract in place, without broker; with --store its text is also looked
 * for in the reports filed there. A report that could not be filed (no region, no year) is shown
 * all the same, with the reason on stderr. Where nothing places it, JSON says "placed": false,
 * which is an answer like any other; for a person the exit code is that of a run that leaves it in
 * the dead letters. Only a file that is no text at all fails.
 */
#include "deploy/commands/command.h"
#include "deploy/commands/words.h"
#include "deploy/pipeline/chain.h"
#include "proto/base/file.h"
#include "proto/base/json_text.h"
#include "proto/base/visible.h"
#include "workers/results/store.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE_BYTES = 64 * 1024 * 1024 };

struct settings {
    const char *format;
    const char *catalogue;
    struct store *store; /* NULL: compare with no others */
    struct chain chain;
};

static int inspect_run(int argc, char **argv);

const struct command inspect_command = {
    .name = "inspect",
    .synopsis = "inspect [--format json|text] [--catalogue DIR] [--store DIR] FILE...",
    .help = TR("metadata, outline and audits of a report"),
    .run = inspect_run,
    .reads = true,
};

/* ---- reading ---- */

/* Adds to the audits what of its text stands in other reports. */
static enum status compare(struct report *report, struct store *store, struct error *error)
{
    struct audit *found;
    size_t count;
    enum status status = store_duplicates(store, report, &found, &count, error);
    if (status != STATUS_OK || count == 0)
        return status;
    size_t bytes = (report->audit_count + count) * sizeof *found;
    struct audit *all = arena_alloc(&report->arena, bytes);
    for (size_t i = 0; i < report->audit_count; i++)
        all[i] = report->audits[i];
    for (size_t i = 0; i < count; i++)
        all[report->audit_count + i] = found[i];
    report->audits = all;
    report->audit_count += count;
    return STATUS_OK;
}

static enum status read_report(struct settings *settings, struct report *report,
                               struct error *error)
{
    enum status status = chain_read(&settings->chain, report, error);
    return status == STATUS_OK && settings->store ? compare(report, settings->store, error)
                                                  : status;
}

/* ---- JSON ---- */

static json_t *text_or_null(struct slice s)
{
    return s.len ? json_stringn_nocheck(s.data, s.len) : json_null();
}

static json_t *date_or_null(struct date date)
{
    char text[16];
    if (!date.year)
        return json_null();
    if (date.month && date.day)
        snprintf(text, sizeof text, "%04u-%02u-%02u", date.year, date.month, date.day);
    else if (date.month)
        snprintf(text, sizeof text, "%04u-%02u", date.year, date.month);
    else
        snprintf(text, sizeof text, "%04u", date.year);
    return json_string(text);
}

static json_t *code_or_null(uint32_t code)
{
    char text[16];
    snprintf(text, sizeof text, "%06u", code);
    return code ? json_string(text) : json_null();
}

/* Who it may be of, where the program does not decide. */
static json_t *candidates_array(const struct metadata *meta)
{
    json_t *array = json_array();
    for (size_t i = 0; i < meta->candidate_count; i++) {
        const struct unit_candidate *candidate = &meta->candidates[i];
        json_t *item = json_object();
        json_object_set_new(item, "region", code_or_null(candidate->region));
        json_object_set_new(item, "township", text_or_null(candidate->township));
        json_object_set_new(item, "issuer", text_or_null(candidate->issuer));
        json_object_set_new(
            item, "kind", candidate->kind ? json_string(kind_name(candidate->kind)) : json_null());
        json_object_set_new(item, "why", text_or_null(candidate->why));
        json_array_append_new(array, item);
    }
    return array;
}

static void put_metadata(json_t *object, const struct metadata *meta)
{
    char code[16];
    snprintf(code, sizeof code, "%06u", meta->region);
    json_object_set_new(object, "title", text_or_null(meta->title));
    json_object_set_new(object, "region", meta->region ? json_string(code) : json_null());
    json_object_set_new(object, "region_name", text_or_null(meta->region_name));
    json_object_set_new(object, "level",
                        meta->level ? json_string(level_name(meta->level)) : json_null());
    json_object_set_new(object, "township", text_or_null(meta->township));
    json_object_set_new(object, "issuer", text_or_null(meta->issuer));
    json_object_set_new(object, "kind",
                        meta->kind ? json_string(kind_name(meta->kind)) : json_null());
    json_object_set_new(object, "year", meta->year ? json_integer(meta->year) : json_null());
    json_object_set_new(object, "published", date_or_null(meta->published));
    json_object_set_new(object, "signed", date_or_null(meta->signed_on));
    json_object_set_new(object, "doc_number", text_or_null(meta->doc_number));
    json_object_set_new(object, "placed", json_boolean(meta->region != 0));
    json_object_set_new(object, "candidates", candidates_array(meta));
}

static json_t *parts_object(const struct report *report)
{
    json_t *parts = json_object();
    for (unsigned part = PART_NONE + 1; part < PART_COUNT; part++)
        json_object_set_new(parts, part_name((enum part)part), json_boolean(report->parts[part]));
    return parts;
}

static json_t *outline_array(const struct report *report)
{
    json_t *outline = json_array();
    for (size_t i = 0; i < report->heading_count; i++) {
        const struct heading *heading = &report->headings[i];
        json_t *item = json_object();
        json_object_set_new(item, "level", json_integer(heading->level));
        json_object_set_new(item, "number", text_or_null(heading->number));
        json_object_set_new(item, "title",
                            json_stringn_nocheck(heading->title.data, heading->title.len));
        json_object_set_new(item, "start",
                            json_integer(clean_to_text(report, heading->clean.start)));
        json_array_append_new(outline, item);
    }
    return outline;
}

static json_t *audits_array(const struct report *report)
{
    json_t *audits = json_array();
    for (size_t i = 0; i < report->audit_count; i++) {
        const struct audit *audit = &report->audits[i];
        json_t *item = json_object();
        json_object_set_new(item, "type", json_string(audit_name(audit->type)));
        json_object_set_new(item, "note", json_stringn_nocheck(audit->note.data, audit->note.len));
        json_object_set_new(item, "start", json_integer(audit->text.start));
        json_object_set_new(item, "end", json_integer(audit->text.end));
        json_array_append_new(audits, item);
    }
    return audits;
}

static void print_json(const struct report *report)
{
    json_t *object = json_object();
    json_object_set_new(object, "doc", text_or_null(report->path));
    put_metadata(object, &report->meta);
    json_object_set_new(object, "format", text_or_null(report->format));
    json_object_set_new(object, "parts", parts_object(report));
    json_object_set_new(object, "outline", outline_array(report));
    json_object_set_new(object, "audits", audits_array(report));
    char *text = json_dumps(object, 0);
    struct buffer line = {0};
    json_visible(slice_of(text), &line);
    buffer_append(&line, "\n", 1);
    fwrite(line.data, 1, line.len, stdout);
    buffer_release(&line);
    free(text);
    json_decref(object);
}

/* ---- text ---- */

static void print_field(const char *label, const json_t *value)
{
    if (json_is_string(value))
        visible_printf(stdout, "%s  %.*s\n", label,
                       SLICE_ARGS(word_for_people(slice_of(json_string_value(value)))));
    else if (json_is_integer(value))
        visible_printf(stdout, "%s  %lld\n", label, (long long)json_integer_value(value));
}

static void print_head(const struct metadata *meta)
{
    static const char *const fields[][2] = {
        {TR("title"), "title"},   {TR("region"), "region_name"}, {TR("code"), "region"},
        {TR("level"), "level"},   {TR("township"), "township"},  {TR("issuer"), "issuer"},
        {TR("kind"), "kind"},     {TR("year"), "year"},          {TR("published"), "published"},
        {TR("signed"), "signed"}, {TR("number"), "doc_number"},
    };
    json_t *object = json_object();
    put_metadata(object, meta);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        print_field(tr(fields[i][0]), json_object_get(object, fields[i][1]));
    json_decref(object);
}

static void print_text(const struct report *report)
{
    visible_printf(stdout, "%.*s\n", SLICE_ARGS(report->path));
    print_head(&report->meta);
    visible_printf(stdout, "\n");
    for (size_t i = 0; i < report->heading_count; i++) {
        const struct heading *heading = &report->headings[i];
        visible_printf(stdout, "%*s%.*s%.*s\n", 2 * heading->level, "", SLICE_ARGS(heading->number),
                       SLICE_ARGS(heading->title));
    }
    if (report->audit_count > 0)
        visible_printf(stdout, "\n");
    for (size_t i = 0; i < report->audit_count; i++) {
        const struct audit *audit = &report->audits[i];
        visible_printf(stdout, "! %.*s (%u-%u): %.*s\n",
                       SLICE_ARGS(word_for_people(slice_of(audit_name(audit->type)))),
                       audit->text.start, audit->text.end, SLICE_ARGS(audit->note));
    }
}

/* What is wrong with one is told; the others go on. */
static int inspect_all(struct settings *settings, char **paths)
{
    struct report report = {0};
    struct buffer bytes = {0};
    struct error error = {{0}};
    int code = EXIT_DONE;
    for (; *paths; paths++) {
        report_reset(&report);
        buffer_clear(&bytes);
        enum status status = file_read(*paths, MAX_FILE_BYTES, &bytes, &error);
        report.raw = buffer_slice(&bytes);
        report.path = slice_of(*paths);
        if (status == STATUS_OK)
            status = read_report(settings, &report, &error);
        if (status != STATUS_OK)
            code = complain_error("inspect", &error);
        else if (strcmp(settings->format, "json") == 0)
            print_json(&report);
        else {
            print_text(&report);
            if (code == EXIT_DONE && !report.meta.region)
                code = EXIT_SOME_DEAD;
        }
    }
    report_release(&report);
    buffer_release(&bytes);
    return code;
}

static int inspect_run(int argc, char **argv)
{
    struct settings settings = {.format = "text"};
    struct store_options read_only = {.read_only = true};
    const char *store = NULL;
    struct error error = {{0}};
    const struct option_spec options[] = {
        {"format", 'f', OPTION_TEXT, &settings.format, "json|text", TR("how to print (text)")},
        {"catalogue", 'c', OPTION_TEXT, &settings.catalogue, "DIR", TR("indicator rules to use")},
        {"store", 's', OPTION_TEXT, &store, "DIR",
         TR("also look for its text in the reports there")},
        {0},
    };
    int first, code;
    if (!options_parse(&inspect_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return complain("inspect", EXIT_USAGE, "name a FILE: a report as text");
    if (chain_open(&settings.chain, "inspect", settings.catalogue, &error) ||
        (store && store_open(&settings.store, store, &read_only, &error)))
        code = complain_error("inspect", &error);
    else
        code = inspect_all(&settings, argv + first);
    store_close(&settings.store);
    chain_close(&settings.chain);
    return code;
}
