/* fields.c - the table itself, and what is asked of one field. No state, any thread. */
#include "proto/rows/fields.h"

#include "proto/base/digest.h"
#include "proto/base/json_text.h"
#include "proto/rows/listing.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define NAMED FIELD_NAMED
#define ROW(member) .offset = offsetof(struct row, member)
#define EVIDENCE(member) .offset = offsetof(struct evidence, member)
#define AUDIT(member) .offset = offsetof(struct audit, member)
#define IN FIELD_IN

/* In the order of JSON's keys and of a table's columns, both of which are promises: new fields go
 * to the end. A roll-up's unit stands behind its statistics in JSON, hence its second entry. */
static const struct row_field of_rows[] = {
    {NAMED("indicator"), "指标代码", FIELD_TEXT, ROW(indicator), IN(BOTH, BOTH, BOTH), ROW_KEY},
    {NAMED("label"), "指标", FIELD_TEXT, ROW(label), IN(BOTH, BOTH, BOTH), ROW_NAME},
    {NAMED("region"), "行政区划代码", FIELD_REGION, ROW(region), IN(BOTH, BOTH, BOTH), ROW_KEY},
    {NAMED("region_name"), "地区", FIELD_TEXT_OR_NULL, ROW(region_name), IN(BOTH, VALUES, BOTH),
     ROW_NAME},
    {NAMED("level"), "级别", FIELD_LEVEL, ROW(level), IN(BOTH, BOTH, BOTH), ROW_NAME},
    {NAMED("township"), "乡镇街道", FIELD_TEXT_OR_NULL, ROW(township), IN(VALUES, VALUES, VALUES),
     ROW_KEY},
    {NAMED("kind"), "单位性质", FIELD_KIND, ROW(kind), IN(VALUES, VALUES, VALUES), ROW_KEY},
    {NAMED("issuer"), "单位", FIELD_TEXT_OR_NULL, ROW(issuer), IN(VALUES, VALUES, VALUES), ROW_KEY},
    {NAMED("year"), "年度", FIELD_YEAR, ROW(year), IN(BOTH, BOTH, BOTH), ROW_KEY},
    {NAMED("value"), "数值", FIELD_FIGURE, ROW(value), IN(VALUES, VALUES, VALUES)},
    {NAMED("unit"), "计量单位", FIELD_TEXT, ROW(unit), IN(BOTH, VALUES, BOTH)},
    {NAMED("bound"), "界限", FIELD_BOUND, ROW(bound), IN(VALUES, VALUES, VALUES)},
    {NAMED("conflict"), "前后不一", FIELD_BOOL, ROW(conflict), IN(VALUES, VALUES, VALUES)},
    {NAMED("children_level"), "下级级别", FIELD_LEVEL, ROW(children_level),
     IN(ROLLUPS, ROLLUPS, ROLLUPS), ROW_KEY},
    {NAMED("children"), "下级个数", FIELD_NUMBER, ROW(children), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("reporting"), "有数下级", FIELD_NUMBER, ROW(reporting), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("sum"), "合计", FIELD_FIGURE, ROW(sum), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("mean"), "平均", FIELD_FIGURE, ROW(mean), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("min"), "最小", FIELD_FIGURE, ROW(min), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("median"), "中位", FIELD_FIGURE, ROW(median), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("max"), "最大", FIELD_FIGURE, ROW(max), IN(ROLLUPS, ROLLUPS, ROLLUPS)},
    {NAMED("unit"), "计量单位", FIELD_TEXT, ROW(unit), IN(NONE, ROLLUPS, NONE)},
    {NAMED("evidence"), "依据", FIELD_EVIDENCE, ROW(evidence), IN(VALUES, VALUES, NONE)},
    {NAMED("path"), "文件", FIELD_SHOWN, EVIDENCE(path), IN(NONE, NONE, VALUES)},
    {NAMED("text"), "原文数字", FIELD_SHOWN, EVIDENCE(text), IN(NONE, NONE, VALUES)},
    {NAMED("sentence"), "原文", FIELD_SHOWN, EVIDENCE(sentence), IN(NONE, NONE, VALUES)},
    {NAMED("rule"), "规则", FIELD_TEXT, ROW(rule), IN(VALUES, VALUES, VALUES), ROW_SOURCE},
    {NAMED("section"), "所在章节", FIELD_SECTION, ROW(section), IN(VALUES, VALUES, VALUES),
     ROW_SOURCE},
    {NAMED("sha256"), "文件摘要", FIELD_TEXT, ROW(sha256), IN(VALUES, VALUES, VALUES), ROW_SOURCE},
    {NAMED("catalogue"), "指标库版本", FIELD_TEXT, ROW(catalogue), IN(VALUES, VALUES, VALUES),
     ROW_SOURCE},
    {NAMED("origin"), "文字来源", FIELD_ORIGIN, ROW(origin), IN(VALUES, VALUES, VALUES),
     ROW_SOURCE},
    {NAMED("state"), "状态", FIELD_STATE, ROW(state), IN(VALUES, VALUES, VALUES), ROW_SOURCE},
    {NAMED("reviewed"), "复核", FIELD_REVIEW, ROW(reviewed), IN(VALUES, VALUES, VALUES),
     ROW_SOURCE},
    {NAMED("reviewed_by"), "复核人", FIELD_TEXT_OR_NULL, ROW(reviewed_by),
     IN(VALUES, VALUES, VALUES), ROW_SOURCE},
    {NAMED("rollup"), "汇总方式", FIELD_ROLLUP, ROW(rollup), IN(BOTH, BOTH, BOTH), ROW_SOURCE},
};

