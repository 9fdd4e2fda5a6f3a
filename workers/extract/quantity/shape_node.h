/* shape_node.h - what a shape's pattern is made of; for shape*.c only. */
#ifndef XIANZHI_EXTRACT_SHAPE_NODE_H
#define XIANZHI_EXTRACT_SHAPE_NODE_H

#include "workers/extract/quantity/shape.h"

enum shape_kind { SHAPE_TEXT, SHAPE_NUMBER, SHAPE_ANY, SHAPE_GROUP };

struct shape_node {
    enum shape_kind kind;
    char repeat;                           /* 0, '?' or '*' */
    char number;                           /* SHAPE_NUMBER */
    struct slice text;                     /* SHAPE_TEXT */
    const struct shape_node *first, *next; /* what a group holds; what follows */
    const struct shape_node *other;        /* the next alternative of a group */
};

#endif
