/* archive.h - the one door to libarchive: the members of a zip, tar, 7z or rar, one after another.
 *
 * Members are never written to disk, so their names can do no harm. The bytes are untrusted and the
 * library large: call this in a child (process.h).
 */
#ifndef XIANZHI_PROTO_DOORS_ARCHIVE_H
#define XIANZHI_PROTO_DOORS_ARCHIVE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct archive_file;

struct archive_member {
    struct slice name; /* UTF-8, GB18030 is converted; empty for the one file within a compressed
                          one; valid until the next member */
    uint64_t bytes;    /* as declared; 0 if it isn't */
    bool regular;      /* no folder, link or device */
    bool encrypted;
};

/* Whether the first bytes (a few hundred suffice) are those of an archive or a compressed file. */
bool archive_by_bytes(struct slice head);

/* `bytes` must outlive it. STATUS_BAD: no archive, or damaged at the very start. */
enum status archive_open(struct archive_file **archive, struct slice bytes, struct error *error);
void archive_close(struct archive_file **archive); /* accepts NULL inside */

/* The next member; member->name.data is NULL at the end. STATUS_BAD: damaged or cut off here. */
enum status archive_next(struct archive_file *archive, struct archive_member *member,
                         struct error *error);

/* Appends the current member's bytes; at most `limit` + 1 of them, so that a larger one shows.
 * STATUS_BAD: damaged, or encrypted. */
enum status archive_read(struct archive_file *archive, uint64_t limit, struct buffer *into,
                         struct error *error);

#endif
