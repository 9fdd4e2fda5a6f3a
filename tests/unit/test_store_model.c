/* test_store_model.c - the store against a naive model: hundreds of invented reports, many of them
 * new versions of earlier ones, in many orders and batches, must give what a loop over the last
 * version of each gives, byte for byte. */
#include "tests/unit/store_invent.h"

/* ---- the model ---- */

struct line {
    char key[256];
    size_t key_len;
    char *text;
};

struct model {
    struct line lines[4096];
    size_t count;
};

struct figure {
    bool there;
    double value;
    const char *unit;
};

static struct figure figure_of(const struct report *report, const char *id,
                               const struct fact **chosen, bool *conflict)
{
    *chosen = NULL;
    *conflict = false;
    const struct fact *first = NULL;
    for (size_t i = 0; i < report->fact_count; i++) {
        const struct fact *fact = &report->facts[i];
        if (!slice_equal(fact->indicator, slice_of(id)))
            continue;
        if (!first)
            first = *chosen = fact;
        *conflict = *conflict || fact->value != first->value;
        bool rate = slice_equal(fact->unit, SLICE("%"));
        if ((fact->total && !(*chosen)->total) ||
            (fact->total == (*chosen)->total && !rate && fact->value > (*chosen)->value))
            *chosen = fact;
    }
    return (struct figure){*chosen != NULL, *chosen ? (*chosen)->value : 0,
                           *chosen ? (*chosen)->unit.data : ""};
}

static struct line *new_line(struct model *model, const char *format, ...)
{
    va_list args;
    struct line *line = &model->lines[model->count++];
    va_start(args, format);
    line->key_len = (size_t)vsnprintf(line->key, sizeof line->key, format, args);
    va_end(args);
    for (size_t i = 0; i < line->key_len; i++)
        if (line->key[i] == '|')
            line->key[i] = '\0';
    return line;
}

static void model_value(struct model *model, const struct report *report, const char *id)
{
    const struct fact *chosen;
    bool conflict;
    struct buffer text = {0};
    if (!figure_of(report, id, &chosen, &conflict).there)
        return;
    const struct metadata *meta = &report->meta;
    struct row row = {.indicator = slice_of(id),
                      .label = chosen->label,
                      .region = meta->region,
                      .level = meta->level,
                      .township = meta->township,
                      .kind = meta->kind,
                      .issuer = meta->issuer,
                      .year = meta->year,
                      .value = chosen->value,
                      .unit = chosen->unit,
                      .bound = chosen->bound,
                      .conflict = conflict};
    struct evidence evidence[8];
    char hex[65];
    digest_name(report->sha256, hex);
    row.evidence = evidence;
    for (size_t i = 0; i <= report->fact_count; i++) { /* the chosen one first */
        const struct fact *fact = i ? &report->facts[i - 1] : chosen;
        if (slice_equal(fact->indicator, slice_of(id)) && (i == 0 || fact != chosen))
            evidence[row.evidence_count++] = (struct evidence){.doc = slice_of(hex),
                                                               .path = report->path,
                                                               .span = fact->text,
                                                               .text = fact->written,
                                                               .value = fact->value,
                                                               .sentence = fact->sentence,
                                                               .section = fact->section,
                                                               .rule = fact->rule};
    }
    dump_row(&row, &text);
    buffer_append(&text, "", 1);
    new_line(model, "%s|%06u|%.*s|%s|%.*s|%04u|", id, meta->region, SLICE_ARGS(meta->township),
             kind_name(meta->kind), SLICE_ARGS(meta->issuer), meta->year)
        ->text = text.data;
}

