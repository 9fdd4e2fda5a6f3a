/* test_broker_entry.c - what the journal says of a report comes back as it was; nonsense doesn't.
 */
#include "broker/entry.h"
#include "proto/pack.h"

// clang-format off
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

static void test_there_and_back(void **state)
{
    (void)state;
    struct entry entry = {.seq = UINT64_MAX,
                          .path = SLICE("山西省/隰县.txt"),
                          .flow = SLICE("14"),
                          .urgent = true,
                          .suspect = true,
                          .document = true,
                          .document_bytes = 16384,
                          .submitted_ms = 1,
                          .lineage = {SLICE("https://x/1"), 7, 8, 9},
                          .attempts = 5,
                          .first_ms = 2,
                          .last_ms = 3,
                          .cause = CAUSE_CRASHED,
                          .stage = STAGE_EXTRACT,
                          .reason = SLICE("找不到年度"),
                          .worker = SLICE("host/1")};
    struct buffer bytes = {0};
    struct entry read;
    struct error error;
    entry_encode(&entry, &bytes);
    assert_int_equal(entry_decode(buffer_slice(&bytes), &read, &error), STATUS_OK);
    struct buffer again = {0};
    entry_encode(&read, &again);
    assert_true(slice_equal(buffer_slice(&bytes), buffer_slice(&again)));
    assert_int_equal(read.seq, UINT64_MAX);
    assert_int_equal(read.cause, CAUSE_CRASHED);
    assert_int_equal(read.stage, STAGE_EXTRACT);
    assert_true(slice_equal(read.reason, entry.reason));

    struct job *job = entry_to_job(&read);
    assert_int_equal(job->state, JOB_DEAD);
    assert_true(job->urgent && job->suspect);
    struct entry of_job = entry_of_job(job);
    assert_int_equal(of_job.attempts, 5);
    assert_true(slice_equal(of_job.lineage.origin, SLICE("https://x/1")));
    assert_true(of_job.lineage.order == 7 && of_job.lineage.again == 8 && of_job.lineage.sent == 9);
    assert_true(slice_equal(of_job.path, entry.path));
    job_free(&job);
    buffer_release(&again);
    buffer_release(&bytes);
}

static void test_every_cut_is_refused(void **state)
{
    (void)state;
    struct entry entry = {.seq = 7, .path = SLICE("p"), .reason = SLICE("r")}, read;
    struct buffer bytes = {0};
    entry_encode(&entry, &bytes);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(entry_decode((struct slice){bytes.data, len}, &read, NULL), STATUS_BAD);
    buffer_release(&bytes);
}

static void test_unknown_words(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct entry entry;
    struct error error;
    pack_map(&bytes, 2);
    PACK_KEY(&bytes, "seq"), pack_uint(&bytes, 1);
    PACK_KEY(&bytes, "a later key"), pack_bool(&bytes, true);
    assert_int_equal(entry_decode(buffer_slice(&bytes), &entry, &error), STATUS_OK);
    buffer_clear(&bytes);
    pack_map(&bytes, 1);
    PACK_KEY(&bytes, "stage"), pack_text(&bytes, SLICE("polish"));
    assert_int_equal(entry_decode(buffer_slice(&bytes), &entry, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "polish"));
    buffer_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_unknown_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
