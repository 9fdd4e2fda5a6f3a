/* reading.c - one chain of the pipeline's own stages behind a lock, and the last documents it read.
 *
 * What is shown comes from the same code as what is stored, under the catalogue that the console
 * was started with. The decoders run in their sandboxed child, as in the pipeline. What can fail: a
 * document that no reader reads.
 */
#include "deploy/console/reading.h"

#include "deploy/pipeline/chain.h"
#include "proto/base/json_text.h"
#include "workers/extract/quantity/grid.h"
#include "workers/extract/quantity/numeral.h"
#include "workers/text/utf8.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEPT = 24, MOST_KEPT_BYTES = 4 << 20 };

struct kept {
    char sha256[65];
    struct buffer json;
};

struct reading {
    pthread_mutex_t lock; /* guards all of it */
    struct chain chain;
    struct report report;
    struct kept kept[KEPT];
    unsigned next;
};

enum status reading_open(struct reading **out, const struct console *console, struct error *error)
{
    struct reading *reading = memory_zero(sizeof *reading);
    pthread_mutex_init(&reading->lock, NULL);
    *out = reading;
    return chain_open(&reading->chain, NULL, console->options.catalogue, error);
}

void reading_close(struct reading **slot)
{
    struct reading *reading = *slot;
    if (!reading)
        return;
    *slot = NULL;
    chain_close(&reading->chain);
    report_release(&reading->report);
    for (unsigned i = 0; i < KEPT; i++)
        buffer_release(&reading->kept[i].json);
    pthread_mutex_destroy(&reading->lock);
    free(reading);
}

/* ---- as JSON ---- */

static void put_text(const char *key, struct slice text, struct buffer *out)
{
    buffer_format(out, ",\"%s\":", key);
    json_text(text, out);
}

static void put_outline(const struct report *report, struct buffer *out)
{
    buffer_add(out, SLICE(",\"outline\":["));
    for (size_t i = 0; i < report->heading_count; i++) {
        const struct heading *heading = &report->headings[i];
        struct span span = span_to_text(report, heading->clean);
        buffer_format(out, "%s{\"level\":%u,\"start\":%u,\"end\":%u", i ? "," : "", heading->level,
                      span.start, span.end);
        put_text("number", heading->number, out);
        put_text("title", heading->title, out);
        buffer_append(out, "}", 1);
    }
    buffer_append(out, "]", 1);
}

static void put_parts(const struct report *report, struct buffer *out)
{
    buffer_add(out, SLICE(",\"parts\":{"));
    for (unsigned part = PART_NONE + 1; part < PART_COUNT; part++)
        buffer_format(out, "%s\"%s\":%s", part > 1 ? "," : "", part_name(part),
                      report->parts[part] ? "true" : "false");
    buffer_append(out, "}", 1);
}

/* How wide a text is printed, in halves of a hanzi. */
static double width_of(struct slice text)
{
    double width = 0;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at))
        width += (text.data[at] & 0x80) != 0 ? 2 : 1;
    return width;
}

/* The part of a line's box that the figure takes: a locus is of a line, and its characters stand
 * side by side. */
static void narrow(const struct report *report, const struct locus *locus, struct span figure,
                   float box[4])
{
    const struct locus *end = report->loci + report->locus_count;
    uint32_t from = locus->text, to = locus + 1 < end ? locus[1].text : (uint32_t)report->text.len;
    struct slice line = slice_range(report->text, from, to);
    while (line.len && strchr(" \t\r\n", line.data[line.len - 1]))
        line.len--;
    bool one_line = slice_find(line, SLICE("\n"), 0) == SIZE_MAX && figure.start >= from &&
                    figure.end <= from + line.len;
    double whole = width_of(line), span = box[2] - box[0];
    if (!one_line || whole <= 0)
        return;
    double left = box[0];
    box[0] = (float)(left + span * width_of(slice_range(line, 0, figure.start - from)) / whole);
    box[2] = (float)(left + span * width_of(slice_range(line, 0, figure.end - from)) / whole);
}

static void put_place(const struct report *report, const struct quantity *quantity,
                      struct buffer *out)
{
    const struct locus *locus = report_locus(report, quantity->text.start);
    float box[4];
    if (!locus || !locus->page)
        return;
    memcpy(box, locus->box, sizeof box);
    narrow(report, locus, quantity->text, box);
    buffer_format(out, ",\"page\":%u,\"box\":[", locus->page);
    for (unsigned i = 0; i < 4; i++) {
        if (i > 0)
            buffer_append(out, ",", 1);
        json_number((double)box[i], out);
    }
    buffer_append(out, "]", 1);
}

