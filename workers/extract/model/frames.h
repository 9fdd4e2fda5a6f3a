/* frames.h - how well a number's surroundings fill the frame of each indicator of its unit. */
#ifndef XIANZHI_EXTRACT_FRAMES_H
#define XIANZHI_EXTRACT_FRAMES_H

#include "workers/extract/frame/concepts.h"
#include "workers/extract/model/cover.h"
#include "workers/extract/model/evidence.h"
#include "workers/extract/rule/judge.h"

/* The concepts that stand in each place. */
struct fillings {
    struct concepts item, behind, own, before, first, above, heading, upper, title, opening;
    struct cover cover; /* which glyphs of the clause they are */
    bool body;          /* the report is a body's, not a government's */
};

/* The candidate of an indicator whose frame nothing fills yet. */
void frames_idle(const struct catalogue *catalogue, uint16_t label,
                 struct evidence_candidate *candidate);

/* Makes the candidates: "none" and the indicators of the unit (the catalogue's bit, 0: none), each
 * with its own features. None but "none": no indicator comes in this unit. */
void frames_collect(const struct catalogue *catalogue, uint64_t unit,
                    const struct fillings *fillings, const struct hits *hits,
                    struct number_evidence *evidence);

#endif
