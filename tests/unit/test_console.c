/* test_console.c - the console's parts that decide who may and what is put down where: accounts,
 * sessions, attempts, names of uploads. */
#include "deploy/console/accounts.h"
#include "deploy/console/attempts.c" /* their limits are their own */
#include "deploy/console/sessions.c"
#include "deploy/console/upload_files.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char users[64];

static int open_folder(void **state)
{
    (void)state;
    snprintf(users, sizeof users, "/tmp/xianzhi-test-users-%d", getpid());
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    clock_set_us(0);
    return unlink(users) == 0 || errno == ENOENT ? 0 : -1;
}

/* ---- accounts ---- */

static void may(const char *name, const char *password, enum visitor_role expected)
{
    struct error error;
    enum visitor_role role;
    assert_int_equal(account_check(users, name, password, &role, &error), STATUS_OK);
    assert_int_equal(role, expected);
}

static void test_accounts(void **state)
{
    (void)state;
    struct error error;
    enum visitor_role role;
    assert_int_equal(account_role(users, "wang", &role, &error), STATUS_BAD);
    assert_int_equal(account_set(users, "wang", VISITOR_READER, "correct horse", &error),
                     STATUS_OK);
    assert_int_equal(account_set(users, "李芳", VISITOR_ADMIN, "密码密码密码", &error), STATUS_OK);
    may("wang", "correct horse", VISITOR_READER);
    may("李芳", "密码密码密码", VISITOR_ADMIN);
    may("wang", "correct horse ", VISITOR_NOBODY);
    may("wang", "", VISITOR_NOBODY);
    may("zhao", "correct horse", VISITOR_NOBODY);
    may("", "", VISITOR_NOBODY);
    assert_int_equal(account_set(users, "wang", VISITOR_REVIEWER, "another one", &error),
                     STATUS_OK);
    may("wang", "correct horse", VISITOR_NOBODY);
    may("wang", "another one", VISITOR_REVIEWER);
    assert_int_equal(account_set(users, "wang", VISITOR_NOBODY, "", &error), STATUS_OK);
    may("wang", "another one", VISITOR_NOBODY);
    may("李芳", "密码密码密码", VISITOR_ADMIN);
}

static void test_account_names(void **state)
{
    (void)state;
    struct error error;
    char longest[ACCOUNT_NAME_BYTES + 2];
    memset(longest, 'a', sizeof longest);
    longest[ACCOUNT_NAME_BYTES + 1] = '\0';
    const char *const wrong[] = {"", "a b", "a:b", "a\nb", "#a", longest};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(account_set(users, wrong[i], VISITOR_READER, "0123456789", &error),
                         STATUS_BAD);
    longest[ACCOUNT_NAME_BYTES] = '\0';
    assert_int_equal(account_set(users, longest, VISITOR_READER, "0123456789", &error), STATUS_OK);
    may(longest, "0123456789", VISITOR_READER);
}

static void test_broken_file(void **state)
{
    (void)state;
    struct error error;
    enum visitor_role role;
    const char *const lines[] = {"wang", "wang:reader", "wang:king:$y$x", ":reader:$y$x",
                                 "wang:reader:"};
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
        write_file(users, slice_of(lines[i]));
        assert_int_equal(account_role(users, "wang", &role, &error), STATUS_BAD);
        assert_non_null(strstr(error.text, ":1:"));
    }
    write_file(users, SLICE("# a remark\n\nwang:reader:not-a-hash\n"));
    may("wang", "not-a-hash", VISITOR_NOBODY);
}

/* ---- sessions ---- */

static void test_sessions(void **state)
{
    (void)state;
    struct sessions *sessions = sessions_new();
    char token[TOKEN_CHARS + 1], csrf[TOKEN_CHARS + 1], told[TOKEN_CHARS + 1], name[64];
    clock_set_us(1000000);
    session_begin(sessions, "wang", token, csrf);
    assert_true(session_find(sessions, token, name, sizeof name, told));
    assert_string_equal(name, "wang");
    assert_string_equal(told, csrf);
    token[0] = token[0] == 'a' ? 'b' : 'a';
    assert_false(session_find(sessions, token, name, sizeof name, told));
    assert_false(session_find(sessions, "", name, sizeof name, told));
    session_begin(sessions, "li", token, csrf);
    session_end(sessions, token);
    assert_false(session_find(sessions, token, name, sizeof name, told));
    sessions_free(&sessions);
}

