/* test_process.c - work in a child: what it gives, and every way in which it can go wrong. */
#include "tests/unit/test.h"

#include "proto/doors/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static struct buffer output;
static struct process_report report;

static enum process_end call(process_work *work, const char *input,
                             const struct process_limits *limits)
{
    struct error error = {{0}};
    buffer_clear(&output);
    enum status status =
        process_call(work, "an argument", slice_of(input), limits, &output, &report, &error);
    if (status)
        fail_msg("%s", error.text);
    return report.end;
}

static int echo(const void *argument, struct slice input, struct buffer *out)
{
    buffer_format(out, "%s: %.*s", (const char *)argument, SLICE_ARGS(input));
    return 7;
}

static void it_gives_its_output_and_exit_code(void **state)
{
    (void)state;
    assert_int_equal(call(echo, "bytes", NULL), PROCESS_DONE);
    assert_int_equal(report.exit_code, 7);
    assert_true(slice_equal(buffer_slice(&output), SLICE("an argument: bytes")));
    assert_int_equal(call(echo, "", NULL), PROCESS_DONE);
    assert_true(slice_equal(buffer_slice(&output), SLICE("an argument: ")));
}

static int crash(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument, (void)input, (void)out;
    return raise(SIGKILL);
}

static int hang(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument, (void)out;
    for (volatile size_t i = 0; input.len; i++)
        ;
    return 0;
}

static int flood(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument;
    while (out->len < 3000)
        buffer_add(out, input);
    return 0;
}

static int devour(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument, (void)input;
    while (out->len < (size_t)1 << 32) {
        buffer_reserve(out, 1 << 24);
        memset(out->data + out->len, 1, 1 << 24);
        out->len += 1 << 24;
    }
    return 0;
}

static void a_crash_a_hang_and_a_flood_cost_only_themselves(void **state)
{
    (void)state;
    struct process_limits limits = {.output_bytes = 3000, .time_ms = 300};
    assert_int_equal(call(crash, "x", NULL), PROCESS_CRASHED);
    assert_int_equal(report.signal, SIGKILL);
    assert_int_equal(call(hang, "x", &limits), PROCESS_SLOW);
    assert_true(report.elapsed_ms >= 300 && report.elapsed_ms < 5000);
    limits.time_ms = 0;
    assert_int_equal(call(flood, "1000 times as long as it should be ", &limits), PROCESS_LARGE);
    limits.output_bytes = 3035; /* the limit itself is enough */
    assert_int_equal(call(flood, "1000 times as long as it should be ", &limits), PROCESS_DONE);
    assert_int_equal(call(echo, "still there", NULL), PROCESS_DONE);
}

static void memory_has_a_limit(void **state)
{
    (void)state;
    struct process_limits limits = {.memory_bytes = 128 << 20};
    if (!SANITIZED)
        assert_int_equal(call(devour, "x", &limits), PROCESS_HUNGRY);
}

static int open_a_file(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument, (void)out;
    return open(input.data, O_RDONLY | O_CLOEXEC) >= 0;
}

