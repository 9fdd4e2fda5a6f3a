/* graphics.c - lists of numbers, matrices, deltas. No state, can't fail: what is no number ends it.
 */
#include "workers/ingest/format/ofd/graphics.h"

#include <math.h>
#include <stdlib.h>

enum { NUMBER_BYTES = 40 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

/* The word at `at`; empty at the end. */
static struct slice next_word(struct slice text, size_t *at)
{
    while (*at < text.len && is_blank(text.data[*at]))
        ++*at;
    size_t from = *at;
    while (*at < text.len && !is_blank(text.data[*at]))
        ++*at;
    return slice_range(text, from, *at);
}

static bool read_number(struct slice word, double *number)
{
    char text[NUMBER_BYTES], *rest;
    if (word.len == 0 || word.len >= sizeof text)
        return false;
    memcpy(text, word.data, word.len);
    text[word.len] = '\0';
    *number = strtod(text, &rest);
    return *rest == '\0' && isfinite(*number) && fabs(*number) < 1e7;
}

unsigned ofd_numbers(struct slice text, double *numbers, unsigned count)
{
    size_t at = 0;
    unsigned found = 0;
    while (found < count && read_number(next_word(text, &at), &numbers[found]))
        found++;
    return found;
}

struct ofd_matrix ofd_matrix_read(struct slice text)
{
    double n[6];
    if (ofd_numbers(text, n, 6) != 6)
        return ofd_matrix_move(0, 0);
    return (struct ofd_matrix){n[0], n[1], n[2], n[3], n[4], n[5]};
}

struct ofd_matrix ofd_matrix_join(struct ofd_matrix outer, struct ofd_matrix inner)
{
    return (struct ofd_matrix){
        .a = outer.a * inner.a + outer.c * inner.b,
        .b = outer.b * inner.a + outer.d * inner.b,
        .c = outer.a * inner.c + outer.c * inner.d,
        .d = outer.b * inner.c + outer.d * inner.d,
        .e = outer.a * inner.e + outer.c * inner.f + outer.e,
        .f = outer.b * inner.e + outer.d * inner.f + outer.f,
    };
}

struct ofd_matrix ofd_matrix_move(double x, double y)
{
    return (struct ofd_matrix){1, 0, 0, 1, x, y};
}

bool ofd_deltas_next(struct ofd_deltas *deltas, double *value)
{
    if (deltas->again == 0) {
        struct slice word = next_word(deltas->text, &deltas->at);
        double times;
        if (slice_equal(word, SLICE("g"))) {
            if (!read_number(next_word(deltas->text, &deltas->at), &times) || times < 1 ||
                times > OFD_MAX_DELTAS)
                return false;
            deltas->again = (unsigned)times;
            word = next_word(deltas->text, &deltas->at);
        } else {
            deltas->again = 1;
        }
        if (!read_number(word, &deltas->value)) {
            deltas->again = 0;
            deltas->at = deltas->text.len;
            return false;
        }
    }
    deltas->again--;
    *value = deltas->value;
    return true;
}
