/* test_kv.c - the door to RocksDB: what is committed is there again, what is damaged is refused. */
#include "proto/kv/kv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS, BODIES };

static const struct kv_family_options families[] = {
    {.name = "rows", .point_lookups = true},
    {.name = "bodies", .large_values = true, .queue = true},
};
static const struct kv_options writer = {.families = families, .family_count = 2};
static const struct kv_options reader = {
    .families = families, .family_count = 2, .read_only = true};

static char folder[64];

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/xianzhi-kv-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct kv *must_open(const struct kv_options *options)
{
    struct kv *kv = NULL;
    struct error error = {""};
    enum status status = kv_open(&kv, folder, options, &error);
    if (status != STATUS_OK)
        fail_msg("kv_open: %s", error.text);
    return kv;
}

static void put(struct kv *kv, unsigned family, const char *key, const char *value)
{
    struct kv_batch *batch = kv_batch_new(kv);
    kv_batch_put(batch, family, slice_of(key), slice_of(value));
    assert_int_equal(kv_commit(kv, batch, true, NULL), STATUS_OK);
    kv_batch_free(&batch);
}

static void assert_row(struct kv *kv, unsigned family, const char *key, const char *expected)
{
    struct buffer value = {0};
    enum status status = kv_get(kv, family, slice_of(key), &value, NULL);
    if (!expected) {
        assert_int_equal(status, STATUS_AGAIN);
    } else {
        assert_int_equal(status, STATUS_OK);
        assert_int_equal(value.len, strlen(expected));
        assert_memory_equal(value.data, expected, value.len);
    }
    buffer_release(&value);
}

static void test_batch_is_there_after_reopening(void **state)
{
    (void)state;
    struct kv *kv = must_open(&writer);
    struct kv_batch *batch = kv_batch_new(kv);
    kv_batch_put(batch, ROWS, SLICE("a"), SLICE("1"));
    kv_batch_put(batch, ROWS, SLICE("b"), SLICE("2"));
    kv_batch_delete(batch, ROWS, SLICE("a"));
    assert_int_equal(kv_batch_count(batch), 3);
    assert_row(kv, ROWS, "b", NULL); /* nothing before the commit */
    assert_int_equal(kv_commit(kv, batch, true, NULL), STATUS_OK);
    kv_batch_clear(batch);
    assert_int_equal(kv_batch_count(batch), 0);
    kv_batch_free(&batch);
    kv_close(&kv);
    assert_null(kv);
    kv = must_open(&writer);
    assert_row(kv, ROWS, "a", NULL);
    assert_row(kv, ROWS, "b", "2");
    assert_row(kv, BODIES, "b", NULL);
    kv_close(&kv);
}

static void test_cursor_keeps_bounds_and_its_moment(void **state)
{
    (void)state;
    struct kv *kv = must_open(&writer);
    put(kv, ROWS, "a", "1");
    put(kv, ROWS, "b", "2");
    put(kv, ROWS, "c", "3");
    struct kv_cursor *cursor = kv_cursor_new(kv, ROWS, SLICE("b"), SLICE("d"));
    put(kv, ROWS, "bb", "later");
    put(kv, ROWS, "d", "outside");
    char seen[64] = "";
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        strncat(seen, kv_cursor_key(cursor).data, kv_cursor_key(cursor).len);
        strncat(seen, kv_cursor_value(cursor).data, kv_cursor_value(cursor).len);
    }
    assert_string_equal(seen, "b2c3");
    assert_int_equal(kv_cursor_status(cursor, NULL), STATUS_OK);
    kv_cursor_seek(cursor, SLICE("c"));
    assert_true(kv_cursor_valid(cursor));
    kv_cursor_free(&cursor);
    assert_null(cursor);
    cursor = kv_cursor_new(kv, ROWS, (struct slice){0}, (struct slice){0});
    assert_true(slice_equal(kv_cursor_key(cursor), SLICE("a")));
    kv_cursor_free(&cursor);
    kv_close(&kv);
}

