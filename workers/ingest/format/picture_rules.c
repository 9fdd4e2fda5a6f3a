/* picture_rules.c - looks along every row and every column of pixels. Any thread; nothing can fail.
 *
 * A line that is a little askew falls into steps, each of which is still long.
 */
#include "workers/ingest/format/picture_rules.h"

#include "workers/ingest/format/page.h"

enum {
    DARK = 160,
    GAP_PIXELS = 2, /* specks that a run goes on over */
};

/* One row or column of pixels, `step` apart. */
struct strip {
    const uint8_t *first;
    size_t count, step;
};

/* The next run from *at on, as [*start, *end); false: none is left. */
static bool next_run(const struct strip *strip, size_t least, size_t *at, size_t *start,
                     size_t *end)
{
    size_t from = 0, dark = 0; /* of the run at hand; `dark`: behind its last dark pixel */
    for (size_t i = *at; i <= strip->count; i++) {
        if (i < strip->count && strip->first[i * strip->step] < DARK) {
            from = dark == 0 ? i : from;
            dark = i + 1;
            continue;
        }
        if (dark == 0 || (i < strip->count && i - dark < GAP_PIXELS))
            continue;
        if (dark - from >= least) {
            *at = i;
            *start = from;
            *end = dark;
            return true;
        }
        dark = 0;
    }
    return false;
}

void picture_rules_find(const struct picture *picture, size_t least, picture_rule_take *take,
                        void *context)
{
    size_t width = picture->width, start, end;
    for (size_t y = 0; y < picture->height; y++) {
        struct strip row = {picture->pixels + y * width, width, 1};
        for (size_t at = 0; next_run(&row, least, &at, &start, &end);)
            take(context, &(struct picture_rule){start, y, end, y + 1});
    }
    for (size_t x = 0; x < width; x++) {
        struct strip column = {picture->pixels + x, picture->height, width};
        for (size_t at = 0; next_run(&column, least, &at, &start, &end);)
            take(context, &(struct picture_rule){x, start, x + 1, end});
    }
}

struct printing {
    struct buffer *out;
    double scale;
    size_t count;
};

static void print(void *context, const struct picture_rule *rule)
{
    struct printing *printing = context;
    double scale = printing->scale;
    if (printing->count++ < MAX_PAGE_RULES)
        buffer_format(printing->out,
                      "<rule xMin=\"%.1f\" yMin=\"%.1f\" xMax=\"%.1f\" yMax=\"%.1f\"/>\n",
                      (double)rule->x0 * scale, (double)rule->y0 * scale, (double)rule->x1 * scale,
                      (double)rule->y1 * scale);
}

void picture_rules_print(const struct picture *picture, size_t least, float points_per_pixel,
                         struct buffer *out)
{
    struct printing printing = {out, (double)points_per_pixel, 0};
    picture_rules_find(picture, least, print, &printing);
}
