/* package.h - office files that are zip archives of XML parts: docx, xlsx, odt, ofd.
 *
 * Two ways in: package_has looks at the archive's table of contents only, in place and without a
 * library, to tell the formats apart; package_open unpacks, in the child that decodes.
 */
#ifndef XIANZHI_INGEST_FORMAT_PACKAGE_H
#define XIANZHI_INGEST_FORMAT_PACKAGE_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

/* Whether `raw` is a zip file with a member of that name. Any bytes; reads at most
 * PACKAGE_MAX_MEMBERS entries. */
bool package_has(struct slice raw, struct slice name);
/* The name of the member that stands first in it; empty if it is no zip file. */
struct slice package_first(struct slice raw);

enum { PACKAGE_MAX_MEMBERS = 20000 };

struct package_part {
    struct slice name;
    struct buffer bytes;
};

struct package {
    struct package_part *parts; /* in order of the archive */
    size_t count, capacity;
};

/* Unpacks the parts that are XML by their names, MAX_UNPACKED_BYTES at most.
 * Pictures and fonts stay packed. STATUS_BAD: damaged, protected by a password, a bomb; `what`
 * names the file in the reason: "a Word document (docx)". */
enum status package_open(struct package *package, struct arena *arena, struct slice bytes,
                         const char *what, struct error *error);
void package_close(struct package *package); /* also after a failure; not the arena */

/* A part's bytes; data is NULL if there is none. `name` without a leading slash. */
struct slice package_part(const struct package *package, struct slice name);

/* `target` as it is written in part `from` ("word/document.xml", "../media/x") as a part's name:
 * folders parted by /, which some writers do by \, without "." and "..". From no part (empty) the
 * same of a member's own name. */
struct slice package_resolve(struct arena *arena, struct slice from, struct slice target);

/* "a Word document (docx) protected by a password (有密码): …": the error for all of it. */
enum status package_protected(const char *what, struct error *error);
/* "a Word document (docx), damaged in word/document.xml (line 3: …)": the error for a part. */
enum status package_damaged(const char *what, struct slice part, const struct error *cause,
                            struct error *error);

#endif
