/* outcomes.h - what became of submitted documents: told line by line, and counted for the exit
 * code.
 */
#ifndef XIANZHI_DEPLOY_OUTCOMES_H
#define XIANZHI_DEPLOY_OUTCOMES_H

#include "deploy/commands/progress.h"
#include "proto/submitter.h"

struct earlier; /* seq -> path of this run's documents, to name a duplicate's first */

struct outcomes {
    const char *command; /* "submit" */
    bool wait;           /* outcomes are awaited: a report counts once it has one */
    struct progress progress;
    struct earlier *earlier;
    uint64_t accepted, aggregated, duplicates, stale, dead, refused;
    bool slowed; /* told once that the broker asks to wait */
};

/* For submitter_options.tell, with the outcomes as context. */
void outcomes_tell(void *outcomes, const struct submission *submission);
/* A line on stderr that doesn't run into the progress bar; for inputs.tell. */
void outcomes_line(void *outcomes, const char *line);
void outcomes_release(struct outcomes *outcomes);

#endif
