/* test_keys.c - key files come back as written; whatever is wrong with one is said by name, and no
 * message shows a secret. */
#include "proto/keys.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int setup(void **state)
{
    (void)state;
    return make_folder(folder, sizeof folder, "keys");
}

static int teardown(void **state)
{
    (void)state;
    return drop_folder(folder);
}

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static struct key_file make(const char *name, enum key_role role)
{
    struct wire_keys pair;
    struct error error;
    struct key_file file = {.role = role};
    assert_int_equal(wire_make_keys(&pair, &error), STATUS_OK);
    assert_true(wire_is_key(pair.public_key) && wire_is_key(pair.secret_key));
    snprintf(file.name, sizeof file.name, "%s", name);
    memcpy(file.public_key, pair.public_key, sizeof file.public_key);
    memcpy(file.secret_key, pair.secret_key, sizeof file.secret_key);
    return file;
}

static void test_there_and_back(void **state)
{
    (void)state;
    struct error error = {0};
    struct stat found;
    for (unsigned role = 0; role < KEY_ROLES; role++) {
        struct key_file made = make(key_role_name(role), role), read;
        char name[96];
        assert_int_equal(key_file_write(&made, folder, &error), STATUS_OK);
        snprintf(name, sizeof name, "%s.secret", made.name);
        assert_int_equal(key_file_read(&read, in_folder(name), &error), STATUS_OK);
        assert_memory_equal(&read, &made, sizeof read);
        assert_int_equal(stat(in_folder(name), &found), 0);
        assert_int_equal(found.st_mode & 0777, 0600);
        snprintf(name, sizeof name, "%s.public", made.name);
        assert_int_equal(key_file_read(&read, in_folder(name), &error), STATUS_OK);
        assert_string_equal(read.public_key, made.public_key);
        assert_string_equal(read.secret_key, "");
        assert_int_equal(read.role, role);
    }
}

static void test_nothing_is_overwritten(void **state)
{
    (void)state;
    struct error error;
    struct key_file first = make("twice", KEY_WORK), second = make("twice", KEY_ADMIN), read;
    assert_int_equal(key_file_write(&first, folder, &error), STATUS_OK);
    assert_int_equal(key_file_write(&second, folder, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "twice.secret"));
    assert_int_equal(key_file_read(&read, in_folder("twice.secret"), &error), STATUS_OK);
    assert_string_equal(read.secret_key, first.secret_key);
    /* half a pair is none */
    assert_int_equal(unlink(in_folder("twice.secret")), 0);
    assert_int_equal(key_file_write(&second, folder, &error), STATUS_BAD);
    assert_int_not_equal(access(in_folder("twice.secret"), F_OK), 0);
}

static void test_bad_files(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
    } bad[] = {
        {"", "role"},
        {"role work\n", "public"},
        {"public rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n", "role"},
        {"role king\npublic rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n", ":1: there is no role"},
        {"role work\npublic rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf\n", ":2: not a key"},
        {"role work\npublic rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]y\"7\n", ":2: not a key"},
        {"role work\nJTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6\n", ":2: not a line"},
    };
    struct error error;
    struct key_file read;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file(in_folder("bad.public"), slice_of(bad[i].text));
        assert_int_equal(key_file_read(&read, in_folder("bad.public"), &error), STATUS_BAD);
        if (!strstr(error.text, bad[i].word) || !strstr(error.text, "bad.public"))
            fail_msg("%s: %s", bad[i].word, error.text);
        assert_null(strstr(error.text, "JTKV"));
    }
    assert_int_equal(key_file_read(&read, in_folder("none.public"), &error), STATUS_BAD);
    assert_int_equal(key_file_read(&read, folder, &error), STATUS_BAD);
}

static void test_exposed_secret(void **state)
{
    (void)state;
    struct error error;
    struct key_file made = make("open", KEY_SUBMIT), read;
    assert_int_equal(key_file_write(&made, folder, &error), STATUS_OK);
    static const mode_t modes[] = {0640, 0604, 0666};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(chmod(in_folder("open.secret"), modes[i]), 0);
        assert_int_equal(key_file_read(&read, in_folder("open.secret"), &error), STATUS_BAD);
        assert_non_null(strstr(error.text, "chmod 600"));
    }
}

static void test_names(void **state)
{
    (void)state;
    char longest[MAX_KEY_NAME + 2];
    memset(longest, 'x', sizeof longest);
    assert_true(key_name_is_good((struct slice){longest, MAX_KEY_NAME}));
    assert_false(key_name_is_good((struct slice){longest, MAX_KEY_NAME + 1}));
    assert_true(key_name_is_good(SLICE("隰县-1")));
    const char *const bad[] = {"", ".hidden", "a/b", "a b", "a\nb", "a\"b"};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(key_name_is_good(slice_of(bad[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_nothing_is_overwritten),
        cmocka_unit_test(test_bad_files),      cmocka_unit_test(test_exposed_secret),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
