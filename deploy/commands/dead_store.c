/* dead_store.c - reads the desk of a store (desk.h); what a person places goes through a pipeline
 * of its own. What can fail: the store is held by another run, the document dies again.
 */
#include "deploy/commands/dead_store.h"

#include "deploy/commands/command.h"
#include "deploy/commands/dead_print.h"
#include "deploy/commands/outcomes.h"
#include "deploy/commands/packed_json.h"
#include "deploy/intake/desk.h"
#include "deploy/pipeline/pipeline.h"
#include "proto/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LETTER_NODES = 100000 };

#define ENDPOINT "inproc://dead"

static const char name[] = "dead";

/* A letter and what it is read from. */
struct letter {
    struct arena arena;
    struct buffer bytes;
    const struct packed *map;
    struct slice document;
};

static enum status letter_open(struct letter *letter, const char *store, uint64_t seq,
                               struct error *error)
{
    const struct packed *root;
    enum status status = desk_read(store, seq, &letter->bytes, error);
    if (status == STATUS_OK)
        status = packed_read(&letter->arena, buffer_slice(&letter->bytes),
                             (struct pack_limits){6, LETTER_NODES}, &root, error);
    if (status != STATUS_OK)
        return status;
    letter->map = packed_get(root, "letter");
    letter->document = packed_text(packed_get(root, "document"));
    return STATUS_OK;
}

static void letter_close(struct letter *letter)
{
    arena_release(&letter->arena);
    buffer_release(&letter->bytes);
}

static enum status list(const char *store, const struct dead_store_call *call, struct error *error)
{
    uint64_t *seqs;
    size_t count;
    bool array = strcmp(call->format, "json") == 0;
    enum status status = desk_list(store, &seqs, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct letter letter = {.map = NULL};
        status = letter_open(&letter, store, seqs[i], error);
        if (array)
            fputs(i == 0 ? "[" : ",", stdout);
        if (status == STATUS_OK && strcmp(call->format, "table") == 0)
            dead_print_letter(letter.map);
        else if (status == STATUS_OK)
            packed_print_json(letter.map, stdout);
        letter_close(&letter);
    }
    if (array)
        puts(count ? "]" : "[]");
    if (status == STATUS_OK && count == 0 && strcmp(call->format, "table") == 0)
        remark("no dead letters");
    free(seqs);
    return status;
}

static enum status show(const char *store, const struct dead_store_call *call, struct error *error)
{
    struct letter letter = {.map = NULL};
    enum status status = letter_open(&letter, store, call->seqs[0], error);
    if (status == STATUS_OK && call->out)
        status = dead_write_document(call->out, letter.document, error);
    else if (status == STATUS_OK)
        dead_print_whole(letter.map, letter.document, call->format);
    letter_close(&letter);
    return status;
}

static enum status drop(const char *store, const struct dead_store_call *call, struct error *error)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < call->seq_count && status == STATUS_OK; i++)
        status = desk_drop(store, call->seqs[i], error);
    if (status == STATUS_OK)
        remark("%u dropped", call->seq_count);
    return status;
}

/* Through broker and workers into the store; *dead: it died again. */
static enum status file_document(const char *store, const char *path, struct buffer *document,
                                 bool *dead, struct error *error)
{
    struct pipeline *pipeline = NULL;
    struct submitter *submitter = NULL;
    struct outcomes outcomes = {.command = name, .wait = true};
    struct pipeline_options options = {.endpoint = ENDPOINT, .store = store, .readers = 1};
    enum status status = pipeline_open(&pipeline, &options, error);
    if (status != STATUS_OK)
        return pipeline_close(&pipeline, status, error);
    struct submitter_options submission = {
        .client = {.endpoint = ENDPOINT, .stop_fd = pipeline_failed_fd(pipeline)},
        .watch = true,
        .tell = outcomes_tell,
        .context = &outcomes};
    status = submitter_open(&submitter, &submission, error);
    if (status == STATUS_OK)
        status = submitter_put(submitter, path, document, NULL, error);
    if (status == STATUS_OK)
        status = submitter_finish(submitter, error);
    submitter_close(&submitter);
    *dead = outcomes.dead + outcomes.refused > 0;
    outcomes_release(&outcomes);
    return pipeline_close(&pipeline, status, error);
}

static enum status place(const char *store, const struct dead_store_call *call, bool *dead,
                         struct error *error)
{
    struct letter letter = {.map = NULL};
    struct buffer document = {0}, path = {0};
    enum status status = letter_open(&letter, store, call->seqs[0], error);
    if (status == STATUS_OK && letter.document.len == 0)
        status = fail(error, STATUS_BAD, "its document never came: submit it again");
    if (status == STATUS_OK) {
        buffer_format(&path, "%.*s", SLICE_ARGS(packed_text(packed_get(letter.map, "path"))));
        listed_encode(call->listed, &document);
        buffer_add(&document, letter.document);
        status = file_document(store, path.data, &document, dead, error);
    }
    if (status == STATUS_OK && !*dead)
        status = desk_place(store, letter.document, call->listed, error);
    if (status == STATUS_OK && !*dead)
        status = desk_drop(store, call->seqs[0], error);
    if (status == STATUS_OK && !*dead)
        remark("filed; the same bytes will be filed so again");
    buffer_release(&document);
    buffer_release(&path);
    letter_close(&letter);
    return status;
}

int dead_store_run(const char *store, const struct dead_store_call *call)
{
    struct error error = {0};
    bool dead = false;
    enum status status;
    if (!getenv("XIANZHI_LOG")) /* the line to a person says it all */
        log_configure(LOG_ERROR, false, name);
    if (strcmp(call->verb, "list") == 0)
        status = list(store, call, &error);
    else if (strcmp(call->verb, "show") == 0)
        status = show(store, call, &error);
    else if (strcmp(call->verb, "drop") == 0)
        status = drop(store, call, &error);
    else
        status = place(store, call, &dead, &error);
    if (status != STATUS_OK)
        return complain_error(name, &error);
    return dead ? EXIT_SOME_DEAD : EXIT_DONE;
}
