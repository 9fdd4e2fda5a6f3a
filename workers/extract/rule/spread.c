/* spread.c - finds rows of numbers and the items they belong to.
 *
 * Any thread; nothing can fail. A row counts only if there are as many items as numbers: with 分别
 * the items are those in front of it (in the clause before, if it opens its own); without it they
 * must fill the clause (收到、受理、办结行政复议申请12件、9件、6件). Two rows of which the first
 * says 由 belong to the same items: 进驻率、可办率由87%、70%分别提升为99%、92%.
 */
#include "workers/extract/rule/spread.h"

static const struct slice separators[] = {{"、", 3},   {"和", 3}, {"与", 3}, {"及", 3},
                                          {"以及", 6}, {"/", 1},  {",", 1},  {"，", 3}};
static const struct slice breaks[] = {{"，", 3}, {"。", 3}, {"；", 3}, {"：", 3}, {"！", 3},
                                      {"？", 3}, {"（", 3}, {"）", 3}, {",", 1},  {";", 1},
                                      {":", 1},  {"(", 1},  {")", 1},  {"\t", 1}};
/* Say that each number has its item. */
static const struct slice markers[] = {{"分别", 6}, {"依次", 6}, {"各为", 6},
                                       {"各有", 6}, {"各是", 6}, {"各占", 6}};
/* What numbers changed from stands behind one of these. */
static const struct slice bases[] = {{"由", 3}, {"从", 3}, {"自", 3}};
static const struct slice base_years[] = {{"年", 3}, {"原", 3}, {"最初", 6}};

enum {
    COUNT_OF_SEPARATORS = 8,
    COUNT_OF_ITEM_SEPARATORS = 5,
    COUNT_OF_BREAKS = 14,
    COUNT_OF_MARKERS = 6,
    COUNT_OF_BASES = 3,
    COUNT_OF_BASE_YEARS = 3,
};

/* A comma goes on with a row only in the same unit: 分别举办培训、讲座6场，500人 is no row. */
static bool is_separator(struct slice text, bool same_unit)
{
    for (size_t i = 0; i < (same_unit ? COUNT_OF_SEPARATORS : COUNT_OF_SEPARATORS - 2); i++)
        if (slice_equal(text, separators[i]))
            return true;
    return false;
}

static uint32_t from_origin(uint32_t offset, uint32_t origin)
{
    return offset - origin;
}

/* Whether the next quantity stands in a row with this one. */
static bool goes_on(struct slice text, const struct quantity *quantity, uint32_t origin)
{
    uint32_t start = from_origin(quantity[0].clean.end, origin);
    uint32_t end = from_origin(quantity[1].clean.start, origin);
    return end > start && is_separator(slice_range(text, start, end),
                                       slice_equal(quantity[0].unit, quantity[1].unit));
}

static size_t row_length(struct slice text, const struct quantity *quantities, size_t count,
                         size_t first, uint32_t origin)
{
    size_t last = first;
    while (last + 1 < count && last + 1 - first < SPREAD_MAX_ITEMS &&
           goes_on(text, &quantities[last], origin))
        last++;
    return last + 1 - first;
}

static bool ends_with_either(struct slice text, struct slice narrow, struct slice wide)
{
    return slice_ends(text, narrow) || slice_ends(text, wide);
}

/* Where the bracket that closes at `end` opens, if it stands behind a word (示范村（社区）分别有),
 * else `end`. */
static uint32_t bracket_start(struct slice text, uint32_t from, uint32_t end)
{
    static const struct slice opening[] = {{"(", 1}, {"（", 3}}, closing[] = {{")", 1}, {"）", 3}};
    if (!ends_with_either(slice_range(text, from, end), closing[0], closing[1]))
        return end;
    for (uint32_t at = end; at > from; at--)
        for (size_t i = 0; i < 2; i++)
            if (slice_ends(slice_range(text, from, at), opening[i]))
                return at - (uint32_t)opening[i].len > from ? at - (uint32_t)opening[i].len : end;
    return end;
}

/* Where the clause that ends at `end` begins, not in front of `from`. What stands in brackets
 * belongs to the word in front of it. */
static uint32_t clause_start(struct slice text, uint32_t from, uint32_t end)
{
    for (uint32_t at = end; at > from; at--) {
        at = bracket_start(text, from, at);
        for (size_t i = 0; i < COUNT_OF_BREAKS; i++) {
            struct slice before = slice_range(text, from, at);
            if (slice_ends(before, breaks[i]))
                return at;
        }
    }
    return from;
}

/* The one of the first `kinds` separators that begins at `at`, or 0. */
static size_t item_separator(struct slice text, uint32_t at, uint32_t end, size_t kinds)
{
    for (size_t i = 0; i < kinds; i++)
        if (slice_starts(slice_range(text, at, end), separators[i]))
            return separators[i].len;
    return 0;
}

