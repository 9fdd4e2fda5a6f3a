/* scans.c - words that were read off pages, merged with those that the document itself has; and
 * photographs, which have none. Any thread; nothing can fail but decoding. */
#include "workers/ingest/format/scans.h"

#include "proto/base/tr.h"
#include "workers/ingest/format/pdf_words.h"
#include "workers/ingest/format/picture.h"

/* ---- merging ---- */

static const struct scan *scan_of(const struct report *report, unsigned page)
{
    for (size_t i = 0; i < report->scan_count; i++)
        if (report->scans[i].page == page)
            return &report->scans[i];
    return NULL;
}

void scans_merge(const struct report *report, struct buffer *boxes)
{
    struct buffer merged = {0};
    struct slice rest = buffer_slice(boxes);
    unsigned page = 0;
    const struct scan *scan = NULL; /* that the page at hand is replaced by */
    for (size_t at = 0; at < rest.len;) {
        size_t end = slice_find(rest, SLICE("\n"), at);
        end = end == SIZE_MAX ? rest.len : end + 1;
        struct slice line = slice_range(rest, at, end);
        if (slice_has(line, SLICE("<page "))) {
            scan = scan_of(report, ++page);
            if (scan)
                buffer_add(&merged, scan->words);
        }
        if (!scan)
            buffer_add(&merged, line);
        at = end;
    }
    for (size_t i = 0; i < report->scan_count; i++)
        if (report->scans[i].page > page)
            buffer_add(&merged, report->scans[i].words);
    buffer_release(boxes);
    *boxes = merged;
}

void scans_drop_blank(const struct format *format, struct report *report)
{
    enum { FEW = 3, COARSE_DPI = 24 };
    size_t kept = 0;
    if (report->scan_count > FEW || format != &pdf_format)
        return;
    for (size_t i = 0; i < report->scan_count; i++) {
        struct picture picture = {0};
        bool blank = picture_of_pdf(report->raw, report->scans[i].page, 0, COARSE_DPI, &picture,
                                    NULL) == STATUS_OK &&
                     picture_is_blank(&picture);
        picture_release(&picture);
        if (!blank)
            report->scans[kept++] = report->scans[i];
    }
    report->scan_count = kept;
}

enum status scans_refuse(const struct report *report, struct error *error)
{
    return fail(
        error, STATUS_BAD,
        "page %u is a picture (扫描件), and this machine can't read those yet (缺少软件包): "
        "install %s, then replay it",
        report->scans[0].page, SCAN_PACKAGES);
}

/* ---- photographs ---- */

static bool is_jpeg(struct slice raw)
{
    return slice_starts(raw, SLICE("\xFF\xD8\xFF"));
}

static bool is_png(struct slice raw)
{
    return slice_starts(raw, SLICE("\x89PNG\r\n\x1A\n"));
}

static bool is_gif(struct slice raw)
{
    return slice_starts(raw, SLICE("GIF87a")) || slice_starts(raw, SLICE("GIF89a"));
}

static bool is_tiff(struct slice raw)
{
    return slice_starts(raw, SLICE("II*\0")) || slice_starts(raw, SLICE("MM\0*"));
}

/* What no decoder can draw costs a start of tesseract to be told: a JPEG has a frame header (ITU-T
 * T.81, B.2.2: FFC0 to FFCF but DHT, JPG and DAC, as long as its components want, with a width),
 * looked for anywhere since decoders step over stray bytes; a PNG has a header and data. */
static bool has_picture(struct slice raw)
{
    enum { FRAME_BYTES = 8, COMPONENT_BYTES = 3, MOST_COMPONENTS = 4 };
    if (is_png(raw))
        return slice_has(raw, SLICE("IHDR")) && slice_has(raw, SLICE("IDAT"));
    if (!is_jpeg(raw))
        return true;
    const unsigned char *p = (const unsigned char *)raw.data;
    for (size_t at = 2; at + FRAME_BYTES + 2 <= raw.len; at++) {
        unsigned marker = p[at + 1], components = p[at + 9];
        if (p[at] == 0xFF && (marker & 0xF0) == 0xC0 && marker != 0xC4 && marker != 0xC8 &&
            marker != 0xCC && components && components <= MOST_COMPONENTS &&
            (p[at + 2] << 8 | p[at + 3]) == (int)(FRAME_BYTES + COMPONENT_BYTES * components) &&
            (p[at + 7] || p[at + 8]))
            return true;
    }
    return false;
}

static uint32_t number_at(struct slice raw, size_t at, unsigned bytes)
{
    uint32_t value = 0;
    bool big = raw.data[0] == 'M';
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)(unsigned char)raw.data[at + i] << 8 * (big ? bytes - 1 - i : i);
    return value;
}

/* A TIFF is a chain of directories, one a page, which may lead in a circle. */
static unsigned tiff_pages(struct slice raw)
{
    enum { ENTRY_BYTES = 12 };
    unsigned pages = 0;
    size_t at = raw.len >= 8 ? number_at(raw, 4, 4) : 0;
    while (at && at + 2 <= raw.len && pages <= MAX_SCANS) {
        size_t behind = at + 2 + (size_t)number_at(raw, at, 2) * ENTRY_BYTES;
        pages++;
        at = behind + 4 <= raw.len ? number_at(raw, behind, 4) : 0;
    }
    return pages;
}

/* The picture itself, which has no words, or the words that were read off it. */
static enum status decode_picture(struct slice bytes, struct blocks *blocks, struct error *error)
{
    if (slice_starts(bytes, SLICE("<page ")))
        return pdf_format.decode(bytes, blocks, error);
    if (!has_picture(bytes))
        return fail(error, STATUS_BAD,
                    "a picture without its contents (图片损坏): get it again, or scan it anew");
    unsigned pages = is_tiff(bytes) ? tiff_pages(bytes) : 1;
    if (pages == 0)
        return fail(error, STATUS_BAD, "a TIFF without a page (文件损坏): get it again");
    if (pages > MAX_SCANS)
        return fail(error, STATUS_BAD,
                    "more than %d scanned pages (扫描页过多), or directories in a circle: split it",
                    MAX_SCANS);
    for (unsigned page = 1; page <= pages; page++)
        blocks_scan(blocks, page);
    return STATUS_OK;
}

const struct format jpeg_format = {.name = "jpeg",
                                   .what = TR("a JPEG picture"),
                                   .matches = is_jpeg,
                                   .decode = decode_picture,
                                   .picture = true,
                                   .package = SCAN_PACKAGES};
const struct format png_format = {.name = "png",
                                  .what = TR("a PNG picture"),
                                  .matches = is_png,
                                  .decode = decode_picture,
                                  .picture = true,
                                  .package = SCAN_PACKAGES};
const struct format gif_format = {.name = "gif",
                                  .what = TR("a GIF picture"),
                                  .matches = is_gif,
                                  .decode = decode_picture,
                                  .picture = true,
                                  .package = SCAN_PACKAGES};
const struct format tiff_format = {.name = "tiff",
                                   .what = TR("a TIFF picture"),
                                   .matches = is_tiff,
                                   .decode = decode_picture,
                                   .picture = true,
                                   .package = SCAN_PACKAGES};
