/* quantity_prose.h - the quantities of one run of text, into a list the caller provides. */
#ifndef XIANZHI_EXTRACT_QUANTITY_PROSE_H
#define XIANZHI_EXTRACT_QUANTITY_PROSE_H

#include "workers/extract/quantity/quantity_rules.h"

/* Grows in an arena; without one (NULL) it holds `capacity` items and counts on beyond them. */
struct quantity_list {
    struct quantity *items;
    size_t count, capacity;
    struct arena *arena;
};

struct quantity *quantity_list_add(struct quantity_list *list); /* NULL beyond a fixed capacity */

/* Adds the quantities of text[start, end), reading context from all of `text`; spans count from the
 * start of `text`. `opens`: the run opens a paragraph, where 1.3所 is item 1 and 3 所. */
void quantity_prose(const struct quantity_rules *rules, struct slice text, size_t start, size_t end,
                    bool opens, struct quantity_list *list);

#endif
