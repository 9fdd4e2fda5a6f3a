/* lists.h - the collector's lists that apply to a file: the one that was named, or the one in its
 * folder or one above it. A list is known by its name (manifest.csv, 清单.xlsx) or, whatever it is
 * called, by the heads of its first row. One thread owns a lists. */
#ifndef XIANZHI_INTAKE_LISTS_H
#define XIANZHI_INTAKE_LISTS_H

#include "deploy/intake/inputs.h"
#include "deploy/intake/manifest.h"

struct folder_list;

struct lists {
    manifest_tell *tell; /* NULL: to stderr */
    void *context;
    struct manifest *named;      /* --manifest; NULL: none, then folders are looked at */
    struct folder_list *files;   /* lists, and what may be one, met so far */
    struct folder_list *folders; /* those of them known by their heads, by folder */
    struct buffer bare;          /* a folder that no list spoke for, */
    uint64_t bare_us;            /* as of then */
};

/* Reads the list of --manifest; STATUS_BAD: see manifest_open. */
enum status lists_open(struct lists *lists, const char *path, struct error *error);
void lists_close(struct lists *lists); /* tells no more */

/* Whether a file is a list of its folder, and no document. */
bool lists_is_list(struct lists *lists, const char *path);
/* Before files are read: finds the lists among them that are known by their heads alone. */
void lists_meet(struct lists *lists, const struct inputs *inputs);
/* Reads the list at `path`, telling its faults; false: it has some. */
bool lists_read(struct lists *lists, const char *path);
/* Puts what the list says in front of the document (proto/listed.h). A folder's list with faults is
 * told once and not used; one that has changed is read again. */
void lists_wrap(struct lists *lists, const char *path, struct buffer *document);
/* What a folder's list says of a file, NULL if nothing; nothing is told but faults of the list. */
const struct listed *lists_look(struct lists *lists, const char *path);
/* Whether a list speaks for the folder that the file is in, whatever it says. */
bool lists_apply(struct lists *lists, const char *path);
void lists_tell_unused(struct lists *lists);

#endif
