/* row_text.c - rows as JSON lines and CSV (row_table.c: as tables). The thread of the command.
 *
 * JSON is written by hand: its keys, their order and every digit are a promise (the contract), the
 * texts were checked to be UTF-8 when they came in, and a nation's rows are some millions.
 */
#include "deploy/commands/row_text.h"

#include <math.h>
#include <stdio.h>

/* Most figures are whole: by hand, since printf takes ten times as long. */
static void whole_text(int64_t value, char text[32])
{
    char digits[20];
    size_t at = sizeof digits, len = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        text[len++] = '-';
    memcpy(text + len, digits + at, sizeof digits - at);
    text[len + sizeof digits - at] = '\0';
}

void number_text(double value, char text[32])
{
    if (value == floor(value) && fabs(value) < 1e15)
        whole_text((int64_t)value, text); /* not -0 */
    else
        snprintf(text, 32, "%.15g", value);
}

void json_text(struct slice text, struct buffer *out)
{
    static const char hex[] = "0123456789abcdef";
    size_t start = 0;
    buffer_append(out, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_append(out, text.data + start, i - start);
        start = i + 1;
        const char *shorthand = c == '"'    ? "\\\""
                                : c == '\\' ? "\\\\"
                                : c == '\n' ? "\\n"
                                : c == '\t' ? "\\t"
                                : c == '\r' ? "\\r"
                                            : NULL;
        char escaped[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        buffer_append(out, shorthand ? shorthand : escaped, shorthand ? 2 : 6);
    }
    buffer_append(out, text.data + start, text.len - start);
    buffer_append(out, "\"", 1);
}

#define KEY(out, name) buffer_add((out), SLICE(", \"" name "\": "))

static void put_number(struct buffer *out, double value)
{
    char text[32];
    number_text(value, text);
    buffer_add(out, slice_of(text));
}

static void put_unsigned(struct buffer *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    buffer_append(out, digits + at, sizeof digits - at);
}

static void put_text_or_null(struct buffer *out, struct slice text)
{
    if (text.len)
        json_text(text, out);
    else
        buffer_add(out, SLICE("null"));
}

static void put_word(struct buffer *out, const char *word)
{
    json_text(slice_of(word), out);
}

static void put_region(struct buffer *out, uint32_t region)
{
    char code[16];
    snprintf(code, sizeof code, "\"%06u\"", region);
    buffer_add(out, slice_of(code));
}

static void put_evidence(struct buffer *out, const struct evidence *evidence)
{
    buffer_add(out, SLICE("{\"doc\": "));
    json_text(evidence->doc, out);
    KEY(out, "path"), json_text(evidence->path, out);
    KEY(out, "start"), put_unsigned(out, evidence->span.start);
    KEY(out, "end"), put_unsigned(out, evidence->span.end);
    KEY(out, "text"), json_text(evidence->text, out);
    KEY(out, "value"), put_number(out, evidence->value);
    KEY(out, "sentence"), json_text(evidence->sentence, out);
    buffer_append(out, "}", 1);
}

static void put_value(struct buffer *out, const struct row *row)
{
    KEY(out, "value"), put_number(out, row->value);
    KEY(out, "unit"), json_text(row->unit, out);
    KEY(out, "bound"), put_word(out, bound_name(row->bound));
    KEY(out, "conflict"), buffer_add(out, row->conflict ? SLICE("true") : SLICE("false"));
    KEY(out, "evidence"), buffer_append(out, "[", 1);
    for (size_t i = 0; i < row->evidence_count; i++) {
        if (i)
            buffer_add(out, SLICE(", "));
        put_evidence(out, &row->evidence[i]);
    }
    buffer_append(out, "]", 1);
}

static void put_statistics(struct buffer *out, const struct row *row)
{
    KEY(out, "children"), put_unsigned(out, row->children);
    KEY(out, "reporting"), put_unsigned(out, row->reporting);
    KEY(out, "sum"), put_number(out, row->sum);
    KEY(out, "mean"), put_number(out, row->mean);
    KEY(out, "min"), put_number(out, row->min);
    KEY(out, "median"), put_number(out, row->median);
    KEY(out, "max"), put_number(out, row->max);
    KEY(out, "unit"), json_text(row->unit, out);
}

void row_json(const struct row *row, uint64_t version, struct buffer *out)
{
    bool rollup = is_rollup(row);
    buffer_add(out, SLICE("{\"indicator\": "));
    json_text(row->indicator, out);
    KEY(out, "label"), json_text(row->label, out);
    KEY(out, "region"), put_region(out, row->region);
    if (!rollup)
        KEY(out, "region_name"), put_text_or_null(out, row->region_name);
    KEY(out, "level"), put_word(out, level_name(row->level));
    if (!rollup) {
        KEY(out, "township"), put_text_or_null(out, row->township);
        KEY(out, "kind"), put_word(out, kind_name(row->kind));
        KEY(out, "issuer"), put_text_or_null(out, row->issuer);
    }
    KEY(out, "year"), put_unsigned(out, row->year);
    if (rollup)
        KEY(out, "children_level"), put_word(out, level_name(row->children_level));
    if (row->gone)
        KEY(out, "gone"), buffer_add(out, SLICE("true"));
    else if (rollup)
        put_statistics(out, row);
    else
        put_value(out, row);
    if (version)
        KEY(out, "version"), put_unsigned(out, version);
    buffer_add(out, SLICE("}\n"));
}

/* ---- CSV (RFC 4180) ---- */

static void csv_field(struct buffer *out, struct slice text)
{
    bool quote = false;
    for (size_t i = 0; i < text.len && !quote; i++)
        quote = strchr(",\"\r\n", text.data[i]) != NULL;
    if (!quote) {
        buffer_add(out, text);
        return;
    }
    buffer_append(out, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"')
            buffer_append(out, "\"", 1);
        buffer_append(out, text.data + i, 1);
    }
    buffer_append(out, "\"", 1);
}

static void csv_next(struct buffer *out, struct slice text)
{
    buffer_append(out, ",", 1);
    csv_field(out, text);
}

static void csv_number(struct buffer *out, double value, bool there)
{
    buffer_append(out, ",", 1);
    if (there)
        put_number(out, value);
}

void row_csv_head(struct buffer *out)
{
    buffer_add(out, SLICE("indicator,label,region,region_name,level,township,kind,issuer,year,"
                          "value,unit,bound,conflict,children_level,children,reporting,sum,mean,"
                          "min,median,max,path,text,sentence\r\n"));
}

void row_csv(const struct row *row, struct buffer *out)
{
    bool rollup = is_rollup(row);
    const struct evidence *first = row->evidence_count ? row->evidence : &(struct evidence){0};
    char code[16];
    snprintf(code, sizeof code, "%06u", row->region);
    csv_field(out, row->indicator);
    csv_next(out, row->label);
    csv_next(out, slice_of(code));
    csv_next(out, row->region_name);
    csv_next(out, slice_of(level_name(row->level)));
    csv_next(out, row->township);
    csv_next(out, slice_of(rollup ? "" : kind_name(row->kind)));
    csv_next(out, row->issuer);
    csv_number(out, row->year, true);
    csv_number(out, row->value, !rollup);
    csv_next(out, row->unit);
    csv_next(out, slice_of(rollup ? "" : bound_name(row->bound)));
    csv_next(out, slice_of(rollup ? "" : row->conflict ? "true" : "false"));
    csv_next(out, slice_of(rollup ? level_name(row->children_level) : ""));
    csv_number(out, row->children, rollup);
    csv_number(out, row->reporting, rollup);
    csv_number(out, row->sum, rollup);
    csv_number(out, row->mean, rollup);
    csv_number(out, row->min, rollup);
    csv_number(out, row->median, rollup);
    csv_number(out, row->max, rollup);
    csv_next(out, first->path);
    csv_next(out, first->text);
    csv_next(out, first->sentence);
    buffer_add(out, SLICE("\r\n"));
}
