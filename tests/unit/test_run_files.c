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

/* A run that finds these documents in the file, which it has looked at and now opens. */
static void open_and_find(struct run_files *files, const char *from, unsigned documents)
{
    struct stat opened;
    assert_int_equal(stat(from, &opened), 0);
    for (uint8_t i = 0; i < documents; i++)
        run_files_note(files, (const uint8_t[DIGEST_BYTES]){i + 1});
    run_files_end(files, &opened);
}

static void find_in(struct run_files *files, const char *from, unsigned documents)
{
    run_files_begin(files, from);
    open_and_find(files, from, documents);
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
    open_and_find(&files, path, 1);
    save(&files);
    assert_int_equal(held_later(path), 0);
    pass_time(2 * LATER_S);
    find_in(&files, path, 1);
    save(&files);
    assert_int_equal(held_later(path), 1);
}

/* Between the look at a file and its opening another takes its name: the first one, met by any
 * other name later, doesn't hold what was found in that. */
static void what_is_opened_is_what_was_looked_at(void **state)
{
    (void)state;
    struct run_files files = {0};
    char away[80];
    snprintf(away, sizeof away, "%s.away", path);
    for (int link = 0; link < 2; link++) {
        read_settled(0);
        write_bytes(other, "other bytes");
        if (link)
            assert_true(rename(path, away) == 0 && symlink(away, path) == 0);
        pass_time(LATER_S);
        run_files_begin(&files, path);
        if (link)
            assert_true(unlink(path) == 0 && symlink(other, path) == 0);
        else
            assert_true(rename(path, away) == 0 && rename(other, path) == 0);
        open_and_find(&files, path, 1);
        save(&files);
        assert_int_equal(held_later(path), 0);
        assert_int_equal(held_later(away), 0);
        unlink(away);
    }
    unlink(path);
    unlink(other);
}

/* How many lines the list has. */
static unsigned listed(void)
{
    char name[64];
    unsigned lines = 0;
    snprintf(name, sizeof name, "%s/read-files", folder);
    FILE *list = fopen(name, "r");
    for (int c; list && (c = getc(list)) != EOF;)
        lines += c == '\n';
    if (list)
        fclose(list);
    return lines;
}

/* Of files that come and go the list holds those that are there, whoever met them last. */
static void what_is_gone_leaves_the_list(void **state)
{
    (void)state;
    struct run_files files;
    char name[80];
    read_settled(1);
    for (unsigned i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "%s/%u 份.txt", folder, i);
        write_bytes(name, "bytes");
        pass_time(LATER_S);
        run_files_load(&files, folder);
        find_in(&files, name, 1);
        save(&files);
        assert_int_equal(held_later(name), 1);
        assert_true(i % 2 || unlink(name) == 0);
    }
    assert_int_equal(listed(),
                     1 + 10); /* the first one, and each that stayed; the last among them */
    assert_int_equal(held_later(path), 1);
    for (unsigned i = 1; i < 20; i += 2) { /* another in its place is another file */
        snprintf(name, sizeof name, "%s/%u 份.txt", folder, i);
        write_bytes(other, "bytes");
        assert_int_equal(rename(other, name), 0);
    }
    pass_time(LATER_S);
    run_files_load(&files, folder);
    find_in(&files, name, 1);
    save(&files);
    assert_int_equal(listed(), 2);
    for (unsigned i = 1; i < 20; i += 2) {
        snprintf(name, sizeof name, "%s/%u 份.txt", folder, i);
        unlink(name);
    }
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
    open_and_find(&files, path, 1);
    save(&files);
    assert_int_equal(held_later(path), 0);
}

/* Each byte of the list in turn: another file than it was is known in no case. Its name only tells
 * where to look for it later. */
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
    size_t name_at = (size_t)(strchr(line, '/') - line);
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
            assert_true(!whole || (!cut && at > name_at && at < len - 1));
            run_files_release(&files);
        }
    }
}

static int begin(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    if (!run_files_believe(folder)) {
        rmdir(folder);
        printf("/var/tmp is on a file system whose times are not believed\n");
        exit(77);
    }
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
        cmocka_unit_test(what_is_opened_is_what_was_looked_at),
        cmocka_unit_test(what_is_gone_leaves_the_list),
        cmocka_unit_test(what_a_run_cannot_answer_for_is_not_kept),
        cmocka_unit_test(a_damaged_list_knows_less),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
