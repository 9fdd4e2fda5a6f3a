/* words.c - a line of tesseract's tsv is level, page, block, paragraph, line, word, left, top,
 * width, height, confidence, text; level 1 is the page, 4 a line, 5 a word.
 *
 * A word gets its line's height (its width on a page that lies on its side): boxes of single
 * characters jump up and down with their shapes, and rows are told by height. Confidence does not
 * tell right words from wrong; of a whole page it tells whether it stands upright. No state.
 */
#include "workers/ocr/words.h"

#include <stdio.h>
#include <stdlib.h>

enum { LEVEL_PAGE = 1, LEVEL_LINE = 4, LEVEL_WORD = 5, NUMBERS = 11 };

struct tsv_line {
    double numbers[NUMBERS];
    struct slice text;
};

enum {
    AT_LEVEL = 0,
    AT_LEFT = 6,
    AT_TOP = 7,
    AT_WIDTH = 8,
    AT_HEIGHT = 9,
    AT_CONFIDENCE = 10,
};

static bool read_line(struct slice line, struct tsv_line *read)
{
    size_t at = 0;
    for (unsigned i = 0; i < NUMBERS; i++) {
        char digits[32], *end;
        size_t len = 0;
        while (at < line.len && line.data[at] != '\t' && len + 1 < sizeof digits)
            digits[len++] = line.data[at++];
        digits[len] = '\0';
        read->numbers[i] = strtod(digits, &end);
        if (len == 0 || *end || at == line.len)
            return false;
        at++;
    }
    read->text = slice_range(line, at, line.len);
    return true;
}

/* The next line from *at on; false: none is left. */
static bool next_line(struct slice tsv, size_t *at, struct slice *line)
{
    if (*at >= tsv.len)
        return false;
    size_t end = slice_find(tsv, SLICE("\n"), *at);
    end = end == SIZE_MAX ? tsv.len : end;
    *line = slice_range(tsv, *at, end);
    *at = end + 1;
    return true;
}

bool words_page_size(struct slice tsv, float *width, float *height)
{
    struct slice line;
    struct tsv_line read;
    for (size_t at = 0; next_line(tsv, &at, &line);)
        if (read_line(line, &read) && read.numbers[AT_LEVEL] == LEVEL_PAGE) {
            *width = (float)read.numbers[AT_WIDTH];
            *height = (float)read.numbers[AT_HEIGHT];
            return true;
        }
    return false;
}

double words_confidence(struct slice tsv)
{
    struct slice line;
    struct tsv_line read;
    double sum = 0;
    size_t count = 0;
    for (size_t at = 0; next_line(tsv, &at, &line);)
        if (read_line(line, &read) && read.numbers[AT_LEVEL] == LEVEL_WORD) {
            sum += read.numbers[AT_CONFIDENCE];
            count++;
        }
    return count ? sum / (double)count : -1;
}

/* What is left of a ruled line, or a speck. */
static bool is_word(struct slice text)
{
    static const char rests[] = "| _~`'^\\\r";
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(rests, text.data[i]) || text.data[i] == '\0')
            return true;
    return false;
}

static void put_escaped(struct slice text, struct buffer *out)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        struct slice written = c == '&'   ? SLICE("&amp;")
                               : c == '<' ? SLICE("&lt;")
                               : c == '>' ? SLICE("&gt;")
                                          : slice_range(text, i, i + 1);
        buffer_add(out, written);
    }
}

static void put_word(const struct tsv_line *word, const struct tsv_line *line, double scale,
                     struct buffer *out)
{
    bool sideways = line->numbers[AT_HEIGHT] > line->numbers[AT_WIDTH];
    const double *across = sideways ? line->numbers : word->numbers;
    const double *down = sideways ? word->numbers : line->numbers;
    double left = across[AT_LEFT] * scale, top = down[AT_TOP] * scale;
    buffer_format(out, "<word xMin=\"%.2f\" yMin=\"%.2f\" xMax=\"%.2f\" yMax=\"%.2f\">", left, top,
                  left + across[AT_WIDTH] * scale, top + down[AT_HEIGHT] * scale);
    put_escaped(word->text, out);
    buffer_format(out, "</word>\n");
}

void words_of_tsv(struct slice tsv, struct slice rules, float width, float height, float scale,
                  struct buffer *out)
{
    struct slice bytes;
    struct tsv_line line = {0}, read;
    buffer_format(out, "<page width=\"%.2f\" height=\"%.2f\" ocr=\"1\">\n", (double)width,
                  (double)height);
    buffer_add(out, rules);
    for (size_t at = 0; next_line(tsv, &at, &bytes);) {
        if (!read_line(bytes, &read))
            continue;
        if (read.numbers[AT_LEVEL] == LEVEL_LINE)
            line = read;
        else if (read.numbers[AT_LEVEL] == LEVEL_WORD && is_word(read.text))
            put_word(&read, &line, (double)scale, out);
    }
    buffer_format(out, "</page>\n");
}
