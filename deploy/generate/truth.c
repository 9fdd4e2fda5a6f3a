/* truth.c - values by unit, roll-ups by sorting, all at the end. One thread. */
#include "deploy/generate/truth.h"

#include "proto/base/paths.h"

#include <stdio.h>
#include <stdlib.h>

struct indicator {
    struct slice id, label;
};

struct value {
    uint32_t unit; /* number of the report */
    uint16_t indicator;
    uint8_t bound;
    bool conflict;
    uint16_t unit_word; /* index into words */
    double value;
};

struct unit {
    struct author author; /* slices in the truth's arena */
    bool withdrawn;
};

struct truth {
    const struct places *places;
    struct arena arena;
    struct indicator *indicators;
    size_t indicator_count, indicator_capacity;
    struct slice words[64]; /* units of measure */
    size_t word_count;
    struct unit *units;
    size_t unit_count, unit_capacity;
    struct value *values;
    size_t value_count, value_capacity;
};

static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 1024;
    return memory_resize(items, *capacity * size);
}

static int compare_indicators(const void *a, const void *b)
{
    return slice_compare(((const struct indicator *)a)->id, ((const struct indicator *)b)->id);
}

static enum status load_indicators(struct truth *truth, struct error *error)
{
    char path[4096], *line = NULL;
    size_t size = 0;
    enum status status =
        data_path("workers/extract/catalogue/indicators.tsv", path, sizeof path, error);
    FILE *file = status ? NULL : fopen(path, "r");
    if (!file)
        return status ? status : fail(error, STATUS_FATAL, "%s can't be read", path);
    while (getline(&line, &size, file) > 0) {
        char *rest = line, *id = strsep(&rest, "\t"), *label = strsep(&rest, "\t");
        if (!label || id[0] == '#' || strcmp(id, "id") == 0)
            continue;
        struct indicator *indicator = ARENA_PUSH(&truth->arena, truth->indicators,
                                                 truth->indicator_count, truth->indicator_capacity);
        indicator->id = arena_copy(&truth->arena, slice_of(id));
        indicator->label = arena_copy(&truth->arena, slice_of(label));
    }
    free(line);
    fclose(file);
    qsort(truth->indicators, truth->indicator_count, sizeof *truth->indicators, compare_indicators);
    return STATUS_OK;
}

enum status truth_new(struct truth **truth, const struct places *places, struct error *error)
{
    struct truth *made = memory_zero(sizeof *made);
    made->places = places;
    enum status status = load_indicators(made, error);
    if (status)
        truth_free(&made);
    *truth = made;
    return status;
}

void truth_free(struct truth **truth)
{
    if (!*truth)
        return;
    free((*truth)->units);
    free((*truth)->values);
    arena_release(&(*truth)->arena);
    free(*truth);
    *truth = NULL;
}

static bool find_indicator(const struct truth *truth, struct slice id, uint16_t *index)
{
    struct indicator wanted = {.id = id};
    struct indicator *hit = bsearch(&wanted, truth->indicators, truth->indicator_count,
                                    sizeof wanted, compare_indicators);
    if (hit)
        *index = (uint16_t)(hit - truth->indicators);
    return hit != NULL;
}

static uint16_t word_index(struct truth *truth, struct slice word)
{
    size_t i = 0;
    while (i < truth->word_count && !slice_equal(truth->words[i], word))
        i++;
    if (i == truth->word_count && i < 64)
        truth->words[truth->word_count++] = arena_copy(&truth->arena, word);
    return (uint16_t)i;
}

/* The figure given as a total, else the largest; for rates the first. */
static const struct statement *choose(const struct statement *statements, size_t count,
                                      size_t first, bool *conflict)
{
    const struct statement *best = &statements[first];
    bool rate = slice_equal(best->unit, SLICE("%"));
    *conflict = false;
    for (size_t i = first + 1; i < count; i++) {
        const struct statement *other = &statements[i];
        if (!slice_equal(other->indicator, best->indicator))
            continue;
        *conflict |= other->value != statements[first].value;
        bool better = other->total != best->total ? other->total : other->value > best->value;
        if (better && !rate)
            best = other;
    }
    return best;
}

