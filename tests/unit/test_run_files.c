/* test_run_files.c - which files a run need not open: every way in which a file can change, or be
 * another, shows; what cannot be told is not believed. */
#include "deploy/commands/run_files.h"
#include "proto/base/clock.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { LATER_S = 3600 };

static char folder[] = "/var/tmp/xianzhi-run-files-XXXXXX"; /* on a disk, not in memory */
static char path[64], other[64];

static void pass_time(unsigned seconds)
{
    clock_set_us(0);
    uint64_t now_us = clock_unix_us();
    clock_set_us(now_us + seconds * 1000000ull);
}

static void write_bytes(const char *to, const char *bytes)
{
    FILE *file = fopen(to, "w");
    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0 && fclose(file) == 0);
}

/* A run that finds these documents in the file. */
static void find_in(struct run_files *files, const char *from, unsigned documents)
{
    run_files_begin(files, from);
    for (uint8_t i = 0; i < documents; i++)
        run_files_note(files, (const uint8_t[DIGEST_BYTES]){i + 1});
    run_files_end(files);
}

/* How many documents the next run knows of it without opening it. */
static size_t held_later(const char *from)
{
    struct run_files files;
    size_t count = 0;
    run_files_load(&files, folder);
    const uint8_t(*documents)[DIGEST_BYTES] = run_files_held(&files, from, &count);
    for (size_t i = 0; documents && i < count; i++)
        assert_int_equal(documents[i][0], i + 1);
    bool held = documents != NULL;
    run_files_release(&files);
    return held ? count : 0;
}

static void save(struct run_files *files)
{
    struct error error;
    assert_int_equal(run_files_save(files, folder, &error), STATUS_OK);
    run_files_release(files);
}

/* A file that was read long after its last change. */
static void read_settled(unsigned documents)
{
    struct run_files files = {0};
    unlink(path);
    unlink(other);
    write_bytes(path, "first bytes");
    pass_time(LATER_S);
    find_in(&files, path, documents);
    save(&files);
}

/* The times of a file as they stood; a second look tells that the clock has ticked since. */
static void await_tick(const char *at)
{
    struct stat before, now;
    assert_int_equal(stat(at, &before), 0);
    do {
        write_bytes(other, "tick");
        assert_int_equal(stat(other, &now), 0);
    } while (now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
             now.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
    unlink(other);
}

static void set_times_back(const char *at, const struct stat *to)
{
    const struct timespec times[] = {to->st_atim, to->st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, at, times, 0), 0);
}

/* ---- how it can change ---- */

static void rewrite_in_place(void)
{
    struct stat before;
    assert_int_equal(stat(path, &before), 0);
    write_bytes(path, "other bytes");
    set_times_back(path, &before); /* as many bytes, changed at the same time, it says */
}

static void append(void)
{
    FILE *file = fopen(path, "a");
    fputs(" and more", file);
    fclose(file);
}

static void move_another_there(void)
{
    struct stat before;
    assert_int_equal(stat(path, &before), 0);
    write_bytes(other, "other bytes");
    set_times_back(other, &before);
    assert_int_equal(rename(other, path), 0);
}

static void link_another_there(void)
{
    write_bytes(other, "other bytes");
    unlink(path);
    assert_int_equal(symlink(other, path), 0);
}

static void write_through_a_mapping(void)
{
    int fd = open(path, O_RDWR);
    char *bytes = mmap(NULL, 11, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    assert_true(bytes != MAP_FAILED);
    bytes[0] = 'F';
    assert_int_equal(munmap(bytes, 11), 0);
    close(fd);
}

static void truncate_it(void)
{
    assert_int_equal(truncate(path, 0), 0);
}

static void take_it_away(void)
{
    unlink(path);
}

static void make_it_a_folder(void)
{
    unlink(path);
    assert_int_equal(mkdir(path, 0755), 0);
}

static void every_change_shows(void **state)
{
    static void (*const changes[])(void) = {
        rewrite_in_place,        append,      move_another_there, link_another_there,
        write_through_a_mapping, truncate_it, take_it_away,       make_it_a_folder};
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        read_settled(1);
        assert_int_equal(held_later(path), 1);
        await_tick(path);
        changes[i]();
        assert_int_equal(held_later(path), 0);
        rmdir(path);
    }
}

