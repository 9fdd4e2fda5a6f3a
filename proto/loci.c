/* loci.c - places as numbers. No state, any thread. */
#include "proto/loci.h"

enum { LOCUS_VALUES = 8 };

void loci_pack(struct buffer *out, const struct locus *loci, size_t count)
{
    uint32_t before = 0;
    pack_array(out, (uint32_t)(count * LOCUS_VALUES));
    for (size_t i = 0; i < count; i++) {
        pack_uint(out, loci[i].text - before);
        pack_uint(out, loci[i].page);
        pack_uint(out, loci[i].paragraph);
        for (unsigned j = 0; j < 4; j++)
            pack_double(out, (double)loci[i].box[j]);
        pack_bool(out, loci[i].ocr);
        before = loci[i].text;
    }
}

static bool read_locus(const struct packed *list, uint32_t at, size_t text_len, uint32_t *before,
                       struct locus *locus)
{
    uint64_t text = *before + packed_uint(packed_at(list, at), UINT32_MAX);
    if (text > text_len)
        return false;
    locus->text = *before = (uint32_t)text;
    locus->page = (uint32_t)packed_uint(packed_at(list, at + 1), 0);
    locus->paragraph = (uint32_t)packed_uint(packed_at(list, at + 2), 0);
    for (unsigned j = 0; j < 4; j++) {
        double edge = packed_double(packed_at(list, at + 3 + j), 0);
        locus->box[j] = edge > -1e6 && edge < 1e6 ? (float)edge : 0;
    }
    locus->ocr = packed_bool(packed_at(list, at + 7), false);
    return true;
}

bool loci_read(struct arena *arena, const struct packed *list, size_t text_len, struct locus **loci,
               size_t *count)
{
    uint32_t before = 0;
    *count = packed_count(list) / LOCUS_VALUES;
    *loci = *count ? arena_alloc(arena, *count * sizeof **loci) : NULL;
    for (size_t i = 0; i < *count; i++)
        if (!read_locus(list, (uint32_t)i * LOCUS_VALUES, text_len, &before, &(*loci)[i]))
            return false;
    return true;
}

void locus_json(const struct locus *locus, struct buffer *out)
{
    if (locus->page)
        buffer_format(out, "{\"page\": %u", locus->page);
    else
        buffer_format(out, "{\"paragraph\": %u", locus->paragraph);
    const float *box = locus->box;
    if (box[2] > box[0])
        buffer_format(out, ", \"box\": [%.1f, %.1f, %.1f, %.1f]", (double)box[0], (double)box[1],
                      (double)box[2], (double)box[3]);
    buffer_append(out, "}", 1);
}