/* Cuts [start, end) at the first `kinds` separators; true if that makes as many items as there are
 * numbers, none empty. */
static bool split_at(struct spread *spread, struct slice text, uint32_t start, uint32_t end,
                     size_t kinds)
{
    size_t count = 0, wanted = spread->count;
    uint32_t from = start;
    for (uint32_t at = start; at <= end; at++) {
        size_t len = at < end ? item_separator(text, at, end, kinds) : 0;
        if (at < end && len == 0)
            continue;
        if (count == wanted || at == from)
            return false;
        spread->items[count++] = (struct span){from, at};
        from = at + (uint32_t)len;
    }
    return count == wanted;
}

/* 常委会会议、常务会议听取和研究法治建设分别为3次、8次: 和 stands within an item. */
static bool split_items(struct spread *spread, struct slice text, uint32_t start, uint32_t end)
{
    return split_at(spread, text, start, end, COUNT_OF_ITEM_SEPARATORS) ||
           split_at(spread, text, start, end, 1);
}

/* 收到、受理、办结行政复议申请: what the last item has more than the others may belong to all. The
 * first may be longer for its own reason (全年收到), so the middle ones tell how long an item is;
 * of two, a verb of two characters is assumed. */
static void find_shared(struct spread *spread, struct slice text)
{
    enum { VERB_BYTES = 6 };
    struct span last = spread->items[spread->count - 1];
    uint32_t len = VERB_BYTES;
    spread->shared = (struct span){last.end, last.end};
    if (spread->count > 2)
        len = spread->items[1].end - spread->items[1].start;
    for (size_t i = 1; i + 1 < spread->count; i++)
        if (spread->items[i].end - spread->items[i].start != len)
            return;
    bool first_fits = spread->items[0].end - spread->items[0].start >= len;
    if (!first_fits || last.end - last.start < len + VERB_BYTES)
        return;
    spread->shared.start = last.start + len;
    if (slice_starts(slice_range(text, spread->shared.start, last.end), SLICE("成功")))
        spread->shared.start += VERB_BYTES; /* 受理、调解成功纠纷 */
}

/* 行政复议受理、办结: what the first item has more than the last one stands in front of all. */
static void find_prefix(struct spread *spread)
{
    struct span first = spread->items[0], last = spread->items[spread->count - 1];
    uint32_t len = spread->shared.start - last.start;
    spread->prefix = (struct span){first.start, first.start};
    if (first.end - first.start > len)
        spread->prefix.end = first.end - len;
}

/* The last of the words in [from, end): where it stands, or SIZE_MAX; its bytes go to *len. */
static size_t last_of(struct slice text, const struct slice *words, size_t count, uint32_t from,
                      uint32_t end, size_t *len)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        for (size_t at = slice_find(text, words[i], from); at < end;
             at = slice_find(text, words[i], at + words[i].len))
            if (found == SIZE_MAX || at > found) {
                found = at;
                *len = words[i].len;
            }
    return found;
}

/* Without 分别 only numbers of one kind share a list: 调解员、网格员培训6场，500人 is no list. */
static bool same_unit(const struct quantity *quantities, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!slice_equal(quantities[0].unit, quantities[i].unit))
            return false;
    return true;
}

/* Where 由 or 由2018年的 begins that leads to the number, else `number`. */
static uint32_t base_before(struct slice text, uint32_t start, uint32_t number)
{
    enum { MAX_BYTES = 30 };
    size_t len = 0, ignored, at = last_of(text, bases, COUNT_OF_BASES, start, number, &len);
    if (at == SIZE_MAX || number - at > MAX_BYTES)
        return number;
    uint32_t behind = (uint32_t)(at + len);
    return behind == number || last_of(text, base_years, COUNT_OF_BASE_YEARS, behind, number,
                                       &ignored) != SIZE_MAX
               ? (uint32_t)at
               : number;
}