static void test_large_values_come_back(void **state)
{
    (void)state;
    size_t len = 300 * 1000;
    char *body = memory_alloc(len);
    for (size_t i = 0; i < len; i++)
        body[i] = (char)(i * 2654435761u >> 13);
    struct kv *kv = must_open(&writer);
    struct kv_batch *batch = kv_batch_new(kv);
    kv_batch_put(batch, BODIES, SLICE("1"), (struct slice){body, len});
    assert_int_equal(kv_commit(kv, batch, true, NULL), STATUS_OK);
    kv_batch_free(&batch);
    kv_close(&kv);
    kv = must_open(&writer);
    struct buffer value = {0};
    assert_int_equal(kv_get(kv, BODIES, SLICE("1"), &value, NULL), STATUS_OK);
    assert_int_equal(value.len, len);
    assert_memory_equal(value.data, body, len);
    assert_true(kv_disk_bytes(kv) > len / 2);
    assert_int_equal(kv_verify(kv, NULL), STATUS_OK);
    buffer_release(&value);
    kv_close(&kv);
    free(body);
}

static void test_reader_looks_on(void **state)
{
    (void)state;
    struct error error;
    struct kv *look = NULL;
    assert_int_equal(kv_open(&look, folder, &reader, &error), STATUS_FATAL); /* nothing there */
    assert_non_null(strstr(error.text, folder));
    struct kv *kv = must_open(&writer);
    put(kv, ROWS, "a", "1");
    look = must_open(&reader);
    assert_row(look, ROWS, "a", "1");
    put(kv, ROWS, "a", "2");
    assert_row(look, ROWS, "a", "1"); /* stands still */
    kv_close(&look);
    look = must_open(&reader);
    assert_row(look, ROWS, "a", "2");
    struct kv_batch *batch = kv_batch_new(look);
    kv_batch_put(batch, ROWS, SLICE("x"), SLICE("y"));
    assert_int_equal(kv_commit(look, batch, true, NULL), STATUS_FATAL);
    kv_batch_free(&batch);
    kv_close(&look);
    kv_close(&kv);
}

static void test_held_folder_names_its_holder(void **state)
{
    (void)state;
    struct kv *kv = must_open(&writer);
    struct kv *second = NULL;
    struct error error;
    char pid[32];
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    assert_int_equal(kv_open(&second, folder, &writer, &error), STATUS_AGAIN);
    assert_null(second);
    assert_non_null(strstr(error.text, folder));
    assert_non_null(strstr(error.text, pid));
    pid_t child = fork();
    if (child == 0)
        _exit(kv_open(&second, folder, &writer, NULL) == STATUS_AGAIN ? 0 : 1);
    int code = -1;
    waitpid(child, &code, 0);
    assert_int_equal(code, 0);
    put(kv, ROWS, "still", "ours");
    kv_close(&kv);
    kv = must_open(&writer);
    kv_close(&kv);
}

static void test_foreign_folders_are_refused(void **state)
{
    (void)state;
    char path[128];
    struct kv *kv = NULL;
    struct error error;
    snprintf(path, sizeof path, "%s/letter.txt", folder);
    fclose(fopen(path, "w"));
    assert_int_equal(kv_open(&kv, folder, &writer, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "not one of ours"));
    assert_int_equal(kv_open(&kv, path, &writer, &error), STATUS_FATAL);
    unlink(path);

    static const struct kv_family_options other[] = {{.name = "rows"}, {.name = "future"}};
    kv = must_open(&(struct kv_options){.families = other, .family_count = 2});
    kv_close(&kv);
    assert_int_equal(kv_open(&kv, folder, &writer, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "\"future\""));
}

static void test_makes_missing_parents(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/结果/2023 年", folder);
    struct kv *kv = NULL;
    assert_int_equal(kv_open(&kv, path, &writer, NULL), STATUS_OK);
    put(kv, ROWS, "a", "1");
    kv_close(&kv);
}

