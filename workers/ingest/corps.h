/* corps.h - the 新疆生产建设兵团, its divisions (师) and their regiments (团场), each written in
 * many ways: 第八师石河子市, 八师石河子市, 兵团第八师143团, 一四三团, 六十四团（可克达拉镇）.
 *
 * They are units of their own, of the zones' kind, filed under the region of the city that their
 * division shares: its government's figures are never theirs. Read-only once loaded.
 */
#ifndef XIANZHI_INGEST_CORPS_H
#define XIANZHI_INGEST_CORPS_H

#include "proto/base/tsv.h"
#include "workers/ingest/gazetteer.h"

struct corps_unit {
    struct slice name; /* 新疆生产建设兵团, 第八师, 一四三团, 石河子总场 */
    unsigned number;   /* of a division or regiment; 0: it has none */
    const struct corps_unit *division; /* of a regiment; NULL: it is a division, or the whole */
    uint32_t within;                   /* code of the region that a division or the whole shares */
    uint16_t since, until;             /* as of struct region */
};

struct corps {
    struct corps_unit *units; /* a division that has moved stands there once a region */
    size_t count;
};

/* Of rows "name, code or division, since, until" (gazetteer/corps.tsv). STATUS_FATAL: a row that
 * makes no sense, named by its line. corps_release accepts a zeroed one. */
enum status corps_load(struct corps *corps, const struct table *table, struct error *error);
void corps_release(struct corps *corps);
/* 143, 一四三, 六十四, 十 at `at`: up to three digits, or tens; its bytes, 0 if none. */
size_t corps_number(struct slice text, size_t at, unsigned *value);

/* A name as written. */
struct corps_name {
    const struct corps_unit *division; /* its first row; the whole's where none is named */
    const struct corps_unit *regiment; /* NULL: none */
    struct place city;                 /* named behind the division; count 0: none */
    size_t len;                        /* bytes; 0: no such name */
};

/* The name that `text` begins with; `outer`: the region named in front of it, NULL if none. */
struct corps_name corps_read(const struct gazetteer *gazetteer, struct slice text,
                             const struct place *outer);

/* The code that it is filed under: that of the city which is named with it, else its division's in
 * the year (0: today's). */
uint32_t corps_code(const struct gazetteer *gazetteer, const struct corps_unit *division,
                    const struct place *named, uint16_t year);

#endif
