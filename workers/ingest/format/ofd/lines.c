/* lines.c - reads a path as it is abbreviated: operators with their points. No state, can't fail:
 * what is no operator ends the path.
 */
#include "workers/ingest/format/ofd/lines.h"

#include <math.h>

enum { MAX_OPERANDS = 7 };

static const double straight = 0.3; /* millimetres that the ends of a line may differ by */

struct point {
    double x, y;
};

static struct page_box box_of(struct point from, struct point to)
{
    return (struct page_box){
        (float)(fmin(from.x, to.x) * OFD_POINTS), (float)(fmin(from.y, to.y) * OFD_POINTS),
        (float)(fmax(from.x, to.x) * OFD_POINTS), (float)(fmax(from.y, to.y) * OFD_POINTS)};
}

static struct point on_page(struct ofd_matrix m, struct point at)
{
    return (struct point){m.a * at.x + m.c * at.y + m.e, m.b * at.x + m.d * at.y + m.f};
}

static void add_line(struct ofd_content *content, struct ofd_matrix matrix, struct point from,
                     struct point to)
{
    from = on_page(matrix, from);
    to = on_page(matrix, to);
    bool level = fabs(from.y - to.y) < straight, upright = fabs(from.x - to.x) < straight;
    if (level == upright || content->rule_count >= MAX_PAGE_RULES)
        return; /* a point, or aslant */
    *ARENA_PUSH(content->arena, content->rules, content->rule_count, content->rule_capacity) =
        (struct page_rule){box_of(from, to)};
}

/* How many numbers follow an operator; the last two are where it leads to. */
static unsigned operands_of(char sign)
{
    switch (sign) {
    case 'S':
    case 'M':
    case 'L':
        return 2;
    case 'Q':
        return 4;
    case 'B':
        return 6;
    case 'A':
        return 7;
    default:
        return 0;
    }
}

static size_t skip_blanks(struct slice data, size_t at)
{
    while (at < data.len && strchr(" \t\r\n,", data.data[at]) && data.data[at])
        at++;
    return at;
}

/* The numbers behind an operator; false: not as many as it needs. */
static bool read_operands(struct slice data, size_t *at, double *numbers, unsigned count)
{
    size_t end = *at = skip_blanks(data, *at);
    while (end < data.len && !(data.data[end] >= 'A' && data.data[end] <= 'Z'))
        end++;
    bool enough = ofd_numbers(slice_range(data, *at, end), numbers, count) == count;
    *at = end;
    return enough;
}

void ofd_lines_add(struct ofd_content *content, struct slice data, struct ofd_matrix matrix)
{
    struct point start = {0}, here = {0};
    for (size_t at = skip_blanks(data, 0); at < data.len; at = skip_blanks(data, at)) {
        char sign = data.data[at++];
        unsigned count = operands_of(sign);
        double numbers[MAX_OPERANDS] = {0};
        if (sign == 'C') {
            add_line(content, matrix, here, start);
            here = start;
            continue;
        }
        if (count == 0 || !read_operands(data, &at, numbers, count))
            return;
        struct point to = {numbers[count - 2], numbers[count - 1]};
        if (sign == 'L')
            add_line(content, matrix, here, to);
        else if (sign != 'Q' && sign != 'B' && sign != 'A')
            start = to;
        here = to;
    }
}
