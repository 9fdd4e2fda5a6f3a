/* reports.c - reads what a bench program works on, all of it before the clock starts. */
#include "tests/bench/reports.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static struct documents *reading; /* nftw passes no context */

static void must(bool condition, const char *path)
{
    if (!condition) {
        perror(path);
        exit(1);
    }
}

static int take(const char *path, const struct stat *found, int kind, struct FTW *where)
{
    (void)where;
    if (kind != FTW_F || !strstr(path, ".txt"))
        return 0;
    if (reading->count == reading->capacity) {
        reading->capacity = reading->capacity * 2 + 64;
        reading->all = memory_resize(reading->all, reading->capacity * sizeof *reading->all);
    }
    struct document *document = &reading->all[reading->count++];
    *document = (struct document){.path = memory_copy_text(path)};
    buffer_reserve(&document->bytes, (size_t)found->st_size + 1);
    FILE *file = fopen(path, "rb");
    must(file != NULL, path);
    document->bytes.len = fread(document->bytes.data, 1, (size_t)found->st_size, file);
    must(fclose(file) == 0, path);
    reading->bytes += document->bytes.len;
    return 0;
}

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct document *)left)->path, ((const struct document *)right)->path);
}

void documents_read(struct documents *documents, char *const *paths, int count)
{
    reading = documents;
    for (int i = 0; i < count; i++)
        must(nftw(paths[i], take, 16, FTW_PHYS) == 0, paths[i]);
    if (documents->count > 1)
        qsort(documents->all, documents->count, sizeof *documents->all, by_path);
}

void documents_release(struct documents *documents)
{
    for (size_t i = 0; i < documents->count; i++) {
        free(documents->all[i].path);
        buffer_release(&documents->all[i].bytes);
    }
    free(documents->all);
    *documents = (struct documents){0};
}
