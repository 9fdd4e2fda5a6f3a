/* styles.h - what a docx' styles say that a reader sees in the text: numbers, headings, hiding. */
#ifndef XIANZHI_INGEST_FORMAT_DOCX_STYLES_H
#define XIANZHI_INGEST_FORMAT_DOCX_STYLES_H

#include "proto/base/arena.h"
#include "proto/base/status.h"

/* -1: not said. */
struct style {
    struct slice id, based_on;
    long num, level; /* automatic numbering; num 0: none */
    long outline;    /* 0 to 8: a heading of that level */
    int hidden;      /* 0, 1 */
    bool contents;   /* a line of a table of contents */
};

struct styles;

/* `xml` may be empty: no styles. All in the arena. STATUS_BAD: no XML. */
enum status styles_read(struct styles **styles, struct arena *arena, struct slice xml,
                        struct error *error);

/* What holds for a style by itself and by those it is based on. Where numbering comes from a style
 * below, *numbered is that style's id. An unknown id gives what an empty one gives: the default. */
struct style styles_find(const struct styles *styles, struct slice id, struct slice *numbered);

/* The default paragraph style's id; may be empty. */
struct slice styles_default(const struct styles *styles);

#endif
