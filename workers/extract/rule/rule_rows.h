/* rule_rows.h - rows of elements while a rule is read: groups and optional elements multiplied out.
 */
#ifndef XIANZHI_EXTRACT_RULE_ROWS_H
#define XIANZHI_EXTRACT_RULE_ROWS_H

#include "workers/extract/rule/rule.h"

enum row_kind { ROW_WORDS, ROW_NUMBER, ROW_OTHER };

struct row_element {
    enum row_kind kind;
    uint32_t *words; /* ids */
    size_t word_count;
    enum rule_link link; /* to the element before it */
    bool opens;          /* a clause begins here */
};

struct rule_row {
    struct row_element *elements;
    size_t count;
    enum rule_link tail; /* the loosest link to elements at its end that this row leaves out */
    bool tail_opens;     /* and whether a ^ stood before them */
};

struct rows {
    struct rule_row *items;
    size_t count;
};

struct rows rows_one(struct arena *arena, const struct row_element *element);
struct rows rows_empty(struct arena *arena); /* one row without elements */
struct rows rows_either(struct arena *arena, struct rows a, struct rows b);
/* Every row of `a` followed by every row of `b`. */
struct rows rows_then(struct arena *arena, struct rows a, enum rule_link link, bool opens,
                      struct rows b, struct lexicon *lexicon);

#endif
