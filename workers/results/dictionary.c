/* dictionary.c - numbers and labels of indicators, as they stand in meta: "name" 0 indicator ->
 * number, label, roll-up. What fails: reading the store. */
#include "workers/results/dictionary.h"

#include "workers/results/coding.h"

#include <stdlib.h>

static const struct slice prefix = {"name\0", 5};

static void make_room(struct dictionary *dictionary, uint32_t number)
{
    if (number < dictionary->capacity)
        return;
    uint32_t capacity = number + 256;
    dictionary->labels = memory_resize(dictionary->labels, capacity * sizeof *dictionary->labels);
    memset(dictionary->labels + dictionary->capacity, 0,
           (capacity - dictionary->capacity) * sizeof *dictionary->labels);
    dictionary->rollups =
        memory_resize(dictionary->rollups, capacity * sizeof *dictionary->rollups);
    dictionary->ranks = memory_resize(dictionary->ranks, capacity * sizeof *dictionary->ranks);
    dictionary->by_rank =
        memory_resize(dictionary->by_rank, capacity * sizeof *dictionary->by_rank);
    dictionary->capacity = capacity;
}

static void set_label(struct dictionary *dictionary, uint32_t number, struct slice label,
                      enum rollup_rule rollup)
{
    make_room(dictionary, number);
    dictionary->rollups[number] = rollup;
    buffer_clear(&dictionary->labels[number]);
    buffer_add(&dictionary->labels[number], label);
}

/* Entries come in order of indicator; numbers are given in order of number. */
struct entry {
    uint64_t number;
    size_t name, name_len, label, label_len; /* offsets into text */
    enum rollup_rule rollup;
};

static int by_number(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

static enum status number_entries(struct dictionary *dictionary, struct entry *entries,
                                  size_t count, const char *text, struct error *error)
{
    if (count > 1)
        qsort(entries, count, sizeof *entries, by_number);
    for (size_t i = 0; i < count; i++) {
        struct slice name = {text + entries[i].name, entries[i].name_len};
        if (entries[i].number != i || names_number(&dictionary->names, name) != i)
            return fail(error, STATUS_FATAL,
                        "the store's list of indicators has a hole at %zu: it is damaged; restore "
                        "it from a backup",
                        i);
        set_label(dictionary, (uint32_t)i,
                  (struct slice){text + entries[i].label, entries[i].label_len}, entries[i].rollup);
    }
    return STATUS_OK;
}

enum status dictionary_load(struct dictionary *dictionary, struct kv *kv, unsigned family,
                            struct error *error)
{
    struct buffer text = {0};
    struct entry *entries = NULL;
    size_t count = 0;
    bool bad = false;
    dictionary_release(dictionary);
    struct kv_cursor *cursor = kv_cursor_new(kv, family, prefix, SLICE("name\1"));
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        struct slice key = kv_cursor_key(cursor);
        struct slice name = slice_range(key, prefix.len, key.len);
        struct coded in = coded_of(kv_cursor_value(cursor));
        entries = memory_resize(entries, (count + 1) * sizeof *entries);
        struct entry *entry = &entries[count++];
        entry->number = coded_number(&in);
        struct slice label = coded_text(&in);
        uint64_t rollup = coded_number(&in);
        bad = bad || in.bad || rollup >= ROLLUP_COUNT;
        entry->rollup = (enum rollup_rule)rollup;
        entry->name = text.len;
        entry->name_len = name.len;
        buffer_add(&text, name);
        entry->label = text.len;
        entry->label_len = label.len;
        buffer_add(&text, label);
    }
    enum status status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    if (status == STATUS_OK && bad)
        status = fail(error, STATUS_FATAL,
                      "the store's list of indicators is damaged; restore it from a backup");
    if (status == STATUS_OK)
        status = number_entries(dictionary, entries, count, text.data, error);
    free(entries);
    buffer_release(&text);
    return status;
}

uint32_t dictionary_note(struct dictionary *dictionary, struct slice indicator, struct slice label,
                         enum rollup_rule rollup, struct kv_batch *batch, unsigned family)
{
    uint32_t known = dictionary->names.count;
    uint32_t number = names_number(&dictionary->names, indicator);
    bool is_known = number < known;
    if (is_known && rollup == ROLLUP_UNKNOWN)
        rollup = dictionary->rollups[number];
    if (is_known && slice_equal(buffer_slice(&dictionary->labels[number]), label) &&
        rollup == dictionary->rollups[number])
        return number;
    set_label(dictionary, number, label, rollup);
    struct buffer key = {0}, value = {0};
    buffer_add(&key, prefix);
    buffer_add(&key, indicator);
    code_number(&value, number);
    code_text(&value, label);
    code_number(&value, rollup);
    kv_batch_put(batch, family, buffer_slice(&key), buffer_slice(&value));
    buffer_release(&key);
    buffer_release(&value);
    return number;
}

struct slice dictionary_indicator(const struct dictionary *dictionary, uint32_t number)
{
    return names_text(&dictionary->names, number);
}

struct slice dictionary_label(const struct dictionary *dictionary, uint32_t number)
{
    if (number >= dictionary->names.count)
        return (struct slice){"", 0};
    return buffer_slice(&dictionary->labels[number]);
}

enum rollup_rule dictionary_rollup(const struct dictionary *dictionary, uint32_t number)
{
    return number < dictionary->names.count ? dictionary->rollups[number] : ROLLUP_UNKNOWN;
}

static int by_name(const void *left, const void *right, void *context)
{
    const struct names *names = context;
    return slice_compare(names_text(names, *(const uint32_t *)left),
                         names_text(names, *(const uint32_t *)right));
}

void dictionary_rank(struct dictionary *dictionary)
{
    uint32_t count = dictionary->names.count;
    if (dictionary->ranked == count)
        return;
    for (uint32_t i = 0; i < count; i++)
        dictionary->by_rank[i] = i;
    qsort_r(dictionary->by_rank, count, sizeof *dictionary->by_rank, by_name, &dictionary->names);
    for (uint32_t i = 0; i < count; i++)
        dictionary->ranks[dictionary->by_rank[i]] = i;
    dictionary->ranked = count;
}

void dictionary_release(struct dictionary *dictionary)
{
    for (uint32_t i = 0; i < dictionary->capacity; i++)
        buffer_release(&dictionary->labels[i]);
    free(dictionary->labels);
    free(dictionary->rollups);
    free(dictionary->ranks);
    free(dictionary->by_rank);
    names_release(&dictionary->names);
    *dictionary = (struct dictionary){0};
}
