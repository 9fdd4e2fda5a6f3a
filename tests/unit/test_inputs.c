/* Files, folders and archives as documents, and everything else that lies about in folders. */
#include "deploy/intake/inputs.h"
#include "deploy/intake/inputs_read.h"
#include "proto/base/name.h"
#include "tests/unit/test.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <locale.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A new folder, entered; what was taken and told, line by line. */
struct fixture {
    char folder[64];
    struct inputs inputs;
    struct buffer taken, told;
    bool refuse;
};

static void note_line(void *context, const char *line)
{
    struct fixture *fixture = context;
    buffer_format(&fixture->told, "%s\n", line);
}

static enum status note_document(void *context, const char *path, struct buffer *document,
                                 const char *unreadable, struct error *error)
{
    struct fixture *fixture = context;
    if (fixture->refuse)
        return fail(error, STATUS_AGAIN, "stopped");
    buffer_format(&fixture->taken, "%s=%.*s%s\n", path, SLICE_ARGS(buffer_slice(document)),
                  unreadable ? unreadable : "");
    return STATUS_OK;
}

static int set_up(void **state)
{
    struct fixture *fixture = *state = memory_zero(sizeof *fixture);
    strcpy(fixture->folder, "/tmp/xianzhi-test-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    assert_int_equal(chdir(fixture->folder), 0);
    fixture->inputs = (struct inputs){.tell = note_line, .context = fixture};
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", fixture->folder);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(system(command), 0);
    inputs_release(&fixture->inputs);
    buffer_release(&fixture->taken);
    buffer_release(&fixture->told);
    free(fixture);
    return 0;
}

static void read_all(struct fixture *fixture)
{
    struct error error;
    for (size_t i = 0; i < fixture->inputs.count; i++)
        assert_int_equal(inputs_read(&fixture->inputs, i, note_document, fixture, &error),
                         STATUS_OK);
}

static const char *text_of(struct buffer *buffer)
{
    buffer_append(buffer, "", 1);
    buffer->len--;
    return buffer->data;
}

static void folders_are_walked_in_order_of_names(void **state)
{
    struct fixture *fixture = *state;
    mkdir("省 一", 0755);
    mkdir("省 一/b", 0755);
    write_file("省 一/c.txt", SLICE("3"));
    write_file("省 一/a.txt", SLICE("1"));
    write_file("省 一/b/x.txt", SLICE("2"));
    write_file("省 一/.hidden", SLICE("no"));
    inputs_add(&fixture->inputs, "省 一/");
    assert_int_equal(fixture->inputs.count, 3);
    assert_int_equal(fixture->inputs.bytes, 3);
    read_all(fixture);
    assert_string_equal(text_of(&fixture->taken),
                        "省 一/a.txt=1\n省 一/b/x.txt=2\n省 一/c.txt=3\n");
    assert_int_equal(fixture->told.len, 0);
}

/* Its line says what to do, however long the path in it is. */
static void a_folder_too_deep_is_told_whole(void **state)
{
    struct fixture *fixture = *state;
    char path[2048] = "deep";
    for (unsigned i = 0; i < 70; i++) {
        mkdir(path, 0755);
        strcat(path, "/a folder of many");
    }
    inputs_add(&fixture->inputs, "deep");
    assert_int_equal(fixture->inputs.failures, 1);
    assert_true(fixture->told.len > 1024);
    assert_non_null(strstr(text_of(&fixture->told), ": the path is too long: move it up"));
}

static void an_empty_file_is_a_document(void **state)
{
    struct fixture *fixture = *state;
    write_file("empty", SLICE(""));
    inputs_add(&fixture->inputs, "empty");
    read_all(fixture);
    assert_string_equal(text_of(&fixture->taken), "empty=\n");
}

static void a_missing_path_is_told_and_the_others_go_on(void **state)
{
    struct fixture *fixture = *state;
    write_file("a", SLICE("1"));
    inputs_add(&fixture->inputs, "none");
    inputs_add(&fixture->inputs, "a");
    assert_int_equal(fixture->inputs.failures, 1);
    assert_non_null(strstr(text_of(&fixture->told), "none: there is no such file"));
    read_all(fixture);
    assert_string_equal(text_of(&fixture->taken), "a=1\n");
}

static void sockets_and_pipes_are_left_out(void **state)
{
    struct fixture *fixture = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "d/socket"};
    mkdir("d", 0755);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(mkfifo("d/pipe", 0644), 0);
    write_file("d/report.txt", SLICE("1"));
    inputs_add(&fixture->inputs, "d");
    assert_int_equal(fixture->inputs.count, 1);
    assert_int_equal(fixture->inputs.skipped, 2);
    assert_int_equal(fixture->inputs.failures, 0);
    assert_non_null(strstr(text_of(&fixture->told), "d/pipe: is a pipe"));
    assert_non_null(strstr(text_of(&fixture->told), "d/socket: is a socket"));
    inputs_add(&fixture->inputs, "d/pipe"); /* asked for by name: a failure */
    assert_int_equal(fixture->inputs.failures, 1);
    close(fd);
}

