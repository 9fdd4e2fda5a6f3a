/* table_words.c - loads tables.tsv: a kind a line, words parted by blanks. */
#include "workers/segment/table_words.h"

#include "proto/base/memory.h"
#include "proto/base/tsv.h"
#include "workers/text/wordset.h"

#include <stdlib.h>

struct table_words {
    struct table file; /* the words point into it */
    struct wordset sets[TABLE_WORD_COUNT];
};

static const char *const kinds[TABLE_WORD_COUNT] = {"head", "missing"};

static void add_words(struct wordset *set, struct slice list)
{
    for (size_t at = 0, end; at < list.len; at = end + 1) {
        end = slice_find(list, SLICE(" "), at);
        end = end == SIZE_MAX ? list.len : end;
        if (end > at)
            wordset_add(set, slice_range(list, at, end), 1);
    }
}

static enum status add_row(struct table_words *words, const struct table_row *row,
                           struct error *error)
{
    for (size_t kind = 0; kind < TABLE_WORD_COUNT; kind++)
        if (slice_equal(row->columns[0], slice_of(kinds[kind]))) {
            add_words(&words->sets[kind], row->columns[1]);
            return STATUS_OK;
        }
    return fail(error, STATUS_FATAL, "%s:%u: \"%.*s\" is no kind of word: write head or missing",
                words->file.path, row->line, SLICE_ARGS(row->columns[0]));
}

enum status table_words_load(struct table_words **words, struct error *error)
{
    struct table_words *made = memory_zero(sizeof *made);
    enum status status = table_load(&made->file, "workers/segment/tables.tsv", 2, error);
    for (size_t i = 0; i < made->file.count && status == STATUS_OK; i++)
        status = add_row(made, &made->file.rows[i], error);
    for (size_t kind = 0; kind < TABLE_WORD_COUNT; kind++)
        wordset_build(&made->sets[kind]);
    *words = made;
    if (status != STATUS_OK)
        table_words_free(words);
    return status;
}

void table_words_free(struct table_words **words)
{
    if (!*words)
        return;
    for (size_t kind = 0; kind < TABLE_WORD_COUNT; kind++)
        wordset_release(&(*words)->sets[kind]);
    table_release(&(*words)->file);
    free(*words);
    *words = NULL;
}

bool table_words_are(const struct table_words *words, enum table_word kind, struct slice cell)
{
    size_t length;
    return wordset_ahead(&words->sets[kind], cell, 0, &length) >= 0 && length == cell.len;
}
