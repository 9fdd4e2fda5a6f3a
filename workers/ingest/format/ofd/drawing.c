/* drawing.c - writes the drawing; all of it in a child, whose answer is text and pictures as data.
 *
 * Happy path: the page is read as for its text, then rules, pictures and words are written one
 * after the other. Nothing of the file gets into the drawing but characters, escaped, and pictures
 * by their own first bytes. What can fail: the package, its pictures (left out then).
 */
#include "workers/ingest/format/ofd/drawing.h"

#include "proto/base/tr.h"
#include "proto/doors/archive.h"
#include "proto/doors/process.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/ofd/ofd.h"
#include "workers/text/utf8.h"

enum { NUMBER_BYTES = 4, MOST_PICTURE_BYTES = 16 << 20 /* of a page, as they are written */ };

/* ---- text ---- */

static void put_character(const char *at, size_t len, struct buffer *out)
{
    uint32_t c = utf8_at(at);
    bool allowed = c >= 0x20 && c != 0x7F && c != 0xFFFE && c != 0xFFFF;
    if (*at == '<' || *at == '>' || *at == '&')
        buffer_format(out, "&#%d;", *at);
    else if (allowed)
        buffer_append(out, at, len);
}

static void put_word(const struct page_word *word, struct buffer *out)
{
    const struct page_box *box = &word->box;
    double em = box->y1 - box->y0, width = box->x1 - box->x0;
    if (em <= 0 || width <= 0)
        return;
    buffer_format(out, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%.2f\" textLength=\"%.2f\">",
                  box->x0, box->y1 - em * OFD_BELOW_BASE, em, width);
    for (size_t at = 0, len; at < word->text.len; at += len) {
        len = utf8_length(word->text.data + at);
        if (len > word->text.len - at)
            break;
        put_character(word->text.data + at, len, out);
    }
    buffer_add(out, SLICE("</text>\n"));
}

/* ---- lines ---- */

static void put_rule(const struct page_rule *rule, struct buffer *out)
{
    const struct page_box *box = &rule->box;
    buffer_format(out, "<path d=\"M%.2f %.2fL%.2f %.2f\"/>\n", box->x0, box->y0, box->x1, box->y1);
}

/* ---- pictures ---- */

static const char *type_of(struct slice bytes)
{
    return slice_starts(bytes, SLICE("\x89PNG"))        ? "image/png"
           : slice_starts(bytes, SLICE("\xff\xd8\xff")) ? "image/jpeg"
           : slice_starts(bytes, SLICE("GIF8"))         ? "image/gif"
                                                        : NULL;
}

static void put_base64(struct slice bytes, struct buffer *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        const unsigned char *p = (const unsigned char *)bytes.data + i;
        uint32_t three =
            (uint32_t)p[0] << 16 | (left > 1 ? (uint32_t)p[1] << 8 : 0) | (left > 2 ? p[2] : 0);
        char four[4] = {digits[three >> 18], digits[three >> 12 & 63],
                        left > 1 ? digits[three >> 6 & 63] : '=',
                        left > 2 ? digits[three & 63] : '='};
        buffer_append(out, four, sizeof four);
    }
}

static void put_picture(const struct ofd_picture *picture, struct slice bytes, struct buffer *out)
{
    const struct ofd_matrix *m = &picture->matrix;
    const char *type = type_of(bytes);
    if (!type)
        return;
    buffer_format(out,
                  "<image width=\"1\" height=\"1\" preserveAspectRatio=\"none\" "
                  "transform=\"matrix(%.4f %.4f %.4f %.4f %.2f %.2f)\" href=\"data:%s;base64,",
                  m->a * OFD_POINTS, m->b * OFD_POINTS, m->c * OFD_POINTS, m->d * OFD_POINTS,
                  m->e * OFD_POINTS, m->f * OFD_POINTS, type);
    put_base64(bytes, out);
    buffer_add(out, SLICE("\"/>\n"));
}

static bool is_shown(const struct ofd_page *page, struct slice part)
{
    for (size_t i = 0; i < page->picture_count; i++)
        if (slice_equal(page->pictures[i].part, part))
            return true;
    return false;
}

