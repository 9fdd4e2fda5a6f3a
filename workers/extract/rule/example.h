/* example.h - an inline example as a small report that the real matcher can run. */
#ifndef XIANZHI_EXTRACT_EXAMPLE_H
#define XIANZHI_EXTRACT_EXAMPLE_H

#include "workers/extract/rule/catalogue.h"

enum { EXAMPLE_MAX_MARKS = 32 };

struct example_marks {
    struct span clean[EXAMPLE_MAX_MARKS]; /* what stood in braces */
    size_t count;
};

/* Fills `report` (reset by the caller): heading, earlier sentences of the paragraph, the text, all
 * in sentences, and its quantities. STATUS_BAD: braces that don't pair or are too many. */
enum status example_report(const struct catalogue *catalogue,
                           const struct catalogue_example *example, struct report *report,
                           struct example_marks *marks, struct error *error);

#endif
