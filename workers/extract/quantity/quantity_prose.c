/* quantity_prose.c - reads numbers, units and bounds in running text.
 *
 * Any thread; the rules are shared and constant. Happy path: hop from one numeral or quotation mark
 * to the next (all other characters cost one table look-up), leave out names, fixed terms and
 * shapes, read the number, its unit and the words around them. Nothing here can fail: what can't be
 * read as a quantity is none.
 */
#include "workers/extract/quantity/quantity_reader.h"

#include <math.h>
#include <stdio.h>

enum { MAX_ITEM_BYTES = 900 }; /* how far back item 1 stands before item 2 */

struct quantity *quantity_list_add(struct quantity_list *list)
{
    if (list->arena)
        return ARENA_PUSH(list->arena, list->items, list->count, list->capacity);
    return list->count++ < list->capacity ? &list->items[list->count - 1] : NULL;
}

static void omit(struct number_reader *r, size_t start, size_t end, const char *why)
{
    struct quantity_list *list = r->list;
    if (!list->arena)
        return;
    struct span span = {(uint32_t)start, (uint32_t)end};
    *ARENA_PUSH(list->arena, list->omissions, list->omission_count, list->omission_capacity) =
        (struct omission){span, span, why};
}

static uint32_t character_or_zero(const struct number_reader *r, size_t at, size_t *length)
{
    *length = 0;
    return at < r->end ? character_at(r->text, at, length) : 0;
}

/* 、 and its like between numbers that share a unit; their length, or 0. */
static size_t joiner(const struct number_reader *r, size_t at)
{
    size_t length;
    switch (character_or_zero(r, at, &length)) {
    case U'、':
    case '/':
    case U'／':
    case U'和':
    case U'与':
    case U'及':
        return length;
    default:
        return 0;
    }
}

static bool is_dash(uint32_t c)
{
    static const uint32_t dashes[] = {
        '-',    '~',    U'～', U'—', U'―',  U'–', U'‒', U'－', 0x2010, 0x2011, 0x2212,
        0xFE63, 0xFE58, U'─',  U'━', U'〜', U'∼', U'˜', U'⁓',  U'〰',  U'﹏',
    };
    for (size_t i = 0; i < sizeof dashes / sizeof *dashes; i++)
        if (c == dashes[i])
            return true;
    return false;
}

/* What stands between the ends of a range, a dash once or twice, 至, 到: its bytes, or 0. *loose:
 * it makes a range only between bare numbers, or with 之间 behind. */
static size_t range_separator(const struct number_reader *r, size_t at, bool *loose)
{
    size_t length, second;
    uint32_t c = character_or_zero(r, at, &length);
    *loose = c == U'到' || c == U'和' || c == U'与';
    if (*loose || c == U'至')
        return length;
    if (!is_dash(c))
        return 0;
    return character_or_zero(r, at + length, &second) == c ? length + second : length;
}

static const struct unit *unit_at(const struct number_reader *r, size_t at, size_t *length)
{
    struct slice text = {r->text.data, r->end};
    int unit = wordset_ahead(&r->rules->unit_words, text, at, length);
    if (unit > 0 && unit_is_cut(r, at + *length))
        return NULL;
    if (unit == 0 && (unit = wordset_ahead(&r->rules->still_units, text, at, length)) > 0)
        *length = r->rules->units[unit].name.len;
    return unit > 0 ? &r->rules->units[unit] : NULL;
}

static const struct unit percent = {{"%", 1}, UNIT_MEASURE, ONE_ALWAYS, false};
static const struct unit permille = {{"‰", sizeof "‰" - 1}, UNIT_MEASURE, ONE_ALWAYS, false};

/* 复工率3月底: a date, no rate. */
static bool date_follows(const struct number_reader *r, size_t at)
{
    static const uint32_t words[] = {U'年', U'月', U'日', U'号', U'时'};
    size_t length;
    uint32_t c = character_or_zero(r, skip_blanks(r, at), &length);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (c == words[i])
            return true;
    return false;
}

