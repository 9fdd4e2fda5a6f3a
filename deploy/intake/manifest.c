/* manifest.c - reads a collector's list and finds a file's row in it.
 *
 * The list is decoded as a document is (charset, xlsx), then cut into cells (manifest_cells.c).
 * What can fail: the file, and the rows: each fault is told, and then nothing of the list is used.
 */
#include "deploy/intake/manifest.h"

#include "deploy/intake/manifest_cells.h"
#include "proto/base/file.h"
#include "proto/base/tr.h"
#include "proto/base/tsv.h"
#include "workers/ingest/dates.h"
#include "workers/ingest/format/document.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/region_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_YEAR = 1990, LAST_YEAR = 2079, MAX_LIST_BYTES = 64 << 20 };

enum column {
    COLUMN_PATH,
    COLUMN_URL,
    COLUMN_TITLE,
    COLUMN_REGION,
    COLUMN_TOWNSHIP,
    COLUMN_ISSUER,
    COLUMN_KIND,
    COLUMN_YEAR,
    COLUMN_PUBLISHED,
    COLUMN_COUNT
};
static const char *const column_names[COLUMN_COUNT] = {
    "path", "url", "title", "region", "township", "issuer", "kind", "year", "published"};

struct row {
    unsigned line;
    struct slice path, url;
    struct listed listed;
    bool used;
};

struct manifest {
    struct report report; /* the list as a document: its text and its arena */
    struct buffer bytes;
    struct reader reader;
    struct table heads;
    char *name;
    struct row *rows;
    size_t count, capacity;
    struct row **by_name; /* sorted by the file's name without its folders */
    size_t faults;
    manifest_tell *tell;
    void *context;
};

/* ---- telling ---- */

static void tell(struct manifest *manifest, unsigned line, const char *column, const char *what)
{
    struct buffer text = {0};
    buffer_format(&text, TR("%s, row %u, %s: %s"), manifest->name, line, column, what);
    if (manifest->tell)
        manifest->tell(manifest->context, text.data);
    else
        fprintf(stderr, "%s\n", text.data);
    buffer_release(&text);
}

static void fault(struct manifest *manifest, unsigned line, enum column column, const char *what)
{
    manifest->faults++;
    tell(manifest, line, column_names[column], what);
}

/* ---- words ---- */

static bool same_word(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || strncasecmp(a.data, b.data, a.len) == 0);
}

/* The third column of deploy/manifest.tsv for a word of a class; empty if it is none. */
static struct slice meaning(const struct manifest *manifest, const char *class, struct slice word)
{
    for (size_t i = 0; i < manifest->heads.count; i++) {
        const struct slice *columns = manifest->heads.rows[i].columns;
        if (slice_equal(columns[0], slice_of(class)) && same_word(columns[1], word))
            return columns[2];
    }
    return (struct slice){0};
}

static unsigned column_of(const struct manifest *manifest, struct slice head)
{
    struct slice name = meaning(manifest, "column", head);
    unsigned column = 0;
    while (column < COLUMN_COUNT && !slice_equal(name, slice_of(column_names[column])))
        column++;
    return column;
}

/* ---- cells ---- */

static void take_year(struct manifest *manifest, struct row *row, struct slice cell)
{
    unsigned year = 0;
    size_t digits = 0;
    while (digits < cell.len && cell.data[digits] >= '0' && cell.data[digits] <= '9' && digits < 6)
        year = year * 10 + (unsigned)(cell.data[digits++] - '0');
    struct slice rest = slice_from(cell, digits);
    bool marked = rest.len == 0 || slice_equal(rest, SLICE("年")) ||
                  slice_equal(rest, SLICE("年度")) || slice_equal(rest, SLICE(".0"));
    if (!marked || year < FIRST_YEAR || year > LAST_YEAR)
        fault(manifest, row->line, COLUMN_YEAR, "no year from 1990 to 2079 (年度不对)");
    else
        row->listed.year = (uint16_t)year;
}

