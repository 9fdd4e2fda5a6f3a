/* test.h - cmocka with what it needs in front of it, and files for fixtures. */
#ifndef XIANZHI_TESTS_TEST_H
#define XIANZHI_TESTS_TEST_H

#include "proto/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
/* proto/status.h has the better use for the word `fail`. */
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

#endif
