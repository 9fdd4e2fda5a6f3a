/* sentences.h - the text proper in sentences: the windows in which figures are read. */
#ifndef XIANZHI_WORKERS_SEGMENT_SENTENCES_H
#define XIANZHI_WORKERS_SEGMENT_SENTENCES_H

#include "workers/segment/outline.h"
#include "workers/segment/table_words.h"

/* Fills report->sentences (parts not yet set). A heading's title is a sentence of its own, under
 * itself: figures stand in titles too. */
void sentences_split(struct report *report, struct lines lines, const struct outlined *outlined,
                     const struct table_words *words);

/* Clean offset behind the sentence that begins at `start`; at most `end`. */
uint32_t sentence_end(struct slice text, uint32_t start, uint32_t end);

#endif
