/* words.h - the word lists of words/words.tsv: labels, organs, page furniture, titles. */
#ifndef XIANZHI_INGEST_WORDS_H
#define XIANZHI_INGEST_WORDS_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

/* The file says what each class is for. */
enum word_class {
    WORD_TITLE,
    WORD_TITLE_END,
    WORD_TITLE_NOT,
    WORD_LABEL_TITLE,
    WORD_LABEL_PUBLISHED,
    WORD_LABEL_SIGNED,
    WORD_LABEL_NUMBER,
    WORD_LABEL_PUBLISHER,
    WORD_LABEL_INDEX,
    WORD_LABEL_CODE,
    WORD_LABEL_OTHER,
    WORD_CHROME,
    WORD_SITE,
    WORD_ADDRESSEE,
    WORD_GOVERNMENT,
    WORD_COMMITTEE,
    WORD_DEPARTMENT,
    WORD_ORGAN_STOP,
    WORD_ORGAN_START,
    WORD_STREET_TOWN,
    WORD_SPEAKER,
    WORD_ZONE,
    WORD_SELF,
    WORD_LICENCE,
    WORD_ZONE_END,
    WORD_ZONE_ORGAN,
    WORD_INSTITUTION,
    WORD_TOWNSHIP_NOT,
    WORD_FOLLOW,
    WORD_BRANCH_NOT,
    WORD_BRANCH,
    WORD_BEFORE,
    WORD_SUPERIOR,
    WORD_VOICE,
    WORD_PLACE_NOT,
    WORD_TOWNSHIP_IN,
    WORD_TOWNSHIP_NEXT,
    WORD_TOWNSHIP_COMMON,
    WORD_DESCRIBES,
    WORD_RESOLVE,
    WORD_ORGAN_NEXT,
    WORD_LEVEL,
    WORD_LEVEL_CLAUSE,
    WORD_LEVEL_NOT,
    WORD_PLAN_YEAR,
    WORD_MEASURED_BY,
    WORD_PROMISE,
    WORD_MADE_OF,
    WORD_SINCE,
    WORD_ORGAN_SHORT,
    WORD_NATIONAL,
    WORD_CLASS_COUNT
};

struct words;

enum status words_new(struct words **words, struct error *error);
void words_free(struct words **words); /* accepts NULL */

/* Third column of the file: what a word of the class stands for; empty if the class hasn't it. */
struct slice words_value(const struct words *words, enum word_class class, struct slice word);

/* Whether the text holds, begins with, ends with a word of the class; the longest one into *hit. */
bool words_in(const struct words *words, enum word_class class, struct slice text);
bool words_start(const struct words *words, enum word_class class, struct slice text,
                 struct slice *hit);
bool words_end(const struct words *words, enum word_class class, struct slice text,
               struct slice *hit);
/* Position of the first word of the class at or behind `from`, SIZE_MAX if none. */
size_t words_find(const struct words *words, enum word_class class, struct slice text, size_t from,
                  struct slice *hit);

#endif
