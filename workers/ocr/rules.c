/* rules.c - lines of tables are read as |, 1 or -, and their cells with them.
 *
 * A run of dark pixels along a row or column that is longer than half an inch is part of a ruled
 * line: the longest stroke of a heading in 26 points is shorter. Any thread; nothing can fail.
 */
#include "workers/ocr/rules.h"

#include "workers/ingest/format/picture_rules.h"

enum {
    WHITE = 255,
    MARGIN_PIXELS = 1, /* whitened on both sides: the grey of its edge */
};

static size_t widened(size_t from, size_t end, size_t count, size_t *first)
{
    *first = from > MARGIN_PIXELS ? from - MARGIN_PIXELS : 0;
    return end + MARGIN_PIXELS < count ? end + MARGIN_PIXELS : count;
}

static void whiten(const struct picture *picture, const struct picture_rule *rule)
{
    size_t x0 = rule->x0, x1 = rule->x1, y0 = rule->y0, y1 = rule->y1;
    if (x1 - x0 > y1 - y0)
        y1 = widened(y0, y1, picture->height, &y0);
    else
        x1 = widened(x0, x1, picture->width, &x0);
    for (size_t y = y0; y < y1; y++)
        memset(picture->pixels + y * picture->width + x0, WHITE, x1 - x0);
}

static void keep(void *context, const struct picture_rule *rule)
{
    buffer_append(context, (const char *)rule, sizeof *rule);
}

/* All are found before the first is erased: where two cross, either would break the other. */
void rules_erase(struct picture *picture)
{
    struct buffer kept = {0};
    picture_rules_find(picture, picture->dpi / 2, keep, &kept);
    for (size_t at = 0; at < kept.len; at += sizeof(struct picture_rule)) {
        struct picture_rule rule;
        memcpy(&rule, kept.data + at, sizeof rule);
        whiten(picture, &rule);
    }
    buffer_release(&kept);
}
