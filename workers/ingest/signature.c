/* signature.c - from the end upwards past the page's footer: a line that is a date, the lines above
 * it that are names of issuers; or one line with both; or a name without a date. No state.
 */
#include "workers/ingest/signature.h"

#include "workers/ingest/dates.h"
#include "workers/ingest/lines.h"

enum { TAIL_LINES = 80, SIGNATURE_BYTES = 160, NAME_LINES = 4 };

/* "安化县人民政府 2023年3月22日" or just one of the two. */
static bool read_line(const struct reader *reader, struct slice line, struct issuer *issuer,
                      bool *has_issuer, struct date *date)
{
    *has_issuer = false;
    *date = (struct date){0};
    if (line.len == 0 || line.len > SIGNATURE_BYTES || line_has_label(reader, line))
        return false;
    size_t len = 0, at = date_find(line, 0, date, &len);
    struct slice name = line;
    if (at != SIZE_MAX) {
        struct slice rest = line_trim(slice_range(line, at + len, line.len));
        if (rest.len > 0 && !slice_equal(rest, SLICE("）")) && !slice_equal(rest, SLICE(")")))
            return false;
        name = line_trim(slice_range(line, 0, at));
    }
    if (slice_starts(name, SLICE("（")))
        name = slice_range(name, 3, name.len);
    else if (slice_starts(name, SLICE("(")))
        name = slice_range(name, 1, name.len);
    if (name.len > 0)
        *has_issuer = issuer_read_whole(reader->gazetteer, reader->words, name, issuer);
    return name.len > 0 ? *has_issuer : at != SIZE_MAX;
}

/* Several issuers on one line: 中共隰县县委 隰县人民政府 is read as the government's already. */
static void keep(struct layout *layout, const struct issuer *issuer)
{
    if (layout->signature_count == MAX_SIGNATURES)
        return;
    memmove(layout->signatures + 1, layout->signatures,
            layout->signature_count * sizeof *layout->signatures);
    layout->signatures[0] = *issuer;
    layout->signature_count++;
}

/* Takes the names above line `i`, which holds the date or a name; returns the first line of all. */
static size_t take_names(const struct reader *reader, struct layout *layout, size_t i)
{
    size_t first = i;
    for (size_t j = i, names = 0; j > layout->body_first && names < NAME_LINES; j--) {
        struct slice line = layout->lines[j - 1];
        struct issuer issuer;
        struct date date;
        bool has_issuer;
        if (line.len == 0)
            continue;
        if (!read_line(reader, line, &issuer, &has_issuer, &date) || !has_issuer || date.year)
            break;
        keep(layout, &issuer);
        names++;
        first = j - 1;
    }
    return first;
}

/* "…迈上新台阶。安化县人民政府 2023年3月22日": signed behind the last sentence of the text. */
static void read_run_on(const struct reader *reader, struct layout *layout, size_t i)
{
    struct slice line = layout->lines[i];
    size_t stop = SIZE_MAX;
    for (size_t at = 0; (at = slice_find(line, SLICE("。"), at)) != SIZE_MAX; at += 3)
        stop = at + 3;
    if (stop == SIZE_MAX || stop >= line.len)
        return;
    struct issuer issuer;
    struct date date;
    bool has_issuer;
    if (!read_line(reader, line_trim(slice_range(line, stop, line.len)), &issuer, &has_issuer,
                   &date))
        return;
    if (has_issuer)
        keep(layout, &issuer);
    layout->signed_on = date;
    layout->lines[i] = slice_range(line, 0, stop);
    layout->body_end = i + 1;
}

/* The line from which the signature is read: the lowest that is dated, else the lowest name; the
 * search ends at the last sentence of the text, whose line goes to *text_line. */
static size_t find_line(const struct reader *reader, const struct layout *layout, size_t *text_line)
{
    size_t low = layout->count > TAIL_LINES ? layout->count - TAIL_LINES : 0, name = SIZE_MAX;
    low = low > layout->body_first ? low : layout->body_first;
    *text_line = SIZE_MAX;
    for (size_t i = layout->count; i > low; i--) {
        struct slice line = layout->lines[i - 1];
        struct issuer issuer;
        struct date date;
        bool has_issuer;
        if (read_line(reader, line, &issuer, &has_issuer, &date)) {
            if (date.year)
                return i - 1;
            name = name == SIZE_MAX ? i - 1 : name;
        } else if ((line_is_prose(line) || slice_ends(line, SLICE("。"))) &&
                   !line_is_furniture(reader, line)) {
            *text_line = i - 1;
            break;
        }
    }
    return name;
}

void signature_read(const struct reader *reader, struct layout *layout)
{
    size_t text_line, i = find_line(reader, layout, &text_line);
    if (i == SIZE_MAX) {
        if (text_line != SIZE_MAX)
            read_run_on(reader, layout, text_line);
        return;
    }
    struct issuer issuer;
    bool has_issuer;
    read_line(reader, layout->lines[i], &issuer, &has_issuer, &layout->signed_on);
    layout->body_end = take_names(reader, layout, i);
    if (has_issuer)
        keep(layout, &issuer);
}