static void take_kind(struct manifest *manifest, struct row *row, struct slice cell)
{
    struct slice word = meaning(manifest, "kind", cell);
    enum issuer_kind kind = kind_by_name(word.len ? word : cell);
    if (kind >= KIND_COUNT || kind == KIND_UNKNOWN)
        fault(manifest, row->line, COLUMN_KIND,
              "no kind (性质不对): government, department, committee, zone or institution");
    else
        row->listed.kind = kind;
}

static void take_date(struct manifest *manifest, struct row *row, struct slice cell)
{
    struct date date;
    size_t len;
    if (date_find(cell, 0, &date, &len) != 0)
        fault(manifest, row->line, COLUMN_PUBLISHED, "no date as 2023-02-08 (日期不对)");
    else
        row->listed.published = date;
}

static void take_region(struct manifest *manifest, struct row *row, struct slice cell)
{
    struct error error;
    if (region_by_text(&manifest->reader, cell, row->listed.year, &row->listed.region, &error))
        fault(manifest, row->line, COLUMN_REGION, error.text);
}

static void take_cell(struct manifest *manifest, struct row *row, enum column column,
                      struct slice cell)
{
    switch (column) {
    case COLUMN_PATH:
        row->path = cell;
        break;
    case COLUMN_URL:
        row->url = row->listed.url = cell;
        break;
    case COLUMN_TITLE:
        row->listed.title = cell;
        break;
    case COLUMN_REGION:
        take_region(manifest, row, cell);
        break;
    case COLUMN_TOWNSHIP:
        row->listed.township = cell;
        break;
    case COLUMN_ISSUER:
        row->listed.issuer = cell;
        break;
    case COLUMN_KIND:
        take_kind(manifest, row, cell);
        break;
    case COLUMN_YEAR:
        take_year(manifest, row, cell);
        break;
    default:
        take_date(manifest, row, cell);
        break;
    }
}

/* ---- rows ---- */

struct heads {
    unsigned columns[MAX_CELLS]; /* COLUMN_COUNT: of no use here */
    size_t count;
};

static enum status read_heads(struct manifest *manifest, const struct cells *cells,
                              struct heads *heads, struct error *error)
{
    bool there[COLUMN_COUNT + 1] = {false};
    heads->count = cells->count;
    for (size_t i = 0; i < cells->count; i++) {
        unsigned column = column_of(manifest, cells->items[i]);
        heads->columns[i] = column;
        if (column < COLUMN_COUNT && there[column])
            fault(manifest, cells->line, column, "this column is there twice");
        there[column] = true;
    }
    if (there[COLUMN_PATH] || there[COLUMN_URL])
        return STATUS_OK;
    return fail(error, STATUS_BAD,
                "%s: the first row has no column for the file: path (文件名) or url (网址); the "
                "others are title, region, township, issuer, kind, year, published",
                manifest->name);
}

/* The year first: it says which of like-named regions there were. */
static void read_row(struct manifest *manifest, const struct cells *cells,
                     const struct heads *heads)
{
    if (manifest->count == manifest->capacity) {
        manifest->capacity = manifest->capacity ? manifest->capacity * 2 : 256;
        manifest->rows = memory_resize(manifest->rows, manifest->capacity * sizeof *manifest->rows);
    }
    struct row *row = &manifest->rows[manifest->count];
    *row = (struct row){.line = cells->line};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < cells->count && i < heads->count; i++)
            if (cells->items[i].len && heads->columns[i] < COLUMN_COUNT &&
                (heads->columns[i] == COLUMN_YEAR) == (pass == 0))
                take_cell(manifest, row, heads->columns[i], cells->items[i]);
    if (row->path.len || row->url.len)
        manifest->count++;
    else
        fault(manifest, cells->line, COLUMN_PATH, "empty, and no url: which file is it?");
}

