/* names.h - what people call indicators, regions, levels and kinds, wherever a command wants an id
 * or a code: 行政应诉案件 for litigation.cases, 隰县 for 141031, 县 for county.
 *
 * The words come from the data files (catalogue/indicators.tsv, gazetteer/regions.tsv). Whatever is
 * not known is refused with what comes nearest. The thread of the command.
 */
#ifndef XIANZHI_DEPLOY_NAMES_H
#define XIANZHI_DEPLOY_NAMES_H

#include "proto/reading.h"

struct name_book;

enum status name_book_open(struct name_book **book, struct error *error);
void name_book_close(struct name_book **book); /* accepts NULL inside */

/* Adds to the filter what `word` stands for: an id or a glob over ids as it is, a Chinese name or a
 * glob over names as the ids that have it. Texts are the book's or the caller's. STATUS_BAD:
 * nothing goes by it, or it is too many things. */
enum status name_indicator(struct name_book *book, const char *word, struct filter *filter,
                           struct error *error);
/* When an answer was empty: an id that the built-in catalogue doesn't have may have been another
 * catalogue's; now it is a slip. STATUS_BAD: it is. */
enum status name_found_nothing(const struct name_book *book, struct error *error);
/* A code or its beginning as it is; a name as the code, of every region that has it. */
enum status name_region(struct name_book *book, const char *word, struct filter *filter,
                        struct error *error);
/* The label of an id, the id itself where it is unknown; whether its figures are counted in the
 * unit (of an unknown one: in any); if not, `wanted` gets those that they are counted in. */
struct slice name_label(const struct name_book *book, struct slice id);
struct slice name_definition(const struct name_book *book, struct slice id); /* unknown: empty */
bool name_takes_unit(const struct name_book *book, struct slice id, struct slice unit,
                     struct buffer *wanted);

enum status name_level(const char *word, enum level *level, struct error *error);
enum status name_kind(const char *word, uint32_t *kinds, struct error *error);

#endif
