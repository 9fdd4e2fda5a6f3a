/* review.h - what the files of `xianzhi review` share. */
#ifndef XIANZHI_DEPLOY_REVIEW_H
#define XIANZHI_DEPLOY_REVIEW_H

#include "deploy/commands/listing.h"
#include "proto/decision.h"

struct review_call {
    struct listing listing;
    const char *verb, *id;
    const char *reason, *by, *note, *value, *unit, *bound;
    const char *document, *text, *sentence, *out;
    uint64_t start, end, limit;
};

/* ---- review_figure.c ---- */
/* The figure of that id, into the arena; NULL: there is none. */
enum status review_find(struct review_call *review, struct arena *arena, struct figure_item **item,
                        struct error *error);
/* Appends it as lines for a person. */
void review_put_figure(const struct figure_item *item, struct buffer *out);

/* ---- review_decide.c: confirm, correct, reject, add, withdraw ---- */
/* STATUS_BAD: what is wanted makes no sense; STATUS_AGAIN: the figure is another meanwhile (told).
 */
enum status review_decide(struct review_call *review, struct error *error);

/* ---- review_export.c ---- */
/* Everything that was decided, as annotated text to score by and as examples for the catalogue. */
enum status review_export(struct review_call *review, struct error *error);

#endif
