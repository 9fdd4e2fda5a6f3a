/* furniture.h - what the page around a report says: the box of labels, codes, the site's name. */
#ifndef XIANZHI_INGEST_FURNITURE_H
#define XIANZHI_INGEST_FURNITURE_H

#include "workers/ingest/layout.h"
#include "workers/ingest/place.h"

struct furniture {
    struct slice title;     /* 标题：… */
    struct slice number;    /* 文号：… */
    struct slice publisher; /* 发布机构：…, 来源：…; the first that names an organ */
    struct date published, signed_on;
    struct issuer owner; /* a government whose name alone is a line of the page's head */
    struct issuer head;  /* the first department or zone that the head of the page names */
    bool many_heads;     /* it names others, too: a list of links, perhaps */
    bool letterhead;     /* …人民政府文件: it is the sender, not just the site */
    struct place site;   /* 安化县人民政府门户网站; count 0 if none */
};

/* Reads the lines outside the text proper; adds what they say of the place to `hints`. */
void furniture_read(const struct reader *reader, const struct layout *layout,
                    struct furniture *furniture, struct hints *hints);

#endif
