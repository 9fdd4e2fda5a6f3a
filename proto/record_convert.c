/* record_convert.c - a record as a reader of another minor wants it: read, and written anew. No
 * state, any thread. */
#include "proto/record_private.h"

enum status record_convert(struct slice bytes, enum stage_id next, unsigned minor,
                           struct buffer *out, struct error *error)
{
    struct report report = {0};
    enum status status = record_decode(bytes, next, &report, error);
    if (!status)
        record_encode_for(&report, next, minor, out);
    report_release(&report);
    return status;
}
