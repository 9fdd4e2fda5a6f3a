/* dead_paths.h - which dead letters came from which file, to close them when the file is counted.
 *
 * A drop folder's file that was taken half written is a dead letter; when it is complete it comes
 * again, by the same flow and path, and is counted: then nobody needs the letter of the half one.
 * Only whole paths (that begin with a slash) name a file; others may be several people's.
 *
 * Kept in memory beside the journal, 80 bytes a letter. An entry is only a hint: the letter itself
 * is asked before it is closed. Owned by the broker's thread.
 */
#ifndef XIANZHI_BROKER_DEAD_PATHS_H
#define XIANZHI_BROKER_DEAD_PATHS_H

#include "broker/entry.h"

struct dead_paths; /* NULL: none */

void dead_paths_add(struct dead_paths **paths, const struct entry *letter);
void dead_paths_forget(struct dead_paths **paths, const struct entry *letter);
/* The lowest number of a letter that may be of the same file, below `seq`; 0: none. */
uint64_t dead_paths_find(const struct dead_paths *paths, struct slice flow, struct slice path,
                         uint64_t seq);
/* Whether that letter is of the same file. */
bool dead_paths_same(const struct entry *letter, struct slice flow, struct slice path);
void dead_paths_release(struct dead_paths **paths);

#endif
