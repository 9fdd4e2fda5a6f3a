/* dates.h - dates and years in all spellings: 2023年1月9日, 2023-02-08, 2023/2/8, 2023.2.8,
 * 20230208, 二〇二四年三月二十九日, 二○二三年三月. Works on clean text (half-width digits). */
#ifndef XIANZHI_INGEST_DATES_H
#define XIANZHI_INGEST_DATES_H

#include "proto/report.h"

/* Bytes of the date that begins at byte `at`, 0 if none does; the day or month may be missing.
 * A date that can't be (month 13, day 31 of a short month) is none. */
size_t date_at(struct slice text, size_t at, struct date *date);
/* The same for 26.02.2016, which some web sites write: the year stands last, so the day is first.
 */
size_t reversed_date_at(struct slice text, size_t at, struct date *date);
/* The first date at or behind `from`: its position, its length into *len; SIZE_MAX if none. */
size_t date_find(struct slice text, size_t from, struct date *date, size_t *len);
/* Bytes of a year with its 年 ("2023年", "二〇二三年度") that begins at `at`; 0 if none does. */
size_t year_at(struct slice text, size_t at, uint16_t *year);
/* 0 to 9 for a digit, Arabic or Chinese (七, 〇 and what is written in its place); -1 for none. */
int digit_value(uint32_t c);

#endif