static int by_double(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static bool below(uint32_t parent, uint32_t region)
{
    uint32_t width = parent == 0 ? 1000000 : parent % 10000 == 0 ? 10000 : 100;
    return region != parent && region / width * width == parent;
}

static void model_rollup(struct model *model, struct report *const *last, const char *id,
                         uint32_t parent, uint16_t year, enum level level, uint32_t children)
{
    double values[UNITS], sum = 0;
    unsigned count = 0, cases = 0, affairs = 0;
    const struct fact *chosen;
    bool conflict;
    for (unsigned i = 0; i < UNITS; i++) {
        const struct metadata *meta = &last[i]->meta;
        struct figure figure = figure_of(last[i], id, &chosen, &conflict);
        if (!figure.there || meta->kind != KIND_GOVERNMENT || meta->level != level ||
            meta->year != year || !below(parent, meta->region))
            continue;
        values[count++] = figure.value;
        sum += figure.value;
        cases += strcmp(figure.unit, "件") == 0;
        affairs += strcmp(figure.unit, "起") == 0;
    }
    if (count == 0)
        return;
    qsort(values, count, sizeof *values, by_double);
    struct row row = {.indicator = slice_of(id),
                      .region = parent,
                      .level = parent == 0      ? LEVEL_NATION
                               : parent % 10000 ? LEVEL_PREFECTURE
                                                : LEVEL_PROVINCE,
                      .year = year,
                      .children_level = level,
                      .children = children,
                      .reporting = count,
                      .sum = sum,
                      .mean = sum / count,
                      .min = values[0],
                      .max = values[count - 1],
                      .median = (values[(count - 1) / 2] + values[count / 2]) / 2,
                      .unit = cases == 0 && affairs == 0 ? SLICE("%")
                              : cases >= affairs         ? SLICE("件")
                                                         : SLICE("起")};
    char label[64];
    snprintf(label, sizeof label, "标签%s", id);
    row.label = slice_of(label);
    struct buffer text = {0};
    dump_row(&row, &text);
    buffer_append(&text, "", 1);
    new_line(model, "%s|%06u||||%04u|%s", id, parent, year, level_name(level))->text = text.data;
}

static int by_line(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    return slice_compare((struct slice){a->key, a->key_len}, (struct slice){b->key, b->key_len});
}

/* What the last version of each unit's report gives. */
static char *model_dump(struct report *const *last)
{
    static const struct {
        uint32_t parent;
        uint32_t children[LEVEL_TOWNSHIP];
    } parents[] = {
        {0, {[LEVEL_PROVINCE] = 34, [LEVEL_PREFECTURE] = 333, [LEVEL_COUNTY] = 2851}},
        {110000, {[LEVEL_COUNTY] = 16}},
        {140000, {[LEVEL_PREFECTURE] = 11, [LEVEL_COUNTY] = 117}},
        {140100, {[LEVEL_COUNTY] = 10}},
        {140500, {[LEVEL_COUNTY] = 6}},
        {141000, {[LEVEL_COUNTY] = 17}},
        {420000, {[LEVEL_COUNTY] = 103}},
        {540000, {[LEVEL_COUNTY] = 74}},
        {542500, {[LEVEL_COUNTY] = 7}},
    };
    struct model *model = memory_zero(sizeof *model);
    struct buffer out = {0};
    for (unsigned i = 0; i < INDICATORS; i++) {
        for (unsigned unit = 0; unit < UNITS; unit++)
            model_value(model, last[unit], ids[i]);
        for (size_t p = 0; p < sizeof parents / sizeof *parents; p++)
            for (uint16_t year = 2020; year < 2022; year++)
                for (enum level level = LEVEL_PROVINCE; level <= LEVEL_COUNTY; level++)
                    model_rollup(model, last, ids[i], parents[p].parent, year, level,
                                 parents[p].children[level]);
    }
    qsort(model->lines, model->count, sizeof *model->lines, by_line);
    for (size_t i = 0; i < model->count; i++) {
        buffer_add(&out, slice_of(model->lines[i].text));
        free(model->lines[i].text);
    }
    buffer_append(&out, "", 1);
    free(model);
    return out.data;
}

/* ---- the tests ---- */

static char *expected_rows(void)
{
    struct report *last[UNITS];
    for (unsigned i = 0; i < UNITS; i++)
        last[i] = invent(i, VERSIONS - 1);
    char *rows = model_dump(last);
    for (unsigned i = 0; i < UNITS; i++)
        report_free(last[i]);
    return rows;
}

static void test_any_order_gives_what_the_model_says(void **state)
{
    struct fixture *first = *state;
    char *expected = expected_rows();
    assert_true(strlen(expected) > 20000);
    for (unsigned turn = 0; turn < 6; turn++) {
        void *other = first;
        unsigned order[REPORTS];
        for (unsigned i = 0; i < REPORTS; i++)
            order[i] = i;
        seed = 42 + turn;
        if (turn > 0) {
            fixture_make(&other);
            shuffle(order, REPORTS);
        }
        file_in_order(other, order, REPORTS);
        char *rows = dump(((struct fixture *)other)->store, NULL, NULL);
        assert_same(rows, expected);
        free(rows);
        if (turn > 0)
            fixture_drop(&other);
    }
    free(expected);
}

static void test_repeated_deliveries_and_reopening_change_nothing(void **state)
{
    struct fixture *f = *state;
    unsigned order[REPORTS * 2];
    char *expected = expected_rows();
    seed = 7;
    for (unsigned i = 0; i < REPORTS * 2; i++)
        order[i] = i % REPORTS;
    shuffle(order, REPORTS * 2);
    for (unsigned part = 0; part < 4; part++) {
        file_in_order(f, order + part * (REPORTS / 2), REPORTS / 2);
        fixture_reopen(f);
    }
    char *rows = dump(f->store, NULL, NULL);
    assert_same(rows, expected);
    uint64_t version = store_version(f->store);
    file_in_order(f, order, REPORTS);
    assert_int_equal(store_version(f->store), version);
    free(rows);
    rows = dump(f->store, NULL, NULL);
    assert_same(rows, expected);
    assert_int_equal(store_verify(f->store, NULL), STATUS_OK);
    free(rows);
    free(expected);
}

static bool line_matches(const struct row *row, const struct filter *filter)
{
    char code[16];
    snprintf(code, sizeof code, "%06u", row->region);
    bool region = filter->region_count == 0, indicator = filter->indicator.len == 0;
    for (uint32_t i = 0; i < filter->region_count; i++)
        region = region || slice_starts(slice_of(code), filter->regions[i]);
    if (filter->indicator.len) /* the globs used here are a beginning and a star */
        indicator = slice_starts(row->indicator,
                                 slice_range(filter->indicator, 0, filter->indicator.len - 1));
    return region && indicator && (!filter->year || filter->year == row->year) &&
           (!filter->level || filter->level == row->level);
}

/* Filtered and paged reading gives the matching ones of all rows. */
static void test_filters_and_pages_give_a_part_of_the_whole(void **state)
{
    struct fixture *f = *state;
    static const char *const prefixes[] = {"14", "1410", "141031", "140000",
                                           "0",  "4",    "54",     "110101"};
    static const char *const globs[] = {"x*", "a.*", "litigation.cases*", "zzz*"};
    unsigned order[REPORTS];
    for (unsigned i = 0; i < REPORTS; i++)
        order[i] = i;
    seed = 99;
    file_in_order(f, order, REPORTS);
    struct request all = {.limit_rows = 20000};
    struct arena arena = {0};
    struct answer whole;
    assert_int_equal(store_read(f->store, &all, &arena, &whole, NULL), STATUS_OK);
    assert_false(whole.more);
    for (unsigned turn = 0; turn < 300; turn++) {
        struct filter filter = {0};
        while (roll(3) && filter.region_count < 3)
            filter.regions[filter.region_count++] = slice_of(prefixes[roll(8)]);
        if (roll(2))
            filter.indicator = slice_of(globs[roll(4)]);
        if (roll(3) == 0)
            filter.year = (uint16_t)(2019 + roll(3));
        if (roll(2))
            filter.level = (enum level)(LEVEL_NATION + roll(5));
        struct buffer got = {0}, expected = {0};
        dump_pages(f->store, &filter, 1 + roll(40), &got);
        for (size_t i = 0; i < whole.row_count; i++)
            if (line_matches(&whole.rows[i], &filter))
                dump_row(&whole.rows[i], &expected);
        buffer_append(&expected, "", 1);
        assert_same(got.data, expected.data);
        buffer_release(&got);
        buffer_release(&expected);
    }
    arena_release(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        TEST(test_any_order_gives_what_the_model_says),
        TEST(test_repeated_deliveries_and_reopening_change_nothing),
        TEST(test_filters_and_pages_give_a_part_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