static const struct row_field of_evidence[] = {
    {NAMED("doc"), "文件摘要", FIELD_TEXT, EVIDENCE(doc), IN(BOTH, BOTH, BOTH)},
    {NAMED("path"), "文件", FIELD_TEXT, EVIDENCE(path), IN(BOTH, BOTH, BOTH)},
    {NAMED("start"), "起", FIELD_NUMBER, EVIDENCE(span.start), IN(BOTH, BOTH, BOTH)},
    {NAMED("end"), "止", FIELD_NUMBER, EVIDENCE(span.end), IN(BOTH, BOTH, BOTH)},
    {NAMED("text"), "原文数字", FIELD_TEXT, EVIDENCE(text), IN(BOTH, BOTH, BOTH)},
    {NAMED("value"), "数值", FIELD_FIGURE, EVIDENCE(value), IN(BOTH, BOTH, BOTH)},
    {NAMED("unit"), "计量单位", FIELD_TEXT, EVIDENCE(unit), IN(BOTH, NONE, BOTH)},
    {NAMED("bound"), "界限", FIELD_BOUND, EVIDENCE(bound), IN(BOTH, NONE, BOTH)},
    {NAMED("sentence"), "原文", FIELD_TEXT, EVIDENCE(sentence), IN(BOTH, BOTH, BOTH)},
    {NAMED("section"), "所在章节", FIELD_SECTION, EVIDENCE(section), IN(BOTH, NONE, BOTH)},
    {NAMED("rule"), "规则", FIELD_TEXT, EVIDENCE(rule), IN(BOTH, NONE, BOTH)},
    {NAMED("offset"), "句中位置", FIELD_NUMBER, EVIDENCE(offset), IN(BOTH, NONE, BOTH)},
    {NAMED("origin"), "文字来源", FIELD_ORIGIN, EVIDENCE(origin), IN(BOTH, NONE, BOTH)},
    {NAMED("state"), "状态", FIELD_STATE, EVIDENCE(state), IN(BOTH, NONE, BOTH)},
    {NAMED("reviewed"), "复核", FIELD_REVIEW, EVIDENCE(review), IN(BOTH, NONE, BOTH)},
    {NAMED("reviewed_by"), "复核人", FIELD_TEXT_OR_NULL, EVIDENCE(by), IN(BOTH, NONE, BOTH)},
    {NAMED("place"), "原件位置", FIELD_PLACE, EVIDENCE(where), IN(BOTH, BOTH, BOTH)},
};

static const struct row_field of_audits[] = {
    {NAMED("type"), "核查", FIELD_AUDIT, AUDIT(type), IN(BOTH, BOTH, BOTH)},
    {NAMED("note"), "说明", FIELD_TEXT, AUDIT(note), IN(BOTH, BOTH, BOTH)},
    {NAMED("start"), "起", FIELD_NUMBER, AUDIT(text.start), IN(BOTH, BOTH, BOTH)},
    {NAMED("end"), "止", FIELD_NUMBER, AUDIT(text.end), IN(BOTH, BOTH, BOTH)},
};

#define LIST(array)                                                                                \
    {                                                                                              \
        array, sizeof(array) / sizeof *(array)                                                     \
    }