/* The name of the row's file; of a URL what stands behind its last slash, without its question. */
static struct slice file_name(const struct row *row)
{
    if (row->path.len)
        return slice_file_name(row->path);
    struct slice url = row->url;
    size_t query = slice_find(url, SLICE("?"), 0);
    if (query != SIZE_MAX)
        url.len = query;
    return slice_file_name(url);
}

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = *(struct row *const *)left, *b = *(struct row *const *)right;
    int order = slice_compare(file_name(a), file_name(b));
    if (order == 0)
        order = slice_compare(a->path, b->path);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

static void sort_rows(struct manifest *manifest)
{
    manifest->by_name = memory_zero((manifest->count + 1) * sizeof *manifest->by_name);
    for (size_t i = 0; i < manifest->count; i++)
        manifest->by_name[i] = &manifest->rows[i];
    qsort(manifest->by_name, manifest->count, sizeof *manifest->by_name, compare_rows);
    for (size_t i = 1; i < manifest->count; i++) {
        const struct row *row = manifest->by_name[i], *twin = manifest->by_name[i - 1];
        char what[128];
        snprintf(what, sizeof what, TR("the same file as in row %u (同一文件两行)"), twin->line);
        if (row->path.len && slice_equal(row->path, twin->path))
            fault(manifest, row->line, COLUMN_PATH, what);
    }
}

static enum status read_rows(struct manifest *manifest, struct error *error)
{
    struct cells cells = {0};
    struct heads heads;
    cells_open(&cells, manifest->report.text, &manifest->report.arena);
    if (!cells_next(&cells))
        return fail(error, STATUS_BAD, "%s: an empty list (清单是空的)", manifest->name);
    enum status status = read_heads(manifest, &cells, &heads, error);
    while (status == STATUS_OK && cells_next(&cells))
        read_row(manifest, &cells, &heads);
    if (status == STATUS_OK)
        sort_rows(manifest);
    if (status == STATUS_OK && manifest->faults)
        status = fail(error, STATUS_BAD,
                      "%s: %zu faults, so nothing of it was used: mend them and try again",
                      manifest->name, manifest->faults);
    return status;
}

/* A workbook is read as any document; text only for its characters, since its cells are ours to
 * read: a document's table loses the empty ones. */
static enum status read_text(struct manifest *manifest, struct error *error)
{
    struct report *report = &manifest->report;
    struct slice encoding;
    if (slice_starts(report->raw, SLICE("PK")) || slice_starts(report->raw, SLICE("\xD0\xCF")))
        return document_read(report, error);
    return plain_decode(&report->arena, report->raw, &report->text, &encoding, error);
}

/* Its text and the words for heads. */
static enum status prepare(struct manifest *manifest, const char *path, struct error *error)
{
    manifest->name = memory_copy_text(path);
    enum status status = file_read(path, MAX_LIST_BYTES, &manifest->bytes, error);
    manifest->report.raw = buffer_slice(&manifest->bytes);
    manifest->report.path = slice_of(manifest->name);
    if (status == STATUS_OK)
        status = read_text(manifest, error);
    if (status == STATUS_OK)
        status = table_load(&manifest->heads, "deploy/manifest.tsv", 3, error);
    return status;
}

bool manifest_is_one(const char *path)
{
    struct manifest *manifest = memory_zero(sizeof *manifest);
    struct cells cells = {0};
    struct error error;
    bool file = false;
    unsigned others = 0;
    enum status status = prepare(manifest, path, &error);
    if (status == STATUS_OK) {
        cells_open(&cells, manifest->report.text, &manifest->report.arena);
        cells_next(&cells);
    }
    for (size_t i = 0; i < cells.count; i++) {
        unsigned column = column_of(manifest, cells.items[i]);
        file = file || column == COLUMN_PATH || column == COLUMN_URL;
        others += column < COLUMN_COUNT && column != COLUMN_PATH && column != COLUMN_URL;
    }
    manifest_close(&manifest);
    return file && others > 0;
}

