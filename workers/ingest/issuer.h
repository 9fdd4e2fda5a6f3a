/* issuer.h - reads the name of who made a report: 中共贵州省铜仁市…县…镇 + organ.
 *
 * A name is a path of regions, perhaps a township, and an organ: "大埔县" "云岭镇" "人民政府";
 * "泗县" "" "市场监督管理局"; "县" (which one is not said) "" "司法局".
 */
#ifndef XIANZHI_INGEST_ISSUER_H
#define XIANZHI_INGEST_ISSUER_H

#include "workers/ingest/gazetteer.h"
#include "workers/ingest/words.h"

enum { MAX_PATH = 4 };

struct issuer {
    struct place path[MAX_PATH]; /* outermost first */
    unsigned path_count;
    struct slice township; /* 云岭镇, 华侨路街道 */
    struct slice organ;    /* as written behind region and township; may be empty */
    enum issuer_kind kind; /* unknown when there is no organ */
    enum level relative;   /* "县司法局" without the county's name: LEVEL_COUNTY */
    struct slice text;     /* the whole, without 中共 … of a joint issuer */
};

/* Reads the name at the start of `text`, which may go on ("…人民政府关于2023年…"). False if nothing
 * there is a region, township or organ. */
bool issuer_read(const struct gazetteer *gazetteer, const struct words *words, struct slice text,
                 struct issuer *issuer);

/* The same for a line that must be nothing but the name (a signature): the organ is required. */
bool issuer_read_whole(const struct gazetteer *gazetteer, const struct words *words,
                       struct slice line, struct issuer *issuer);

#endif
