/* shelf.h - one catalogue in memory for all threads that use the same folder and version. */
#ifndef XIANZHI_EXTRACT_SHELF_H
#define XIANZHI_EXTRACT_SHELF_H

#include "workers/extract/rule/catalogue.h"

/* The catalogue of `folder` as its files are now: the one in memory if nothing has changed, else
 * read anew. STATUS_BAD: the first mistake. Give it back with shelf_return. Any thread. */
enum status shelf_take(const struct catalogue **catalogue, const char *folder, struct error *error);
void shelf_return(const struct catalogue **catalogue); /* accepts NULL inside */

#endif
