/* issuer.h - reads the name of who made a report: 中共贵州省铜仁市…县…镇 + organ.
 *
 * A name is a path of regions, perhaps a township or a zone, and an organ: "大埔县" "云岭镇"
 * "人民政府"; "泗县" "" "市场监督管理局"; "县" (which one is not said) "" "司法局"; "苏州"
 * "工业园区" "管理委员会".
 */
#ifndef XIANZHI_INGEST_ISSUER_H
#define XIANZHI_INGEST_ISSUER_H

#include "workers/ingest/corps.h"
#include "workers/ingest/organ.h"

enum { MAX_PATH = 4 };

struct issuer {
    struct place path[MAX_PATH]; /* outermost first */
    unsigned path_count;
    struct slice township; /* 云岭镇, 华侨路街道 */
    struct slice zone; /* 工业园区, 子牙经济技术开发区: without the regions of the path */
    struct slice codes; /* where there is a township or zone of that name; empty if unknown */
    const struct corps_unit *division, *regiment; /* of a unit of the 兵团: `zone` is its name */
    struct slice organ;    /* as written behind region and township; may be empty */
    enum issuer_kind kind; /* unknown when there is no organ, township or zone */
    struct slice relative; /* "县司法局" without the county's name: 县; else empty */
    struct slice text;     /* the whole, without 中共 … of a joint issuer */
    struct slice joint; /* 中共隰县县委隰县人民政府, of which `text` is the second; else empty */
};

/* Reads the name at the start of `text`, which may go on ("…人民政府关于2023年…"). False if nothing
 * there is a region, township, zone or organ. */
bool issuer_read(const struct gazetteer *gazetteer, const struct words *words, struct slice text,
                 struct issuer *issuer);

/* The same at the start of a sentence or clause ("阳城县司法局坚持…"): only where what follows
 * shows that the name has ended. */
bool issuer_read_sentence(const struct gazetteer *gazetteer, const struct words *words,
                          struct slice text, struct issuer *issuer);

/* The same for a line that must be nothing but the name (a signature): the organ is required. */
bool issuer_read_whole(const struct gazetteer *gazetteer, const struct words *words,
                       struct slice line, struct issuer *issuer);

/* The innermost region an issuer names; NULL if it names none. */
static inline const struct place *issuer_place(const struct issuer *issuer)
{
    return issuer->path_count ? &issuer->path[issuer->path_count - 1] : NULL;
}

/* Whether it names a unit at all, by region, township, zone or organ. */
static inline bool issuer_names(const struct issuer *issuer)
{
    return issuer->path_count > 0 || issuer->township.len > 0 || issuer->zone.len > 0 ||
           issuer->organ.len > 0;
}

/* A region's name and nothing else. */
static inline bool issuer_is_bare(const struct issuer *issuer)
{
    return issuer->path_count > 0 && !issuer->organ.len && !issuer->township.len &&
           !issuer->zone.len;
}

#endif