/* Of a figure in a table: the heads of its column, outermost first, and what names its row. */
static void put_cell(const struct report *report, const struct quantity *quantity,
                     struct buffer *out)
{
    struct grid_row row;
    struct slice heads[GRID_MAX_HEADS];
    if (quantity->sentence < 0 || !report->sentences[quantity->sentence].table)
        return;
    grid_read(report, (size_t)quantity->sentence, &row);
    size_t cell = 0;
    while (cell + 1 < row.count && row.cells[cell].end < quantity->clean.end)
        cell++;
    size_t count = grid_heads(report, &row, cell, heads);
    buffer_add(out, SLICE(",\"heads\":["));
    for (size_t i = 0; i < count; i++) {
        buffer_add(out, i ? SLICE(",") : SLICE(""));
        json_text(heads[i], out);
    }
    buffer_add(out, SLICE("],\"row\":["));
    bool first = true;
    for (size_t column = 0; column < cell + row.shift && column < GRID_MAX_LABELS; column++) {
        struct slice label = grid_label(report, &row, column);
        struct numeral numeral;
        if (!label.len || (numeral_read(label, 0, &numeral) && numeral.digits))
            continue;
        buffer_add(out, first ? SLICE("") : SLICE(","));
        json_text(label, out);
        first = false;
    }
    buffer_append(out, "]", 1);
}

/* The rows of tables: where each stands, how far its cells are to be moved to the right, and
 * whether it is a row of heads. */
static void put_rows(const struct report *report, struct buffer *out)
{
    bool first = true;
    bool *heads = memory_zero(report->sentence_count + 1);
    for (size_t i = 0; i < report->sentence_count; i++)
        if (report->sentences[i].table && report->sentences[i].table_head >= 0)
            heads[report->sentences[i].table_head] = true;
    buffer_add(out, SLICE(",\"rows\":["));
    for (size_t i = 0; i < report->sentence_count; i++) {
        struct grid_row row;
        if (!report->sentences[i].table)
            continue;
        grid_read(report, i, &row);
        struct span span = span_to_text(report, report->sentences[i].clean);
        buffer_format(out, "%s{\"start\":%u,\"end\":%u,\"shift\":%zu,\"head\":%s}",
                      first ? "" : ",", span.start, span.end, row.shift,
                      heads[i] ? "true" : "false");
        first = false;
    }
    buffer_append(out, "]", 1);
    free(heads);
}

static void put_quantity(const struct report *report, const struct quantity *quantity,
                         struct buffer *out)
{
    const struct sentence *sentence =
        quantity->sentence >= 0 ? &report->sentences[quantity->sentence] : NULL;
    struct span around = sentence ? span_to_text(report, sentence->clean) : quantity->text;
    buffer_format(out, "{\"start\":%u,\"end\":%u,\"sentence_start\":%u,\"sentence_end\":%u",
                  quantity->text.start, quantity->text.end, around.start, around.end);
    buffer_format(out, ",\"state\":\"%s\",\"bound\":\"%s\",\"value\":", state_name(quantity->state),
                  bound_name(quantity->bound));
    json_number(quantity->value, out);
    put_text("unit", quantity->unit, out);
    put_text("indicator", quantity->indicator, out);
    put_text("rule", quantity->rule, out);
    buffer_add(out, SLICE(",\"proposed\":["));
    for (size_t i = 0; i < quantity->proposed_count; i++) {
        if (i > 0)
            buffer_append(out, ",", 1);
        json_text(quantity->proposed[i], out);
    }
    buffer_append(out, "]", 1);
    put_cell(report, quantity, out);
    put_place(report, quantity, out);
    buffer_append(out, "}", 1);
}

static void put_report(const struct report *report, struct buffer *out)
{
    buffer_add(out, SLICE("\"text\":"));
    json_text(report->text, out);
    put_text("format", report->format, out);
    put_outline(report, out);
    put_parts(report, out);
    put_rows(report, out);
    buffer_add(out, SLICE(",\"quantities\":["));
    for (size_t i = 0; i < report->quantity_count; i++) {
        if (i > 0)
            buffer_append(out, ",\n", 2);
        put_quantity(report, &report->quantities[i], out);
    }
    buffer_append(out, "]", 1);
}

/* ---- reading ---- */

static const struct kept *find(const struct reading *reading, struct slice sha256)
{
    for (unsigned i = 0; i < KEPT && sha256.len; i++)
        if (slice_equal(slice_of(reading->kept[i].sha256), sha256))
            return &reading->kept[i];
    return NULL;
}

static void keep(struct reading *reading, struct slice sha256, struct slice json)
{
    struct kept *kept = &reading->kept[reading->next];
    if (!sha256.len || sha256.len >= sizeof kept->sha256 || json.len > MOST_KEPT_BYTES)
        return;
    reading->next = (reading->next + 1) % KEPT;
    snprintf(kept->sha256, sizeof kept->sha256, "%.*s", SLICE_ARGS(sha256));
    buffer_clear(&kept->json);
    buffer_add(&kept->json, json);
}

enum status reading_put(struct reading *reading, struct slice sha256, const char *path,
                        struct slice bytes, struct buffer *out, struct error *error)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&reading->lock);
    const struct kept *kept = find(reading, sha256);
    if (kept) {
        buffer_add(out, buffer_slice(&kept->json));
    } else {
        size_t before = out->len;
        report_reset(&reading->report);
        reading->report.path = slice_of(path);
        reading->report.raw = bytes;
        status = chain_read(&reading->chain, &reading->report, error);
        if (!status) {
            put_report(&reading->report, out);
            keep(reading, sha256, slice_from(buffer_slice(out), before));
        }
    }
    pthread_mutex_unlock(&reading->lock);
    return status;
}
