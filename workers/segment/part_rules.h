/* part_rules.h - how the required parts of a report are titled, read from parts.tsv. */
#ifndef XIANZHI_WORKERS_SEGMENT_PART_RULES_H
#define XIANZHI_WORKERS_SEGMENT_PART_RULES_H

#include "proto/base/status.h"
#include "proto/report.h"

struct part_rules;

/* Immutable once loaded; threads may share one. STATUS_FATAL names file and line of a mistake. */
enum status part_rules_load(struct part_rules **rules, struct error *error);
/* The same from memory; `name` is for the error message. */
enum status part_rules_parse(struct part_rules **rules, struct slice tsv, const char *name,
                             struct error *error);
void part_rules_free(struct part_rules **rules);

/* Bit 1 << part for every part that `title` opens in a report on `year` (0: unknown); the bit of
 * PART_NONE says that it opens something else (其他事项). */
unsigned part_rules_title(const struct part_rules *rules, struct slice title, unsigned year);
/* The part that a sentence belongs to by how it begins (下一步，…), or PART_NONE. */
enum part part_rules_lead(const struct part_rules *rules, struct slice sentence, unsigned year);
/* The part that a sentence stands for where no heading does, or PART_NONE. */
enum part part_rules_stated(const struct part_rules *rules, struct slice sentence);

#endif
