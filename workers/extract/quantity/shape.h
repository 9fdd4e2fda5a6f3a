/* shape.h - small patterns around a number, as nonquantities.yaml writes them: 第N, H届,
 * A分钟(服务)?圈.
 *
 * N any number, A an Arabic one, B 百, 万 without a digit, D one with a fraction, H a Chinese one,
 * Y a year, O the word 一, U an Arabic 1, . any one that is no ASCII nor punctuation; (a|b) either,
 * x? may be missing, x* any times. What stands before the first number is words, (a|b) or plain.
 * Each part takes what it can and gives nothing back.
 */
#ifndef XIANZHI_EXTRACT_SHAPE_H
#define XIANZHI_EXTRACT_SHAPE_H

#include "proto/base/arena.h"
#include "workers/extract/quantity/numeral.h"
#include "workers/text/wordset.h"

struct shape_node;

struct shape {
    struct slice *before; /* any of them must end where the number begins; none: nothing needed */
    size_t before_count;
    char number; /* its letter: the first number */
    bool counts; /* what it covers is a number like any other */
    const struct shape_node *rest;
};

/* NULL, or what is wrong with the pattern (a literal). Nodes live in the arena; `say` is borrowed.
 */
const char *shape_parse(struct shape *shape, struct slice say, struct arena *arena);

/* Does the shape hold around the number `n` of `text`? Then *start and *end span all of it. */
bool shape_match(const struct shape *shape, struct slice text, const struct numeral *n,
                 size_t *start, size_t *end);

/* The shapes of a file behind two look-ups: by the character before the number and by the one
 * behind it. At most 64; `shapes` is borrowed. Build once, then shared by threads. */
struct shape_index {
    const struct shape *shapes;
    uint64_t free_before, free_behind; /* shapes that accept any character there */
    struct wordset before, behind;     /* one character; index in masks */
    uint64_t *masks;
    size_t mask_count, mask_capacity;
};

enum { MAX_SHAPES = 64 };

void shape_index_build(struct shape_index *index, const struct shape *shapes, size_t count);
void shape_index_release(struct shape_index *index);

/* End of the first shape, in file order, that holds around `n`; 0: none, or one that counts. */
size_t shape_index_match(const struct shape_index *index, struct slice text,
                         const struct numeral *n);

#endif