const struct row_field_list row_fields = LIST(of_rows), evidence_fields = LIST(of_evidence),
                            audit_fields = LIST(of_audits);

/* ---- words ---- */

/* Enums are read and written through unsigned: of one size, as gcc and clang lay them out. */
_Static_assert(sizeof(enum level) == sizeof(unsigned) && sizeof(enum review) == sizeof(unsigned),
               "enums are as wide as unsigned");

const char *review_name(enum review review)
{
    static const char *const names[] = {NULL, "confirmed", "corrected"};
    return review < REVIEW_COUNT ? names[review] : NULL;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {NULL,
                                        "confirm",
                                        "value",
                                        "indicator",
                                        "reject",
                                        "add",
                                        "withdraw",
                                        "withdraw_document",
                                        "restore_document",
                                        "choose_document"};
    return verdict < VERDICT_COUNT ? names[verdict] : NULL;
}

const char *coverage_name(enum coverage coverage)
{
    static const char *const names[] = {"missing", "late", "reported"};
    return coverage < COVERAGE_COUNT ? names[coverage] : NULL;
}

const char *standing_name(enum standing standing)
{
    static const char *const names[] = {"counted", "contested", "aside", "replaced"};
    return standing < STANDING_COUNT ? names[standing] : NULL;
}

static const char *word_of(enum row_field_type type, unsigned number)
{
    switch (type) {
    case FIELD_LEVEL:
        return level_name(number);
    case FIELD_KIND:
        return kind_name(number);
    case FIELD_BOUND:
        return bound_name(number);
    case FIELD_ORIGIN:
        return origin_name(number);
    case FIELD_STATE:
        return state_name(number);
    case FIELD_ROLLUP:
        return rollup_name(number);
    case FIELD_REVIEW:
        return review_name(number);
    case FIELD_VERDICT:
        return verdict_name(number);
    case FIELD_COVERAGE:
        return coverage_name(number);
    case FIELD_STANDING:
        return standing_name(number);
    default:
        return audit_name(number);
    }
}

/* How many words the enum has. */
static unsigned words_of(enum row_field_type type)
{
    static const unsigned counts[] = {
        [FIELD_LEVEL] = LEVEL_TOWNSHIP + 1, [FIELD_KIND] = KIND_COUNT,
        [FIELD_BOUND] = BOUND_ABOUT + 1,    [FIELD_ORIGIN] = ORIGIN_COUNT,
        [FIELD_STATE] = STATE_COUNT,        [FIELD_ROLLUP] = ROLLUP_COUNT,
        [FIELD_REVIEW] = REVIEW_COUNT,      [FIELD_AUDIT] = AUDIT_TYPE_COUNT,
        [FIELD_VERDICT] = VERDICT_COUNT,    [FIELD_COVERAGE] = COVERAGE_COUNT,
        [FIELD_STANDING] = STANDING_COUNT};
    return counts[type];
}

const char *row_field_word(const struct row_field *field, const void *place)
{
    return word_of(field->type, *(const unsigned *)place);
}

void row_field_words(const struct row_field *field, struct buffer *out)
{
    bool is_enum = field->type >= FIELD_LEVEL && field->type <= FIELD_STANDING;
    for (unsigned i = 0, told = 0; is_enum && i < words_of(field->type); i++) {
        const char *name = word_of(field->type, i);
        if (name)
            buffer_format(out, "%s%s", told++ ? ", " : "", name);
    }
}

bool row_field_take_word(const struct row_field *field, struct slice word, void *place)
{
    unsigned count = words_of(field->type);
    for (unsigned i = 0; i < count; i++) {
        const char *name = word_of(field->type, i);
        if (name && slice_equal(word, slice_of(name))) {
            *(unsigned *)place = i;
            return true;
        }
    }
    return false;
}

/* ---- cells ---- */

void date_text(struct date date, struct buffer *out)
{
    if (date.year && date.month && date.day)
        buffer_format(out, "%04u-%02u-%02u", date.year, date.month, date.day);
    else if (date.year && date.month)
        buffer_format(out, "%04u-%02u", date.year, date.month);
    else if (date.year)
        buffer_format(out, "%04u", date.year);
}

void digest_text(const uint8_t digest[32], struct buffer *out)
{
    char hex[65];
    digest_name(digest, hex);
    buffer_append(out, hex, 64);
}

