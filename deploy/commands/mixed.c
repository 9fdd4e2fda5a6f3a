/* mixed.c - counts rows by catalogue. The thread of the command; nothing can fail. */
#include "deploy/commands/mixed.h"

#include "deploy/commands/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void mixed_note(struct mixed *mixed, const struct row *row)
{
    unsigned i = 0;
    if (!row->catalogue.len) /* a roll-up: its parts say */
        return;
    while (i < mixed->count && !slice_equal(slice_of(mixed->of[i].catalogue), row->catalogue))
        i++;
    if (i == MIXED_CATALOGUES)
        return;
    if (i == mixed->count) {
        mixed->count++;
        snprintf(mixed->of[i].catalogue, sizeof mixed->of[i].catalogue, "%.*s",
                 SLICE_ARGS(row->catalogue));
    }
    mixed->of[i].rows++;
}

void mixed_tell(const struct mixed *mixed, const char *command)
{
    struct buffer which = {0};
    if (mixed->count < 2)
        return;
    for (unsigned i = 0; i < mixed->count; i++)
        buffer_format(&which, "%s%s: %" PRIu64, i ? ", " : "", mixed->of[i].catalogue,
                      mixed->of[i].rows);
    complain(command, EXIT_DONE,
             "these rows were read by %u catalogues (%s), and may differ by their rules alone: "
             "submit the older reports again (指标库版本不一致)",
             mixed->count, which.data);
    buffer_release(&which);
}
