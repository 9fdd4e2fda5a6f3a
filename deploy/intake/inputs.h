/* inputs.h - the files behind the paths of a command line, and in its folders.
 *
 * Two steps, so that a progress bar knows how much there is: collect the files, then read one after
 * another (inputs_read.h). What can't be taken is told in a line (what, where, what to do) and
 * counted; the rest goes on. One thread owns an inputs.
 */
#ifndef XIANZHI_DEPLOY_INPUTS_H
#define XIANZHI_DEPLOY_INPUTS_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

#include <sys/stat.h>

struct input_file {
    char *path;
    uint64_t bytes;
};

struct inputs {
    void (*tell)(void *context, const char *line); /* NULL: to stderr */
    void *context;
    uint64_t max_document_bytes; /* 0: MAX_DOCUMENT_BYTES */

    struct input_file *files; /* in order of the command line, a folder's by name */
    size_t count, capacity;
    uint64_t bytes;     /* of all files */
    uint64_t failures;  /* paths and files that could not be taken, each told */
    uint64_t skipped;   /* sockets, pipes and the like found in folders, each told */
    struct stat opened; /* the file that was read last, as it was when it was opened */
    struct met *met; /* files and folders that were found, whatever their names: each goes once */
};

/* Collects a file, or a folder's files and those of its subfolders (hidden ones left out). What was
 * collected already under another name is left out; a folder inside of itself is told. */
void inputs_add(struct inputs *inputs, const char *path);

void inputs_release(struct inputs *inputs);

/* Visible names in a folder, in byte order, each to be freed and the list too; NULL with errno. */
char **folder_names(const char *path, size_t *count);

/* For those who read: a line to `tell`; what failed with errno `cause`, in a line, and counted. */
void inputs_tell(struct inputs *inputs, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void inputs_tell_failure(struct inputs *inputs, const char *path, int cause);

uint64_t inputs_limit(const struct inputs *inputs); /* bytes of a document */

#endif