static void add_section(struct slice section, struct buffer *out)
{
    for (size_t i = 0; i < section.len; i++) {
        if (section.data[i] == '\n')
            buffer_add(out, SLICE(" / "));
        else
            buffer_append(out, section.data + i, 1);
    }
}

static void add_texts(const struct text_list *texts, struct buffer *out)
{
    for (uint32_t i = 0; i < texts->count; i++) {
        buffer_add(out, i ? SLICE("、") : SLICE(""));
        buffer_add(out, texts->items[i]);
    }
}

void place_text(const struct locus *place, struct buffer *out)
{
    if (place->page)
        buffer_format(out, "page %u", place->page);
    else if (place->paragraph)
        buffer_format(out, "paragraph %u", place->paragraph);
}

static double number_of(const struct row_field *field, const void *place)
{
    switch (field->type) {
    case FIELD_YEAR:
        return *(const uint16_t *)place;
    case FIELD_NUMBER:
        return *(const uint32_t *)place;
    case FIELD_LONG:
        return (double)*(const uint64_t *)place;
    default:
        return *(const double *)place;
    }
}

void row_field_cell(const struct row_field *field, const void *record, struct buffer *out,
                    bool *is_number)
{
    const void *place = row_field_at(field, record);
    *is_number = false;
    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        buffer_add(out, *(const struct slice *)place);
        break;
    case FIELD_SECTION:
        add_section(*(const struct slice *)place, out);
        break;
    case FIELD_TEXTS:
        add_texts(place, out);
        break;
    case FIELD_REGION:
        buffer_format(out, "%06u", *(const uint32_t *)place);
        break;
    case FIELD_BOOL:
        buffer_add(out, *(const bool *)place ? SLICE("true") : SLICE("false"));
        break;
    case FIELD_DATE:
        date_text(*(const struct date *)place, out);
        break;
    case FIELD_DIGEST:
        digest_text(place, out);
        break;
    case FIELD_PLACE:
        place_text(place, out);
        break;
    case FIELD_LONG: /* numbers of the journal have sixteen digits */
        *is_number = true;
        buffer_format(out, "%" PRIu64, *(const uint64_t *)place);
        break;
    case FIELD_YEAR:
    case FIELD_NUMBER:
    case FIELD_FIGURE:
        *is_number = true;
        json_number(number_of(field, place), out);
        break;
    case FIELD_EVIDENCE:
    case FIELD_SHOWN:
        break;
    default:
        buffer_add(out, slice_of(row_field_word(field, place)));
    }
}

void row_table_cell(const struct row_field *field, const struct row *row, struct buffer *out,
                    bool *is_number)
{
    *is_number = false;
    if (!(field->table & rows_of(row)))
        return;
    if (field->type != FIELD_SHOWN)
        row_field_cell(field, row, out, is_number);
    else if (row->evidence_count)
        buffer_add(out, *(const struct slice *)row_field_at(field, &row->evidence[0]));
}

/* ---- copies ---- */

static void copy_texts(struct arena *arena, const struct row_field_list *fields, void *record)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct row_field *field = &fields->items[i];
        if (field->type == FIELD_TEXT || field->type == FIELD_TEXT_OR_NULL ||
            field->type == FIELD_SECTION) {
            struct slice *text = (struct slice *)((char *)record + field->offset);
            *text = arena_copy(arena, *text);
        }
    }
}

void row_copy(struct arena *arena, const struct row *from, struct row *to)
{
    *to = *from;
    to->audits = NULL;
    to->audit_count = 0;
    copy_texts(arena, &row_fields, to);
    to->evidence = arena_alloc(arena, (from->evidence_count + 1) * sizeof *to->evidence);
    for (size_t i = 0; i < from->evidence_count; i++) {
        to->evidence[i] = from->evidence[i];
        copy_texts(arena, &evidence_fields, &to->evidence[i]);
    }
}

void row_show_evidence(struct row *row)
{
    if (!row->evidence_count)
        return;
    const struct evidence *first = &row->evidence[0];
    row->rule = first->rule;
    row->section = first->section;
    row->sha256 = first->doc;
    row->origin = first->origin;
    row->state = first->state;
    row->reviewed = first->review;
    row->reviewed_by = first->by;
}

void row_note_catalogue(const struct row *row, struct buffer *versions)
{
    if (!row->catalogue.len || slice_has(buffer_slice(versions), row->catalogue))
        return;
    buffer_add(versions, versions->len ? SLICE("\n") : SLICE(""));
    buffer_add(versions, row->catalogue);
}
