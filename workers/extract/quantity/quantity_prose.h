/* quantity_prose.h - the quantities of one run of text, into a list the caller provides. */
#ifndef XIANZHI_EXTRACT_QUANTITY_PROSE_H
#define XIANZHI_EXTRACT_QUANTITY_PROSE_H

#include "workers/extract/quantity/quantity_rules.h"

/* Grows in an arena; without one (NULL) it holds `capacity` items and counts on beyond them, and
 * what is left out is not told. */
struct quantity_list {
    struct quantity *items;
    size_t count, capacity;
    struct arena *arena;
    size_t limit; /* no more are looked for behind so many; 0: none */
    struct omission *omissions;
    size_t omission_count, omission_capacity;
};

struct quantity *quantity_list_add(struct quantity_list *list); /* NULL beyond a fixed capacity */

/* Adds the quantities of text[start, end), reading context from all of `text`; spans count from the
 * start of `text`. `paragraph`: where the run's paragraph begins, where 1.3所 is item 1 and 3 所;
 * NO_PARAGRAPH: in no outline. */
#define NO_PARAGRAPH SIZE_MAX
void quantity_prose(const struct quantity_rules *rules, struct slice text, size_t paragraph,
                    size_t start, size_t end, struct quantity_list *list);

#endif
