/* passages.h - sketches of long paragraphs, for finding text that stands in another report too. */
#ifndef XIANZHI_EXTRACT_PASSAGES_H
#define XIANZHI_EXTRACT_PASSAGES_H

#include "proto/report.h"

/* Fills report->passages: one for each paragraph of PASSAGE_MIN_BYTES and more. The sketch is the
 * eight smallest distinct hashes of its shingles of five characters, rising; digits, blanks and
 * punctuation are left out, so that changed figures and marks hide nothing. The share of hashes two
 * sketches have in common estimates the share of shingles. Needs sentences; can't fail. */
enum { PASSAGE_MIN_BYTES = 200 };
void passages_sketch(struct report *report);

#endif
