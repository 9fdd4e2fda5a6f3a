/* regions.h - what roll-ups need of the gazetteer: names, levels, parents, numbers of children. */
#ifndef XIANZHI_AGGREGATE_REGIONS_H
#define XIANZHI_AGGREGATE_REGIONS_H

#include "proto/report.h"
#include "proto/status.h"

enum { NATION = 0, MAX_PARENTS = 3 };

struct regions;

/* `path` NULL: the built-in gazetteer. STATUS_FATAL: cannot be read, or line N is malformed. */
enum status regions_load(struct regions **regions, const char *path, struct error *error);
void regions_free(struct regions **regions);

/* Level of a code by the gazetteer; LEVEL_UNKNOWN: not in it. NATION is 全国. */
enum level region_level(const struct regions *regions, uint32_t code);
struct slice region_name(const struct regions *regions, uint32_t code); /* empty: not in it */

/* Writes the codes of the regions above `code` (prefecture, province, nation, as far as there are
 * such) and returns how many. None for a code that isn't in the gazetteer. */
unsigned region_parents(const struct regions *regions, uint32_t code,
                        uint32_t parents[MAX_PARENTS]);

/* How many regions of `level` lie below `parent`. */
uint32_t region_children(const struct regions *regions, uint32_t parent, enum level level);

/* Level as the digits say: 000000 nation, xx0000 province, xxyy00 prefecture, else county. */
enum level level_of_code(uint32_t code);

#endif