static int speak_to_the_world(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument, (void)input, (void)out;
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static int write_to_what_is_open(const void *argument, struct slice input, struct buffer *out)
{
    (void)argument, (void)input, (void)out;
    struct stat found;
    int open_count = 0;
    for (int fd = 3; fd < 64; fd++)
        open_count += fstat(fd, &found) == 0;
    return open_count;
}

static void it_reaches_nothing_but_its_bytes(void **state)
{
    (void)state;
    int before = open("/etc/passwd", O_RDONLY);
    if (!SANITIZED) {
        assert_int_equal(call(open_a_file, "/etc/passwd", NULL), PROCESS_DONE);
        assert_int_equal(report.exit_code, 0);
        assert_int_equal(call(speak_to_the_world, "", NULL), PROCESS_FORBIDDEN);
    }
    assert_int_equal(call(write_to_what_is_open, "", NULL), PROCESS_DONE);
    assert_in_range(report.exit_code, 1, 4); /* its output, errors, the server's own */
    close(before);
}

static enum process_end run(const char *const *argv, const char *folder, const char *input)
{
    struct error error = {{0}};
    struct process_limits limits = {.time_ms = 5000};
    buffer_clear(&output);
    if (process_run(argv, folder, slice_of(input), &limits, &output, &report, &error))
        fail_msg("%s", error.text);
    return report.end;
}

static void a_program_reads_and_writes_what_it_is_given(void **state)
{
    const char *folder = *state;
    assert_int_equal(run((const char *[]){"cat", "/proc/self/fd/0", NULL}, NULL, "县"),
                     PROCESS_DONE);
    assert_int_equal(report.exit_code, 0);
    assert_true(slice_equal(buffer_slice(&output), SLICE("县")));
    assert_int_equal(run((const char *[]){"no-such-program", NULL}, NULL, ""), PROCESS_MISSING);
    assert_int_equal(
        run((const char *[]){"sh", "-c", "echo no >&2; echo more >&2; exit 3", NULL}, NULL, ""),
        PROCESS_DONE);
    assert_int_equal(report.exit_code, 3);
    assert_string_equal(report.complaint, "no");
    assert_int_equal(run((const char *[]){"sh", "-c", "echo x >here", NULL}, folder, ""),
                     PROCESS_DONE);
    assert_int_equal(report.exit_code, 0);
}

static void a_program_writes_nowhere_else(void **state)
{
    char path[512];
    snprintf(path, sizeof path, "echo x >%s/there", (const char *)*state);
    assert_int_equal(run((const char *[]){"sh", "-c", path, NULL}, NULL, ""), PROCESS_DONE);
    assert_int_not_equal(report.exit_code, 0);
}

static void a_slow_program_ends_with_all_it_started(void **state)
{
    (void)state;
    struct error error;
    struct process_limits limits = {.time_ms = 300};
    const char *const argv[] = {"sh", "-c", "sleep 60 & sleep 60", NULL};
    assert_int_equal(process_run(argv, NULL, SLICE(""), &limits, &output, &report, &error),
                     STATUS_OK);
    assert_int_equal(report.end, PROCESS_SLOW);
}

/* ---- children that stay ---- */

static int answer(struct slice parameters, int socket)
{
    struct buffer question = {0}, input = {0};
    while (process_resident_next(socket, &question, &input)) {
        if (slice_equal(buffer_slice(&question), SLICE("die")))
            return 1;
        while (slice_equal(buffer_slice(&question), SLICE("hang")))
            pause();
        buffer_add(&input, parameters);
        process_resident_answer(socket, buffer_slice(&question), buffer_slice(&input));
    }
    return 0;
}

static enum process_end ask(struct process_resident *resident, const char *question,
                            const char *input)
{
    struct error error = {{0}};
    struct buffer said = {0};
    buffer_clear(&output);
    if (process_resident_ask(resident, slice_of(question), slice_of(input), 300, &said, &output,
                             &report, &error))
        fail_msg("%s", error.text);
    if (report.end == PROCESS_DONE)
        assert_true(slice_equal(buffer_slice(&said), slice_of(question)));
    buffer_release(&said);
    return report.end;
}

static struct process_resident *settle(const char *folder)
{
    struct process_resident *resident;
    struct error error = {{0}};
    if (process_resident_open(&resident, answer, SLICE("!"), folder, NULL, &error))
        fail_msg("%s", error.text);
    return resident;
}

static void a_resident_answers_until_it_is_closed(void **state)
{
    struct process_resident *resident = settle(*state);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(resident, "question", "县"), PROCESS_DONE);
        assert_true(slice_equal(buffer_slice(&output), SLICE("县!")));
    }
    process_resident_close(&resident);
    assert_null(resident);
    process_resident_close(&resident);
}

static void a_resident_may_die_or_hang(void **state)
{
    struct process_resident *resident = settle(*state);
    assert_int_equal(ask(resident, "die", ""), PROCESS_CRASHED);
    process_resident_close(&resident);
    resident = settle(*state);
    assert_int_equal(ask(resident, "hang", ""), PROCESS_SLOW);
    process_resident_close(&resident);
    resident = settle(*state);
    assert_int_equal(ask(resident, "question", ""), PROCESS_DONE);
    process_resident_close(&resident);
}

static int make(void **state)
{
    static char folder[] = "/tmp/xianzhi-process-XXXXXX";
    *state = mkdtemp(folder);
    return *state ? 0 : -1;
}

static int drop(void **state)
{
    char command[600];
    snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
    buffer_release(&output);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_its_output_and_exit_code),
        cmocka_unit_test(a_crash_a_hang_and_a_flood_cost_only_themselves),
        cmocka_unit_test(memory_has_a_limit),
        cmocka_unit_test(it_reaches_nothing_but_its_bytes),
        cmocka_unit_test(a_program_reads_and_writes_what_it_is_given),
        cmocka_unit_test(a_program_writes_nowhere_else),
        cmocka_unit_test(a_slow_program_ends_with_all_it_started),
        cmocka_unit_test(a_resident_answers_until_it_is_closed),
        cmocka_unit_test(a_resident_may_die_or_hang),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