enum status manifest_open(struct manifest **out, const char *path, manifest_tell *tell_line,
                          void *context, struct error *error)
{
    struct manifest *manifest = memory_zero(sizeof *manifest);
    *out = manifest;
    manifest->tell = tell_line;
    manifest->context = context;
    enum status status = prepare(manifest, path, error);
    if (status == STATUS_OK)
        status = reader_init(&manifest->reader, error);
    if (status == STATUS_OK)
        status = read_rows(manifest, error);
    if (status != STATUS_OK)
        manifest_close(out);
    return status;
}

void manifest_close(struct manifest **out)
{
    struct manifest *manifest = *out;
    if (!manifest)
        return;
    report_release(&manifest->report);
    buffer_release(&manifest->bytes);
    reader_release(&manifest->reader);
    table_release(&manifest->heads);
    free(manifest->by_name);
    free(manifest->rows);
    free(manifest->name);
    free(manifest);
    *out = NULL;
}

/* ---- finding ---- */

/* The same file: the shorter of both paths is the end of the longer, from a folder on. */
static bool same_file(struct slice path, struct slice listed)
{
    while (slice_starts(listed, SLICE("./")))
        listed = slice_from(listed, 2);
    if (!listed.len || !slice_ends(path, listed))
        return false;
    return path.len == listed.len || path.data[path.len - listed.len - 1] == '/';
}

static bool matches(const struct row *row, struct slice path)
{
    return row->path.len ? same_file(path, row->path)
                         : slice_equal(file_name(row), slice_file_name(path));
}

/* The first of the rows whose file has this name. */
static size_t first_named(const struct manifest *manifest, struct slice name)
{
    size_t low = 0, high = manifest->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (slice_compare(file_name(manifest->by_name[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void say_missing(const struct manifest *manifest, const char *path)
{
    struct buffer line = {0};
    buffer_format(&line, TR("%s: the list %s has no row for it"), path, manifest->name);
    if (manifest->tell)
        manifest->tell(manifest->context, line.data);
    else
        fprintf(stderr, "%s\n", line.data);
    buffer_release(&line);
}

const struct listed *manifest_look(struct manifest *manifest, const char *path)
{
    struct row *found = NULL;
    struct slice whole = slice_of(path), name = slice_file_name(whole);
    for (size_t i = first_named(manifest, name);
         i < manifest->count && slice_equal(file_name(manifest->by_name[i]), name); i++) {
        struct row *row = manifest->by_name[i];
        if (!matches(row, whole))
            continue;
        if (found && found->path.len == row->path.len) {
            char what[256];
            snprintf(what, sizeof what, TR("%.128s may be this or row %u: neither was used"), path,
                     found->line);
            tell(manifest, row->line, "path", what);
            found->used = row->used = true;
            return NULL;
        }
        found = !found || row->path.len > found->path.len ? row : found;
    }
    if (!found)
        return NULL;
    found->used = true;
    return &found->listed;
}

const struct listed *manifest_find(struct manifest *manifest, const char *path)
{
    const struct listed *listed = manifest_look(manifest, path);
    if (!listed)
        say_missing(manifest, path);
    return listed;
}

void manifest_wrap(struct manifest *manifest, const char *path, struct buffer *document)
{
    const struct listed *listed = manifest ? manifest_find(manifest, path) : NULL;
    if (listed && !listed_is_empty(listed) && document->len)
        listed_wrap(listed, document);
}

size_t manifest_tell_unused(struct manifest *manifest)
{
    size_t unused = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        struct row *row = &manifest->rows[i];
        if (row->used)
            continue;
        unused++;
        struct slice name = row->path.len ? row->path : row->url;
        char what[256];
        snprintf(what, sizeof what, TR("%.*s: there is no such file among those given"),
                 name.len < 160 ? (int)name.len : 160, name.data);
        tell(manifest, row->line, row->path.len ? "path" : "url", what);
    }
    return unused;
}
