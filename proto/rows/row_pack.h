/* row_pack.h - rows as MessagePack maps, by the table of fields: an answer's rows (reading.h). */
#ifndef XIANZHI_PROTO_ROWS_ROW_PACK_H
#define XIANZHI_PROTO_ROWS_ROW_PACK_H

#include "proto/pack.h"
#include "proto/rows/fields.h"

void row_pack(const struct row *row, struct buffer *out);

/* Texts point into what `map` was read from, lists go to the arena. STATUS_BAD: no row. An audit of
 * a type that only a newer writer knows is left out, as is an unknown key. */
enum status row_unpack(struct arena *arena, const struct packed *map, struct row *row,
                       struct error *error);

/* Any record by its table of fields, as a map. */
void fields_pack(const struct row_field_list *fields, const void *record, struct buffer *out);
/* False: it has a word that this program doesn't know. Absent keys leave zero. */
bool fields_unpack(struct arena *arena, const struct row_field_list *fields,
                   const struct packed *map, void *record);

#endif
