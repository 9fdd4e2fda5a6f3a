/* row_file.c - which formats there are, and the file's way from its temporary name to its own. The
 * caller's thread. What can fail: the disk, and what the format can't hold. */
#include "proto/rows/row_file.h"

#include "proto/base/memory.h"
#include "proto/base/settle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct row_file_format *const formats[] = {&xlsx_format, &sqlite_format, &dta_format};

struct row_file {
    const struct row_file_format *format;
    void *state;
    char *path, *temporary;
    bool failed;
};

const struct row_file_format *row_file_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

enum status row_file_open(struct row_file **out, const struct row_file_format *format,
                          const char *path, const struct row_source *source, struct error *error)
{
    *out = NULL;
    struct row_file *file = memory_zero(sizeof *file);
    struct buffer temporary = {0};
    buffer_format(&temporary, "%s.%ld.part", path, (long)getpid());
    file->format = format;
    file->path = memory_copy_text(path);
    file->temporary = temporary.data;
    unlink(file->temporary);
    *out = file;
    enum status status = format->open(&file->state, file->temporary, source, error);
    if (status)
        row_file_close(out, false, NULL);
    return status;
}

enum status row_file_put(struct row_file *file, const struct row *row, struct error *error)
{
    enum status status = file->format->put(file->state, row, error);
    file->failed |= status != STATUS_OK;
    return status;
}

enum status row_file_close(struct row_file **slot, bool keep, struct error *error)
{
    struct row_file *file = *slot;
    if (!file)
        return STATUS_OK;
    *slot = NULL;
    keep &= !file->failed;
    enum status status =
        file->state ? file->format->close(&file->state, keep, error) : STATUS_FATAL;
    if (keep && status == STATUS_OK)
        status = file_settle(file->temporary, file->path, error);
    unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file);
    return status;
}
