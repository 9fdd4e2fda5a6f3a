/* po_private.h - what the files of the translations share; nobody else includes it. */
#ifndef XIANZHI_PROTO_BASE_PO_PRIVATE_H
#define XIANZHI_PROTO_BASE_PO_PRIVATE_H

#include "proto/base/po.h"

struct po_message {
    char *id, *text; /* owned */
    size_t letters;  /* of the id outside its conversions: how much it tells */
    size_t literal;  /* those, and blanks and signs */
};

struct po {
    struct po_message *messages;       /* by id */
    const struct po_message **longest; /* those that tell most first */
    size_t count, capacity;
};

/* ---- po_line.c ---- */
/* Fills in letters and literal. */
void po_weigh(struct po_message *message);

#endif