static void test_checkpoint_is_a_store(void **state)
{
    (void)state;
    char copy[128];
    snprintf(copy, sizeof copy, "%s/copy", folder);
    struct kv *kv = must_open(&writer);
    put(kv, ROWS, "a", "1");
    assert_int_equal(kv_checkpoint(kv, copy, NULL), STATUS_OK);
    put(kv, ROWS, "b", "2");
    kv_close(&kv);
    assert_int_equal(kv_open(&kv, copy, &writer, NULL), STATUS_OK);
    assert_row(kv, ROWS, "a", "1");
    assert_row(kv, ROWS, "b", NULL);
    kv_close(&kv);
}

/* Path of the first file with that ending; its size. */
static off_t find_file(const char *ending, char *path, size_t size)
{
    DIR *dir = opendir(folder);
    off_t bytes = -1;
    for (struct dirent *entry; bytes < 1 && (entry = readdir(dir));) {
        size_t len = strlen(entry->d_name);
        struct stat info;
        if (len < strlen(ending) || strcmp(entry->d_name + len - strlen(ending), ending) != 0)
            continue;
        snprintf(path, size, "%s/%s", folder, entry->d_name);
        if (stat(path, &info) == 0)
            bytes = info.st_size;
    }
    closedir(dir);
    return bytes;
}

/* A process that writes and dies without closing leaves its log behind. */
static void write_and_die(int rows)
{
#ifdef __SANITIZE_THREAD__
    skip(); /* ThreadSanitizer can't follow a child that starts threads of its own */
#endif
    pid_t child = fork();
    if (child == 0) {
        struct kv *kv = NULL;
        if (kv_open(&kv, folder, &writer, NULL) != STATUS_OK)
            _exit(1);
        struct kv_batch *batch = kv_batch_new(kv);
        for (int i = 0; i < rows; i++) {
            char key[32];
            snprintf(key, sizeof key, "row-%04d", i);
            kv_batch_clear(batch);
            kv_batch_put(batch, ROWS, slice_of(key), SLICE("the value of this row"));
            if (kv_commit(kv, batch, true, NULL) != STATUS_OK)
                _exit(2);
        }
        _exit(0);
    }
    int code = -1;
    waitpid(child, &code, 0);
    assert_int_equal(code, 0);
}

