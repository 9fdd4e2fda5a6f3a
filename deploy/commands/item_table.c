/* item_table.c - which columns a person sees of each list, and how they line up. No state but the
 * printer's; nothing here fails but the stream. */
#include "deploy/commands/item_table.h"

#include "deploy/commands/columns.h"
#include "deploy/commands/words.h"
#include "proto/base/digest.h"
#include "proto/rows/row_csv.h"
#include "proto/rows/row_json.h"

#include <string.h>
#include <time.h>

enum { MOST_COLUMNS = 12, GAP = 2, LEAST_LAST = 20 };

/* The last column takes what is left of the line. */
static const struct view {
    const char *names[MOST_COLUMNS];
    unsigned most[MOST_COLUMNS]; /* columns of the terminal */
} views[LIST_COUNT] = {
    [LIST_DOCUMENTS] = {{"issuer", "year", "level", "published", "standing", "figures", "proposed",
                         "audits", "decisions", "path"},
                        {32, 4, 10, 10, 9, 7, 8, 6, 9, 60}},
    [LIST_AUDITS] = {{"issuer", "year", "type", "note"}, {32, 4, 26, 80}},
    [LIST_COVERAGE] = {{"region", "region_name", "level", "year", "coverage", "published",
                        "issuer"},
                       {6, 30, 10, 4, 8, 10, 40}},
    [LIST_FIGURES] = {{"id", "issuer", "year", "label", "value", "unit", "state", "verdict", "by",
                       "sentence"},
                      {32, 28, 4, 28, 14, 6, 8, 9, 10, 60}},
    [LIST_REVIEW] = {{"id", "reasons", "issuer", "year", "label", "candidate_labels", "value",
                      "unit", "sentence"},
                     {32, 16, 26, 4, 24, 24, 14, 6, 60}},
    [LIST_DECISIONS] = {{"id", "at_ms", "verdict", "label", "value", "unit", "by", "text", "note"},
                        {32, 16, 9, 28, 14, 6, 10, 12, 40}},
};

/* The figure that a decision is about, as the commands take it; no field of its own. */
static const struct row_field id_of_decision = {FIELD_NAMED("id"), .head = "编号",
                                                .type = FIELD_TEXT};

static const struct row_field *find_field(const struct row_field_list *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (slice_equal(fields->items[i].name, slice_of(name)))
            return &fields->items[i];
    return &id_of_decision; /* the views name no others */
}

static void put_id(const struct decision *decision, struct buffer *out)
{
    char hex[2 * DIGEST_BYTES + 1];
    digest_name(decision->sha256, hex);
    if (decision->span.end)
        buffer_format(out, "%.12s:%u-%u", hex, decision->span.start, decision->span.end);
    else
        buffer_format(out, "%.12s", hex); /* of a document */
}

static void put_time(uint64_t at_ms, struct buffer *out)
{
    time_t seconds = (time_t)(at_ms / 1000);
    struct tm local;
    char text[32];
    if (at_ms && localtime_r(&seconds, &local) &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local))
        buffer_add(out, slice_of(text));
}

static bool is_word(enum row_field_type type)
{
    return type == FIELD_LEVEL || type == FIELD_KIND || type == FIELD_STATE ||
           type == FIELD_VERDICT || type == FIELD_COVERAGE || type == FIELD_STANDING ||
           type == FIELD_AUDIT;
}

static void put_reasons(const struct text_list *reasons, struct buffer *out)
{
    for (uint32_t i = 0; i < reasons->count; i++) {
        buffer_add(out, i ? slice_of(tr(", ")) : SLICE(""));
        buffer_add(out, word_for_people(reasons->items[i]));
    }
}

