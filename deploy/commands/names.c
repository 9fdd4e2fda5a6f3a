/* names.c - loads the two lists of names and looks words up in them.
 *
 * A book is read-only but for the codes it writes out. What can fail: the lists are missing, a word
 * that nothing goes by.
 */
#include "deploy/commands/names.h"

#include "deploy/intake/nearest.h"
#include "proto/base/memory.h"
#include "proto/base/tr.h"
#include "proto/base/tsv.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_CODES = 64,
};

struct name_book {
    struct table indicators; /* id, label, … */
    struct table regions;    /* code, level, name, short name, … */
    char codes[MAX_CODES][8];
    unsigned code_count;
    const char *doubtful; /* an id that the built-in catalogue doesn't have */
};

enum status name_book_open(struct name_book **out, struct error *error)
{
    struct name_book *book = memory_zero(sizeof *book);
    enum status status =
        table_load(&book->indicators, "workers/extract/catalogue/indicators.tsv", 6, error);
    if (status == STATUS_OK)
        status = table_load(&book->regions, "workers/ingest/gazetteer/regions.tsv", 3, error);
    *out = book;
    if (status != STATUS_OK)
        name_book_close(out);
    return status;
}

void name_book_close(struct name_book **book)
{
    if (!*book)
        return;
    table_release(&(*book)->indicators);
    table_release(&(*book)->regions);
    free(*book);
    *book = NULL;
}

/* ---- what comes nearest ---- */

static enum status refuse(const struct table *table, unsigned name_column, struct slice word,
                          const char *what, struct error *error)
{
    struct nearest nearest = {.word = word};
    for (size_t i = 0; i < table->count; i++) {
        const struct slice *columns = table->rows[i].columns;
        if (!slice_equal(columns[0], SLICE("id"))) /* the head */
            nearest_try(&nearest, columns[name_column], columns[0]);
    }
    return nearest_refuse(&nearest, what, error);
}

/* ---- indicators ---- */

static bool is_glob(struct slice word)
{
    return slice_has(word, SLICE("*")) || slice_has(word, SLICE("?")) ||
           slice_has(word, SLICE("["));
}

static bool fits(const char *word, struct slice text)
{
    char copy[256];
    snprintf(copy, sizeof copy, "%.*s", SLICE_ARGS(text));
    return fnmatch(word, copy, 0) == 0;
}

static enum status add_indicator(struct filter *filter, struct slice id, struct error *error)
{
    if (filter->indicator_count == sizeof filter->indicators / sizeof *filter->indicators)
        return fail(error, STATUS_BAD, "more than %u indicators: ask for fewer at a time, or all",
                    filter->indicator_count);
    filter->indicators[filter->indicator_count++] = id;
    return STATUS_OK;
}

static enum status refuse_indicator(const struct name_book *book, const char *word,
                                    struct error *error)
{
    return refuse(&book->indicators, 1, slice_of(word),
                  is_glob(slice_of(word)) ? TR("indicator's pattern") : TR("indicator"), error);
}

static bool is_ascii(const char *word)
{
    while (*word && (unsigned char)*word < 0x80)
        word++;
    return !*word;
}

enum status name_indicator(struct name_book *book, const char *word, struct filter *filter,
                           struct error *error)
{
    const struct table *table = &book->indicators;
    enum status status = STATUS_OK;
    unsigned by_label = 0;
    for (size_t i = 0; i < table->count; i++)
        if (fits(word, table->rows[i].columns[0]))
            return add_indicator(filter, slice_of(word), error);
    for (size_t i = 0; i < table->count && !status; i++) {
        if (!fits(word, table->rows[i].columns[1]))
            continue;
        status = add_indicator(filter, table->rows[i].columns[0], error);
        by_label++;
    }
    if (by_label)
        return status;
    if (!is_ascii(word))
        return refuse_indicator(book, word, error);
    book->doubtful = word;
    return add_indicator(filter, slice_of(word), error);
}

enum status name_found_nothing(const struct name_book *book, struct error *error)
{
    return book->doubtful ? refuse_indicator(book, book->doubtful, error) : STATUS_OK;
}

/* ---- regions ---- */

static bool is_code(const char *word)
{
    size_t len = strspn(word, "0123456789");
    return len > 0 && !word[len];
}

/* Only the digits that say something: all of a province is what begins with them. */
static struct slice prefix_of(struct name_book *book, struct slice code, struct slice level)
{
    char *out = book->codes[book->code_count++];
    int digits = slice_equal(level, SLICE("province"))     ? 2
                 : slice_equal(level, SLICE("prefecture")) ? 4
                                                           : 6;
    snprintf(out, sizeof book->codes[0], "%.*s", digits, code.data);
    return slice_of(out);
}

static enum status add_region(struct filter *filter, struct slice prefix, struct error *error)
{
    if (filter->region_count == sizeof filter->regions / sizeof *filter->regions)
        return fail(error, STATUS_BAD, "more than %u regions: ask for fewer at a time",
                    filter->region_count);
    filter->regions[filter->region_count++] = prefix;
    return STATUS_OK;
}

