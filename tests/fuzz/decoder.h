/* decoder.h - fuzzing decoders of single files: the input is the file as it is. */
#ifndef XIANZHI_TESTS_FUZZ_DECODER_H
#define XIANZHI_TESTS_FUZZ_DECODER_H

#include "tests/fuzz/office.h"

static inline int decoder_fuzz(const struct format *format, const uint8_t *data, size_t size)
{
    struct slice bytes = fuzz_copy(data, size);
    if (size > 0)
        office_decode(format, bytes);
    free((void *)bytes.data);
    return 0;
}

#endif
