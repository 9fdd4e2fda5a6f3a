/* seen.h - what a subscriber was told last of each row, so that nothing is told twice.
 *
 * A snapshot is read over several versions and a gap in the log is mended by another snapshot; both
 * bring rows again. This remembers each row's key and a hash of its content (some 200 bytes a row)
 * and lets only differences through. One thread owns it.
 */
#ifndef XIANZHI_DEPLOY_SEEN_H
#define XIANZHI_DEPLOY_SEEN_H

#include "proto/reading.h"

struct seen;

struct seen *seen_new(void);
void seen_free(struct seen **seen); /* accepts NULL inside */

/* True: the row is new, other than last told, or gone and had been told. */
bool seen_changed(struct seen *seen, const struct row *row);

/* A snapshot begins; at its end every row that it did not bring is given to `gone` and forgotten.
 */
void seen_begin_snapshot(struct seen *seen);
void seen_end_snapshot(struct seen *seen, void (*gone)(void *context, const struct row *row),
                       void *context);

#endif
