/* po.c - reads a .po file: `msgid "…"`, `msgstr "…"`, strings over several lines, comments. Plural
 * forms and contexts are not used here and refused. Any thread, each with a po of its own until it
 * is read. */
#include "proto/base/po_private.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    const char *path;
    unsigned line;
    struct buffer id, text;
    struct buffer *into; /* of the two: which a continued string goes on */
    bool fuzzy;
};

static enum status wrong(const struct reading *reading, const char *what, struct error *error)
{
    return fail(error, STATUS_BAD, "%s:%u: %s", reading->path, reading->line, what);
}

/* "…" with the escapes that msgfmt writes. */
static bool take_string(struct slice quoted, struct buffer *out)
{
    if (quoted.len < 2 || quoted.data[0] != '"' || quoted.data[quoted.len - 1] != '"')
        return false;
    for (size_t i = 1; i + 1 < quoted.len; i++) {
        char c = quoted.data[i];
        if (c == '\\') {
            const char *from = "nt\"\\", *to = "\n\t\"\\";
            const char *at = ++i + 1 < quoted.len ? strchr(from, quoted.data[i]) : NULL;
            if (!at || !*at)
                return false;
            c = to[at - from];
        }
        buffer_append(out, &c, 1);
    }
    return true;
}

/* xgettext writes the macros of inttypes.h by name: here they are what this machine's printf reads.
 */
static char *with_macros(const char *text)
{
    static const char *const macros[][2] = {{"%<PRIu64>", "%" PRIu64},
                                            {"%02<PRIu64>", "%02" PRIu64}};
    struct buffer out = {0};
    while (*text) {
        size_t i = 0;
        while (i < 2 && strncmp(text, macros[i][0], strlen(macros[i][0])) != 0)
            i++;
        if (i < 2)
            buffer_add(&out, slice_of(macros[i][1]));
        else
            buffer_append(&out, text, 1);
        text += i < 2 ? strlen(macros[i][0]) : 1;
    }
    buffer_append(&out, "", 1);
    return out.data;
}

static void keep_message(struct po *po, struct reading *reading)
{
    if (reading->id.len && reading->text.len && !reading->fuzzy) {
        if (po->count == po->capacity) {
            po->capacity = po->capacity ? po->capacity * 2 : 512;
            po->messages = memory_resize(po->messages, po->capacity * sizeof *po->messages);
        }
        buffer_append(&reading->id, "", 1);
        buffer_append(&reading->text, "", 1);
        po->messages[po->count++] = (struct po_message){with_macros(reading->id.data),
                                                        with_macros(reading->text.data), 0, 0};
    }
    buffer_clear(&reading->id);
    buffer_clear(&reading->text);
    reading->into = NULL;
    reading->fuzzy = false;
}

static enum status take_line(struct po *po, struct reading *reading, struct slice line,
                             struct error *error)
{
    if (slice_starts(line, SLICE("#"))) {
        if (reading->into == &reading->text)
            keep_message(po, reading);
        reading->fuzzy = reading->fuzzy || (slice_starts(line, SLICE("#,")) &&
                                            slice_find(line, SLICE("fuzzy"), 0) != SIZE_MAX);
        return STATUS_OK;
    }
    if (!line.len)
        return STATUS_OK;
    if (slice_starts(line, SLICE("msgid "))) {
        if (reading->into == &reading->text)
            keep_message(po, reading);
        reading->into = &reading->id;
        line = slice_from(line, 6);
    } else if (slice_starts(line, SLICE("msgstr "))) {
        reading->into = &reading->text;
        line = slice_from(line, 7);
    } else if (line.data[0] != '"') {
        return wrong(reading, "msgid, msgstr or a string was expected", error);
    }
    if (!reading->into || !take_string(line, reading->into))
        return wrong(reading, "not a string in quotes", error);
    return STATUS_OK;
}

static int by_id(const void *left, const void *right)
{
    return strcmp(((const struct po_message *)left)->id, ((const struct po_message *)right)->id);
}

static int by_weight(const void *left, const void *right)
{
    const struct po_message *a = *(const struct po_message *const *)left,
                            *b = *(const struct po_message *const *)right;
    if (a->letters != b->letters)
        return a->letters > b->letters ? -1 : 1;
    if (a->literal != b->literal) /* of signs alone: "%s: %s" before "%s: %s: %s" */
        return a->literal < b->literal ? -1 : 1;
    return strcmp(a->id, b->id);
}

static void sort(struct po *po)
{
    po->longest = memory_alloc((po->count + 1) * sizeof(struct po_message *));
    if (po->count)
        qsort(po->messages, po->count, sizeof *po->messages, by_id);
    for (size_t i = 0; i < po->count; i++) {
        po_weigh(&po->messages[i]);
        po->longest[i] = &po->messages[i];
    }
    if (po->count)
        qsort(po->longest, po->count, sizeof(struct po_message *), by_weight);
}

enum status po_open(struct po **out, const char *path, struct error *error)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return fail(error, STATUS_FATAL, "%s: %s", path, strerror(errno));
    struct po *po = memory_zero(sizeof *po);
    struct reading reading = {.path = path};
    char *line = NULL;
    size_t size = 0;
    enum status status = STATUS_OK;
    for (ssize_t len; status == STATUS_OK && (len = getline(&line, &size, file)) >= 0;) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        reading.line++;
        status = take_line(po, &reading, (struct slice){line, (size_t)len}, error);
    }
    if (status == STATUS_OK && ferror(file))
        status = fail(error, STATUS_FATAL, "%s: can't be read", path);
    keep_message(po, &reading);
    sort(po);
    free(line);
    fclose(file);
    buffer_release(&reading.id);
    buffer_release(&reading.text);
    if (status == STATUS_OK)
        *out = po;
    else
        po_close(&po);
    return status;
}

/* Only what begins and ends so is left out: the rest of the message is of the same format. */
static void spare(const char *id, char *text)
{
    while (*id) {
        const char *end = id + 2;
        bool opens = id[0] == ' ' && id[1] == '(';
        while (opens && (*end & 0x80))
            end++;
        if (opens && end > id + 2 && *end == ')')
            id = end + 1;
        else
            *text++ = *id++;
    }
    *text = '\0';
}

void po_spare_chinese(struct po *po)
{
    for (size_t i = 0; i < po->count; i++) {
        free(po->messages[i].text);
        po->messages[i].text = memory_copy_text(po->messages[i].id);
        spare(po->messages[i].id, po->messages[i].text);
    }
}

void po_close(struct po **slot)
{
    struct po *po = *slot;
    if (!po)
        return;
    *slot = NULL;
    for (size_t i = 0; i < po->count; i++) {
        free(po->messages[i].id);
        free(po->messages[i].text);
    }
    free(po->messages);
    free(po->longest);
    free(po);
}

const char *po_text(const struct po *po, const char *message)
{
    struct po_message wanted = {.id = (char *)message};
    const struct po_message *found =
        po->count ? bsearch(&wanted, po->messages, po->count, sizeof wanted, by_id) : NULL;
    return found ? found->text : NULL;
}
