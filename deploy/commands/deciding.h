/* deciding.h - a decision goes to the pipeline or, where none holds it, into the store. */
#ifndef XIANZHI_COMMANDS_DECIDING_H
#define XIANZHI_COMMANDS_DECIDING_H

#include "deploy/commands/listing.h"
#include "proto/decision.h"

struct deciding {
    struct listing *listing; /* open; its source is closed where the store is written to */
    const char *by, *note;   /* note may be NULL */
    bool overrules;          /* what somebody else has said: through a pipeline, the role admin */
};

/* Fills in who, when and why, and waits for what became of it. */
enum status deciding_apply(const struct deciding *deciding, struct decision *decision,
                           enum outcome *outcome, struct error *error);

#endif