static void what_is_as_it_was_is_known(void **state)
{
    (void)state;
    read_settled(3);
    assert_int_equal(held_later(path), 3); /* an archive */
    assert_int_equal(symlink(path, other), 0);
    assert_int_equal(held_later(other), 3); /* the same file */
}

/* Changed while it was read, or a moment before. */
static void what_is_young_is_read_again(void **state)
{
    (void)state;
    struct run_files files = {0};
    read_settled(1);
    write_bytes(path, "other bytes");
    pass_time(30);
    find_in(&files, path, 1);
    save(&files);
    assert_int_equal(held_later(path), 0);
    pass_time(LATER_S);
    await_tick(path);
    run_files_begin(&files, path);
    append();
    run_files_note(&files, (const uint8_t[DIGEST_BYTES]){1});
    run_files_end(&files);
    save(&files);
    assert_int_equal(held_later(path), 0);
    find_in(&files, path, 1);
    save(&files);
    assert_int_equal(held_later(path), 1);
}

static void what_a_run_cannot_answer_for_is_not_kept(void **state)
{
    (void)state;
    struct run_files files = {0};
    read_settled(0); /* nothing was in it */
    assert_int_equal(held_later(path), 0);
    run_files_begin(&files, path);
    run_files_note(&files, (const uint8_t[DIGEST_BYTES]){1});
    run_files_note(&files, NULL);
    run_files_note(&files, (const uint8_t[DIGEST_BYTES]){2});
    run_files_end(&files);
    save(&files);
    assert_int_equal(held_later(path), 0);
}

/* Each byte of the list in turn: another file than it was is known in no case. */
static void a_damaged_list_knows_less(void **state)
{
    (void)state;
    char name[64], line[512] = "";
    read_settled(2);
    snprintf(name, sizeof name, "%s/read-files", folder);
    FILE *list = fopen(name, "r");
    assert_non_null(list);
    size_t len = fread(line, 1, sizeof line - 1, list);
    fclose(list);
    for (size_t at = 0; at < len; at++) {
        for (int cut = 0; cut < 2; cut++) {
            struct run_files files;
            size_t count = 0;
            list = fopen(name, "w");
            fwrite(line, 1, at, list);
            if (!cut) {
                fputc(line[at] ^ 1, list);
                fwrite(line + at + 1, 1, len - at - 1, list);
            }
            fclose(list);
            run_files_load(&files, folder);
            const uint8_t(*documents)[DIGEST_BYTES] = run_files_held(&files, path, &count);
            bool whole = documents && count == 2;
            for (size_t i = 0; whole && i < 2; i++)
                whole = memcmp(documents[i], (const uint8_t[DIGEST_BYTES]){(uint8_t)(i + 1)},
                               DIGEST_BYTES) == 0;
            assert_false(whole);
            run_files_release(&files);
        }
    }
}

static int begin(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/report.txt", folder);
    snprintf(other, sizeof other, "%s/other.txt", folder);
    return 0;
}

static int remove_entry(const char *entry, const struct stat *found, int kind, struct FTW *where)
{
    (void)found, (void)kind, (void)where;
    return remove(entry);
}

static int end(void **state)
{
    (void)state;
    clock_set_us(0);
    return nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_as_it_was_is_known),
        cmocka_unit_test(every_change_shows),
        cmocka_unit_test(what_is_young_is_read_again),
        cmocka_unit_test(what_a_run_cannot_answer_for_is_not_kept),
        cmocka_unit_test(a_damaged_list_knows_less),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