/* Wherever the page shows it, as often as `room` bytes allow. */
static void put_shown(const struct ofd_page *page, struct slice part, struct slice bytes,
                      size_t room, struct buffer *out)
{
    size_t before = out->len;
    for (size_t i = 0; i < page->picture_count; i++)
        if (slice_equal(page->pictures[i].part, part) &&
            out->len - before + bytes.len / 3 * 4 <= room)
            put_picture(&page->pictures[i], bytes, out);
}

/* In the order of the archive: a second walk, since the package has its XML alone. What there is no
 * room for is left out. */
static void put_pictures(struct arena *arena, const struct ofd_page *page, struct slice bytes,
                         struct buffer *out)
{
    struct archive_file *archive;
    struct archive_member member;
    struct error cause;
    size_t end = out->len + MOST_PICTURE_BYTES;
    struct buffer picture = {0};
    bool open = page->picture_count && archive_open(&archive, bytes, &cause) == STATUS_OK;
    for (unsigned i = 0; open && i < PACKAGE_MAX_MEMBERS && out->len < end; i++) {
        if (archive_next(archive, &member, &cause) != STATUS_OK || !member.name.data)
            break;
        struct slice part = package_resolve(arena, SLICE(""), member.name);
        buffer_clear(&picture);
        if (is_shown(page, part) &&
            archive_read(archive, MOST_PICTURE_BYTES, &picture, &cause) == STATUS_OK)
            put_shown(page, part, buffer_slice(&picture), end - out->len, out);
    }
    if (open)
        archive_close(&archive);
    buffer_release(&picture);
}

/* ---- the page ---- */

static void put_page(struct arena *arena, const struct ofd_page *drawn, struct slice bytes,
                     struct buffer *out)
{
    const struct page *page = &drawn->page;
    buffer_format(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.2f\" height=\"%.2f\" "
                  "viewBox=\"0 0 %.2f %.2f\">\n<rect width=\"100%%\" height=\"100%%\" "
                  "fill=\"#fff\"/>\n",
                  page->width, page->height, page->width, page->height);
    put_pictures(arena, drawn, bytes, out);
    buffer_add(out, SLICE("<g stroke=\"#555\" stroke-width=\"0.7\">\n"));
    for (size_t i = 0; i < page->rule_count; i++)
        put_rule(&page->rules[i], out);
    buffer_add(out, SLICE("</g>\n<g fill=\"#111\" "
                          "font-family=\"SimSun, Songti SC, Noto Serif CJK SC, serif\">\n"));
    for (size_t i = 0; i < page->count; i++)
        put_word(&page->words[i], out);
    buffer_add(out, SLICE("</g>\n</svg>\n"));
}

enum status ofd_draw_here(struct slice bytes, unsigned number, struct buffer *svg,
                          struct error *error)
{
    struct arena arena = {0};
    struct ofd_page page = {.picture_count = 0};
    enum status status = ofd_page_read(&arena, bytes, number, &page, error);
    if (!status)
        put_page(&arena, &page, bytes, svg);
    arena_release(&arena);
    return status;
}

static int draw_in_child(const void *argument, struct slice input, struct buffer *output)
{
    uint32_t number;
    struct error cause;
    (void)argument;
    if (input.len < NUMBER_BYTES)
        return 1;
    memcpy(&number, input.data, NUMBER_BYTES);
    return ofd_draw_here(slice_from(input, NUMBER_BYTES), number, output, &cause) ? 1 : 0;
}

enum status ofd_draw(struct slice bytes, unsigned number, struct buffer *svg, struct error *error)
{
    const struct process_limits limits = {.memory_bytes = FORMAT_MEMORY_BYTES,
                                          .output_bytes = 4 * MOST_PICTURE_BYTES,
                                          .time_ms = FORMAT_TIME_MS};
    struct process_report end;
    struct buffer input = {0};
    uint32_t page = number;
    buffer_append(&input, (const char *)&page, NUMBER_BYTES);
    buffer_add(&input, bytes);
    enum status status =
        process_call(draw_in_child, NULL, buffer_slice(&input), &limits, svg, &end, error);
    buffer_release(&input);
    if (!status && (end.end != PROCESS_DONE || end.exit_code != 0))
        status = fail(error, STATUS_BAD, "page %u can't be drawn (%s)", number,
                      end.end == PROCESS_DONE ? TR("no such page, or damaged")
                                              : process_end_text(end.end));
    return status;
}
