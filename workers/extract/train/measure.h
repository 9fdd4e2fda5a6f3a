/* measure.h - precision and recall of a model on lessons, as the scorer of annotated reports counts
 * them. */
#ifndef XIANZHI_EXTRACT_MEASURE_H
#define XIANZHI_EXTRACT_MEASURE_H

#include "workers/extract/model/verdict.h"
#include "workers/extract/train/lessons.h"

/* What a model says of one lesson. */
struct opinion {
    struct verdict verdict;
    bool known; /* it was asked */
};

struct measure {
    uint32_t right, wrong,
        missed;              /* asserted rightly, asserted wrongly, not asserted though stated */
    uint32_t proposed_right; /* of the missed, those whose id is among the proposed */
    uint32_t proposed;       /* numbers that a person would be asked about */
    uint32_t documents;
};

/* Over the lessons of one group, or of all with a known opinion (group UINT32_MAX). */
struct measure measure_group(const struct lessons *lessons, const struct opinion *opinions,
                             uint32_t group, const struct cuts *cuts);
/* One line: "name  P .970 R .850 R+ .950, 4.2 proposals a report (123 right, …)". */
void measure_format(struct buffer *out, const char *name, const struct measure *measure);

#endif
