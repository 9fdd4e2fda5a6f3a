/* traditional.h - reads pages in traditional characters as if they were written in simplified ones,
 * as our names and words are. */
#ifndef XIANZHI_INGEST_TRADITIONAL_H
#define XIANZHI_INGEST_TRADITIONAL_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

struct traditional;

/* STATUS_FATAL: words/traditional.tsv is missing or wrong (named with its line). */
enum status traditional_new(struct traditional **traditional, struct error *error);
void traditional_free(struct traditional **traditional); /* accepts NULL */

/* `text` with simplified characters, every byte position the same, in the arena; `text` itself
 * where hardly any is traditional. */
struct slice traditional_fold(const struct traditional *traditional, struct arena *arena,
                              struct slice text);

#endif
