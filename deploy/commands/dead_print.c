/* dead_print.c - prints what a letter's map holds. No state. */
#include "deploy/commands/dead_print.h"

#include "deploy/commands/command.h"
#include "deploy/commands/packed_json.h"
#include "deploy/commands/words.h"
#include "proto/base/visible.h"
#include "proto/listed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct slice text_of(const struct packed *letter, const char *key)
{
    return packed_text(packed_get(letter, key));
}

/* Words of the protocol: "unreadable", "ingest". */
static struct slice word_of(const struct packed *letter, const char *key)
{
    return word_for_people(text_of(letter, key));
}

static const char *moment(uint64_t unix_ms, char out[32])
{
    time_t second = (time_t)(unix_ms / 1000);
    struct tm parts;
    if (!unix_ms || !localtime_r(&second, &parts) ||
        strftime(out, 32, "%Y-%m-%d %H:%M:%S", &parts) == 0)
        snprintf(out, 32, "-");
    return out;
}

void dead_print_letter(const struct packed *letter)
{
    struct buffer reason = {0};
    tr_line(tr_language(), text_of(letter, "reason"), &reason);
    visible_printf(stdout, tr("%" PRIu64 "  %.*s\n    %.*s in %.*s: %.*s\n"),
                   packed_uint(packed_get(letter, "seq"), 0), SLICE_ARGS(text_of(letter, "path")),
                   SLICE_ARGS(word_of(letter, "cause")), SLICE_ARGS(word_of(letter, "stage")),
                   SLICE_ARGS(buffer_slice(&reason)));
    buffer_release(&reason);
}

void dead_print_details(const struct packed *letter)
{
    char first[32], last[32], submitted[32];
    dead_print_letter(letter);
    visible_printf(stdout,
                   tr("    submitted %s; %" PRIu64 " attempts from %s to %s; worker %.*s; %" PRIu64
                      " bytes\n"),
                   moment(packed_uint(packed_get(letter, "submitted_ms"), 0), submitted),
                   packed_uint(packed_get(letter, "attempts"), 0),
                   moment(packed_uint(packed_get(letter, "first_ms"), 0), first),
                   moment(packed_uint(packed_get(letter, "last_ms"), 0), last),
                   SLICE_ARGS(text_of(letter, "worker")),
                   packed_uint(packed_get(letter, "bytes"), 0));
}

enum status dead_write_document(const char *path, struct slice document, struct error *error)
{
    document = listed_document(document);
    FILE *out = fopen(path, "wb");
    if (!out)
        return fail(error, STATUS_BAD, "%s: %s", path, strerror(errno));
    bool whole = !document.len || fwrite(document.data, 1, document.len, out) == document.len;
    whole = fclose(out) == 0 && whole;
    return whole ? STATUS_OK : fail(error, STATUS_BAD, "%s: %s", path, strerror(errno));
}

void dead_print_whole(const struct packed *letter, struct slice document, const char *format)
{
    if (strcmp(format, "table") != 0) {
        packed_print_json(letter, stdout);
        return;
    }
    dead_print_details(letter);
    putchar('\n');
    document = listed_document(document);
    if (isatty(STDOUT_FILENO))
        visible_write(stdout, document, false);
    else if (document.len)
        fwrite(document.data, 1, document.len, stdout);
}
