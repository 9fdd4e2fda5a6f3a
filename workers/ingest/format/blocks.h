/* blocks.h - what a decoder makes of a file: its text in blocks, each with its place in the
 * original.
 *
 * The text is what everything behind it reads and what offsets count in: a paragraph is a line, the
 * cells of a table row are parted by tabs, notes stand behind the rest, page furniture (headers,
 * footers, page numbers) is left out. A decoder opens a block, adds its text in pieces as they
 * come, and ends it; what is wrong with nesting or size is kept inside and told once by
 * blocks_finish.
 *
 *     blocks_begin(blocks, BLOCK_PARAGRAPH, &(struct locus){.page = 3, .box = {…}});
 *     blocks_add(blocks, SLICE("受理行政复议案件"));
 *     blocks_add(blocks, SLICE("9件。"));
 *     blocks_end(blocks);
 *     blocks_begin(blocks, BLOCK_ROW, NULL);           rows of one table follow one another
 *     blocks_cell(blocks, NULL), blocks_add(…);        also in front of the first cell
 *     blocks_end(blocks);
 *
 * One thread. Decoders run in a child with a limit of memory, so nothing here gives memory back.
 */
#ifndef XIANZHI_INGEST_FORMAT_BLOCKS_H
#define XIANZHI_INGEST_FORMAT_BLOCKS_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"

enum {
    MAX_BLOCKS = 20000,                /* paragraphs and rows of one document */
    MAX_TEXT_BYTES = 32 * 1024 * 1024, /* of its decoded text */
    MAX_NESTING = 100,                 /* elements within elements of any format */
    MAX_UNPACKED_BYTES = 256 * 1024 * 1024,
};

enum block_kind {
    BLOCK_PARAGRAPH,
    BLOCK_HEADING,
    BLOCK_LIST_ITEM,
    BLOCK_ROW,       /* of a table */
    BLOCK_NOTE,      /* foot- and endnotes, comments that are printed: behind the text */
    BLOCK_FURNITURE, /* headers, footers, page numbers: left out, counted */
};

struct blocks {
    struct arena *arena;       /* lives as long as the text is needed */
    struct slice encoding;     /* what the bytes were written in; "UTF-8" if not said */
    struct slice borrowed;     /* the whole text where it needed no building (blocks_borrow) */
    struct page_evidence page; /* in the arena */
    struct buffer text, notes;
    struct locus *loci; /* rising by text offset */
    size_t locus_count, locus_capacity;
    struct locus *note_loci; /* offsets into notes */
    size_t note_locus_count, note_locus_capacity;
    size_t count;     /* blocks so far */
    size_t furniture; /* of them, left out */
    uint32_t *scans;  /* pages that are pictures, rising */
    size_t scan_count, scan_capacity;
    /* the open block */
    bool open, row, cell;
    enum block_kind kind;
    size_t start;       /* of it, in the buffer it goes to */
    struct error error; /* the first thing that was wrong */
};

/* Begins a block; one still open is ended. `where` (may be NULL) is copied; its text offset is set
 * here. With .paragraph 0 and no page the block's own number is its paragraph. */
void blocks_begin(struct blocks *blocks, enum block_kind kind, const struct locus *where);
/* Adds UTF-8 to the open block; bytes that are none become U+FFFD. In a row tabs and line ends
 * become blanks; elsewhere line ends stay (a break within the paragraph). Without an open block a
 * paragraph begins. */
void blocks_add(struct blocks *blocks, struct slice utf8);
/* The next cell of the open row begins. `where` (may be NULL): where it stands. */
void blocks_cell(struct blocks *blocks, const struct locus *where);
/* From here on the open block's text stands somewhere else (the next line of it, the next page). */
void blocks_move(struct blocks *blocks, const struct locus *where);
void blocks_end(struct blocks *blocks); /* harmless when none is open */

/* The text so far within the open block (valid until the next call). */
struct slice blocks_current(const struct blocks *blocks);

/* Page `page` (rising) is a picture: its text is to be read off. */
void blocks_scan(struct blocks *blocks, uint32_t page);

/* The whole text at once, as it stands in `text`, which must live as long as the arena: for formats
 * whose bytes are the text, so that offsets count in the file. */
void blocks_borrow(struct blocks *blocks, struct slice text, struct slice encoding);

/* Ends what is open, puts the notes behind the text. STATUS_BAD: too large, or the first error. */
enum status blocks_finish(struct blocks *blocks, struct error *error);
void blocks_release(struct blocks *blocks); /* the buffers; not the arena */

/* What is finished as a message, from the child that decoded to the stage that reads on. Reading
 * trusts nothing: offsets, sizes and UTF-8 are checked again. */
void blocks_pack(const struct blocks *blocks, struct buffer *out);
enum status blocks_unpack(struct arena *arena, struct slice message, struct report *report,
                          struct error *error);

/* Gives a finished text to the report (in its arena already, or copied into it). */
void blocks_give(const struct blocks *blocks, struct report *report);

#endif
