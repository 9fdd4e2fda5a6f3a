/* prose.c - chrome, title, parts, sections, signature: the shape of a report, filled from phrases.
 *
 * Figures come first: fields are drawn, and from each some of its sentences, until the report holds
 * about as many figures as real ones do; text without figures pads the sections to the length
 * wanted.
 */
#include "deploy/generate/prose.h"

#include <stdio.h>

enum { WANTED_STATEMENTS = 42, MAX_SECTIONS = 16 };

static const char *const numerals[] = {"一", "二", "三",   "四",   "五",   "六",   "七",   "八",
                                       "九", "十", "十一", "十二", "十三", "十四", "十五", "十六"};

static uint64_t draw(struct prose *prose, uint64_t low, uint64_t high)
{
    return random_between(prose->random, low, high);
}

static const struct phrase_shape *pick(struct prose *prose, const struct shape_list *list)
{
    return &list->items[draw(prose, 0, list->count - 1)];
}

static void add(struct prose *prose, const char *text)
{
    buffer_add(&prose->text, slice_of(text));
}

/* ---- slots ---- */

static void write_word(struct prose *prose, struct slice word)
{
    const struct author *author = prose->author;
    struct buffer *text = &prose->text;
    if (slice_equal(word, SLICE("year")))
        buffer_format(text, "%u", author->year);
    else if (slice_equal(word, SLICE("next")))
        buffer_format(text, "%u", author->year + 1u);
    else if (slice_equal(word, SLICE("last")))
        buffer_format(text, "%u", author->year - 1u);
    else if (slice_equal(word, SLICE("noun")))
        buffer_add(text, author->noun);
    else if (slice_equal(word, SLICE("issuer")))
        buffer_add(text, author->issuer);
    else if (slice_equal(word, SLICE("name")))
        buffer_add(text, author->township.len ? author->township : author->place->name);
    else if (slice_equal(word, SLICE("province")))
        buffer_add(text, author->province->name);
}

static const struct statement *find_statement(const struct prose *prose, struct slice indicator)
{
    for (size_t i = 0; i < prose->statement_count; i++)
        if (slice_equal(prose->statements[i].indicator, indicator))
            return &prose->statements[i];
    return NULL;
}

static double draw_value(struct prose *prose, const struct slot *slot)
{
    double share = (double)draw(prose, 0, 1000000) / 1000000;
    double value = slot->low + (slot->high - slot->low) * share;
    const struct statement *whole =
        slot->share_of.len ? find_statement(prose, slot->share_of) : NULL;
    if (whole)
        value *= whole->value;
    return value < 1 && !slot->decimals ? 1 : value;
}

static void state(struct prose *prose, struct statement statement)
{
    if (statement.indicator.len)
        prose->statements[prose->statement_count++] = statement;
}

/* Mostly the same figure once more; now and then another one, which is a conflict to be found. */
static void write_again(struct prose *prose, struct slice indicator)
{
    struct statement again = *find_statement(prose, indicator);
    again.total = false;
    if (draw(prose, 0, 11) == 0)
        again.value += (double)draw(prose, 1, 9);
    figure_write_plain(&prose->text, again.value, again.unit);
    state(prose, again);
}

static void write_shape(struct prose *prose, const struct phrase_shape *shape)
{
    for (size_t i = 0; i < shape->slot_count; i++) {
        const struct slot *slot = &shape->slots[i];
        switch (slot->kind) {
        case SLOT_TEXT:
            buffer_add(&prose->text, slot->text);
            break;
        case SLOT_WORD:
            write_word(prose, slot->text);
            break;
        case SLOT_NUMBER:
            state(prose, figure_write(&prose->text, slot, draw_value(prose, slot), prose->random));
            break;
        case SLOT_AGAIN:
            write_again(prose, slot->indicator);
            break;
        }
    }
}

/* A shape can be used while none of its indicators was stated and all it repeats were, exactly. */
static bool usable(const struct prose *prose, const struct phrase_shape *shape)
{
    if (prose->statement_count + shape->slot_count > MAX_STATEMENTS)
        return false;
    for (size_t i = 0; i < shape->slot_count; i++) {
        const struct slot *slot = &shape->slots[i];
        const struct statement *stated =
            slot->indicator.len ? find_statement(prose, slot->indicator) : NULL;
        if (slot->kind == SLOT_NUMBER && stated)
            return false;
        if (slot->kind == SLOT_AGAIN && (!stated || stated->bound != BOUND_EXACT))
            return false;
    }
    return true;
}

/* ---- text without figures ---- */

static void write_filler(struct prose *prose)
{
    const struct phrases *phrases = prose->phrases;
    struct slice policy = phrases->policies[draw(prose, 0, phrases->policy_count - 1)];
    struct slice action = phrases->actions[draw(prose, 0, phrases->action_count - 1)];
    struct slice effect = phrases->effects[draw(prose, 0, phrases->effect_count - 1)];
    buffer_format(&prose->text, "%.*s，%.*s，%.*s。", SLICE_ARGS(policy), SLICE_ARGS(action),
                  SLICE_ARGS(effect));
}

static void pad_to(struct prose *prose, size_t bytes)
{
    while (prose->text.len < bytes) {
        add(prose, "　　");
        for (uint64_t i = draw(prose, 2, 5); i > 0; i--)
            write_filler(prose);
        add(prose, "\n");
    }
}

/* ---- head and foot ---- */

static void write_chrome(struct prose *prose)
{
    const struct author *author = prose->author;
    buffer_format(&prose->text, "首页 > 政府信息公开 > 法治政府建设年度报告\n");
    buffer_format(&prose->text, "发布机构：%.*s　发布时间：%u-03-%02u\n",
                  SLICE_ARGS(author->issuer), author->year + 1u, (unsigned)draw(prose, 1, 28));
    add(prose, "【字体：大 中 小】 打印本页\n\n");
}

