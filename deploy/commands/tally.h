/* tally.h - what became of submitted documents: told line by line, and counted for the exit code.
 */
#ifndef XIANZHI_DEPLOY_TALLY_H
#define XIANZHI_DEPLOY_TALLY_H

#include "deploy/commands/progress.h"
#include "proto/submitter.h"

struct earlier; /* seq -> path of this run's documents, to name a duplicate's first */

struct tally {
    const char *command; /* "submit" */
    bool wait;           /* outcomes are awaited: a report counts once it has one */
    struct progress progress;
    struct earlier *earlier;
    uint64_t accepted, applied, duplicates, stale, dead, refused;
    bool slowed; /* told once that the broker asks to wait */
};

/* For submitter_options.tell, with the tally as context. */
void tally_tell(void *tally, const struct submission *submission);
/* A line on stderr that doesn't run into the progress bar; for inputs.tell. */
void tally_line(void *tally, const char *line);
void tally_release(struct tally *tally);

#endif
