/* test.h - cmocka with what it needs in front of it, and files and a folder for fixtures. */
#ifndef XIANZHI_TESTS_TEST_H
#define XIANZHI_TESTS_TEST_H

#include "proto/base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
/* proto/base/status.h has the better use for the word `fail`. */
#undef fail
#undef fail_msg
#define fail_msg(...)                                                                              \
    (print_error("ERROR: " __VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

static inline void read_file(const char *path, struct buffer *into)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s can't be read", path);
    char chunk[65536];
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        buffer_append(into, chunk, got);
    fclose(file);
}

static inline void write_file(const char *path, struct slice bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.data, 1, bytes.len, file) != bytes.len)
        fail_msg("%s can't be written", path);
    fclose(file);
}

/* A test's own folder: for setup and teardown. -1: it can't be made, or not be removed. */
static inline int make_folder(char *folder, size_t size, const char *name)
{
    snprintf(folder, size, "/tmp/xianzhi-%s-XXXXXX", name);
    return mkdtemp(folder) ? 0 : -1;
}

static inline int drop_folder(const char *folder)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : -1;
}

#endif
