/* alike.c - whether a report is a version of another of its unit and year, or a document of its
 * own. Pure.
 *
 * A correction changes figures and sentences and leaves most of the text alone: its long paragraphs
 * have their sketches in common (audit/passages.h), whatever became of the figures in them. Where
 * there are too few of these, title and sentences decide. In doubt it is a version, as it mostly
 * is.
 */
#include "workers/results/write/write.h"

#include "workers/text/utf8.h"

enum {
    ALIKE_MARKS = 4, /* of MARKS: about half of the paragraph's text is the same */
    MOST_SENTENCES = 64,
};

static unsigned common_marks(const struct filed_passage *a, const struct filed_passage *b)
{
    unsigned count = 0;
    for (unsigned i = 0; i < MARKS; i++)
        for (unsigned j = 0; j < MARKS; j++)
            if (a->marks[i] == b->marks[j]) {
                count++;
                break;
            }
    return count;
}

static bool has_passage(const struct filing *filing, const struct filed_passage *wanted)
{
    struct filed_passage passage;
    for (size_t i = 0; filing_passage(filing, i, &passage); i++)
        if (common_marks(&passage, wanted) >= ALIKE_MARKS)
            return true;
    return false;
}

/* ---- titles and sentences, without what a correction changes ---- */

/* The next hanzi of `text` at or behind *at; 0: none. */
static uint32_t next_hanzi(struct slice text, size_t *at)
{
    while (*at < text.len) {
        uint32_t c = utf8_at(text.data + *at);
        *at += utf8_length(text.data + *at);
        if (utf8_is_hanzi(c))
            return c;
    }
    return 0;
}

/* The same words, whatever the figures, years and marks among them. */
static bool same_words(struct slice a, struct slice b)
{
    size_t i = 0, j = 0;
    uint32_t c;
    do {
        c = next_hanzi(a, &i);
        if (c != next_hanzi(b, &j))
            return false;
    } while (c);
    return true;
}

static bool has_sentence(const struct filing *filing, struct slice wanted)
{
    struct filed_row row;
    struct evidence mention;
    for (size_t i = 0; i < MOST_SENTENCES && filing_row(filing, i, &row); i++)
        while (filed_mention(filing, &row, &mention))
            if (same_words(mention.sentence, wanted))
                return true;
    return false;
}

static bool share_a_sentence(const struct filing *filing, const struct report *report)
{
    for (size_t i = 0; i < report->fact_count && i < MOST_SENTENCES; i++)
        if (has_sentence(filing, report->facts[i].sentence))
            return true;
    return false;
}

bool is_version_of(const struct filing *filing, const struct report *report)
{
    bool same_title = same_words(filing->title, report->meta.title);
    struct filed_passage passage;
    size_t long_ones = 0, common = 0;
    for (size_t i = 0; i < report->passage_count; i++)
        if (passage_file(&report->passages[i], &passage)) {
            long_ones++;
            common += has_passage(filing, &passage);
        }
    size_t least = long_ones < filing->passages.count ? long_ones : filing->passages.count;
    if (least > 0)
        return same_title ? common * 5 >= least : common * 2 >= least;
    return same_title || !filing->rows.count || !report->fact_count ||
           share_a_sentence(filing, report);
}
