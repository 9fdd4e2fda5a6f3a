/* Which list speaks for a file: one that comes while the folder's files are being read counts from
 * then on, although a folder without one is not looked at anew for every file. */
#include "deploy/intake/lists.h"
#include "proto/base/clock.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char root[64];
    struct lists lists;
    char paths[4][128];
};

static const char *in_folder(struct fixture *f, unsigned slot, const char *name)
{
    snprintf(f->paths[slot], sizeof f->paths[slot], "%s/%s", f->root, name);
    return f->paths[slot];
}

static void write_list(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("path,year\na.txt,2023\n", file);
    fclose(file);
}

static int set_up(void **state)
{
    struct fixture *f = *state = memory_zero(sizeof *f);
    snprintf(f->root, sizeof f->root, "/tmp/xianzhi-lists-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    mkdir(in_folder(f, 0, "county"), 0777);
    mkdir(in_folder(f, 0, "town"), 0777);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    lists_close(&f->lists);
    static const char *const made[] = {"county/manifest.csv", "town/rows.csv", "county", "town",
                                       ""};
    for (unsigned i = 0; i < sizeof made / sizeof *made; i++)
        remove(in_folder(f, 0, made[i]));
    free(f);
    return 0;
}

static void a_list_that_is_met_counts_at_once(void **state)
{
    struct fixture *f = *state;
    const char *file = in_folder(f, 0, "county/a.txt"),
               *list = in_folder(f, 1, "county/manifest.csv");
    assert_false(lists_apply(&f->lists, file));
    write_list(list);
    assert_true(lists_is_list(&f->lists, list));
    assert_true(lists_apply(&f->lists, file));
    const char *other = in_folder(f, 2, "town/a.txt"), *heads = in_folder(f, 3, "town/rows.csv");
    assert_false(lists_apply(&f->lists, other));
    write_list(heads);
    assert_true(lists_is_list(&f->lists, heads)); /* by its heads alone */
    assert_true(lists_apply(&f->lists, other));
}

static void one_that_nobody_was_told_of_counts_soon(void **state)
{
    struct fixture *f = *state;
    const char *file = in_folder(f, 0, "county/a.txt");
    assert_false(lists_apply(&f->lists, file));
    write_list(in_folder(f, 1, "county/manifest.csv"));
    uint64_t start_us = clock_monotonic_us();
    while (!lists_apply(&f->lists, file))
        assert_true(clock_monotonic_us() - start_us < 10000000);
}

static void a_bare_folder_says_nothing_of_another(void **state)
{
    struct fixture *f = *state;
    write_list(in_folder(f, 1, "county/manifest.csv"));
    assert_false(lists_apply(&f->lists, in_folder(f, 0, "town/a.txt")));
    assert_true(lists_apply(&f->lists, in_folder(f, 2, "county/a.txt")));
    assert_false(lists_apply(&f->lists, in_folder(f, 0, "town/a.txt")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_that_is_met_counts_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_nobody_was_told_of_counts_soon, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bare_folder_says_nothing_of_another, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
