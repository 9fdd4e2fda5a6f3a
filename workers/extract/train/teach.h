/* teach.h - makes lessons of annotated reports and of the catalogue's own examples. */
#ifndef XIANZHI_EXTRACT_TEACH_H
#define XIANZHI_EXTRACT_TEACH_H

#include "workers/extract/rule/catalogue.h"
#include "workers/extract/rule/matcher.h"
#include "workers/extract/train/gold.h"
#include "workers/extract/train/lessons.h"

struct teacher;

/* Borrows both. */
struct teacher *teacher_new(const struct catalogue *catalogue, struct lessons *lessons);
void teacher_free(struct teacher **teacher);

/* The indicators that the annotators of what follows knew, one id a line; empty: all. */
void teacher_ids(struct teacher *teacher, struct slice ids);

/* One report, decoded and segmented, its quantities found, with its annotations. */
enum status teacher_report(struct teacher *teacher, struct report *report, const struct gold *gold,
                           uint32_t document, struct error *error);

/* The catalogue's examples and counterexamples (it must have been loaded with them), as one
 * document that the rules were written to. */
enum status teacher_examples(struct teacher *teacher, struct error *error);

#endif
