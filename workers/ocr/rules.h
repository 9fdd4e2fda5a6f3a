/* rules.h - takes the ruled lines of tables and forms out of a picture. */
#ifndef XIANZHI_OCR_RULES_H
#define XIANZHI_OCR_RULES_H

#include "workers/ingest/format/picture.h"

/* Whitens straight dark runs longer than any stroke of a character. Characters stay. */
void rules_erase(struct picture *picture);

#endif
