/* test_file.c - whole files: plain ones of a size, and what else may lie in a file's place. */
#include "proto/base/file.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/xianzhi-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path_of("file"));
    unlink(path_of("pipe"));
    return rmdir(folder);
}

static void a_file_is_read_up_to_its_limit(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct error error;
    write_file(path_of("file"), SLICE("12345"));
    buffer_append(&bytes, "0", 1);
    assert_int_equal(file_read(path_of("file"), 5, &bytes, &error), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&bytes), SLICE("012345")));
    assert_int_equal(file_read(path_of("file"), 4, &bytes, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "larger than 4 bytes"));
    buffer_release(&bytes);
}

/* None is waited for: nobody writes to the pipe, and a device never ends. */
static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct error error;
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    assert_int_equal(file_read(path_of("pipe"), 100, &bytes, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "a pipe"));
    assert_int_equal(file_read("/dev/zero", 100, &bytes, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "a device"));
    assert_int_equal(file_read(folder, 100, &bytes, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "a folder"));
    assert_int_equal(file_read(path_of("none"), 100, &bytes, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "No such file"));
    assert_int_equal(bytes.len, 0);
    buffer_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_up_to_its_limit),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
