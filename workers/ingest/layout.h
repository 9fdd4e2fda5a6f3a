/* layout.h - where on the page the title, addressee, text proper and signature stand. */
#ifndef XIANZHI_INGEST_LAYOUT_H
#define XIANZHI_INGEST_LAYOUT_H

#include "workers/ingest/reader.h"

enum { MAX_SIGNATURES = 4 };

struct layout {
    struct slice clean;
    struct slice *lines; /* every line of the clean text, without its newline, trimmed */
    size_t count;

    struct slice title; /* joined from its lines; empty if none was found */
    size_t title_first, title_end;
    struct slice addressee; /* 定西市人民政府：; may be empty */
    size_t body_first,
        body_end;     /* lines; [0, body_first) and [body_end, count) are not text proper */
    struct span body; /* the same as a span of the clean text */

    struct issuer byline; /* a name alone under the title; its text is empty if there is none */
    struct issuer signatures[MAX_SIGNATURES]; /* in the order they stand */
    unsigned signature_count;
    struct date signed_on;
};

/* Allocates in `arena`. Never fails: what isn't found stays empty. */
void layout_read(const struct reader *reader, struct arena *arena, struct slice clean,
                 struct layout *layout);

/* Whether a line holds a document number (阆府〔2024〕18号): where. */
bool doc_number_find(struct slice line, struct slice *number);

#endif
