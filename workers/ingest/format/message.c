/* message.c - a decoded text on its way out of the child that decoded it.
 *
 * A map: text, encoding, scans (pages that are pictures), page (five texts, as struct
 * page_evidence), loci (proto/loci.h). Whoever decodes hostile bytes may have been taken over by
 * them: the reading side believes nothing, it checks UTF-8, order and bounds.
 */
#include "proto/base/tr.h"
#include "proto/loci.h"
#include "workers/ingest/format/blocks.h"

#include <unistr.h>

enum { LOCUS_VALUES = 8, MAX_PAGE_EVIDENCE_BYTES = 1024 };

static void pack_page(const struct page_evidence *page, struct buffer *out)
{
    pack_array(out, 5);
    pack_text(out, page->title);
    pack_text(out, page->site);
    pack_text(out, page->article);
    pack_text(out, page->source);
    pack_text(out, page->published);
}

/* Evidence that is no text or no line of one is none. */
static struct slice read_page_text(const struct packed *list, uint32_t at)
{
    struct slice text = packed_text(packed_at(list, at));
    bool good =
        text.len <= MAX_PAGE_EVIDENCE_BYTES && !u8_check((const uint8_t *)text.data, text.len);
    return good ? text : (struct slice){0};
}

static struct page_evidence read_page(const struct packed *list)
{
    return (struct page_evidence){
        .title = read_page_text(list, 0),
        .site = read_page_text(list, 1),
        .article = read_page_text(list, 2),
        .source = read_page_text(list, 3),
        .published = read_page_text(list, 4),
    };
}

void blocks_pack(const struct blocks *blocks, struct buffer *out)
{
    pack_map(out, 5);
    PACK_KEY(out, "scans"), pack_array(out, (uint32_t)blocks->scan_count);
    for (size_t i = 0; i < blocks->scan_count; i++)
        pack_uint(out, blocks->scans[i]);
    PACK_KEY(out, "page"), pack_page(&blocks->page, out);
    PACK_KEY(out, "text");
    pack_bytes(out, blocks->borrowed.data ? blocks->borrowed : buffer_slice(&blocks->text));
    PACK_KEY(out, "encoding"), pack_text(out, blocks->encoding);
    PACK_KEY(out, "loci"), loci_pack(out, blocks->loci, blocks->locus_count);
}

static enum status wrong(struct error *error, const char *what)
{
    return fail(error, STATUS_BAD,
                "its reader gave %s (读取程序出错): the file is damaged or made to do harm; get it "
                "again or save it as plain text",
                what);
}

static void read_scans(struct arena *arena, const struct packed *list, struct report *report)
{
    report->scan_count = packed_count(list);
    report->scans = arena_alloc(arena, (report->scan_count + 1) * sizeof *report->scans);
    for (uint32_t i = 0; i < report->scan_count; i++)
        report->scans[i].page = (uint32_t)packed_uint(packed_at(list, i), 0);
}

enum status blocks_unpack(struct arena *arena, struct slice message, struct report *report,
                          struct error *error)
{
    struct pack_limits limits = {.depth = 4, .nodes = 4 * 1024 * 1024};
    const struct packed *root;
    struct error cause;
    if (packed_read(arena, message, limits, &root, &cause) != STATUS_OK)
        return wrong(error, TR("no message"));
    report->text = packed_text(packed_get(root, "text"));
    struct slice encoding = packed_text(packed_get(root, "encoding"));
    report->encoding = encoding.len ? encoding : SLICE("UTF-8");
    if (report->text.len > MAX_TEXT_BYTES || report->encoding.len > 64 ||
        u8_check((const uint8_t *)report->text.data, report->text.len) ||
        u8_check((const uint8_t *)report->encoding.data, report->encoding.len))
        return wrong(error, TR("no text"));
    report->page = read_page(packed_get(root, "page"));
    read_scans(arena, packed_get(root, "scans"), report);
    if (!loci_read(arena, packed_get(root, "loci"), report->text.len, &report->loci,
                   &report->locus_count))
        return wrong(error, TR("places outside of the text"));
    return STATUS_OK;
}
