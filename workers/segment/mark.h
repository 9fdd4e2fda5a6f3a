/* mark.h - the outline mark a line may begin with: 一、 （一） 1. （1） and their kin. */
#ifndef XIANZHI_WORKERS_SEGMENT_MARK_H
#define XIANZHI_WORKERS_SEGMENT_MARK_H

#include "proto/base/slice.h"

#include <stdint.h>

struct mark {
    uint8_t level;  /* 1 一、 第一部分  2 （一）  3 1.  4 （1） ①; 0: no mark */
    uint8_t value;  /* 3 for （三） */
    bool chapter;   /* 第一部分: stands above 一、 where a report has both */
    uint16_t bytes; /* of the mark as written: "（三）" */
    uint16_t title; /* bytes to the title behind it, blanks skipped */
};

/* Reads the mark at the start of `line`. Dates, decimals and lists of numbers (1.5万, 3、5件,
 * 一、二审) are none. */
struct mark mark_read(struct slice line);

/* Bytes of a Chinese numeral 1 to 99 at `at` (一, 十二, 二十), its value in *value; else 0. */
size_t chinese_number_at(struct slice s, size_t at, unsigned *value);

#endif
