/* What is published as rows of a table: escaped, nothing that a database can't hold, keys without
 * NULL, every column defined, commented and copied; and a row's key, the same when it is gone. */
#include "deploy/publish/postgres_tables.h"

#include "proto/base/tsv.h"
#include "proto/doors/postgres.h"
#include "proto/rows/row_json.h"
#include "tests/unit/test.h"

static struct row a_value(struct evidence *mention)
{
    *mention = (struct evidence){.doc = SLICE("ab"),
                                 .path = SLICE("a\tb\\c.txt"),
                                 .text = SLICE("9件"),
                                 .value = 9,
                                 .sentence = SLICE("一\n二\0三")};
    return (struct row){.indicator = SLICE("litigation.cases"),
                        .label = SLICE("行政应诉案件"),
                        .region = 141031,
                        .level = LEVEL_COUNTY,
                        .kind = KIND_GOVERNMENT,
                        .year = 2023,
                        .value = 9,
                        .unit = SLICE("件"),
                        .evidence = mention,
                        .evidence_count = 1};
}

static char *ended(struct buffer *out)
{
    buffer_append(out, "", 1);
    return out->data;
}

static unsigned count(const char *text, const char *what)
{
    unsigned found = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        found++;
    return found;
}

static void test_cells(void **state)
{
    struct buffer out = {0};
    (void)state;
    postgres_cell(SLICE("a\tb\nc\rd\\e\x01\0f县"), &out);
    assert_string_equal(ended(&out), "a\\tb\\nc\\rd\\\\e\x01\uFFFDf县");
    buffer_clear(&out);
    postgres_cell(SLICE("\xcf\xd8\\县\xe5\x8e"), &out); /* GBK; a name that was cut off */
    assert_string_equal(ended(&out), "\uFFFD\uFFFD\\\\县\uFFFD\uFFFD");
    buffer_clear(&out);
    postgres_name(SLICE("a\"b"), &out);
    postgres_text(SLICE("it's"), &out);
    assert_string_equal(ended(&out), "\"a\"\"b\"'it''s'");
    buffer_release(&out);
}

static void test_a_row_has_a_cell_for_each_column(void **state)
{
    struct evidence mention;
    struct row row = a_value(&mention);
    struct buffer sql = {0}, line = {0};
    (void)state;
    for (int gone = 0; gone < 2; gone++) {
        row.gone = gone;
        buffer_clear(&sql);
        buffer_clear(&line);
        postgres_copy_sql(&postgres_tables[0], NULL, &sql);
        postgres_copy_row(&postgres_tables[0], true, &row, &line);
        assert_int_equal(count(ended(&sql), ","), count(ended(&line), "\t"));
        assert_int_equal(count(line.data, "\n"), 1);
        assert_null(strstr(line.data, "u0000"));
        const char *keys = gone ? "litigation.cases\t\\N\t141031\t\\N\t\\N\t\tgovernment\t\t2023\t"
                                : "litigation.cases\t行政应诉案件\t141031\t\\N\tcounty\t\t"
                                  "government\t\t2023\t9\t件\t";
        assert_memory_equal(line.data, keys, strlen(keys));
        assert_memory_equal(line.data + line.len - 4, gone ? "\tt\n" : "\tf\n", 4);
    }
    buffer_release(&sql);
    buffer_release(&line);
}

static void test_every_column_has_words_in_two_languages(void **state)
{
    struct table english = {0};
    struct error error;
    (void)state;
    assert_int_equal(table_load(&english, "deploy/publish/columns.tsv", 2, &error), STATUS_OK);
    for (size_t i = 0; i < row_fields.count; i++) {
        bool found = false;
        for (size_t k = 0; k < english.count; k++)
            found = found || slice_equal(english.rows[k].columns[0], row_fields.items[i].name);
        if (!found)
            fail_msg("deploy/publish/columns.tsv lacks %.*s", SLICE_ARGS(row_fields.items[i].name));
    }
    table_release(&english);
}

static void test_words_of_an_enum(void **state)
{
    struct buffer out = {0};
    (void)state;
    for (size_t i = 0; i < row_fields.count; i++)
        if (slice_equal(row_fields.items[i].name, SLICE("bound")) ||
            slice_equal(row_fields.items[i].name, SLICE("value")))
            row_field_words(&row_fields.items[i], &out);
    assert_string_equal(ended(&out), "exact, over, at_least, at_most, about");
    buffer_release(&out);
}

static void test_a_key_is_the_same_when_the_row_is_gone(void **state)
{
    struct evidence mention;
    struct row row = a_value(&mention);
    struct buffer there = {0}, gone = {0};
    (void)state;
    row_json_key(&row, &there);
    row_json_key(&(struct row){.gone = true,
                               .indicator = row.indicator,
                               .region = row.region,
                               .kind = row.kind,
                               .year = row.year},
                 &gone);
    assert_string_equal(ended(&there), ended(&gone));
    assert_string_equal(there.data,
                        "{\"indicator\": \"litigation.cases\", \"region\": \"141031\", "
                        "\"township\": null, \"kind\": \"government\", \"issuer\": null, "
                        "\"year\": 2023}");
    buffer_release(&there);
    buffer_release(&gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_a_row_has_a_cell_for_each_column),
        cmocka_unit_test(test_every_column_has_words_in_two_languages),
        cmocka_unit_test(test_words_of_an_enum),
        cmocka_unit_test(test_a_key_is_the_same_when_the_row_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
