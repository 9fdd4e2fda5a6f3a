/* page_mark.h - the number of a page, or the head of each page, that stands between the lines. */
#ifndef XIANZHI_WORKERS_SEGMENT_PAGE_MARK_H
#define XIANZHI_WORKERS_SEGMENT_PAGE_MARK_H

#include "proto/base/slice.h"

enum page_mark {
    PAGE_MARK_NONE,
    PAGE_MARK_LIKELY, /* 3, 3/12, [3], ③, the issuer: where the line before is unfinished */
    PAGE_MARK_SURE,   /* — 3 —, 第3页 共12页, Page 3 of 12, the title once more */
};

/* What a trimmed line is; `title` and `issuer` are the report's, without blanks, or empty. */
enum page_mark page_mark_read(struct slice line, struct slice title, struct slice issuer);

#endif
