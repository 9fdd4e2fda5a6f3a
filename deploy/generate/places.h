/* places.h - who writes the invented reports: real provinces, prefectures and counties, and
 * invented townships and departments below them. */
#ifndef XIANZHI_DEPLOY_PLACES_H
#define XIANZHI_DEPLOY_PLACES_H

#include "deploy/generate/random.h"
#include "proto/base/status.h"
#include "proto/report.h"

struct office_place {
    uint32_t code;
    enum level level;
    struct slice name, short_name;
    uint32_t children[LEVEL_TOWNSHIP]; /* regions below it, by level */
    uint16_t since;                    /* the first year it stands as it is; 0: for long */
};

struct places {
    struct arena arena;
    struct office_place *items; /* rising codes */
    size_t count, capacity;
    size_t *by_level[LEVEL_TOWNSHIP]; /* indexes into items */
    size_t level_count[LEVEL_TOWNSHIP];
    struct slice *towns, *departments; /* name stems */
    size_t town_count, department_count;
};

/* One reporting unit in one year. Slices live in the places' arena or in `arena` of the call. */
struct author {
    const struct office_place *place, *parent,
        *province; /* parent: one level up, NULL for a province */
    enum level level;
    enum issuer_kind kind;
    struct slice township; /* empty unless a township */
    struct slice issuer;
    struct slice noun; /* 县, 区, 市, 省, 镇, 局: what 我… and 全… are followed by */
    uint16_t year;
};

enum status places_load(struct places *places, struct error *error);
void places_release(struct places *places);
const struct office_place *places_find(const struct places *places, uint32_t code);

/* Draws an author; the caller rejects one it has had. */
struct author places_draw(const struct places *places, struct random *random, struct arena *arena);

#endif
