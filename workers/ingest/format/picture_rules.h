/* picture_rules.h - the ruled lines of tables and forms in a picture of a page. */
#ifndef XIANZHI_INGEST_FORMAT_PICTURE_RULES_H
#define XIANZHI_INGEST_FORMAT_PICTURE_RULES_H

#include "workers/ingest/format/picture.h"

/* A straight run of dark pixels, one pixel thick: [x0, x1) by [y0, y1). A thick line is several. */
struct picture_rule {
    size_t x0, y0, x1, y1;
};

typedef void picture_rule_take(void *context, const struct picture_rule *rule);

/* Gives every run of `least` pixels or more, level ones first, to `take`, which may change the
 * pixels of it. Specks of a few pixels don't end a run. */
void picture_rules_find(const struct picture *picture, size_t least, picture_rule_take *take,
                        void *context);

/* The same as lines of the form that pdf_words.h reads, in points of a page of that size; only as
 * many as a page may have (page.h). */
void picture_rules_print(const struct picture *picture, size_t least, float points_per_pixel,
                         struct buffer *out);

#endif
