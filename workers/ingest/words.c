/* words.c - loads and asks the word lists. Read-only once made; any number of threads. An unknown
 * class in the file is an error that names the line.
 *
 * Every word is chained under a hash of its first and one of its last three bytes (a hanzi), so
 * that asking a line for any of a hundred words costs one look at each of its characters. */
#include "workers/ingest/words.h"

#include "proto/base/memory.h"
#include "proto/base/tsv.h"

#include "workers/text/utf8.h"

#include <stdlib.h>

enum { KEY_BYTES = 3, CHAINS = 256 };

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
    [WORD_ZONE_END] = "zone.end",
    [WORD_ZONE_ORGAN] = "zone.organ",
    [WORD_INSTITUTION] = "institution",
    [WORD_TOWNSHIP_NOT] = "township.not",
    [WORD_FOLLOW] = "follow",
    [WORD_BRANCH_NOT] = "branch.not",
    [WORD_BRANCH] = "branch",
    [WORD_BEFORE] = "before",
    [WORD_SUPERIOR] = "superior",
    [WORD_VOICE] = "voice",
    [WORD_PLACE_NOT] = "place.not",
    [WORD_TOWNSHIP_IN] = "township.in",
    [WORD_TOWNSHIP_NEXT] = "township.next",
    [WORD_TOWNSHIP_COMMON] = "township.common",
    [WORD_DESCRIBES] = "describes",
    [WORD_RESOLVE] = "resolve",
    [WORD_ORGAN_NEXT] = "organ.next",
    [WORD_LEVEL] = "level",
    [WORD_LEVEL_CLAUSE] = "level.clause",
    [WORD_LEVEL_NOT] = "level.not",
    [WORD_PLAN_YEAR] = "plan.year",
    [WORD_MEASURED_BY] = "measured.by",
    [WORD_PROMISE] = "promise",
    [WORD_MADE_OF] = "made.of",
    [WORD_SINCE] = "since",
    [WORD_ORGAN_SHORT] = "organ.short",
    [WORD_NATIONAL] = "national",
};

struct words {
    struct table table;
    struct word_list {
        const struct table_row **rows;
        struct slice *words; /* theirs, side by side */
        size_t count;
        uint16_t *next_start, *next_end; /* index + 1 of the next word in the chain; 0: the last */
        uint16_t start[CHAINS], end[CHAINS];
    } lists[WORD_CLASS_COUNT];
};

static enum word_class class_of(struct slice name)
{
    unsigned class = 0;
    while (class < WORD_CLASS_COUNT && !slice_equal(slice_of(class_names[class]), name))
        class ++;
    return class;
}

static unsigned hash_key(const char *key)
{
    const unsigned char *k = (const unsigned char *)key;
    return (k[0] * 31u + k[1] * 7u + k[2]) % CHAINS;
}

static void chain_words(struct word_list *list)
{
    list->words = memory_zero((list->count + 1) * sizeof *list->words);
    list->next_start = memory_zero((list->count + 1) * sizeof *list->next_start);
    list->next_end = memory_zero((list->count + 1) * sizeof *list->next_end);
    for (size_t i = 0; i < list->count; i++) {
        struct slice word = list->words[i] = list->rows[i]->columns[1];
        uint16_t *start = &list->start[hash_key(word.data)];
        uint16_t *end = &list->end[hash_key(word.data + word.len - KEY_BYTES)];
        list->next_start[i] = *start;
        list->next_end[i] = *end;
        *start = *end = (uint16_t)(i + 1);
    }
}

static enum status sort_into_lists(struct words *words, struct error *error)
{
    for (size_t i = 0; i < words->table.count; i++) {
        const struct table_row *row = &words->table.rows[i];
        enum word_class class = class_of(row->columns[0]);
        if (class == WORD_CLASS_COUNT || row->columns[1].len < KEY_BYTES)
            return fail(error, STATUS_FATAL,
                        "%s:%u: no such class, or no word of three bytes and more: \"%.*s\"",
                        words->table.path, row->line, SLICE_ARGS(row->columns[0]));
        struct word_list *list = &words->lists[class];
        list->rows = memory_resize(list->rows, (list->count + 1) * sizeof(*list->rows));
        list->rows[list->count++] = row;
    }
    for (unsigned class = 0; class < WORD_CLASS_COUNT; class ++)
        chain_words(&words->lists[class]);
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

static void free_list(struct word_list *list)
{
    free(list->rows);
    free(list->words);
    free(list->next_start);
    free(list->next_end);
}

void words_free(struct words **words)
{
    if (!*words)
        return;
    for (unsigned class = 0; class < WORD_CLASS_COUNT; class ++)
        free_list(&(*words)->lists[class]);
    table_release(&(*words)->table);
    free(*words);
    *words = NULL;
}

struct slice words_value(const struct words *words, enum word_class class, struct slice word)
{
    const struct word_list *list = &words->lists[class];
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->words[i], word))
            return list->rows[i]->columns[2];
    return (struct slice){0};
}

/* The longest word of the list that `text` begins with; empty if none. */
static struct slice longest_start(const struct word_list *list, struct slice text)
{
    struct slice best = {0};
    if (text.len < KEY_BYTES)
        return best;
    for (size_t i = list->start[hash_key(text.data)]; i; i = list->next_start[i - 1]) {
        struct slice word = list->words[i - 1];
        if (word.len > best.len && slice_starts(text, word))
            best = word;
    }
    return best;
}

size_t words_find(const struct words *words, enum word_class class, struct slice text, size_t from,
                  struct slice *hit)
{
    const struct word_list *list = &words->lists[class];
    for (size_t at = from; at + KEY_BYTES <= text.len; at += utf8_length(text.data + at)) {
        if (!list->start[hash_key(text.data + at)])
            continue;
        struct slice word = longest_start(list, slice_range(text, at, text.len));
        if (word.len == 0)
            continue;
        if (hit)
            *hit = word;
        return at;
    }
    return SIZE_MAX;
}

bool words_in(const struct words *words, enum word_class class, struct slice text)
{
    return words_find(words, class, text, 0, NULL) != SIZE_MAX;
}

bool words_start(const struct words *words, enum word_class class, struct slice text,
                 struct slice *hit)
{
    struct slice best = longest_start(&words->lists[class], text);
    if (hit)
        *hit = best;
    return best.len > 0;
}

bool words_end(const struct words *words, enum word_class class, struct slice text,
               struct slice *hit)
{
    const struct word_list *list = &words->lists[class];
    struct slice best = {0};
    size_t i = text.len < KEY_BYTES ? 0 : list->end[hash_key(text.data + text.len - KEY_BYTES)];
    for (; i; i = list->next_end[i - 1]) {
        struct slice word = list->words[i - 1];
        if (word.len > best.len && slice_ends(text, word))
            best = word;
    }
    if (hit)
        *hit = best;
    return best.len > 0;
}
