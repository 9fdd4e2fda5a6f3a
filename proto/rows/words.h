/* words.h - the words of records as Chinese readers know them. */
#ifndef XIANZHI_PROTO_ROWS_WORDS_H
#define XIANZHI_PROTO_ROWS_WORDS_H

#include "proto/base/memory.h"

/* "county" 县级, "conflict" 前后不一; the word itself where it has no other name. */
struct slice word_in_chinese(struct slice word);

#endif
