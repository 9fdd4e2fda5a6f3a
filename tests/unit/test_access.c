/* test_access.c - the folder of keys: who is let in and as whom, what roles may do, and that a file
 * that comes or goes counts at once. */
#include "broker/access.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int setup(void **state)
{
    (void)state;
    return make_folder(folder, sizeof folder, "access");
}

static int teardown(void **state)
{
    (void)state;
    return drop_folder(folder);
}

static struct key_file put(const char *name, enum key_role role)
{
    struct wire_keys pair;
    struct error error = {0};
    struct key_file file = {.role = role};
    assert_int_equal(wire_make_keys(&pair, &error), STATUS_OK);
    snprintf(file.name, sizeof file.name, "%s", name);
    memcpy(file.public_key, pair.public_key, sizeof file.public_key);
    memcpy(file.secret_key, pair.secret_key, sizeof file.secret_key);
    if (key_file_write(&file, folder, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return file;
}

static void take_away(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(unlink(path), 0);
}

static void test_roles(void **state)
{
    (void)state;
    static const struct {
        const char *user;
        unsigned roles; /* bits 1 << enum peer_role */
    } wanted[] = {
        {"submit/a", 1u << ROLE_SUBMIT},
        {"work/a", 1u << ROLE_WORK},
        {"subscribe/a/b", 1u << ROLE_READ},
        {"admin/a", 1u << ROLE_SUBMIT | 1u << ROLE_WORK | 1u << ROLE_READ | 1u << ROLE_ADMIN},
        {"broker/a", 0},
        {"king/a", 0},
        {"admin", 0},
        {"", 0},
    };
    for (unsigned i = 0; i < sizeof wanted / sizeof *wanted; i++)
        for (unsigned role = ROLE_NONE; role <= ROLE_ADMIN; role++)
            assert_int_equal(access_allows(wanted[i].user, role), wanted[i].roles >> role & 1);
}

static void test_admission(void **state)
{
    (void)state;
    struct access *access;
    struct wire_keys keys;
    struct error error = {0};
    char user[WIRE_USER_BYTES] = "";
    assert_int_equal(access_open(&access, folder, &keys, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "broker.secret"));
    struct key_file broker = put("broker", KEY_BROKER), one = put("one", KEY_SUBMIT);
    if (access_open(&access, folder, &keys, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_string_equal(keys.secret_key, broker.secret_key);
    assert_true(keys.admit(keys.admit_context, one.public_key, user));
    assert_string_equal(user, "submit/one");
    assert_false(keys.admit(keys.admit_context, broker.public_key, user)); /* no client */
    struct key_file two = put("两", KEY_ADMIN);                            /* while it is open */
    assert_true(keys.admit(keys.admit_context, two.public_key, user));
    assert_string_equal(user, "admin/两");
    take_away("one.public");
    assert_false(keys.admit(keys.admit_context, one.public_key, user));
    access_close(&access);
    assert_null(access);
}

static void test_bad_folders(void **state)
{
    (void)state;
    struct access *access = NULL;
    struct wire_keys keys;
    struct error error;
    char path[128];
    assert_int_equal(access_open(&access, "/nonexistent/keys", &keys, &error), STATUS_BAD);
    struct key_file twin = put("three", KEY_WORK);
    snprintf(twin.name, sizeof twin.name, "twin");
    twin.role = KEY_ADMIN;
    assert_int_equal(key_file_write(&twin, folder, &error), STATUS_OK);
    assert_int_equal(access_open(&access, folder, &keys, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "same key"));
    take_away("twin.public");
    snprintf(path, sizeof path, "%s/rubbish.public", folder);
    write_file(path, SLICE("not a key\n"));
    assert_int_equal(access_open(&access, folder, &keys, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "rubbish.public"));
    take_away("rubbish.public");
    take_away("broker.secret");
    take_away("broker.public");
    put("broker", KEY_WORK);
    assert_int_equal(access_open(&access, folder, &keys, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "role work"));
    assert_null(access);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_admission),
        cmocka_unit_test(test_bad_folders),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
