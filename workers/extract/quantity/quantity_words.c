/* quantity_words.c - what the words around a number say of it: 约, 以上, 共, and whether 一 counts.
 * Pure functions of the reader; any thread.
 */
#include "workers/extract/quantity/quantity_reader.h"

enum {
    MAX_DISTANCE_CHARS = 9, /* 至少 … N */
    MAX_CLAUSE_BYTES = 180, /* how far back 共 is looked for */
    MAX_CASE_BYTES = 90,    /* 一起 … 案件 */
    MAX_NEGATION_CHARS = 5, /* 未发生一起 */
};

/* One blank at most: two are a gap in a line of site chrome. */
size_t skip_blanks(const struct number_reader *r, size_t at)
{
    size_t length;
    if (at >= r->end)
        return at;
    uint32_t c = character_at(r->text, at, &length);
    return c == ' ' || c == '\n' || c == 0x3000 || c == 0xA0 ? at + length : at;
}

static size_t back_over_blanks(const struct number_reader *r, size_t at)
{
    while (at > 0 && (r->text.data[at - 1] == ' ' || r->text.data[at - 1] == '\n'))
        at--;
    return at;
}

size_t character_before(const struct number_reader *r, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)r->text.data[at] & 0xC0) == 0x80);
    return at;
}

static bool ends_clause(uint32_t c)
{
    if (c >= 0x3040 && c < 0xFF00) /* hanzi */
        return false;
    return c == U'，' || c == U'；' || c == U'。' || c == U'：' || c == U'！' || c == U'？' ||
           c == U'（' || c == ',' || c == ';' || c == ':' || c == '(' || c == '\t';
}

static size_t back_over_fillers(const struct number_reader *r, size_t at)
{
    size_t length;
    for (int i = 0; i < 2; i++) {
        at = back_over_blanks(r, at);
        if (wordset_behind(&r->rules->fillers, r->text, at, &length) < 0)
            break;
        at -= length;
    }
    return at;
}

/* 至少确定1名: an adverb that reaches over a verb of the same clause. */
static enum bound distant_bound(const struct number_reader *r, size_t at)
{
    for (int i = 0; i < MAX_DISTANCE_CHARS && at > r->start; i++) {
        size_t length;
        int bound = wordset_behind(&r->rules->distant, r->text, at, &length);
        if (bound >= 0)
            return bound;
        at = character_before(r, at);
        uint32_t c = character_at(r->text, at, &length);
        if (ends_clause(c) || c == U'、' || c == U'”' || c == U'》' || (c >= '0' && c <= '9'))
            break;
    }
    return BOUND_EXACT;
}

enum bound bound_before(const struct number_reader *r, const struct numeral *n)
{
    size_t length, at = back_over_blanks(r, n->start), end = at;
    int bound = wordset_behind(&r->rules->before, r->text, end, &length);
    if (bound < 0) {
        end = back_over_fillers(r, at);
        bound = wordset_behind(&r->rules->before, r->text, end, &length);
    }
    struct slice word = slice_range(r->text, end - length, end);
    bool share = n->share || (n->end < r->end && r->text.data[n->end] == '%');
    if (!n->bare && !share && (slice_equal(word, SLICE("上")) || slice_equal(word, SLICE("过"))))
        bound = BOUND_EXACT; /* 上百, 过百 are bounds, 考上3名, 查过3次 are not */
    if (bound == BOUND_EXACT && share && slice_ends(word, SLICE("不足")))
        bound = BOUND_AT_MOST; /* 的不足3个 are shortcomings, 的不足15% is a bound */
    return bound > 0 ? (enum bound)bound : distant_bound(r, at);
}

bool is_total(const struct number_reader *r, size_t at)
{
    size_t stop = at > r->start + MAX_CLAUSE_BYTES ? at - MAX_CLAUSE_BYTES : r->start;
    while (at > stop) {
        at = character_before(r, at);
        size_t length;
        uint32_t c = character_at(r->text, at, &length);
        if (ends_clause(c) || (c >= '0' && c <= '9'))
            return false;
        int total = wordset_ahead(&r->rules->totals, r->text, at, &length);
        bool inside = total > 0 && length == strlen("共") && at >= r->start + 3 &&
                      wordset_ahead(&r->rules->totals, r->text, at - 3, &length) == 0 &&
                      length > strlen("共");
        if (total > 0 && !inside)
            return true;
    }
    return false;
}

/* 比上年96.7%多0.5个百分点, 比30件还多5件, 30件余5件: what stands behind is another number;
 * 2个多百分点 has none.
 */
static bool compares(const struct number_reader *r, size_t at, size_t end)
{
    struct slice word = slice_range(r->text, at, end);
    struct numeral n;
    return (slice_ends(word, SLICE("多")) || slice_equal(word, SLICE("余"))) &&
           numeral_read(r->text, skip_blanks(r, end), &n) && (!n.bare || n.over);
}

/* Bound word behind the unit; *end moves behind it. -1: none. */
int bound_behind(const struct number_reader *r, size_t *end)
{
    size_t length;
    size_t at = skip_blanks(r, *end);
    int bound = wordset_ahead(&r->rules->behind, r->text, at, &length);
    if (bound <= BOUND_EXACT || compares(r, at, at + length))
        return -1;
    *end = at + length;
    return bound;
}

/* ---- 一 ---- */

static bool clause_ends_at(const struct number_reader *r, size_t at)
{
    size_t length;
    at = skip_blanks(r, at);
    if (at >= r->end)
        return true;
    uint32_t c = character_at(r->text, at, &length);
    return ends_clause(c) || c == U'、' || c == U'）' || c == ')';
}

static bool verb_before(const struct number_reader *r, size_t at)
{
    size_t length;
    at = back_over_blanks(r, at);
    if (wordset_behind(&r->rules->between, r->text, at, &length) >= 0)
        at -= length;
    return wordset_behind(&r->rules->verbs, r->text, at, &length) >= 0;
}

static bool case_follows(const struct number_reader *r, size_t at)
{
    size_t stop = at + MAX_CASE_BYTES < r->end ? at + MAX_CASE_BYTES : r->end;
    for (size_t length; at < stop; at += length) {
        if (ends_clause(character_at(r->text, at, &length)))
            return false;
        size_t word;
        if (wordset_ahead(&r->rules->cases, r->text, at, &word) >= 0)
            return true;
    }
    return false;
}

static bool negated(const struct number_reader *r, size_t at)
{
    for (int i = 0; i < MAX_NEGATION_CHARS && at > r->start; i++) {
        size_t length;
        if (wordset_behind(&r->rules->negations, r->text, at, &length) >= 0)
            return true;
        at = character_before(r, at);
        if (ends_clause(character_at(r->text, at, &length)))
            return false;
    }
    return false;
}

bool one_counts(const struct number_reader *r, const struct numeral *n, const struct unit *unit,
                size_t unit_end)
{
    if (unit->one & ONE_ALWAYS)
        return true;
    if (negated(r, n->start))
        return false;
    bool together = slice_equal(unit->name, SLICE("起"));
    bool verb = verb_before(r, n->start);
    if (together && case_follows(r, unit_end))
        return true;
    if ((unit->one & ONE_ENDS) && clause_ends_at(r, unit_end) && n->start > r->start)
        return verb || !together;
    return (unit->one & ONE_AFTER_VERB) && verb && !together;
}
