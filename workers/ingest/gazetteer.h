/* gazetteer.h - the regions of China by GB/T 2260 and every name they go by, those that are gone
 * with the year in which they went, and the names of townships, of zones without a code and of the
 * units of the 兵团.
 *
 * A name may belong to several regions (鼓楼区 to four): the gazetteer only says which; place.h
 * tells them apart. Read-only once made; loaded once a process, whoever asks.
 */
#ifndef XIANZHI_INGEST_GAZETTEER_H
#define XIANZHI_INGEST_GAZETTEER_H

#include "proto/base/status.h"
#include "proto/report.h"

struct region {
    uint32_t code; /* 140522 */
    enum level level;
    struct slice name;  /* 阳城县 */
    struct slice brief; /* 阳城; the same as the name where there is no shorter one */

    uint16_t since, until; /* stood at the end of the years since <= y < until; 0: open */
    struct slice
        successors; /* codes parted by blanks, of one that is gone; see gazetteer_code_at */
};

/* Whether a report on `year` can be this region's; any region for year 0. */
static inline bool region_stood(const struct region *region, uint16_t year)
{
    return year == 0 || ((region->since == 0 || year >= region->since) &&
                         (region->until == 0 || year < region->until));
}

/* 楚雄彝族自治州, 楚雄州, 楚雄; the earlier kind goes before the later where they are spelt alike.
 */
enum name_kind { NAME_FULL, NAME_ALIAS, NAME_BRIEF, NAME_FORMER };

struct region_name {
    struct slice text;
    enum name_kind kind;
    const struct region *region;
};

/* All regions that go by one name; `names` is sorted: full ones first, then by code. */
struct place {
    struct slice text;
    const struct region_name *names;
    size_t count;
};

/* A name and the codes it leads to, as their file has them: "110101 140522". */
struct named_codes {
    struct slice name, codes;
};

/* Takes the next code off the front of codes parted by blanks; 0 at the end. */
uint32_t codes_next(struct slice *codes);

struct gazetteer;
struct corps;

/* The process's one gazetteer: loaded for the first who asks, dropped by the last who frees it.
 * STATUS_FATAL: a data file is missing or wrong (named with its line). */
enum status gazetteer_new(struct gazetteer **gazetteer, struct error *error);
void gazetteer_free(struct gazetteer **gazetteer); /* accepts NULL */

/* NULL for a code that is none; of a code that only changed its name, the present one. */
const struct region *gazetteer_region(const struct gazetteer *gazetteer, uint32_t code);
/* The prefecture or province above; NULL above a province. */
const struct region *gazetteer_parent(const struct gazetteer *gazetteer,
                                      const struct region *region);

/* The longest name that `text` has at byte `at`; false if none begins there. */
bool gazetteer_match(const struct gazetteer *gazetteer, struct slice text, size_t at,
                     struct place *place);

/* Whether it is spelt with what kind of unit it is (安化县, not 安化): no other word looks so. */
static inline bool place_is_certain(const struct place *place)
{
    return place->count > 0 && place->names[0].kind <= NAME_ALIAS;
}

/* The longest township (云岭镇, 华侨路街道) or zone (苏州工业园区) whose name `text` has at byte
 * `at`; false if none. */
bool gazetteer_township(const struct gazetteer *gazetteer, struct slice text, size_t at,
                        struct named_codes *found);
bool gazetteer_zone(const struct gazetteer *gazetteer, struct slice text, size_t at,
                    struct named_codes *found);

/* 新疆生产建设兵团 and its units (corps.h). */
const struct corps *gazetteer_corps(const struct gazetteer *gazetteer);

/* "江苏省南京市鼓楼区" into `out`, for people. */
void gazetteer_path(const struct gazetteer *gazetteer, const struct region *region, char *out,
                    size_t size);

/* How much of a code is set: 2 for a province, 4 for a prefecture, 6 for a county. */
unsigned code_digits(uint32_t code);
/* Whether `code` is `above` or lies below it. */
bool code_within(uint32_t code, uint32_t above);

#endif