static bool stated_before(const struct statement *statements, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (slice_equal(statements[i].indicator, statements[index].indicator))
            return true;
    return false;
}

static uint32_t add_unit(struct truth *truth, const struct author *author)
{
    truth->units =
        grow(truth->units, truth->unit_count, &truth->unit_capacity, sizeof *truth->units);
    struct unit *unit = &truth->units[truth->unit_count];
    *unit = (struct unit){.author = *author};
    unit->author.issuer = arena_copy(&truth->arena, author->issuer);
    unit->author.township = arena_copy(&truth->arena, author->township);
    return (uint32_t)truth->unit_count++;
}

enum status truth_add(struct truth *truth, const struct author *author,
                      const struct statement *statements, size_t count, uint32_t *number,
                      struct error *error)
{
    *number = add_unit(truth, author);
    for (size_t i = 0; i < count; i++) {
        uint16_t indicator;
        bool conflict;
        if (stated_before(statements, i))
            continue;
        if (!find_indicator(truth, statements[i].indicator, &indicator))
            return fail(error, STATUS_BAD, "phrases.yaml: there is no indicator %.*s",
                        SLICE_ARGS(statements[i].indicator));
        const struct statement *chosen = choose(statements, count, i, &conflict);
        truth->values =
            grow(truth->values, truth->value_count, &truth->value_capacity, sizeof *truth->values);
        truth->values[truth->value_count++] =
            (struct value){.unit = *number,
                           .indicator = indicator,
                           .bound = (uint8_t)chosen->bound,
                           .conflict = conflict,
                           .unit_word = word_index(truth, chosen->unit),
                           .value = chosen->value};
    }
    return STATUS_OK;
}

void truth_withdraw(struct truth *truth, uint32_t number)
{
    truth->units[number].withdrawn = true;
}

/* ---- rows ---- */

/* A roll-up in the making: one contribution to one parent. */
struct share {
    uint16_t indicator, year;
    uint32_t parent;
    enum level children_level;
    uint16_t unit_word;
    double value;
};

