/* filing_cut.c - cuts a filing down to some of its rows. No state but the caller's scratch. */
#include "workers/results/filing.h"

#include "workers/results/filing_private.h"

/* Where a text of the whole stands in the cut, which has only those that are used. */
struct texts {
    const struct filing *filing;
    uint32_t *place; /* index + 1 in the cut; 0: not used so far */
    uint32_t *used;  /* indexes in the whole, in order of the cut */
    uint32_t count;
};

static uint32_t text_place(struct texts *texts, uint64_t index, bool *bad)
{
    if (index >= texts->filing->texts.count) {
        *bad = true;
        return 0;
    }
    if (!texts->place[index]) {
        texts->used[texts->count++] = (uint32_t)index;
        texts->place[index] = texts->count;
    }
    return texts->place[index] - 1;
}

static void copy_since(const char *start, const struct coded *in, struct buffer *out)
{
    buffer_append(out, start, (size_t)(in->at - start));
}

/* As write_mention() has it, with the texts' new places. */
static bool cut_mention(struct coded *in, struct texts *texts, struct buffer *out)
{
    const char *start = in->at;
    bool bad = false;
    coded_number(in);
    coded_number(in);
    coded_text(in);
    coded_double(in);
    coded_text(in);
    struct slice bound = coded_bytes(in, 1);
    copy_since(start, in, out);
    code_number(out, text_place(texts, coded_number(in), &bad));
    code_number(out, text_place(texts, coded_number(in), &bad));
    start = in->at;
    coded_text(in);
    coded_number(in);
    struct slice says = coded_bytes(in, 1);
    if (says.len && (uint8_t)says.data[0] >> REVIEW_SHIFT & TWO_BITS)
        coded_text(in);
    struct locus place;
    if (bound.len && (uint8_t)bound.data[0] & PLACE_FOLLOWS)
        coded_place(in, &place);
    copy_since(start, in, out);
    return !bad && !in->bad;
}

static bool cut_row(struct slice bytes, struct filed_row row, struct texts *texts,
                    struct buffer *out)
{
    bool good = true;
    buffer_append(out, bytes.data, (size_t)(row.mentions.at - bytes.data));
    while (good && row.mention_count-- > 0)
        good = cut_mention(&row.mentions, texts, out);
    return good;
}

static bool cut_rows(const struct filing *filing, struct slice first, struct slice last,
                     struct texts *texts, struct filing_scratch *scratch)
{
    struct filed_row row;
    struct slice bytes;
    size_t low = 0, high = filing->rows.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (!filing_row(filing, middle, &row))
            return false;
        if (slice_compare(row.indicator, first) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; filing_row(filing, low, &row) && slice_compare(row.indicator, last) <= 0; low++) {
        if (!run_at(&filing->rows, low, &bytes) || !cut_row(bytes, row, texts, &scratch->bytes))
            return false;
        run_end(scratch);
    }
    return true;
}

static void write_head(const struct filing *filing, struct buffer *out)
{
    code_number(out, filing->seq);
    code_number(out, filing->path_seq);
    buffer_add(out, filing->sha256);
    code_text(out, filing->catalogue);
    code_text(out, filing->path);
    code_text(out, filing->region_name);
    code_text(out, (struct slice){"", 0});
    code_text(out, (struct slice){"", 0});
    code_byte(out, (uint8_t)filing->level);
    for (unsigned date = 0; date < 2; date++) {
        code_number(out, 0);
        code_byte(out, 0);
        code_byte(out, 0);
    }
    code_number(out, 0); /* when it was filed */
}

static bool write_texts(const struct texts *texts, struct filing_scratch *scratch,
                        struct buffer *out)
{
    struct slice text;
    for (uint32_t i = 0; i < texts->count; i++) {
        if (!run_at(&texts->filing->texts, texts->used[i], &text))
            return false;
        buffer_add(&scratch->bytes, text);
        run_end(scratch);
    }
    runs_write(scratch, out);
    return true;
}

bool filing_cut(const struct filing *filing, struct slice first, struct slice last,
                struct filing_scratch *scratch, struct buffer *out)
{
    filing_scratch_reserve(scratch, filing->texts.count);
    struct texts texts = {
        .filing = filing, .place = scratch->sentence_of, .used = scratch->section_of};
    if (filing->texts.count)
        memset(texts.place, 0, filing->texts.count * sizeof *texts.place);
    buffer_clear(&scratch->ends);
    buffer_clear(&scratch->bytes);
    buffer_clear(&scratch->rows);
    bool good = cut_rows(filing, first, last, &texts, scratch) && scratch->ends.len > 0;
    if (good) {
        runs_write(scratch, &scratch->rows);
        write_head(filing, out);
        good = write_texts(&texts, scratch, out);
        buffer_add(out, buffer_slice(&scratch->rows));
        runs_write(scratch, out); /* no asides */
        runs_write(scratch, out); /* no decisions */
        runs_write(scratch, out); /* no audits */
        runs_write(scratch, out); /* no passages */
    }
    buffer_clear(&scratch->ends);
    buffer_clear(&scratch->bytes);
    return good;
}
