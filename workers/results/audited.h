/* audited.h - where a filing's audits of single figures lie. */
#ifndef XIANZHI_RESULTS_AUDITED_H
#define XIANZHI_RESULTS_AUDITED_H

#include "workers/results/filing.h"

/* Zero-initialise. */
struct audited {
    struct span *spans; /* once settled: rising, none overlaps the next */
    size_t count, capacity;
};

void audited_read(struct audited *audited, const struct filing *filing); /* and settles it */
void audited_add(struct audited *audited, struct span span);
void audited_settle(struct audited *audited); /* once all are added */
/* Whether one of them overlaps the figure there. */
bool audited_touches(const struct audited *audited, struct span span);
void audited_release(struct audited *audited);

#endif