static void write_head(struct prose *prose)
{
    const struct author *author = prose->author;
    if (draw(prose, 0, 1))
        write_chrome(prose);
    write_shape(prose, pick(prose, &prose->phrases->titles));
    add(prose, "\n\n");
    struct slice above = author->parent ? author->parent->name : SLICE("国务院");
    if (author->level == LEVEL_TOWNSHIP || author->kind == KIND_DEPARTMENT)
        above = author->place->name;
    if (author->parent)
        buffer_format(&prose->text, "%.*s人民政府：\n", SLICE_ARGS(above));
    add(prose, "　　");
    write_shape(prose, pick(prose, &prose->phrases->openings));
    /* Like-named districts can only be told apart by what stands around them. */
    buffer_format(&prose->text, "工作在%.*s", SLICE_ARGS(author->province->name));
    if (author->parent && author->parent != author->province)
        buffer_format(&prose->text, "、%.*s", SLICE_ARGS(author->parent->name));
    add(prose, "的统一部署下推进。现将有关情况报告如下：\n");
}

static void write_foot(struct prose *prose)
{
    const struct author *author = prose->author;
    buffer_format(&prose->text, "\n　　　　　　　　%.*s\n　　　　　　　　%u年%u月%u日\n",
                  SLICE_ARGS(author->issuer), author->year + 1u, (unsigned)draw(prose, 1, 3),
                  (unsigned)draw(prose, 1, 28));
}

/* ---- parts ---- */

static void open_part(struct prose *prose, unsigned number, const struct shape_list *titles)
{
    buffer_format(&prose->text, "　　%s、", numerals[number]);
    write_shape(prose, pick(prose, titles));
    add(prose, "\n");
}

static bool shape_was_used(struct prose *prose, size_t field, size_t shape)
{
    uint32_t bit = 1u << shape % 32;
    bool used = prose->used_shapes[field % 32] & bit;
    prose->used_shapes[field % 32] |= bit;
    return used;
}

static void write_section(struct prose *prose, unsigned number, size_t field_index, size_t end)
{
    const struct field_phrases *field = &prose->phrases->fields[field_index];
    buffer_format(&prose->text, "　　（%s）", numerals[number]);
    write_shape(prose, pick(prose, &field->headings));
    add(prose, "\n　　");
    write_filler(prose);
    size_t first = draw(prose, 0, field->shapes.count - 1);
    for (size_t i = 0; i < field->shapes.count; i++) {
        size_t index = (first + i) % field->shapes.count;
        const struct phrase_shape *shape = &field->shapes.items[index];
        if (!usable(prose, shape) || shape_was_used(prose, field_index, index))
            continue;
        write_shape(prose, shape);
        if (draw(prose, 0, 3) == 0)
            write_filler(prose);
    }
    add(prose, "\n");
    pad_to(prose, end);
}

/* Fields in an order drawn anew for each report. */
static size_t shuffle_fields(struct prose *prose, size_t *order)
{
    size_t count = prose->phrases->field_count;
    for (size_t i = 0; i < count; i++) {
        size_t at = draw(prose, 0, i);
        order[i] = order[at];
        order[at] = i;
    }
    return count;
}

/* What is longer than it was the last time (`more`) is so from the middle on: up to there the text
 * stays as it was, behind it other figures are drawn. */
static void write_measures(struct prose *prose, size_t end, size_t more)
{
    enum { KEPT = 5 };
    size_t order[256], count = shuffle_fields(prose, order), start = prose->text.len;
    unsigned sections = 0;
    for (size_t i = 0; i < count && sections < MAX_SECTIONS; i++) {
        if (prose->statement_count >= WANTED_STATEMENTS)
            break;
        size_t share = start + (end > start ? (end - start) * (sections + 1) / 9 : 0);
        write_section(prose, sections, order[i], share + (sections < KEPT ? 0 : more));
        sections++;
    }
    pad_to(prose, end + more);
}

static void write_paragraph(struct prose *prose, const struct shape_list *list, unsigned count)
{
    add(prose, "　　");
    size_t first = draw(prose, 0, list->count - 1);
    for (unsigned i = 0; i < count && i < list->count; i++) {
        const struct phrase_shape *shape = &list->items[(first + i) % list->count];
        if (usable(prose, shape))
            write_shape(prose, shape);
    }
    add(prose, "\n");
}

void prose_write(struct prose *prose, const struct phrases *phrases, const struct author *author,
                 struct random *random, size_t bytes, size_t more)
{
    buffer_clear(&prose->text);
    prose->statement_count = 0;
    prose->phrases = phrases;
    prose->author = author;
    prose->random = random;
    memset(prose->used_shapes, 0, sizeof prose->used_shapes);
    unsigned part = 0;
    write_head(prose);
    open_part(prose, part++, &phrases->part_measures);
    write_measures(prose, bytes > 3000 ? bytes - 2500 : bytes, more);
    open_part(prose, part++, &phrases->part_shortcomings);
    write_paragraph(prose, &phrases->shortcomings, 3);
    if (draw(prose, 0, 19)) { /* one in twenty leaves the part out */
        open_part(prose, part++, &phrases->part_duty);
        write_paragraph(prose, &phrases->duty, 2);
        if (draw(prose, 0, 1))
            write_paragraph(prose, &phrases->again, 2);
    }
    open_part(prose, part++, &phrases->part_plan);
    write_paragraph(prose, &phrases->plan, 4);
    write_foot(prose);
}

void prose_release(struct prose *prose)
{
    buffer_release(&prose->text);
}
