/* lines.h - what a single line of the clean text looks like. */
#ifndef XIANZHI_INGEST_LINES_H
#define XIANZHI_INGEST_LINES_H

#include "workers/ingest/reader.h"

struct slice line_trim(struct slice line); /* blanks and tabs at both ends */

bool line_is_prose(struct slice line);   /* a sentence or part of one: long, with ， or 。 */
bool line_is_heading(struct slice line); /* 一、 （一） 第一部分 1. */
unsigned line_number(struct slice line); /* 3 for 三、 and （三）; 0: begins with neither */
bool line_is_date(struct slice line);    /* nothing but a date, perhaps in brackets */

/* Begins with a label and a colon (发布日期：), or is nothing but a label. */
bool line_has_label(const struct reader *reader, struct slice line);
/* Belongs to the page, not to the report: labels, navigation, footer. */
bool line_is_furniture(const struct reader *reader, struct slice line);

/* The label that ends at byte `end` of the line (in front of its colon): its class and start;
 * WORD_CLASS_COUNT if there is none. */
enum word_class line_label_before(const struct reader *reader, struct slice line, size_t end,
                                  size_t *start);

#endif
