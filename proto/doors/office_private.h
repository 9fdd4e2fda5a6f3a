/* office_private.h - what the office*.c files share; nobody else includes it. */
#ifndef XIANZHI_PROTO_DOORS_OFFICE_PRIVATE_H
#define XIANZHI_PROTO_DOORS_OFFICE_PRIVATE_H

#include "proto/base/memory.h"
#include "proto/doors/office.h"

/* office_kit.c: the resident's work. `parameters`: LibreOffice's program folder. A question is
 * "doc docx", what the document is and what it shall become; the answer "ok" or a reason. */
int office_reside(struct slice parameters, int socket);

#endif
