/* run_files.h - which files a run need not open: they are as they were when an earlier run of this
 * store read them.
 *
 * A file is believed to be so if its device, inode, size, the time when its content was changed and
 * the time when anything of it was (which nobody can set) are the same to the nanosecond. What it
 * cannot be told by is not believed: a change less than a minute old when the file was read (a
 * clock's tick may hide the next one, and what is written through a mapping shows only once its
 * page has gone to the disk), and a file system that others write to, or that keeps no such times.
 *
 * The list only says which documents a file holds; whether these need no reading is asked of the
 * store. It is STORE/read-files; lost or damaged, everything is read. What is gone leaves it when
 * it is written. One thread.
 */
#ifndef XIANZHI_DEPLOY_RUN_FILES_H
#define XIANZHI_DEPLOY_RUN_FILES_H

#include "proto/base/digest.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

#include <sys/stat.h>

/* Zero-initialise; nothing is known then. */
struct run_files {
    struct run_file *known;   /* by device and inode */
    struct run_file *reading; /* NULL: its documents are of no use to a later run */
    uint64_t local, far;      /* devices: the last of each that was met, + 1 */
    bool changed;             /* there is something to be saved */
};

void run_files_load(struct run_files *files, const char *store);
void run_files_release(struct run_files *files);

/* Whether what lies on the file system of `path` can be believed to be as it was. */
bool run_files_believe(const char *path);

/* The documents in the file, *count of them, if it is as it was; NULL: it has to be read. */
const uint8_t (*run_files_held(struct run_files *files, const char *path,
                               size_t *count))[DIGEST_BYTES];

/* Before a file is opened; each document that was found in it, NULL for one that says nothing of a
 * later run (it can't be read, or somebody says whose it is); behind the last. `opened`: what was
 * read, as it was when it was opened: it may be another file by then. */
void run_files_begin(struct run_files *files, const char *path);
void run_files_note(struct run_files *files, const uint8_t sha256[DIGEST_BYTES]);
void run_files_end(struct run_files *files, const struct stat *opened);

/* STATUS_RETRY: it can't be written, and the next run reads what this one has read. */
enum status run_files_save(struct run_files *files, const char *store, struct error *error);

#endif