/* True: a figure, which stands to the right. */
static bool put_text(const struct row_field *field, const void *item, struct buffer *out)
{
    bool is_number;
    size_t start = out->len;
    if (slice_equal(field->name, SLICE("reasons"))) {
        put_reasons(row_field_at(field, item), out);
        return false;
    }
    if (field == &id_of_decision) {
        put_id(item, out);
        return false;
    }
    if (slice_ends(field->name, SLICE("_ms"))) {
        put_time(*(const uint64_t *)row_field_at(field, item), out);
        return false;
    }
    row_field_cell(field, item, out, &is_number);
    if (is_word(field->type) && out->len > start) {
        struct slice word = word_for_people((struct slice){out->data + start, out->len - start});
        out->len = start;
        buffer_add(out, word);
    }
    return is_number;
}

static void put_line(const struct row_field *const *fields, const unsigned *widths, unsigned count,
                     const void *item, struct buffer *out)
{
    struct buffer cell = {0};
    for (unsigned i = 0; i < count; i++) {
        bool right = false;
        buffer_clear(&cell);
        if (item)
            right = put_text(fields[i], item, &cell);
        else
            buffer_add(&cell, head_for_people(fields[i]));
        if (i + 1 == count) {
            put_cut(out, buffer_slice(&cell), widths[i]);
            break;
        }
        put_cell(out, buffer_slice(&cell), widths[i], right);
        buffer_add(out, SLICE("  "));
    }
    buffer_append(out, "\n", 1);
    buffer_release(&cell);
}

static void measure(const struct row_field *const *fields, const struct view *view, unsigned count,
                    const struct answer *page, unsigned *widths, unsigned line)
{
    size_t bytes = listing_kinds[page->list].item_bytes;
    struct buffer cell = {0};
    unsigned taken = 0;
    for (unsigned c = 0; c < count; c++) {
        widths[c] = text_columns(head_for_people(fields[c]));
        for (size_t i = 0; i < page->item_count; i++) {
            buffer_clear(&cell);
            put_text(fields[c], (const char *)page->items + i * bytes, &cell);
            unsigned columns = text_columns(buffer_slice(&cell));
            widths[c] = columns > widths[c] ? columns : widths[c];
        }
        unsigned head = text_columns(head_for_people(fields[c]));
        unsigned most = view->most[c] > head ? view->most[c] : head;
        widths[c] = widths[c] > most ? most : widths[c];
        taken += widths[c] + GAP;
    }
    buffer_release(&cell);
    taken -= widths[count - 1] + GAP;
    widths[count - 1] = taken + LEAST_LAST < line ? line - taken : LEAST_LAST;
}

static void put_table(struct item_printer *printer, const struct answer *page, struct buffer *out)
{
    const struct listing_kind *kind = &listing_kinds[page->list];
    const struct view *view = &views[page->list];
    const struct row_field *fields[MOST_COLUMNS];
    unsigned widths[MOST_COLUMNS], count = 0;
    for (; count < MOST_COLUMNS && view->names[count]; count++)
        fields[count] = find_field(&kind->fields, view->names[count]);
    measure(fields, view, count, page, widths, stream_columns(printer->out));
    if (!printer->headed)
        put_line(fields, widths, count, NULL, out);
    for (size_t i = 0; i < page->item_count; i++)
        put_line(fields, widths, count, (const char *)page->items + i * kind->item_bytes, out);
}

void items_print(struct item_printer *printer, const struct answer *page)
{
    const struct listing_kind *kind = &listing_kinds[page->list];
    struct buffer out = {0};
    bool csv = strcmp(printer->format, "csv") == 0;
    if (csv && !printer->headed)
        fields_csv_head(&kind->fields, printer->bom, &out);
    if (strcmp(printer->format, "table") == 0 && page->item_count)
        put_table(printer, page, &out);
    for (size_t i = 0; i < page->item_count && strcmp(printer->format, "table") != 0; i++) {
        const void *item = (const char *)page->items + i * kind->item_bytes;
        if (csv) {
            fields_csv(&kind->fields, item, &out);
        } else {
            fields_json(&kind->fields, item, &out);
            buffer_append(&out, "\n", 1);
        }
    }
    printer->headed = printer->headed || page->item_count || csv;
    printer->count += page->item_count;
    if (out.len) /* fwrite wants a pointer even for nothing */
        fwrite(out.data, 1, out.len, printer->out);
    buffer_release(&out);
}
