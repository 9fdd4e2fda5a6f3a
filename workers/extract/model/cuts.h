/* cuts.h - where asserted ends and proposed ends; a person's settings, from model.yaml. */
#ifndef XIANZHI_EXTRACT_MODEL_CUTS_H
#define XIANZHI_EXTRACT_MODEL_CUTS_H

#include "proto/report.h"

struct cuts {
    int assert_margin, propose_margin; /* hundredths of the log-odds that the best one is right */
    int most_proposed;  /* indicators of one number that a person is offered: 0..MAX_CANDIDATES */
    int most_questions; /* numbers of one report that a person is asked about; scanned ones that
                         * nothing agrees with come on top (extract.h) */
    int piece_margin;   /* asserts instead in what is no whole report */
};

/* An opening, a page cut short or what another body writes looks like a report and is none: it has
 * fewer than two of the required parts, and a figure in it must be surer. */
static inline bool cuts_is_piece(const struct report *report)
{
    int parts = 0;
    for (int part = PART_NONE + 1; part < PART_COUNT; part++)
        parts += report->parts[part];
    return parts < 2;
}

static inline struct cuts cuts_for(const struct cuts *cuts, bool piece)
{
    struct cuts made = *cuts;
    if (piece)
        made.assert_margin = cuts->piece_margin;
    return made;
}

#endif