/* 兑现资金24590: the unit is in the word before. */
static const struct unit *implied_unit(const struct number_reader *r, const struct numeral *n)
{
    size_t length, at = n->start;
    if (date_follows(r, n->end))
        return NULL;
    for (int i = 0; i < 3; i++) {
        int unit = wordset_behind(&r->rules->implied, r->text, at, &length);
        if (unit > 0)
            return &r->rules->units[unit];
        if (wordset_behind(&r->rules->implied_fillers, r->text, at, &length) < 0)
            return NULL;
        at -= length;
    }
    return NULL;
}

/* The unit of the number that ends at `at`; *end behind it. NULL: none. */
static const struct unit *read_unit(const struct number_reader *r, const struct numeral *n,
                                    size_t *end)
{
    *end = n->end;
    if (n->share != SHARE_NONE)
        return n->share == SHARE_PERCENT ? &percent : &permille;
    size_t at = skip_blanks(r, n->end), length;
    const struct unit *unit = unit_at(r, at, &length);
    if (unit)
        *end = at + length;
    return unit;
}

/* 百万元 is an amount; 万元 and 亿元 alone are units. */
static bool is_round_money(const struct numeral *n, const struct unit *unit)
{
    return slice_ends(unit->name, SLICE("元")) && n->end - n->start > strlen("万");
}

/* 几十 and 数百 say no number; the 数 of 人数 and 件数 is another one. */
static bool is_vague(const struct number_reader *r, size_t at)
{
    static const char *const nouns[] = {"人", "次", "件", "户", "总", "个", "案"};
    struct slice before = slice_range(r->text, 0, at);
    if (slice_ends(before, SLICE("几")))
        return true;
    if (!slice_ends(before, SLICE("数")))
        return false;
    before.len -= strlen("数");
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (slice_ends(before, slice_of(nouns[i])))
            return false;
    return true;
}

static bool unit_fits(const struct number_reader *r, const struct numeral *n,
                      const struct unit *unit, size_t end, enum bound before)
{
    if (n->sequence && n->value < 100 && fmod(n->value, 10) != 0)
        return false; /* 八五, but 二〇 */
    if (n->hanzi && unit->arabic_only)
        return false;
    if (n->digits > 1 && !n->decimal && r->text.data[n->start] == '0')
        return false; /* 0737-1234567 */
    if (n->hanzi && n->value == 0)
        return false; /* 零件, and 〇件 where a figure was to be filled in */
    if (unit->kind == UNIT_NOUN && n->digits == 4 && n->scale == 1 && n->value < 2100)
        return false; /* 2023市场监管 */
    if (n->bare && !n->over && !n->about && before == BOUND_EXACT && !is_round_money(n, unit))
        return false; /* 百名干警, 万元产值 */
    if (n->hanzi && is_vague(r, n->start))
        return false;
    if (slice_equal(unit->name, SLICE("番")))
        return slice_ends(slice_range(r->text, 0, n->start), SLICE("翻")) ||
               slice_ends(slice_range(r->text, 0, n->start), SLICE("翻了"));
    return !n->plain_one || one_counts(r, n, unit, end);
}

static struct slice unit_text(const struct number_reader *r, const struct unit *unit)
{
    return r->list->arena ? arena_copy(r->list->arena, unit->name) : unit->name;
}

static void emit(struct number_reader *r, const struct numeral *n, size_t end,
                 const struct unit *unit, double value, enum bound bound)
{
    struct quantity *q = quantity_list_add(r->list);
    if (!q)
        return;
    *q =
        (struct quantity){.clean = {(uint32_t)n->start, (uint32_t)end},
                          .text = {(uint32_t)n->start, (uint32_t)end},
                          .value = value,
                          .unit = unit_text(r, unit),
                          .bound = bound,
                          .total = !slice_equal(unit->name, percent.name) && is_total(r, n->start)};
}