static int order(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_shares(const void *left, const void *right)
{
    const struct share *a = left, *b = right;
    int by = order(a->indicator, b->indicator);
    by = by ? by : order(a->parent, b->parent);
    by = by ? by : order(a->year, b->year);
    by = by ? by
            : slice_compare(slice_of(level_name(a->children_level)),
                            slice_of(level_name(b->children_level)));
    return by ? by : (a->value > b->value) - (a->value < b->value);
}

static bool same_rollup(const struct share *a, const struct share *b)
{
    return a->indicator == b->indicator && a->parent == b->parent && a->year == b->year &&
           a->children_level == b->children_level;
}

static const struct truth *sorting; /* qsort has no context */

static int compare_values(const void *left, const void *right)
{
    const struct value *a = left, *b = right;
    const struct author *x = &sorting->units[a->unit].author, *y = &sorting->units[b->unit].author;
    int by = order(a->indicator, b->indicator);
    by = by ? by : order(x->place->code, y->place->code);
    by = by ? by : slice_compare(x->township, y->township);
    by = by ? by : slice_compare(slice_of(kind_name(x->kind)), slice_of(kind_name(y->kind)));
    by = by ? by : slice_compare(x->issuer, y->issuer);
    return by ? by : order(x->year, y->year);
}

static size_t add_shares(const struct truth *truth, struct share *shares, const struct value *value)
{
    const struct author *author = &truth->units[value->unit].author;
    uint32_t code = author->place->code;
    uint32_t parents[] = {code / 100 * 100, code / 10000 * 10000, 0};
    size_t count = 0;
    if (author->kind != KIND_GOVERNMENT || author->level == LEVEL_TOWNSHIP)
        return 0;
    for (unsigned i = 0; i < 3; i++)
        if (parents[i] != code && (i == 2 || places_find(truth->places, parents[i])))
            shares[count++] = (struct share){value->indicator, author->year,     parents[i],
                                             author->level,    value->unit_word, value->value};
    return count;
}

static uint32_t count_children(const struct truth *truth, uint32_t parent, enum level level)
{
    const struct office_place *place = places_find(truth->places, parent);
    return place ? place->children[level] : (uint32_t)truth->places->level_count[level];
}

static struct row rollup_row(const struct truth *truth, const struct share *shares, size_t count)
{
    const struct office_place *place = places_find(truth->places, shares->parent);
    struct row row = {.indicator = truth->indicators[shares->indicator].id,
                      .label = truth->indicators[shares->indicator].label,
                      .region = shares->parent,
                      .region_name = place ? place->name : SLICE("全国"),
                      .level = place ? place->level : LEVEL_NATION,
                      .year = shares->year,
                      .unit = truth->words[shares->unit_word],
                      .children_level = shares->children_level,
                      .children = count_children(truth, shares->parent, shares->children_level),
                      .reporting = (uint32_t)count,
                      .min = shares[0].value,
                      .max = shares[count - 1].value,
                      .median = (shares[(count - 1) / 2].value + shares[count / 2].value) / 2};
    long double sum = 0; /* fifteen digits come out right whatever the order of adding */
    for (size_t i = 0; i < count; i++)
        sum += (long double)shares[i].value;
    row.sum = (double)sum;
    row.mean = (double)(sum / (long double)count);
    return row;
}

static struct row value_row(const struct truth *truth, const struct value *value)
{
    const struct author *author = &truth->units[value->unit].author;
    return (struct row){.indicator = truth->indicators[value->indicator].id,
                        .label = truth->indicators[value->indicator].label,
                        .region = author->place->code,
                        .region_name = author->place->name,
                        .level = author->level,
                        .township = author->township,
                        .kind = author->kind,
                        .issuer = author->issuer,
                        .year = author->year,
                        .value = value->value,
                        .unit = truth->words[value->unit_word],
                        .bound = value->bound,
                        .conflict = value->conflict};
}

static void drop_withdrawn(struct truth *truth)
{
    size_t kept = 0;
    for (size_t i = 0; i < truth->value_count; i++)
        if (!truth->units[truth->values[i].unit].withdrawn)
            truth->values[kept++] = truth->values[i];
    truth->value_count = kept;
}

/* Roll-ups come before the values of the same indicator and region: their issuer is empty. */
static bool rollup_first(const struct truth *truth, const struct share *share,
                         const struct value *value)
{
    if (share->indicator != value->indicator)
        return share->indicator < value->indicator;
    return share->parent <= truth->units[value->unit].author.place->code;
}

void truth_rows(struct truth *truth, void (*print)(void *context, const struct row *row),
                void *context)
{
    drop_withdrawn(truth);
    sorting = truth;
    qsort(truth->values, truth->value_count, sizeof *truth->values, compare_values);
    struct share *shares = memory_alloc(3 * truth->value_count * sizeof *shares);
    size_t share_count = 0;
    for (size_t i = 0; i < truth->value_count; i++)
        share_count += add_shares(truth, shares + share_count, &truth->values[i]);
    qsort(shares, share_count, sizeof *shares, compare_shares);
    for (size_t value = 0, share = 0; value < truth->value_count || share < share_count;) {
        struct row row;
        bool rollup =
            share < share_count && (value == truth->value_count ||
                                    rollup_first(truth, &shares[share], &truth->values[value]));
        if (rollup) {
            size_t end = share + 1;
            while (end < share_count && same_rollup(&shares[share], &shares[end]))
                end++;
            row = rollup_row(truth, &shares[share], end - share);
            share = end;
        } else
            row = value_row(truth, &truth->values[value++]);
        print(context, &row);
    }
    free(shares);
}
