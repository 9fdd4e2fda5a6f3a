/* figures.h - what a report states, and the many ways a figure is written. */
#ifndef XIANZHI_DEPLOY_FIGURES_H
#define XIANZHI_DEPLOY_FIGURES_H

#include "deploy/generate/phrases.h"
#include "deploy/generate/random.h"
#include "proto/base/memory.h"
#include "proto/report.h"

/* One mention of an indicator, as the generator meant it: the truth. */
struct statement {
    struct slice indicator, unit; /* point into the phrases */
    double value;                 /* exactly what the written figure says */
    enum bound bound;
    bool total;
};

/* Writes a figure of about `wanted` for the slot in a style drawn at random (12, 1,247, 两, 3万余,
 * 56.78万元, 98.6%) with its unit, and says what it wrote. */
struct statement figure_write(struct buffer *out, const struct slot *slot, double wanted,
                              struct random *random);

/* Writes an exact value again in plain digits with its unit. */
void figure_write_plain(struct buffer *out, double value, struct slice unit);

#endif