static enum bound own_bound(const struct numeral *n, enum bound before, int behind)
{
    if (behind > 0)
        return (enum bound)behind;
    if (n->over)
        return BOUND_OVER;
    if (before != BOUND_EXACT)
        return before;
    if (n->about)
        return BOUND_ABOUT;
    return n->lower ? BOUND_AT_LEAST : BOUND_EXACT;
}

static void emit_pending(struct number_reader *r, const struct unit *unit,
                         const struct numeral *last)
{
    for (size_t i = 0; i < r->pending_count; i++) {
        const struct numeral *n = &r->pending[i];
        double factor =
            n->scale == 1 && last->scale > 1 && n->value < last->scale ? last->scale : 1;
        emit(r, n, n->end, unit, n->value * factor, own_bound(n, BOUND_EXACT, -1));
    }
    r->pending_count = 0;
}

static bool word_ahead(const struct number_reader *r, size_t at, struct slice word)
{
    return at <= r->end && slice_starts(slice_range(r->text, at, r->end), word);
}

/* 3至5名, 3名至5名, 10%—20%, 10件到20件之间: the number `n` (unit NULL or read up to `end`) opens a
 * range. On success *end is behind all of it and *unit is known. */
static bool read_range(const struct number_reader *r, struct numeral *n, const struct unit **unit,
                       size_t *end)
{
    bool loose;
    size_t from = skip_blanks(r, *end), separator = range_separator(r, from, &loose);
    if (!separator)
        return false;
    struct numeral high;
    size_t high_end;
    if (!numeral_read(r->text, skip_blanks(r, from + separator), &high))
        return false;
    const struct unit *high_unit = read_unit(r, &high, &high_end);
    if (!high_unit || (*unit && *unit != high_unit) || high.value <= n->value / n->scale)
        return false;
    bool to = word_ahead(r, from, SLICE("到"));
    if (loose && (*unit || !to) && !word_ahead(r, high_end, SLICE("之间")))
        return false;
    if (!*unit && n->scale == 1 && n->value < high.value / high.scale)
        n->value *= high.scale;
    if (high.value <= n->value)
        return false;
    n->plain_one = false;
    n->lower = true;
    *unit = high_unit;
    *end = high_end;
    return true;
}

/* 123元1角1分: the lesser coins behind whole 元. *end moves behind them. */
static void read_coins(const struct number_reader *r, const struct unit *unit, double *value,
                       size_t *end)
{
    static const struct {
        struct slice name;
        double part;
    } coins[] = {{{"角", 3}, 10}, {{"分", 3}, 100}};
    if (!slice_equal(unit->name, SLICE("元")))
        return;
    for (size_t i = 0; i < sizeof coins / sizeof *coins; i++) {
        struct numeral n;
        if (!numeral_starts(r->text, *end) || !numeral_read(r->text, *end, &n) || n.value >= 10 ||
            n.decimal || n.share || !word_ahead(r, n.end, coins[i].name))
            continue;
        *value = (*value * coins[i].part + n.value) / coins[i].part;
        *end = n.end + coins[i].name.len;
    }
}

/* Does what stands before `at` end with one of `marks`, blanks passed over? */
static bool stands_behind(const struct number_reader *r, size_t at, const uint32_t *marks)
{
    size_t length;
    while (at > 0 && r->whole.data[at - 1] == ' ')
        at--;
    if (at == 0)
        return true;
    uint32_t c = character_at(r->whole, character_before(r, at), &length);
    while (*marks && *marks != c)
        marks++;
    return *marks != 0;
}

/* Does an item `mark` begin in the line that the paragraph begins in, a heading perhaps in front of
 * it, before `end`? */
