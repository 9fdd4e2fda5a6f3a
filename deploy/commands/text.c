/* text.c - `xianzhi text FILE...`: the decoded text of a document, as offsets count in it.
 *
 * Decodes only, and reads scanned pages where it has to. Several files follow one another as they
 * are. What can fail: a file that holds no text, each told in a line while the others go on.
 */
#include "deploy/commands/command.h"
#include "deploy/intake/inputs_read.h"
#include "deploy/pipeline/chain.h"
#include "proto/base/visible.h"
#include "workers/ingest/format/document.h"

#include <stdio.h>
#include <unistd.h>

struct printing {
    struct report report;
    size_t failures;
};

static enum status take(void *context, const char *path, struct buffer *document,
                        const char *unreadable, struct error *error)
{
    struct printing *printing = context;
    struct report *report = &printing->report;
    report_reset(report);
    report->raw = buffer_slice(document);
    enum status status = STATUS_BAD;
    if (unreadable)
        fail(error, STATUS_BAD, "%s", unreadable);
    else
        status = document_read(report, error);
    if (!status && report->scan_count) {
        status = chain_scans(report, error);
        status = status ? status : document_read(report, error);
    }
    if (status) {
        complain("text", EXIT_FAILED, "%s: %s", path, error->text);
        printing->failures++;
        return STATUS_OK;
    }
    if (isatty(STDOUT_FILENO))
        visible_write(stdout, report->text, false);
    else
        fwrite(report->text.data, 1, report->text.len, stdout);
    return STATUS_OK;
}

extern const struct command text_command;

static int run(int argc, char **argv)
{
    const struct option_spec options[] = {{0}};
    struct printing printing = {0};
    struct inputs inputs = {0};
    struct error error = {{0}};
    int first, code;
    if (!options_parse(&text_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return complain("text", EXIT_USAGE, "name a FILE: a report in any format");
    for (int i = first; i < argc; i++)
        inputs_add(&inputs, argv[i]);
    for (size_t i = 0; i < inputs.count; i++)
        inputs_read(&inputs, i, take, &printing, &error);
    bool failed = printing.failures > 0 || inputs.failures > 0;
    inputs_release(&inputs);
    report_release(&printing.report);
    return failed ? EXIT_FAILED : EXIT_DONE;
}

const struct command text_command = {
    .name = "text",
    .synopsis = "text FILE...",
    .help = TR("the decoded text of a document, which offsets count in"),
    .run = run,
    .reads = true,
};
