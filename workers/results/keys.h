/* keys.h - the keys of the store. Byte order of row keys is the public order of rows.
 *
 *   row     indicator 0 region(6) 0 township 0 kind(a letter) 0 issuer 0 year(4) 0 children_level
 *           a roll-up has empty township, kind and issuer; a unit's value an empty children_level
 *   unit    a row key without indicator and children_level: region … year
 *   seat    region(6) 0 township 0 kind 0 year(4) 0 issuer
 *           a seat is held by one unit; of a government the issuer is left out, so that a county's
 *           governments by different names are seen together and counted once in roll-ups
 *   panel   year(4) level(1) region(6)
 *
 * Texts hold no NUL: aggregate.c refuses reports that bring one.
 */
#ifndef XIANZHI_RESULTS_KEYS_H
#define XIANZHI_RESULTS_KEYS_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"

/* Who reports on which year; slices are borrowed. */
struct unit_name {
    uint32_t region;
    struct slice township;
    enum issuer_kind kind;
    struct slice issuer;
    uint16_t year;
};

struct row_key {
    struct slice indicator;
    struct unit_name unit;
    enum level children_level; /* LEVEL_UNKNOWN: a unit's value, else a roll-up */
};

/* The same, issuer and year as well. */
bool unit_names_equal(const struct unit_name *a, const struct unit_name *b);

/* All append to `out` (clear it first for a new key). */
void row_key_put(struct buffer *out, struct slice indicator, const struct unit_name *unit);
void rollup_key_put(struct buffer *out, struct slice indicator, uint32_t parent, uint16_t year,
                    enum level children);
void unit_key_put(struct buffer *out, const struct unit_name *unit);
void seat_key_put(struct buffer *out, const struct unit_name *unit);
void panel_key_put(struct buffer *out, uint16_t year, enum level level, uint32_t region);

/* STATUS_FATAL: not a row key; the store is damaged. */
enum status row_key_read(struct slice key, struct row_key *parts, struct error *error);

/* The issuer of a government's seat is empty. */
enum status seat_key_read(struct slice key, struct unit_name *unit, struct error *error);
enum status unit_key_read(struct slice key, struct unit_name *unit, struct error *error);
/* What follows the indicator in a row key: sorts among unit keys as the row among the rows. */
struct slice row_key_place(struct slice key);
/* Bytes of a panel key, taken apart; false: it isn't one. */
bool panel_key_read(struct slice key, uint16_t *year, enum level *level, uint32_t *region);

void digits_put(struct buffer *out, uint32_t number, unsigned width);
/* What keys of this region and behind begin with; above 999999: behind all. */
void region_seek_put(struct buffer *out, uint32_t region);

#endif