static bool item_before(const struct number_reader *r, const char *mark, size_t end)
{
    static const uint32_t behind[] = {'\n', U'：', U'；', U'。', U'、', 0};
    struct slice before = slice_range(r->whole, 0, end);
    size_t first = end > MAX_ITEM_BYTES ? end - MAX_ITEM_BYTES : 0, at = r->paragraph;
    while (at > first && r->whole.data[at - 1] != '\n')
        at--;
    for (at = at > first ? at : first; (at = slice_find(before, slice_of(mark), at)) != SIZE_MAX;
         at++)
        if (stands_behind(r, at, behind))
            return true;
    return false;
}

/* Item N of an outline begins at the paragraph's start, or within it behind 。 or ； where item N-1
 * begins before it: 1.律师仅7人；2.6个乡镇… but not 提高1.3个；2.6个… */
static bool opens_item(const struct number_reader *r, const struct numeral *n)
{
    static const uint32_t behind[] = {U'。', U'；', 0};
    char mark[16];
    int item = (int)n->value - 1;
    snprintf(mark, sizeof mark, "%d.", item);
    if (opens_paragraph(r, n->start))
        return true;
    return n->start > r->paragraph && item > 0 && stands_behind(r, n->start, behind) &&
           item_before(r, mark, n->start);
}

/* 1.3所学校 at the start of a paragraph: item 1 of an outline, 3 所. */
static bool drop_outline_number(const struct number_reader *r, struct numeral *n)
{
    if (!n->decimal || n->hanzi || n->digits > 2 || n->scale != 1 || n->share != SHARE_NONE ||
        !opens_item(r, n))
        return false;
    size_t end, point = slice_find(slice_range(r->text, 0, n->end), SLICE("."), n->start);
    const struct unit *unit = read_unit(r, n, &end);
    if (!unit || point >= n->end)
        return false;
    bool apart = r->text.data[point + 1] == ' ';
    return (apart || unit->kind == UNIT_CLASSIFIER) && numeral_read(r->text, point + 1 + apart, n);
}

/* Is the number followed by 、 and another number? Then it may share that one's unit. */
static bool joins_next(const struct number_reader *r, const struct numeral *n, size_t *next)
{
    size_t length = joiner(r, n->end);
    if (!length || r->pending_count == MAX_PENDING || n->share != SHARE_NONE)
        return false;
    if (opens_paragraph(r, n->start))
        return false; /* 2、3家: item 2 */
    *next = n->end + length;
    struct numeral following;
    struct slice text = {r->text.data, r->end};
    return numeral_starts(text, *next) && numeral_read(text, *next, &following) &&
           following.hanzi == n->hanzi && following.share == SHARE_NONE;
}

/* Why the number is no whole one, if it isn't: what it touches in front, or behind where no unit
 * ends it. Numbers in a list have been seen already. */
static const char *why_spoilt(const struct number_reader *r, const struct numeral *n, size_t start,
                              bool bare)
{
    if (r->pending_count == 0 && n->start == start) {
        const char *why = touched_before(r, n);
        if (why)
            return why;
    }
    return bare ? touched_behind(r, n) : NULL;
}

/* Reads the quantity whose number is `n`; returns where to read on. */
static size_t read_quantity(struct number_reader *r, struct numeral *n)
{
    size_t end, next, start = n->start;
    drop_outline_number(r, n);
    const struct unit *unit = read_unit(r, n, &end);
    bool range = read_range(r, n, &unit, &end), implied = false;
    if (!unit && joins_next(r, n, &next) && !why_spoilt(r, n, start, false)) {
        r->pending[r->pending_count++] = *n;
        return next;
    }
    if (!unit && !n->hanzi && (unit = implied_unit(r, n))) {
        implied = true;
        end = n->end;
    }
    enum bound before = unit ? bound_before(r, n) : BOUND_EXACT;
    const char *why = NULL;
    if (!unit || !unit_fits(r, n, unit, end, before) ||
        (why = why_spoilt(r, n, start, implied)) != NULL) {
        if (why)
            omit(r, n->start, end, why);
        r->pending_count = 0;
        return n->end;
    }
    read_coins(r, unit, &n->value, &end);
    int behind = bound_behind(r, &end);
    emit_pending(r, unit, n);
    emit(r, n, end, unit, n->value, range ? BOUND_AT_LEAST : own_bound(n, before, behind));
    r->understood = end;
    return end;
}

