/* packed_json.c - one value, one line. No state. */
#include "deploy/commands/packed_json.h"

#include "proto/pack_json.h"

void packed_print_json(const struct packed *value, FILE *out)
{
    struct buffer line = {0};
    packed_put_json(value, &line);
    buffer_append(&line, "\n", 1);
    fwrite(line.data, 1, line.len, out);
    buffer_release(&line);
}