/* The row's items in front of it, in its own clause. */
static bool find_own_items(struct spread *spread, struct slice text,
                           const struct quantity *quantities, uint32_t floor, uint32_t number,
                           uint32_t origin)
{
    uint32_t start = clause_start(text, floor, number), items_end = number;
    size_t len = 0, at = last_of(text, markers, COUNT_OF_MARKERS, start, number, &len);
    if (at != SIZE_MAX) {
        spread->joint.start = (uint32_t)(at + len);
        items_end = (uint32_t)at;
        if (items_end == start && start > floor + 3) { /* 分别 opens its clause */
            items_end = start - (text.data[start - 1] == ',' ? 1 : 3);
            start = clause_start(text, floor, items_end);
        }
    } else {
        spread->joint.start = items_end = base_before(text, start, number);
    }
    if (items_end <= start || !split_items(spread, text, start, items_end))
        return false;
    if (at == SIZE_MAX && !same_unit(quantities + spread->first, spread->count))
        return false;
    find_shared(spread, text);
    find_prefix(spread);
    bool shares = spread->shared.end > spread->shared.start;
    spread->shared_first = shares && at == SIZE_MAX && items_end == number;
    return shares || at != SIZE_MAX || items_end < number ||
           slice_starts(slice_range(text, from_origin(quantities[spread->first].clean.end, origin),
                                    text.len),
                        SLICE("、"));
}

/* The items of the row of old values that ends at `floor`, in front of these new ones. */
static bool find_old_items(struct spread *spread, struct slice text,
                           const struct quantity *quantities, uint32_t floor, uint32_t number,
                           uint32_t origin)
{
    enum { MAX_BYTES = 36 };
    struct spread old = {.count = spread->count};
    if (spread->first < old.count || number - floor > MAX_BYTES)
        return false;
    old.first = spread->first - old.count;
    if (old.first > 0 && goes_on(text, &quantities[old.first - 1], origin))
        return false;
    if (row_length(text, quantities, spread->first, old.first, origin) != old.count)
        return false;
    uint32_t first = from_origin(quantities[old.first].clean.start, origin);
    old.joint = (struct span){first, first};
    uint32_t before = old.first ? from_origin(quantities[old.first - 1].clean.end, origin) : 0;
    if (!find_own_items(&old, text, quantities, before, first, origin) ||
        base_before(text, old.joint.start, first) == first)
        return false;
    size_t len = 0, at = last_of(text, markers, COUNT_OF_MARKERS, floor, number, &len);
    old.first = spread->first;
    old.end = spread->end;
    old.joint = (struct span){floor, number};
    if (at != SIZE_MAX)
        old.joint.start = (uint32_t)(at + len);
    else if (slice_starts(slice_range(text, floor, number), SLICE("，")))
        old.joint.start += 3;
    *spread = old;
    return true;
}

bool spread_find(struct spread *spread, struct slice text, const struct quantity *quantities,
                 size_t count, size_t first, uint32_t origin)
{
    *spread = (struct spread){.first = first};
    spread->count = row_length(text, quantities, count, first, origin);
    if (spread->count < 2)
        return false;
    uint32_t number = from_origin(quantities[first].clean.start, origin);
    uint32_t floor = first ? from_origin(quantities[first - 1].clean.end, origin) : 0;
    spread->joint = (struct span){number, number};
    spread->end = from_origin(quantities[first + spread->count - 1].clean.end, origin);
    return find_own_items(spread, text, quantities, floor, number, origin) ||
           find_old_items(spread, text, quantities, floor, number, origin);
}

static void add(struct buffer *out, struct slice text, struct span span)
{
    buffer_add(out, slice_range(text, span.start, span.end));
}

/* Copies quantity `from` so that it stands at `start` of the new sentence. */
static struct quantity moved(const struct quantity *from, size_t start)
{
    struct quantity copy = *from;
    copy.clean =
        (struct span){(uint32_t)start, (uint32_t)start + from->clean.end - from->clean.start};
    return copy;
}

size_t spread_sentence(const struct spread *spread, size_t k, bool share, struct slice text,
                       const struct quantity *quantities, size_t count, uint32_t origin,
                       struct buffer *out, struct quantity *edited, size_t *index)
{
    size_t kept = 0;
    const struct quantity *mine = &quantities[spread->first + k];
    buffer_clear(out);
    add(out, text, (struct span){0, spread->items[0].start});
    for (size_t i = 0; i < spread->first; i++) { /* old values stand behind the items */
        uint32_t start = from_origin(quantities[i].clean.start, origin);
        if (start < spread->items[0].start)
            edited[kept++] = moved(&quantities[i], start);
    }
    if (k > 0)
        add(out, text, spread->prefix);
    add(out, text, spread->items[k]);
    if (share && k + 1 < spread->count)
        add(out, text, spread->shared);
    add(out, text, spread->joint);
    *index = kept;
    edited[kept++] = moved(mine, out->len);
    add(out, text,
        (struct span){from_origin(mine->clean.start, origin),
                      from_origin(mine->clean.end, origin)});
    size_t shift = out->len;
    add(out, text, (struct span){spread->end, (uint32_t)text.len});
    for (size_t i = spread->first + spread->count; i < count; i++)
        edited[kept++] = moved(&quantities[i], from_origin(quantities[i].clean.start, origin) -
                                                   spread->end + shift);
    return kept;
}