static void flip(const char *path, off_t at, uint8_t mask)
{
    int fd = open(path, O_RDWR);
    uint8_t byte;
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= mask;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

/* A crash of the machine, not of the process: the mark behind the log is as old as the log. */
static void forget_mark(void)
{
    char mark[512];
    snprintf(mark, sizeof mark, "%s/SYNCED", folder);
    assert_int_equal(unlink(mark), 0);
}

static void test_torn_tail_is_tolerated(void **state)
{
    (void)state;
    char log[512];
    write_and_die(20);
    off_t bytes = find_file(".log", log, sizeof log);
    assert_true(bytes > 100);
    assert_int_equal(truncate(log, bytes - 5), 0);
    struct error error;
    struct kv *cut = NULL;
    assert_int_equal(kv_open(&cut, folder, &writer, &error), STATUS_FATAL); /* it was synced */
    assert_non_null(strstr(error.text, log));
    forget_mark();
    struct kv *kv = must_open(&writer);
    assert_row(kv, ROWS, "row-0018", "the value of this row");
    assert_row(kv, ROWS, "row-0019", NULL);
    kv_close(&kv);
}

static void test_damaged_log_is_refused_wherever_it_is_hit(void **state)
{
    (void)state;
    char log[512];
    struct error error;
    write_and_die(20);
    off_t bytes = find_file(".log", log, sizeof log);
    for (off_t at = 0; at < bytes; at += 7) {
        struct kv *kv = NULL;
        flip(log, at, 0x41);
        assert_int_equal(kv_open(&kv, folder, &writer, &error), STATUS_FATAL);
        assert_non_null(strstr(error.text, log));
        flip(log, at, 0x41);
    }
    struct kv *kv = must_open(&writer);
    assert_row(kv, ROWS, "row-0019", "the value of this row");
    kv_close(&kv);
}

static void test_damaged_table_is_named(void **state)
{
    (void)state;
    char table[512];
    struct error error;
    write_and_die(500);
    struct kv *kv = must_open(&writer); /* replays the log into a table */
    kv_close(&kv);
    off_t bytes = find_file(".sst", table, sizeof table);
    assert_true(bytes > 0);
    flip(table, 200, 0x10);
    enum status status = kv_open(&kv, folder, &writer, &error);
    if (status == STATUS_OK)
        status = kv_verify(kv, &error);
    assert_int_equal(status, STATUS_FATAL);
    assert_non_null(strstr(error.text, ".sst"));
    kv_close(&kv);
}

/* RocksDB's secondary instance would leave it out in silence. */
static void test_damaged_table_is_named_to_a_reader_too(void **state)
{
    (void)state;
    char table[512];
    struct error error;
    struct kv *look = NULL;
    write_and_die(500);
    struct kv *kv = must_open(&writer); /* replays the log into a table, and is at work */
    off_t bytes = find_file(".sst", table, sizeof table);
    assert_true(bytes > 0);
    flip(table, bytes - 1, 0x10);
    assert_int_equal(kv_open(&look, folder, &reader, &error), STATUS_FATAL);
    assert_null(look);
    assert_non_null(strstr(error.text, strrchr(table, '/')));
    kv_close(&kv);
}

enum { BUSY_ROWS = 3000, BUSY_BYTES = 8000 };

/* Logs go and tables come all the time. */
static void *write_busily(void *over)
{
    static char row[BUSY_BYTES];
    struct kv_options options = writer;
    struct kv *kv = NULL;
    options.memory_bytes = 4 << 20;
    enum status status = kv_open(&kv, folder, &options, NULL);
    struct kv_batch *batch = status ? NULL : kv_batch_new(kv);
    for (int i = 0; i < BUSY_ROWS && !status; i++) {
        char key[32];
        snprintf(key, sizeof key, "row-%04d", i);
        for (int j = 0; j < BUSY_BYTES; j++)
            row[j] = (char)((i + j) * 2654435761u >> 17);
        kv_batch_clear(batch);
        kv_batch_put(batch, ROWS, slice_of(key), (struct slice){row, sizeof row});
        status = kv_commit(kv, batch, true, NULL);
    }
    if (batch)
        kv_batch_free(&batch);
    kv_close(&kv);
    atomic_store((atomic_bool *)over, true);
    return NULL;
}

/* Rows in a row, counted by their keys. */
static int count_rows(struct kv *look)
{
    int count = 0;
    struct kv_cursor *cursor = kv_cursor_new(look, ROWS, (struct slice){0}, (struct slice){0});
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor), count++) {
        char key[32];
        snprintf(key, sizeof key, "row-%04d", count);
        if (!slice_equal(kv_cursor_key(cursor), slice_of(key)))
            fail_msg("%s is missing", key);
    }
    assert_int_equal(kv_cursor_status(cursor, NULL), STATUS_OK);
    kv_cursor_free(&cursor);
    return count;
}

static void test_reader_misses_nothing_of_a_busy_writer(void **state)
{
    (void)state;
    struct kv *look = must_open(&writer);
    kv_close(&look);
    atomic_bool over = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_busily, &over), 0);
    int seen = 0;
    for (bool last = false; !last;) {
        last = atomic_load(&over);
        look = must_open(&reader);
        int count = count_rows(look);
        assert_true(count >= seen);
        seen = count;
        kv_close(&look);
    }
    pthread_join(thread, NULL);
    assert_int_equal(seen, BUSY_ROWS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)
    const struct CMUnitTest tests[] = {
        TEST(test_batch_is_there_after_reopening),
        TEST(test_cursor_keeps_bounds_and_its_moment),
        TEST(test_large_values_come_back),
        TEST(test_reader_looks_on),
        TEST(test_held_folder_names_its_holder),
        TEST(test_foreign_folders_are_refused),
        TEST(test_makes_missing_parents),
        TEST(test_checkpoint_is_a_store),
        TEST(test_torn_tail_is_tolerated),
        TEST(test_damaged_log_is_refused_wherever_it_is_hit),
        TEST(test_damaged_table_is_named),
        TEST(test_damaged_table_is_named_to_a_reader_too),
        TEST(test_reader_misses_nothing_of_a_busy_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
