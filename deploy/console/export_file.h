/* export_file.h - rows in a file that has to be made as a whole before it can be sent. */
#ifndef XIANZHI_CONSOLE_EXPORT_FILE_H
#define XIANZHI_CONSOLE_EXPORT_FILE_H

#include "deploy/console/console_private.h"

struct export_wish {
    struct console *console;
    const struct request *question;
    const char *format; /* "xlsx", "sqlite", "dta"; with `wide` "csv" too */
    bool wide;          /* units × indicators */
    bool bom;
    const char *asked; /* for the file's own colophon */
};

bool export_file_knows(const char *format);

/* *fd: the file, already without a name, positioned at 0. STATUS_BAD: too many rows for that
 * format; STATUS_FATAL: the disk. */
enum status export_file(const struct export_wish *wish, int *fd, uint64_t *bytes,
                        struct error *error);

#endif
