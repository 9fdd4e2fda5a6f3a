/* names.c - a hash table from text to number and an array back. */
#include "workers/results/names.h"

#include "proto/base/memory.h"

#include <stdlib.h>
#include <uthash.h>

struct name_entry {
    uint32_t number;
    UT_hash_handle hh;
    size_t len;
    char text[];
};

static struct name_entry *add(struct names *names, struct slice text)
{
    struct name_entry *entry = memory_alloc(sizeof *entry + text.len + 1);
    entry->number = names->count;
    entry->len = text.len;
    if (text.len)
        memcpy(entry->text, text.data, text.len);
    entry->text[text.len] = '\0';
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? names->capacity * 2 : 256;
        names->list = memory_resize(names->list, names->capacity * sizeof *names->list);
    }
    names->list[names->count++] = entry;
    HASH_ADD_KEYPTR(hh, names->table, entry->text, entry->len, entry);
    return entry;
}

uint32_t names_number(struct names *names, struct slice text)
{
    struct name_entry *entry;
    HASH_FIND(hh, names->table, text.data ? text.data : "", text.len, entry);
    if (!entry && names->count == MAX_NAMES)
        return MAX_NAMES;
    return (entry ? entry : add(names, text))->number;
}

uint32_t names_find(const struct names *names, struct slice text)
{
    struct name_entry *entry;
    HASH_FIND(hh, names->table, text.data ? text.data : "", text.len, entry);
    return entry ? entry->number : MAX_NAMES;
}

struct slice names_text(const struct names *names, uint32_t number)
{
    if (number >= names->count)
        return (struct slice){"", 0};
    return (struct slice){names->list[number]->text, names->list[number]->len};
}

void names_release(struct names *names)
{
    HASH_CLEAR(hh, names->table);
    for (uint32_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
    *names = (struct names){0};
}
