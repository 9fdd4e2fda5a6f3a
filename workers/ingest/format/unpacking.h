/* unpacking.h - what a format that holds documents (format.h's `unpack`) does with them, in the
 * child: each is handed out under its path inside, or told of. Knows no format. */
#ifndef XIANZHI_INGEST_FORMAT_UNPACKING_H
#define XIANZHI_INGEST_FORMAT_UNPACKING_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

enum {
    MAX_ARCHIVE_NESTING = 3,      /* archives in archives */
    MAX_ARCHIVE_MEMBERS = 100000, /* of one file, in all */
    MAX_ARCHIVE_RATIO = 100, /* unpacked bytes for each packed one, and MAX_UNPACKED_BYTES more */
    UNPACK_TIME_MS = 60000,  /* from one document to the next */
};

enum unpacked_kind {
    UNPACKED_DOCUMENT,
    UNPACKED_UNREADABLE, /* a document that can't be had: `reason` says why and what to do */
    UNPACKED_FAILURE,    /* something that may have held documents: `reason` is a line to tell */
};

/* Where the walk through a file stands. `inner` does with a member what has to be done with it: it
 * may be a container itself. False: nobody listens any more. */
struct unpacking {
    int out;
    struct slice path; /* of the container at hand, within the file: empty for the file itself */
    struct slice name; /* its own, or its path */
    uint64_t max_document_bytes;
    unsigned depth;
    unsigned count;           /* documents out of the container at hand */
    unsigned *members;        /* of the whole file, of all its containers */
    uint64_t *unpacked_bytes; /* the same */
    uint64_t max_unpacked_bytes;
    bool (*inner)(struct unpacking *unpacking, struct slice path, struct slice bytes);
};

/* A document found inside; itself unpacked if it is an archive. `name` is its path inside. False:
 * stop, nobody listens or a limit is reached. */
bool unpack_member(struct unpacking *unpacking, struct slice name, struct slice bytes);
/* One that can't be had. */
bool unpack_unreadable(struct unpacking *unpacking, struct slice name, const char *reason);
/* What went wrong with the container itself. */
bool unpack_failure(struct unpacking *unpacking, const char *reason);
/* Bytes that a member may have at most. */
uint64_t unpack_limit(const struct unpacking *unpacking);
/* How many documents came out of the container at hand so far. */
unsigned unpack_count(const struct unpacking *unpacking);
/* The container's own name, without its last ending ("报告.txt" of "a/报告.txt.gz"). */
struct slice unpack_base_name(const struct unpacking *unpacking);

/* Hands a document out, or tells of one. */
bool unpack_say(const struct unpacking *unpacking, enum unpacked_kind kind, struct slice path,
                const char *reason, struct slice bytes);

#endif