/* ---- the scan ---- */

/* End of the fixed term or shape that the number at `at` belongs to, or 0. */
static size_t skip_nonquantity(const struct number_reader *r, const struct numeral *n)
{
    struct slice text = {r->text.data, r->end};
    size_t length;
    if (wordset_ahead(&r->rules->terms, text, n->start, &length) >= 0)
        return n->start + length;
    return shape_index_match(&r->rules->shape_index, text, n);
}

/* 队伍, 之一: the word ends with what looks like a number. Its end, or 0. */
static size_t skip_ending(const struct number_reader *r, size_t at)
{
    size_t length, end;
    if (character_at(r->text, at, &length) < 0x80)
        return 0;
    end = at + length;
    return wordset_behind(&r->rules->endings, r->text, end, &length) > 0 ? end : 0;
}

static size_t read_number(struct number_reader *r, size_t at)
{
    struct numeral n;
    size_t word = skip_ending(r, at);
    if (word) {
        r->understood = word;
        return word;
    }
    bool readable = numeral_read(r->text, at, &n);
    size_t skip = readable ? skip_nonquantity(r, &n) : n.end;
    if (skip > at) {
        r->pending_count = 0;
        if (readable)
            r->understood = skip;
        return skip;
    }
    if (!readable)
        return at + 1;
    return read_quantity(r, &n);
}

/* The next character at or behind `at` where something may begin; `end` when there is none. */
static size_t next_mark(const struct number_reader *r, size_t from)
{
    const uint64_t *marks = r->rules->marks;
    const unsigned char *text = (const unsigned char *)r->text.data, *at = text + from;
    const unsigned char *end = text + r->end;
    while (at < end) {
        uint32_t c = at[0];
        size_t length = 1;
        if ((c & 0xF0) == 0xE0 && end - at >= 3) { /* most are */
            if (marks[(c & 0x0F) << 6 | (at[1] & 0x3Fu)] >> (at[2] & 0x3F) & 1)
                break;
            at += 3;
            continue;
        }
        if (c >= 0x80)
            c = character_at(r->text, (size_t)(at - text), &length);
        if (c < 0x10000 && (marks[c / 64] >> c % 64 & 1))
            break;
        at += length;
    }
    return at < end ? (size_t)(at - text) : r->end;
}

/* Field by field: clearing `pending` for every sentence would cost more than reading most of them.
 */
static void reader_open(struct number_reader *r, const struct quantity_rules *rules,
                        struct slice text, size_t paragraph, size_t start, size_t end,
                        struct quantity_list *list)
{
    r->rules = rules;
    r->text = (struct slice){text.data, end};
    r->whole = text;
    r->paragraph = paragraph;
    r->start = start;
    r->end = end;
    r->understood = 0;
    r->list = list;
    r->pending_count = 0;
}

void quantity_prose(const struct quantity_rules *rules, struct slice text, size_t paragraph,
                    size_t start, size_t end, struct quantity_list *list)
{
    struct number_reader r;
    reader_open(&r, rules, text, paragraph, start, end, list);
    for (size_t at = start; (at = next_mark(&r, at)) < end;) {
        size_t length, skip;
        uint32_t c = character_at(r.text, at, &length);
        if (numeral_begins_with(c)) {
            skip = read_number(&r, at);
        } else {
            skip = c == U'《' ? skip_title(&r, at) : skip_quote(&r, at);
            r.understood = skip ? skip : r.understood;
        }
        at = skip > at ? skip : at + length;
        if (list->limit && list->count > list->limit)
            return;
    }
}
