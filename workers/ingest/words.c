/* words.c - loads and asks the word lists. Read-only once made; any number of threads. An unknown
 * class in the file is an error that names the line. */
#include "workers/ingest/words.h"

#include "proto/memory.h"
#include "workers/ingest/table.h"

#include <stdlib.h>

static const char *const class_names[WORD_CLASS_COUNT] = {
    [WORD_TITLE] = "title",
    [WORD_TITLE_END] = "title.end",
    [WORD_TITLE_NOT] = "title.not",
    [WORD_LABEL_TITLE] = "label.title",
    [WORD_LABEL_PUBLISHED] = "label.published",
    [WORD_LABEL_SIGNED] = "label.signed",
    [WORD_LABEL_NUMBER] = "label.number",
    [WORD_LABEL_PUBLISHER] = "label.publisher",
    [WORD_LABEL_INDEX] = "label.index",
    [WORD_LABEL_CODE] = "label.code",
    [WORD_LABEL_OTHER] = "label.other",
    [WORD_CHROME] = "chrome",
    [WORD_SITE] = "site",
    [WORD_ADDRESSEE] = "addressee",
    [WORD_GOVERNMENT] = "government",
    [WORD_COMMITTEE] = "committee",
    [WORD_DEPARTMENT] = "department",
    [WORD_ORGAN_STOP] = "organ.stop",
    [WORD_ORGAN_START] = "organ.start",
    [WORD_STREET_TOWN] = "township",
    [WORD_SPEAKER] = "speaker",
    [WORD_ZONE] = "zone",
    [WORD_SELF] = "self",
    [WORD_LICENCE] = "licence",
};

struct words {
    struct table table;
    struct word_list {
        const struct table_row **rows;
        size_t count;
    } lists[WORD_CLASS_COUNT];
};

static enum word_class class_of(struct slice name)
{
    unsigned class = 0;
    while (class < WORD_CLASS_COUNT && !slice_equal(slice_of(class_names[class]), name))
        class ++;
    return class;
}

static enum status sort_into_lists(struct words *words, struct error *error)
{
    for (size_t i = 0; i < words->table.count; i++) {
        const struct table_row *row = &words->table.rows[i];
        enum word_class class = class_of(row->columns[0]);
        if (class == WORD_CLASS_COUNT || row->columns[1].len == 0)
            return fail(error, STATUS_FATAL, "%s:%u: no such class, or no word: \"%.*s\"",
                        words->table.path, row->line, SLICE_ARGS(row->columns[0]));
        struct word_list *list = &words->lists[class];
        list->rows = memory_resize(list->rows, (list->count + 1) * sizeof(*list->rows));
        list->rows[list->count++] = row;
    }
    return STATUS_OK;
}

enum status words_new(struct words **words, struct error *error)
{
    *words = memory_zero(sizeof **words);
    enum status status = table_load(&(*words)->table, "workers/ingest/words/words.tsv", 2, error);
    if (status == STATUS_OK)
        status = sort_into_lists(*words, error);
    if (status != STATUS_OK)
        words_free(words);
    return status;
}

void words_free(struct words **words)
{
    if (!*words)
        return;
    for (unsigned class = 0; class < WORD_CLASS_COUNT; class ++)
        free((*words)->lists[class].rows);
    table_release(&(*words)->table);
    free(*words);
    *words = NULL;
}

size_t words_count(const struct words *words, enum word_class class)
{
    return words->lists[class].count;
}

struct slice words_get(const struct words *words, enum word_class class, size_t i)
{
    return words->lists[class].rows[i]->columns[1];
}

struct slice words_value(const struct words *words, enum word_class class, size_t i)
{
    return words->lists[class].rows[i]->columns[2];
}

size_t words_find(const struct words *words, enum word_class class, struct slice text, size_t from,
                  struct slice *hit)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < words->lists[class].count; i++) {
        struct slice word = words_get(words, class, i);
        size_t at = slice_find(text, word, from);
        if (at < first || (at == first && at != SIZE_MAX && hit && word.len > hit->len)) {
            first = at;
            if (hit)
                *hit = word;
        }
    }
    return first;
}

bool words_in(const struct words *words, enum word_class class, struct slice text)
{
    for (size_t i = 0; i < words->lists[class].count; i++)
        if (slice_has(text, words_get(words, class, i)))
            return true;
    return false;
}

typedef bool slice_test(struct slice, struct slice);

static bool longest(const struct words *words, enum word_class class, struct slice text,
                    slice_test *test, struct slice *hit)
{
    struct slice best = {0};
    for (size_t i = 0; i < words->lists[class].count; i++) {
        struct slice word = words_get(words, class, i);
        if (word.len > best.len && test(text, word))
            best = word;
    }
    if (hit)
        *hit = best;
    return best.len > 0;
}

bool words_start(const struct words *words, enum word_class class, struct slice text,
                 struct slice *hit)
{
    return longest(words, class, text, slice_starts, hit);
}

bool words_end(const struct words *words, enum word_class class, struct slice text,
               struct slice *hit)
{
    return longest(words, class, text, slice_ends, hit);
}
