/* watch_list.h - which files of the watched folders were sent, as they were then.
 *
 * Kept in a hidden file of each folder, so that a restart sends nothing twice; sending twice would
 * be harmless. One thread owns a list.
 */
#ifndef XIANZHI_DEPLOY_WATCH_LIST_H
#define XIANZHI_DEPLOY_WATCH_LIST_H

#include "deploy/intake/inputs.h"

struct sent_file;

struct watch_list {
    char **folders; /* borrowed */
    int folder_count;
    struct sent_file *sent;
};

/* Reads what the folders' files say, if there are any. */
void watch_list_load(struct watch_list *list);
void watch_list_release(struct watch_list *list);

bool watch_list_has(const struct watch_list *list, const char *path, uint64_t bytes,
                    uint64_t changed_ns);
/* Remembers it in memory only. */
void watch_list_note(struct watch_list *list, const char *path, uint64_t bytes,
                     uint64_t changed_ns);
/* Notes, in memory only, what was said of a document beside its text; false: just that was said of
 * it before. */
bool watch_list_say(struct watch_list *list, const char *path, struct slice said);
/* Adds it to the folder's file; a failure is told through `inputs` and costs nothing else. */
void watch_list_write(struct watch_list *list, struct inputs *inputs, const char *path,
                      uint64_t bytes, uint64_t changed_ns);

#endif
