/* manifest.h - the collector's list: what is known of the files beside their text.
 *
 * A table (csv in UTF-8 or GBK, tab-separated, or any table that the pipeline reads, xlsx among
 * them) with a row a file; its heads, in any order, are those of deploy/manifest.tsv. A row belongs
 * to the file whose path ends as its path does, whose name it names, or whose name ends its URL.
 * One thread owns a manifest.
 */
#ifndef XIANZHI_INTAKE_MANIFEST_H
#define XIANZHI_INTAKE_MANIFEST_H

#include "proto/listed.h"

struct manifest;

typedef void manifest_tell(void *context, const char *line);

/* Reads the whole list. Every fault (an unknown head, a code that doesn't exist, a year out of
 * range, two rows for one file) is told with its row and column; with one fault or more nothing of
 * it is used: STATUS_BAD. */
enum status manifest_open(struct manifest **manifest, const char *path, manifest_tell *tell,
                          void *context, struct error *error);
void manifest_close(struct manifest **manifest); /* accepts NULL inside */

/* Whether the file's first row heads a list: a column for the file, and one for what is said of it.
 */
bool manifest_is_one(const char *path);

/* What the list says of a file; NULL if it has no row (which is told). Valid until closing. */
const struct listed *manifest_find(struct manifest *manifest, const char *path);

/* The same without telling that there is none. */
const struct listed *manifest_look(struct manifest *manifest, const char *path);

/* Puts the head of an envelope in front of the document where the list has a row for it. */
void manifest_wrap(struct manifest *manifest, const char *path, struct buffer *document);

/* Tells the rows that no file was found for; how many. */
size_t manifest_tell_unused(struct manifest *manifest);

#endif
