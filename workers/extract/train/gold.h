/* gold.h - an annotated report: which quantities stand where, and which indicators they may bear.
 *
 * NAME.txt is the report, NAME.tsv its quantities in order: context with the span in ⟦ ⟧, value,
 * unit, bound, ids parted by | (- for none), and "optional" where a reading either way is right. A
 * file `ids` in the folder lists the indicators that its annotators knew.
 */
#ifndef XIANZHI_EXTRACT_GOLD_H
#define XIANZHI_EXTRACT_GOLD_H

#include "proto/base/arena.h"
#include "proto/base/status.h"

/* Bytes of the text, end exclusive. */
struct gold_span {
    uint32_t start, end;
};

struct gold_quantity {
    struct gold_span span;
    double value;
    struct slice unit, ids;
    bool optional;
};

struct gold {
    struct gold_quantity *quantities;
    size_t count;
};

/* Reads the lines of a .tsv against the report's text; all in the arena, `lines` is borrowed by it.
 * STATUS_BAD: "path:line: …" where a line is no annotation or its context is not in the text. */
enum status gold_read(struct gold *gold, struct arena *arena, const char *path, struct slice lines,
                      struct slice text, struct error *error);

#endif