/* At the limit and one past it: of silence, of a day, of one name. */
static void test_sessions_end(void **state)
{
    (void)state;
    struct sessions *sessions = sessions_new();
    char token[TOKEN_CHARS + 1], other[TOKEN_CHARS + 1], csrf[TOKEN_CHARS + 1], name[64];
    uint64_t start_us = 1000000, hour_us = 3600ull * 1000000;
    clock_set_us(start_us);
    session_begin(sessions, "wang", token, csrf);
    for (unsigned hours = 8; hours <= 24; hours += 8) {
        clock_set_us(start_us + hours * hour_us);
        assert_true(session_find(sessions, token, name, sizeof name, csrf));
    }
    clock_set_us(start_us + 24 * hour_us + 1);
    assert_false(session_find(sessions, token, name, sizeof name, csrf));
    session_begin(sessions, "wang", token, csrf);
    for (unsigned i = 1; i < MAX_OF_ONE; i++)
        session_begin(sessions, "wang", other, csrf);
    assert_true(session_find(sessions, token, name, sizeof name, csrf));
    session_begin(sessions, "li", other, csrf);
    assert_true(session_find(sessions, token, name, sizeof name, csrf));
    session_begin(sessions, "wang", other, csrf);
    assert_false(session_find(sessions, token, name, sizeof name, csrf));
    sessions_free(&sessions);
}

/* ---- attempts ---- */

static void test_attempts(void **state)
{
    (void)state;
    struct attempts *attempts = attempts_new();
    clock_set_us(1000000);
    for (unsigned i = 1; i < FREE_OF_ADDRESS; i++)
        attempts_failed(attempts, "192.0.2.1", "wang");
    assert_int_equal(attempts_wait_s(attempts, "192.0.2.1", "wang"), 0);
    attempts_failed(attempts, "192.0.2.1", "wang");
    assert_in_range(attempts_wait_s(attempts, "192.0.2.1", "anybody"), 1, 3);
    assert_int_equal(attempts_wait_s(attempts, "192.0.2.2", "wang"), 0);
    for (unsigned i = 0; i < 40; i++)
        attempts_failed(attempts, "192.0.2.1", "wang");
    assert_in_range(attempts_wait_s(attempts, "192.0.2.1", "x"), 800, LONGEST_OF_ADDRESS_S + 1);
    assert_in_range(attempts_wait_s(attempts, "192.0.2.2", "wang"), 20, LONGEST_OF_NAME_S + 1);
    attempts_succeeded(attempts, "wang");
    assert_int_equal(attempts_wait_s(attempts, "192.0.2.2", "wang"), 0);
    clock_set_us(1000000 + (FORGET_S + 1) * 1000000ull);
    assert_int_equal(attempts_wait_s(attempts, "192.0.2.1", "x"), 0);
    for (unsigned i = 0; i < MOST_REMEMBERED + 10; i++) {
        char address[32];
        snprintf(address, sizeof address, "10.%u.%u.1", i / 256, i % 256);
        attempts_failed(attempts, address, "@192.0.2.1");
    }
    assert_true(HASH_COUNT(attempts->table) <= MOST_REMEMBERED);
    attempts_free(&attempts);
}

/* ---- names of uploads ---- */

static void test_upload_names(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *name; /* NULL: none is left */
    } cases[] = {
        {"报告.docx", "报告.docx"},
        {"甲县/报告.docx", "甲县/报告.docx"},
        {"C:\\下载\\报告.docx", "C_/下载/报告.docx"},
        {"../../etc/passwd", "etc/passwd"},
        {"/etc/passwd", "etc/passwd"},
        {"a/../b", "a/b"},
        {"./a//b", "a/b"},
        {".hidden", "hidden"},
        {" .. x", "x"},
        {"a\nb\x1b[31m.txt", "a_b_[31m.txt"},
        {"<img src=x>.txt", "_img src=x_.txt"},
        {"\xb1\xa8\xb8\xe6.txt", "报告.txt"},
        {"", NULL},
        {"..", NULL},
        {"/", NULL},
        {".../...", NULL},
        {"1/2/3/4/5/6/7/8/9", "9"},
    };
    struct buffer name = {0};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(upload_name(cases[i].sent, &name), cases[i].name != NULL);
        if (cases[i].name)
            assert_string_equal(name.data, cases[i].name);
    }
    char longest[700] = "";
    for (unsigned i = 0; i < 200; i++)
        strcat(longest, "县");
    strcat(longest, ".docx");
    assert_true(upload_name(longest, &name));
    assert_true(name.len <= UPLOAD_NAME_BYTES && slice_ends(buffer_slice(&name), SLICE("县.docx")));
    buffer_release(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_accounts, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_account_names, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_broken_file, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_sessions, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_sessions_end, open_folder, close_folder),
        cmocka_unit_test_setup_teardown(test_attempts, open_folder, close_folder),
        cmocka_unit_test(test_upload_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
