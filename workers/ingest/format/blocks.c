/* blocks.c - builds the decoded text and the list of where its parts stand.
 *
 * Happy path: begin, add, end, again and again; finish. What is too large is noted once and all
 * that follows is passed over, so that decoders need not ask after every piece.
 */
#include "workers/ingest/format/blocks.h"

#include <unistr.h>

static struct buffer *buffer_of(struct blocks *blocks, enum block_kind kind)
{
    return kind == BLOCK_NOTE ? &blocks->notes : &blocks->text;
}

static void note_locus(struct blocks *blocks, const struct locus *where)
{
    bool note = blocks->kind == BLOCK_NOTE;
    struct locus *locus =
        note ? ARENA_PUSH(blocks->arena, blocks->note_loci, blocks->note_locus_count,
                          blocks->note_locus_capacity)
             : ARENA_PUSH(blocks->arena, blocks->loci, blocks->locus_count, blocks->locus_capacity);
    *locus = *where;
    locus->text = (uint32_t)buffer_of(blocks, blocks->kind)->len;
}

static bool failed(const struct blocks *blocks)
{
    return blocks->error.text[0] != '\0';
}

static bool has_place(const struct locus *where)
{
    return where && (where->page || where->paragraph);
}

void blocks_begin(struct blocks *blocks, enum block_kind kind, const struct locus *where)
{
    blocks_end(blocks);
    if (failed(blocks))
        return;
    if (++blocks->count > MAX_BLOCKS) {
        fail(&blocks->error, STATUS_BAD,
             "more than %d paragraphs and table rows (内容过多): no report is so long; split it",
             MAX_BLOCKS);
        return;
    }
    blocks->kind = kind;
    blocks->row = kind == BLOCK_ROW;
    blocks->cell = false;
    blocks->open = true;
    blocks->start = buffer_of(blocks, kind)->len;
    blocks->furniture += kind == BLOCK_FURNITURE;
    struct locus own = where ? *where : (struct locus){0};
    if (!has_place(where))
        own.paragraph = (uint32_t)blocks->count;
    if (kind != BLOCK_FURNITURE)
        note_locus(blocks, &own);
}

void blocks_move(struct blocks *blocks, const struct locus *where)
{
    if (blocks->open && blocks->kind != BLOCK_FURNITURE && where)
        note_locus(blocks, where);
}

void blocks_cell(struct blocks *blocks, const struct locus *where)
{
    if (!blocks->open || !blocks->row)
        return;
    struct buffer *out = buffer_of(blocks, blocks->kind);
    while (out->len > blocks->start && out->data[out->len - 1] == ' ')
        out->len--;
    if (blocks->cell)
        buffer_append(out, "\t", 1);
    blocks->cell = true;
    blocks_move(blocks, where);
}

/* In a row a line end would end the row and a tab the cell. */
static void add_to_row(struct buffer *out, size_t start, struct slice piece)
{
    for (size_t i = 0; i < piece.len; i++) {
        char c = piece.data[i];
        if (c != '\n' && c != '\r' && c != '\t')
            buffer_append(out, &c, 1);
        else if (out->len > start && !strchr(" \t", out->data[out->len - 1]))
            buffer_append(out, " ", 1);
    }
}

static void add_valid(struct blocks *blocks, struct buffer *out, struct slice piece)
{
    if (blocks->row)
        add_to_row(out, blocks->start, piece);
    else
        buffer_add(out, piece);
}

void blocks_add(struct blocks *blocks, struct slice utf8)
{
    if (failed(blocks) || utf8.len == 0)
        return;
    if (!blocks->open)
        blocks_begin(blocks, BLOCK_PARAGRAPH, NULL);
    if (failed(blocks) || blocks->kind == BLOCK_FURNITURE)
        return;
    struct buffer *out = buffer_of(blocks, blocks->kind);
    if (out->len + utf8.len > MAX_TEXT_BYTES) {
        fail(&blocks->error, STATUS_BAD,
             "more than %d MiB of text (内容过多): no report is so long; split it",
             MAX_TEXT_BYTES >> 20);
        return;
    }
    for (size_t at = 0; at < utf8.len;) {
        const uint8_t *from = (const uint8_t *)utf8.data + at;
        const uint8_t *bad = u8_check(from, utf8.len - at);
        size_t good = bad ? (size_t)(bad - from) : utf8.len - at;
        add_valid(blocks, out, slice_range(utf8, at, at + good));
        if (bad)
            buffer_append(out, "\xEF\xBF\xBD", 3);
        at += good + (bad != NULL);
    }
}

void blocks_end(struct blocks *blocks)
{
    if (!blocks->open)
        return;
    blocks->open = false;
    if (blocks->kind != BLOCK_FURNITURE)
        buffer_append(buffer_of(blocks, blocks->kind), "\n", 1);
}

struct slice blocks_current(const struct blocks *blocks)
{
    if (!blocks->open || blocks->kind == BLOCK_FURNITURE)
        return (struct slice){0};
    const struct buffer *out = blocks->kind == BLOCK_NOTE ? &blocks->notes : &blocks->text;
    return slice_range(buffer_slice(out), blocks->start, out->len);
}

void blocks_scan(struct blocks *blocks, uint32_t page)
{
    *ARENA_PUSH(blocks->arena, blocks->scans, blocks->scan_count, blocks->scan_capacity) = page;
}

void blocks_borrow(struct blocks *blocks, struct slice text, struct slice encoding)
{
    blocks->borrowed = text;
    blocks->encoding = encoding;
}

enum status blocks_finish(struct blocks *blocks, struct error *error)
{
    blocks_end(blocks);
    if (failed(blocks))
        return fail(error, STATUS_BAD, "%s", blocks->error.text);
    size_t shift = blocks->text.len;
    blocks->kind = BLOCK_PARAGRAPH;
    for (size_t i = 0; i < blocks->note_locus_count; i++) {
        struct locus *locus =
            ARENA_PUSH(blocks->arena, blocks->loci, blocks->locus_count, blocks->locus_capacity);
        *locus = blocks->note_loci[i];
        locus->text += (uint32_t)shift;
    }
    buffer_add(&blocks->text, buffer_slice(&blocks->notes));
    buffer_clear(&blocks->notes);
    blocks->note_locus_count = 0;
    return STATUS_OK;
}

void blocks_give(const struct blocks *blocks, struct report *report)
{
    report->encoding = blocks->encoding.len ? blocks->encoding : SLICE("UTF-8");
    report->text = blocks->borrowed.data ? blocks->borrowed
                                         : arena_copy(&report->arena, buffer_slice(&blocks->text));
    report->page = blocks->page;
    size_t bytes = blocks->locus_count * sizeof *report->loci;
    report->locus_count = blocks->locus_count;
    report->loci = NULL;
    if (bytes == 0)
        return;
    report->loci = arena_alloc(&report->arena, bytes);
    memcpy(report->loci, blocks->loci, bytes);
}

void blocks_release(struct blocks *blocks)
{
    buffer_release(&blocks->text);
    buffer_release(&blocks->notes);
}