static void a_pipe_that_took_a_files_place_does_not_hang(void **state)
{
    struct fixture *fixture = *state;
    write_file("a", SLICE("1"));
    inputs_add(&fixture->inputs, "a");
    unlink("a");
    assert_int_equal(mkfifo("a", 0644), 0);
    read_all(fixture);
    assert_int_equal(fixture->inputs.failures, 1);
    assert_int_equal(fixture->taken.len, 0);
}

static void a_file_at_the_limit_is_read_one_past_it_is_not(void **state)
{
    struct fixture *fixture = *state;
    fixture->inputs.max_document_bytes = 4;
    write_file("a", SLICE("1234"));
    write_file("b", SLICE("12345"));
    inputs_add(&fixture->inputs, "a");
    inputs_add(&fixture->inputs, "b");
    read_all(fixture);
    assert_non_null(strstr(text_of(&fixture->taken), "a=1234\nb=0.0 MiB, more than"));
    assert_int_equal(fixture->inputs.failures, 0);
}

static void links_in_a_circle_end(void **state)
{
    struct fixture *fixture = *state;
    mkdir("d", 0755);
    write_file("d/a", SLICE("1"));
    assert_int_equal(symlink("../d", "d/again"), 0);
    assert_int_equal(symlink("../d", "d/and again"), 0);
    assert_int_equal(symlink("a", "d/b"), 0);
    inputs_add(&fixture->inputs, "d");
    inputs_add(&fixture->inputs, "d/a");
    assert_int_equal(fixture->inputs.count, 1);
    assert_int_equal(fixture->inputs.failures, 0);
    assert_non_null(strstr(text_of(&fixture->told), "d/again: leads back"));
}

static void a_taker_that_stops_ends_the_reading(void **state)
{
    struct fixture *fixture = *state;
    struct error error;
    fixture->refuse = true;
    write_file("a", SLICE("1"));
    inputs_add(&fixture->inputs, "a");
    assert_int_equal(inputs_read(&fixture->inputs, 0, note_document, fixture, &error),
                     STATUS_AGAIN);
}

static void names_in_gb18030_become_utf8(void **state)
{
    (void)state;
    struct buffer name = {0};
    name_to_utf8("\xcf\xd8.txt", &name);
    assert_string_equal(name.data, "县.txt");
    name_to_utf8("县.txt", &name);
    assert_string_equal(name.data, "县.txt");
    name_to_utf8("/收件/\xcf\xd8/县\xff/", &name);
    assert_string_equal(name.data, "/收件/县/\?\?\?\?/");
    name_to_utf8("\xff\xff.txt", &name);
    assert_string_equal(name.data, "\?\?.txt");
    buffer_release(&name);
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void names_are_what_stands_behind_the_last_slash(void **state)
{
    static const char *const paths[][2] = {{"a/b.txt", "b.txt"},
                                           {"收件\\甲县\\乙.docx", "乙.docx"},
                                           {"b.txt", "b.txt"},
                                           {"a/", ""},
                                           {"", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_true(slice_equal(slice_file_name(slice_of(paths[i][0])), slice_of(paths[i][1])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(folders_are_walked_in_order_of_names),
        RUN(a_folder_too_deep_is_told_whole),
        RUN(an_empty_file_is_a_document),
        RUN(a_missing_path_is_told_and_the_others_go_on),
        RUN(sockets_and_pipes_are_left_out),
        RUN(a_pipe_that_took_a_files_place_does_not_hang),
        RUN(a_file_at_the_limit_is_read_one_past_it_is_not),
        RUN(links_in_a_circle_end),
        RUN(a_taker_that_stops_ends_the_reading),
        cmocka_unit_test(names_in_gb18030_become_utf8),
        cmocka_unit_test(names_are_what_stands_behind_the_last_slash),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
