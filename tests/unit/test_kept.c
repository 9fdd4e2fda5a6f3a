/* test_kept.c - documents kept by their hash: whole, with their envelopes, and never other bytes.
 */
#include "proto/kept.h"

#include "proto/listed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static char folder[64];

static int make(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/xianzhi-kept-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int drop(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void hash(const char *text, uint8_t sha256[DIGEST_BYTES], char hex[2 * DIGEST_BYTES + 1])
{
    digest_sha256(slice_of(text), sha256);
    digest_name(sha256, hex);
}

static void test_as_it_came(void **state)
{
    (void)state;
    uint8_t sha256[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1], inside[80];
    struct buffer wrapped = {0}, got = {0};
    struct error error = {""};
    const struct listed listed = {.region = 141031, .year = 2023};
    snprintf(inside, sizeof inside, "%s/originals", folder);
    hash("报告", sha256, hex);
    listed_encode(&listed, &wrapped);
    buffer_add(&wrapped, SLICE("报告"));
    assert_int_equal(kept_get(inside, slice_of(hex), &got, &error), STATUS_AGAIN);
    assert_int_equal(kept_put(inside, sha256, buffer_slice(&wrapped), &error), STATUS_OK);
    assert_int_equal(kept_get(inside, slice_of(hex), &got, &error), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&got), buffer_slice(&wrapped)));
    assert_int_equal(kept_get(inside, SLICE("../../etc/passwd"), &got, &error), STATUS_AGAIN);
    buffer_release(&wrapped);
    buffer_release(&got);
}

/* Named anew, it is to be filed where it was filed last; the same again is left alone. */
static void test_the_last_envelopes_stay(void **state)
{
    (void)state;
    uint8_t sha256[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1], path[160];
    struct buffer wrapped = {0}, got = {0};
    struct error error = {""};
    struct stat first, second, third;
    const struct listed listed = {.region = 141031, .year = 2023};
    hash("报告", sha256, hex);
    listed_encode(&listed, &wrapped);
    buffer_add(&wrapped, SLICE("报告"));
    snprintf(path, sizeof path, "%s/%.2s/%s", folder, hex, hex);
    assert_int_equal(kept_put(folder, sha256, SLICE("报告"), &error), STATUS_OK);
    assert_int_equal(stat(path, &first), 0);
    assert_int_equal(kept_put(folder, sha256, SLICE("报告"), &error), STATUS_OK);
    assert_int_equal(stat(path, &second), 0);
    assert_true(first.st_ino == second.st_ino && first.st_mtime == second.st_mtime);
    assert_int_equal(kept_put(folder, sha256, buffer_slice(&wrapped), &error), STATUS_OK);
    assert_int_equal(stat(path, &third), 0);
    assert_int_equal(third.st_size, wrapped.len);
    assert_int_equal(kept_get(folder, slice_of(hex), &got, &error), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&got), buffer_slice(&wrapped)));
    buffer_release(&wrapped);
    buffer_release(&got);
}

static void test_other_bytes_are_never_given(void **state)
{
    (void)state;
    uint8_t sha256[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1];
    struct buffer got = {0};
    struct error error = {""};
    hash("one", sha256, hex);
    assert_int_equal(kept_put(folder, sha256, SLICE("other"), &error), STATUS_OK);
    assert_int_equal(kept_get(folder, slice_of(hex), &got, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "was changed"));
    assert_int_equal(got.len, 0);
    assert_int_equal(kept_put(folder, sha256, SLICE("one"), &error), STATUS_OK); /* mended */
    assert_int_equal(kept_get(folder, slice_of(hex), &got, &error), STATUS_OK);
    assert_int_equal(kept_put("/proc/nowhere", sha256, SLICE("one"), &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "/proc/nowhere"));
    buffer_release(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_it_came, make, drop),
        cmocka_unit_test_setup_teardown(test_the_last_envelopes_stay, make, drop),
        cmocka_unit_test_setup_teardown(test_other_bytes_are_never_given, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
