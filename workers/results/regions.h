/* regions.h - what roll-ups need of the gazetteer: names, levels, parents, numbers of children. */
#ifndef XIANZHI_RESULTS_REGIONS_H
#define XIANZHI_RESULTS_REGIONS_H

#include "proto/base/arena.h"
#include "proto/base/status.h"
#include "proto/report.h"

enum { NATION = 0, MAX_PARENTS = 3 };

struct regions;

/* `path` NULL: the built-in gazetteer. STATUS_FATAL: cannot be read, or line N is malformed. */
enum status regions_load(struct regions **regions, const char *path, struct error *error);
void regions_free(struct regions **regions);

/* Level of a code by the gazetteer; LEVEL_UNKNOWN: not in it. NATION is 全国. */
enum level region_level(const struct regions *regions, uint32_t code);
struct slice region_name(const struct regions *regions, uint32_t code); /* empty: not in it */

/* Walks them in order of code: the first whose code is at least `code`, 0 behind the last. */
uint32_t region_next(const struct regions *regions, uint32_t code);

/* By its full name; where several bear it, the highest and then the lowest code. 0: none does. */
uint32_t region_by_name(const struct regions *regions, struct slice name);
/* What the codes of it and all below it begin with: "14", "1410", "141031". */
struct slice region_prefix(struct arena *arena, uint32_t code);

/* Writes the codes of the regions above `code` (prefecture, province, nation, as far as there are
 * such) and returns how many. None for a code that isn't in the gazetteer. */
unsigned region_parents(const struct regions *regions, uint32_t code,
                        uint32_t parents[MAX_PARENTS]);

/* How many regions of `level` lie below `parent`. */
uint32_t region_children(const struct regions *regions, uint32_t parent, enum level level);

/* Level as the digits say: 000000 nation, xx0000 province, xxyy00 prefecture, else county. */
enum level level_of_code(uint32_t code);

#endif
