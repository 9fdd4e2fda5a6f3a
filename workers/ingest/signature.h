/* signature.h - who signed at the end, and when. */
#ifndef XIANZHI_INGEST_SIGNATURE_H
#define XIANZHI_INGEST_SIGNATURE_H

#include "workers/ingest/layout.h"

/* Looks for the signature behind layout->body_first; fills in signatures and signed_on, and moves
 * body_end in front of it. Leaves all as it is where nobody signed. */
void signature_read(const struct reader *reader, struct layout *layout);

#endif
