/* fuzz.h - what the fuzz targets share. One target a file: LLVMFuzzerTestOneInput feeds bytes from
 * outside to a decoder and walks whatever comes out; its corpus is corpus/NAME. With FUZZ_SEED set
 * to a folder a target writes its first inputs there and ends (`make fuzz-seeds`). */
#ifndef XIANZHI_TESTS_FUZZ_H
#define XIANZHI_TESTS_FUZZ_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* An exact copy, so that a read past the end is seen. Free it. */
static inline struct slice fuzz_copy(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size ? size : 1);
    memcpy(bytes, data, size);
    return (struct slice){bytes, size};
}

static inline void fuzz_require(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

/* Touches every byte. */
static inline void fuzz_touch(struct slice s)
{
    static volatile unsigned sum;
    for (size_t i = 0; i < s.len; i++)
        sum = sum + (unsigned char)s.data[i];
}

/* Writes an input, `first` in front of it; `bytes` is emptied. */
static inline void fuzz_seed(const char *folder, const char *name, int first, struct buffer *bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    fuzz_require(file != NULL, path);
    if (first >= 0)
        fputc(first, file);
    fwrite(bytes->data ? bytes->data : "", 1, bytes->len, file);
    fclose(file);
    buffer_clear(bytes);
}

#endif
