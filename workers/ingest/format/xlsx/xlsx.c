/* xlsx.c - workbooks (OOXML): each visible sheet a table, under its name where somebody gave it
 * one.
 *
 * In a child. What can fail: a part that is damaged (its name and line in the reason), a workbook
 * without sheets, a formula whose result is not there: nothing is computed here.
 */
#include "proto/base/tr.h"
#include "proto/doors/xml.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/legacy.h"
#include "workers/ingest/format/package.h"
#include "workers/ingest/format/xlsx/sheet.h"

static const char what[] = TR("an Excel workbook (xlsx)");
static const struct slice book_part = {"xl/workbook.xml", 15};

struct sheet_entry {
    struct slice name, relation, part;
};

struct sheet_list {
    struct sheet_entry *items;
    size_t count, capacity;
};

static bool matches(struct slice raw)
{
    return package_has(raw, book_part);
}

static bool is_true(struct slice value)
{
    return slice_equal(value, SLICE("1")) || slice_equal(value, SLICE("true"));
}

static enum status read_book(struct workbook *workbook, struct slice xml, struct sheet_list *sheets,
                             struct error *error)
{
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    while (xml_next(reader, &node) != XML_END) {
        if (xml_opens(&node, "workbookPr"))
            workbook->from_1904 = is_true(xml_attribute(reader, "date1904"));
        else if (xml_opens(&node, "calcPr"))
            workbook->computes_on_load = is_true(xml_attribute(reader, "fullCalcOnLoad"));
        if (!xml_opens(&node, "sheet") || xml_attribute(reader, "state").len > strlen("visible"))
            continue;
        if (slice_equal(xml_attribute(reader, "state"), SLICE("hidden")))
            continue;
        struct sheet_entry *entry =
            ARENA_PUSH(workbook->arena, sheets->items, sheets->count, sheets->capacity);
        entry->name = arena_copy(workbook->arena, xml_attribute(reader, "name"));
        entry->relation = arena_copy(workbook->arena, xml_attribute(reader, "id"));
    }
    return xml_close(&reader, error);
}

static void find_parts(const struct package *package, struct arena *arena,
                       struct sheet_list *sheets)
{
    struct xml *xml =
        xml_open(package_part(package, SLICE("xl/_rels/workbook.xml.rels")), MAX_NESTING);
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (!xml_opens(&node, "Relationship"))
            continue;
        struct slice id = xml_attribute(xml, "Id"), target = xml_attribute(xml, "Target");
        for (size_t i = 0; i < sheets->count; i++)
            if (slice_equal(sheets->items[i].relation, id))
                sheets->items[i].part = package_resolve(arena, book_part, target);
    }
    xml_close(&xml, NULL);
}

/* Sheet1, 工作表1: nobody has named it. */
static bool is_named(struct slice name)
{
    while (name.len > 0 && name.data[name.len - 1] >= '0' && name.data[name.len - 1] <= '9')
        name.len--;
    return name.len > 0 && !slice_equal(name, SLICE("Sheet")) &&
           !slice_equal(name, SLICE("sheet")) && !slice_equal(name, SLICE("工作表"));
}

static enum status read_sheets(struct workbook *workbook, const struct package *package,
                               const struct sheet_list *sheets, struct flow *flow,
                               struct slice *part, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sheets->count && !status; i++) {
        const struct sheet_entry *entry = &sheets->items[i];
        struct slice xml = package_part(package, entry->part);
        struct flow rows = {0};
        *part = entry->part;
        workbook->sheet = entry->name;
        if (xml.data)
            status = sheet_read(workbook, xml, &rows, error);
        if (rows.count && is_named(entry->name))
            flow_add(flow, workbook->arena, BLOCK_HEADING, entry->name);
        flow_append(flow, workbook->arena, &rows);
    }
    return status;
}

static enum status read_package(const struct package *package, struct blocks *blocks,
                                struct error *error)
{
    struct workbook workbook = {.arena = blocks->arena};
    struct sheet_list sheets = {0};
    struct flow flow = {0};
    struct error cause;
    struct slice part = book_part;
    enum status status = read_book(&workbook, package_part(package, part), &sheets, &cause);
    find_parts(package, blocks->arena, &sheets);
    if (!status) {
        part = SLICE("xl/sharedStrings.xml");
        status = texts_read(&workbook, package_part(package, part), &cause);
    }
    if (!status) {
        part = SLICE("xl/styles.xml");
        status = formats_read(&workbook, package_part(package, part), &cause);
    }
    if (!status)
        status = read_sheets(&workbook, package, &sheets, &flow, &part, &cause);
    if (status)
        return package_damaged(what, part, &cause, error);
    if (!workbook.uncomputed.len && workbook.computes_on_load && !workbook.computed)
        workbook.uncomputed = workbook.first_zero;
    if (workbook.uncomputed.len)
        return fail(error, STATUS_BAD,
                    "%s without the result of the formula in %.*s (公式没有计算结果): open it in "
                    "Excel or WPS, save it, and submit that",
                    what, SLICE_ARGS(workbook.uncomputed));
    flow_emit(&flow, blocks);
    return STATUS_OK;
}

enum status xlsx_decode(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct package package;
    enum status status = package_open(&package, blocks->arena, bytes, what, error);
    if (!status)
        status = read_package(&package, blocks, error);
    package_close(&package);
    return status;
}

const struct format workbook_format = {
    .name = "xlsx", .what = what, .matches = matches, .decode = xlsx_decode};
