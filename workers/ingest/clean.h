/* clean.h - frees a text of conversion noise, remembering where everything stood.
 *
 * What changes, and nothing else does:
 *  - full-width digits, Latin letters and ％ become half-width, digits of every script become 0 to
 *    9; ．／－ ＋ and ＇ do so between digits or letters. Chinese punctuation （），：；！？ stays.
 *    Radicals (words/radicals.tsv), compatibility hanzi and small or upright forms of marks become
 *    what they stand for.
 *  - byte order marks, joiners, bidi controls, variation selectors, control characters, carriage
 *    returns vanish; so do private and broken characters, but not between two digits. A form feed
 *    and the Unicode line ends become \n, where no line ends there anyway.
 *  - what words/noise.tsv lists ([bookmark: _GoBack], &nbsp;) vanishes or becomes a blank.
 *  - blanks of every kind (no-break, en, em, ideographic) become one ' ', and that vanishes at both
 *    ends of a line, beside a tab, beside Chinese punctuation, between a hanzi and anything that is
 *    none (126 件), beside a hanzi that stands alone (渭 源 县), in a line that is spaced out as a
 * whole (２ ０ １ ８ 年 度), and between hanzi in a line of prose. It stays between Latin words,
 * between numbers, and between hanzi in titles and page furniture, where it parts one thing from
 * another.
 *  - newlines and tabs stay.
 */
#ifndef XIANZHI_INGEST_CLEAN_H
#define XIANZHI_INGEST_CLEAN_H

#include "proto/base/status.h"
#include "proto/report.h"

struct cleaner;

/* STATUS_FATAL: words/noise.tsv is missing or wrong. */
enum status cleaner_new(struct cleaner **cleaner, struct error *error);
void cleaner_free(struct cleaner **cleaner); /* accepts NULL */

/* Fills in report->clean, shifts and shift_count from report->text, in time linear in its length.
 */
void clean_report(const struct cleaner *cleaner, struct report *report);

#endif
