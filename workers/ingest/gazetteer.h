/* gazetteer.h - the regions of China by GB/T 2260 and every name they go by.
 *
 * A name may belong to several regions (鼓楼区 to four): the gazetteer only says which; place.h
 * tells them apart. Read-only once made; any number of threads.
 */
#ifndef XIANZHI_INGEST_GAZETTEER_H
#define XIANZHI_INGEST_GAZETTEER_H

#include "proto/report.h"
#include "proto/status.h"

struct region {
    uint32_t code; /* 140522 */
    enum level level;
    struct slice name;  /* 阳城县 */
    struct slice brief; /* 阳城 */
};

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

struct gazetteer;

enum status gazetteer_new(struct gazetteer **gazetteer, struct error *error);
void gazetteer_free(struct gazetteer **gazetteer); /* accepts NULL */

/* NULL for a code that is none. */
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

/* "江苏省南京市鼓楼区" into `out`, for people. */
void gazetteer_path(const struct gazetteer *gazetteer, const struct region *region, char *out,
                    size_t size);

/* How much of a code is set: 2 for a province, 4 for a prefecture, 6 for a county. */
unsigned code_digits(uint32_t code);
/* Whether `code` is `above` or lies below it. */
bool code_within(uint32_t code, uint32_t above);

#endif