enum status name_region(struct name_book *book, const char *word, struct filter *filter,
                        struct error *error)
{
    const struct table *table = &book->regions;
    struct slice name = slice_of(word);
    enum status status = STATUS_OK;
    bool found = false;
    if (is_code(word))
        return add_region(filter, name, error);
    if (strcmp(word, "全国") == 0)
        return STATUS_OK;
    for (unsigned column = 2; column <= 3 && !found; column++) /* full names go before short ones */
        for (size_t i = 0; i < table->count && !status; i++) {
            const struct table_row *row = &table->rows[i];
            if (!slice_equal(row->columns[column], name) || book->code_count == MAX_CODES)
                continue;
            found = true;
            status = add_region(filter, prefix_of(book, row->columns[0], row->columns[1]), error);
        }
    return found ? status : refuse(table, 2, name, TR("region"), error);
}

/* ---- levels and kinds ---- */

struct word {
    const char *name;
    unsigned value;
};

static bool look_up(const struct word *words, const char *name, unsigned *value)
{
    for (; words->name; words++)
        if (strcmp(words->name, name) == 0) {
            *value = words->value;
            return true;
        }
    return false;
}

enum status name_level(const char *word, enum level *level, struct error *error)
{
    static const struct word words[] = {
        {"nation", LEVEL_NATION},
        {"全国", LEVEL_NATION},
        {"province", LEVEL_PROVINCE},
        {"省", LEVEL_PROVINCE},
        {"省级", LEVEL_PROVINCE},
        {"prefecture", LEVEL_PREFECTURE},
        {"市", LEVEL_PREFECTURE},
        {"市级", LEVEL_PREFECTURE},
        {"地级", LEVEL_PREFECTURE},
        {"地市", LEVEL_PREFECTURE},
        {"county", LEVEL_COUNTY},
        {"县", LEVEL_COUNTY},
        {"县级", LEVEL_COUNTY},
        {"区县", LEVEL_COUNTY},
        {"township", LEVEL_TOWNSHIP},
        {"乡", LEVEL_TOWNSHIP},
        {"乡级", LEVEL_TOWNSHIP},
        {"乡镇", LEVEL_TOWNSHIP},
        {NULL, 0},
    };
    unsigned value;
    if (!look_up(words, word, &value))
        return fail(error, STATUS_BAD,
                    "%s is no level: nation 全国, province 省, prefecture 市, county 县, township "
                    "乡",
                    word);
    *level = value;
    return STATUS_OK;
}

enum status name_kind(const char *word, uint32_t *kinds, struct error *error)
{
    static const struct word words[] = {
        {"government", KIND_GOVERNMENT},
        {"政府", KIND_GOVERNMENT},
        {"department", KIND_DEPARTMENT},
        {"部门", KIND_DEPARTMENT},
        {"committee", KIND_COMMITTEE},
        {"委员会", KIND_COMMITTEE},
        {"zone", KIND_ZONE},
        {"开发区", KIND_ZONE},
        {"institution", KIND_INSTITUTION},
        {"事业单位", KIND_INSTITUTION},
        {NULL, 0},
    };
    unsigned value;
    if (!look_up(words, word, &value))
        return fail(error, STATUS_BAD,
                    "%s is no kind: government 政府, department 部门, committee 委员会, zone "
                    "开发区, institution 事业单位",
                    word);
    *kinds |= 1u << value;
    return STATUS_OK;
}

/* ---- what is said of an id ---- */

static const struct table_row *find_indicator(const struct name_book *book, struct slice id)
{
    for (size_t i = 0; i < book->indicators.count; i++)
        if (slice_equal(book->indicators.rows[i].columns[0], id))
            return &book->indicators.rows[i];
    return NULL;
}

struct slice name_label(const struct name_book *book, struct slice id)
{
    const struct table_row *row = find_indicator(book, id);
    return row ? row->columns[1] : id;
}

struct slice name_definition(const struct name_book *book, struct slice id)
{
    const struct table_row *row = find_indicator(book, id);
    return row ? row->columns[5] : (struct slice){"", 0};
}

/* "份|件|个" */
bool name_takes_unit(const struct name_book *book, struct slice id, struct slice unit,
                     struct buffer *wanted)
{
    const struct table_row *row = find_indicator(book, id);
    struct slice units = row ? row->columns[2] : (struct slice){"", 0};
    for (size_t from = 0; from < units.len;) {
        size_t end = slice_find(units, SLICE("|"), from);
        end = end == SIZE_MAX ? units.len : end;
        if (slice_equal(slice_range(units, from, end), unit))
            return true;
        buffer_add(wanted, from ? SLICE("、") : SLICE(""));
        buffer_add(wanted, slice_range(units, from, end));
        from = end + 1;
    }
    return units.len == 0;
}
