/* marked.h - a sentence with its figures marked: in bold and colour on a terminal, ⟦like this⟧
 * elsewhere. Pure. */
#ifndef XIANZHI_DEPLOY_MARKED_H
#define XIANZHI_DEPLOY_MARKED_H

#include "proto/base/memory.h"
#include "proto/report.h"

struct sentence_mark {
    struct span span; /* bytes of the sentence */
    bool strong;      /* the one it is about; the others more quietly */
};

/* Appends `sentence` in one line. `marks`: rising, apart from each other; what lies outside the
 * sentence is left out. Only strong ones are marked where there is no colour. */
void put_marked(struct buffer *out, struct slice sentence, const struct sentence_mark *marks,
                size_t count, bool colour);
/* Of one mark. */
void put_marked_one(struct buffer *out, struct slice sentence, struct span span, bool colour);

/* Where the figure stands that begins at `offset` of a cleaned sentence and was published as
 * `written`, perhaps with blanks and line ends inside. */
struct span mark_written(struct slice sentence, uint32_t offset, struct slice written);

#endif
