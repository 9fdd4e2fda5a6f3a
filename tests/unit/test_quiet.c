/* test_quiet.c - asking whether somebody still writes to a file: what it says, and that who begins
 * to write just then ends nobody. */
#include "deploy/intake/quiet.h"
#include "tests/unit/test.h"

#include "proto/base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUESTIONS = 20000 };

static char path[] = "/tmp/xianzhi-quiet-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void test_a_writer_is_seen(void **state)
{
    (void)state;
    assert_true(quiet_file(path, 0));
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_false(quiet_file(path, clock_unix_ms() * 1000000));
    close(fd);
    assert_true(quiet_file(path, 0));
}

/* Until the test ends, however it does. */
static void write_and_write(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0)
            close(fd);
    }
}

static void test_who_begins_to_write_ends_nobody(void **state)
{
    (void)state;
    pid_t writer = fork();
    if (writer == 0)
        write_and_write();
    for (int i = 0; i < QUESTIONS; i++)
        quiet_file(path, 0);
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_writer_is_seen),
                                       cmocka_unit_test(test_who_begins_to_write_ends_nobody)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
