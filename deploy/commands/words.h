/* words.h - the words of records, heads of tables and bounds, in the language of whoever sits at
 * the terminal (proto/base/tr.h). */
#ifndef XIANZHI_COMMANDS_WORDS_H
#define XIANZHI_COMMANDS_WORDS_H

#include "proto/base/tr.h"
#include "proto/rows/fields.h"

/* What a person calls it: "county" 县级, "conflict" 前后不一; itself where it has no other name. */
struct slice word_for_people(struct slice word);

struct slice head_for_people(const struct row_field *field);
/* The same of a row's field by its name; another word as word_for_people. */
struct slice named_head_for_people(struct slice name);

/* In front of a number: "at least ", 不少于; exact: nothing. */
const char *bound_for_people(enum bound bound);

#endif
