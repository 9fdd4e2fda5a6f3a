/* test_kv_backup.c - a copy of a running store holds all that was committed, what comes later
 * doesn't reach it, and nothing is overwritten; a failed restore leaves nothing. */
#include "broker/journal_backup.h"
#include "proto/base/clock.h"
#include "proto/kv/kv_backup.h"
#include "tests/unit/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int setup(void **state)
{
    (void)state;
    return make_folder(folder, sizeof folder, "backup");
}

static int teardown(void **state)
{
    (void)state;
    return drop_folder(folder);
}

/* Four places at a time. */
static const char *in(const char *name)
{
    static char paths[4][256];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static bool exists(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0;
}

static const struct kv_family_options families[] = {{.name = "one"},
                                                    {.name = "large", .large_values = true}};
static const struct kv_options options = {.families = families, .family_count = 2};

static struct kv *open_kv(const char *path)
{
    struct kv *kv;
    struct error error = {0};
    if (kv_open(&kv, path, &options, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return kv;
}

static void put(struct kv *kv, unsigned family, const char *key, struct slice value)
{
    struct error error;
    struct kv_batch *batch = kv_batch_new(kv);
    kv_batch_put(batch, family, slice_of(key), value);
    assert_int_equal(kv_commit(kv, batch, false, &error), STATUS_OK);
    kv_batch_free(&batch);
}

static bool has(struct kv *kv, unsigned family, const char *key, struct slice value)
{
    struct buffer found = {0};
    struct error error;
    bool same = kv_get(kv, family, slice_of(key), &found, &error) == STATUS_OK &&
                slice_equal(buffer_slice(&found), value);
    buffer_release(&found);
    return same;
}

static void test_copy_and_back(void **state)
{
    (void)state;
    static char text[100000];
    struct slice large = {text, sizeof text};
    struct error error = {0};
    uint64_t bytes = 0;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 2654435761u >> 13);
    struct kv *kv = open_kv(in("live"));
    put(kv, 0, "a", SLICE("1"));
    put(kv, 1, "b", large);
    if (kv_backup(kv, in("deep/down"), "copy", &bytes, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_true(bytes > 0);
    put(kv, 0, "a", SLICE("2"));
    put(kv, 0, "late", SLICE("x"));
    assert_int_equal(kv_backup(kv, in("deep/down"), "copy", &bytes, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "there already"));
    kv_close(&kv);

    for (int i = 0; i < 2; i++) { /* what runs on a restored one doesn't change the backup */
        const char *to = in(i ? "second" : "first");
        if (kv_restore(in("deep/down/copy"), to, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        kv = open_kv(to);
        assert_true(has(kv, 0, "a", SLICE("1")));
        assert_true(has(kv, 1, "b", large));
        assert_false(has(kv, 0, "late", SLICE("x")));
        put(kv, 0, "a", SLICE("3"));
        kv_close(&kv);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    struct error error;
    struct kv *kv = open_kv(in("store"));
    put(kv, 0, "a", SLICE("1"));
    uint64_t bytes;
    assert_int_equal(kv_backup(kv, folder, "good", &bytes, &error), STATUS_OK);
    kv_close(&kv);
    assert_int_equal(mkdir(in("other"), 0755), 0);
    write_file(in("other/notes.txt"), SLICE("mine"));
    const char *const full[] = {"store", "other", "other/notes.txt"};
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(kv_restore(in("good"), in(full[i]), &error), STATUS_BAD);
        assert_non_null(strstr(error.text, in(full[i])));
    }
    assert_int_equal(kv_restore(in("other"), in("new"), &error), STATUS_BAD);
    assert_int_equal(kv_restore(in("missing"), in("new"), &error), STATUS_BAD);
    assert_false(exists(in("new")));
    assert_int_equal(mkdir(in("empty"), 0755), 0);
    assert_int_equal(kv_restore(in("good"), in("empty"), &error), STATUS_OK);
}

static struct job *append(struct journal *journal, const char *document)
{
    struct error error;
    uint64_t known;
    struct job *job = job_new(journal_next_seq(journal), SLICE("a.txt"), SLICE(""), false);
    assert_int_equal(journal_append(journal, job, slice_of(document), false, &known, &error),
                     STATUS_OK);
    assert_int_equal(journal_commit(journal, true, &error), STATUS_OK);
    return job;
}

/* A number that was given after the backup isn't given again after the restore. */
static void test_numbers_go_on_above(void **state)
{
    (void)state;
    struct journal *journal;
    struct error error = {0};
    uint64_t bytes;
    struct journal_restored restored;
    struct buffer document = {0};
    assert_int_equal(journal_open(&journal, in("data"), 0, &error), STATUS_OK);
    struct job *kept = append(journal, "kept");
    if (journal_backup(journal, in("backup"), &bytes, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    struct job *lost = append(journal, "lost");
    uint64_t kept_seq = kept->seq, lost_seq = lost->seq;
    job_free(&kept);
    job_free(&lost);
    journal_close(&journal);

    clock_set_us((clock_unix_ms() + 5) * 1000); /* later than the last number, without waiting */
    if (journal_restore(in("backup"), in("data2"), &restored, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    clock_set_us(0);
    assert_int_equal(restored.waiting, 1);
    assert_int_equal(restored.dead, 0);
    assert_int_equal(journal_open(&journal, in("data2"), 0, &error), STATUS_OK);
    assert_true(journal_next_seq(journal) > lost_seq);
    assert_int_equal(journal_document(journal, kept_seq, &document, &error), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&document), SLICE("kept")));
    assert_int_equal(journal_document(journal, lost_seq, &document, &error), STATUS_AGAIN);
    buffer_release(&document);
    journal_close(&journal);
}

/* A results store is no journal: found out when it is opened, and nothing stays behind. */
static void test_failure_leaves_nothing(void **state)
{
    (void)state;
    struct journal_restored restored;
    struct error error;
    uint64_t bytes;
    struct kv *kv = open_kv(in("no-journal"));
    put(kv, 0, "a", SLICE("1"));
    assert_int_equal(kv_backup(kv, in("wrong"), JOURNAL_BACKUP_NAME, &bytes, &error), STATUS_OK);
    kv_close(&kv);
    assert_int_equal(journal_restore(in("wrong"), in("nothing"), &restored, &error), STATUS_FATAL);
    assert_false(exists(in("nothing")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_and_back),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_numbers_go_on_above),
        cmocka_unit_test(test_failure_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
