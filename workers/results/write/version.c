/* version.c - which of two versions of a document comes first: by the order of their origin, where
 * both have a place in it and nobody has said of the report that it is to be in force again, else
 * by when they came. Any thread; nothing can fail. */
#include "workers/results/write/write.h"

bool version_is_ranked(const struct report *report, const struct filing *filing)
{
    const struct lineage *told = &report->lineage, *filed = &filing->lineage;
    return told->order && filed->order && told->order != filed->order &&
           told->again <= filed->again && slice_equal(told->origin, filed->origin);
}

bool came_before(const struct report *report, const struct filing *filing)
{
    uint64_t told = report->lineage.sent, filed = filing->lineage.sent;
    return told && filed && told != filed ? told < filed : report->seq < filing->seq;
}

bool version_is_older(const struct report *report, const struct filing *filing)
{
    return version_is_ranked(report, filing) ? report->lineage.order < filing->lineage.order
                                             : came_before(report, filing);
}
