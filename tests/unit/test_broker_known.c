/* test_broker_known.c - how long the journal knows what came: two ages, what waits or has a letter
 * longer. */
#include "tests/unit/journal_fixture.h"

/* Whether the rows of documents that were handed in elsewhere at 1, 2, … are there. */
static unsigned count_known(struct journal *journal, uint64_t first, uint64_t count)
{
    uint8_t sha256[DIGEST_BYTES] = {0};
    unsigned known = 0;
    for (uint64_t sent = first; sent < first + count; sent++)
        known += journal_known(journal, sha256, sent) != 0;
    return known;
}

enum { MEMORY = 1 << 18, AGE = MEMORY / 64, BATCH = 512 };

/* A journal whose ages are short. */
static struct journal *open_small(struct fixture *fixture)
{
    struct error error;
    journal_close(&fixture->journal);
    assert_int_equal(journal_open(&fixture->journal, fixture->data, MEMORY, &error), STATUS_OK);
    return fixture->journal;
}

/* So many documents more have been handed in elsewhere, at *sent + 1, … */
static void pass(struct journal *journal, uint64_t *sent, unsigned rows)
{
    uint8_t sha256[DIGEST_BYTES] = {0};
    for (unsigned i = 0; i < rows; i++) {
        journal_note_sent(journal, sha256, ++*sent, journal_next_seq(journal));
        if (*sent % BATCH == 0)
            assert_int_equal(journal_commit(journal, false, NULL), STATUS_OK);
    }
}

static uint64_t known_as(struct journal *journal, const char *document)
{
    uint8_t sha256[DIGEST_BYTES];
    digest_sha256(slice_of(document), sha256);
    return journal_known(journal, sha256, 0);
}

/* Of what is known two ages are kept, and what joins letters that are still there. */
static void test_what_is_long_past_is_forgotten(void **state)
{
    enum { OLD = AGE / 2 };
    struct journal *journal = open_small(*state);
    uint64_t known_seq, sent = 0;
    struct job *job = append(journal, "bad", "f", "bad", &known_seq);
    commit(journal);
    bury(journal, job, "no year");
    pass(journal, &sent, OLD);
    for (unsigned n = 0; n < 10 * AGE; n++) /* a leap in the numbers ages nobody */
        journal_next_seq(journal);
    pass(journal, &sent, AGE - OLD);
    assert_int_equal(count_known(journal, 1, OLD), OLD);
    pass(journal, &sent, 4 * AGE);
    assert_int_equal(count_known(journal, 1, OLD), 0);
    assert_int_equal(count_known(journal, 4 * AGE, AGE - BATCH), AGE - BATCH);
    assert_int_equal(known_as(journal, "bad"), job->seq);
    job_free(&job);
}

/* … and what still waits, however many they are. */
static void test_what_waits_is_not_forgotten(void **state)
{
    enum { WAITING = 100 };
    struct journal *journal = open_small(*state);
    struct job *jobs[WAITING];
    uint64_t known_seq, sent = 0;
    char name[16];
    for (unsigned i = 0; i < WAITING; i++) {
        snprintf(name, sizeof name, "waits %u", i);
        jobs[i] = append(journal, name, "f", name, &known_seq);
    }
    pass(journal, &sent, 5 * AGE);
    for (unsigned i = 0; i < WAITING; i++) {
        assert_int_equal(known_as(journal, jobs[i]->path), jobs[i]->seq);
        journal_remove(journal, jobs[i]);
    }
    assert_int_equal(count_known(journal, 1, AGE), 0);
    pass(journal, &sent, 2 * AGE);
    for (unsigned i = 0; i < WAITING; i++) {
        assert_int_equal(known_as(journal, jobs[i]->path), 0);
        job_free(&jobs[i]);
    }
}

/* What was handed in again is as new as that, whether it was past by then or about to be. */
static void test_what_came_again_is_known(void **state)
{
    for (unsigned ages = 1; ages <= 2; ages++) {
        struct journal *journal = open_small(*state);
        uint64_t known_seq, sent = ages * 100 * AGE;
        const char *document = ages == 1 ? "one" : "two";
        struct job *first = append(journal, "1", "f", document, &known_seq);
        commit(journal);
        journal_remove(journal, first);
        pass(journal, &sent, ages * AGE + BATCH);
        struct job *again = append(journal, "2", "f", document, &known_seq);
        assert_true(known_seq == first->seq || (ages == 2 && !known_seq)); /* it may be swept */
        commit(journal);
        journal_remove(journal, again);
        pass(journal, &sent, AGE - BATCH);
        assert_int_equal(known_as(journal, document), again->seq);
        pass(journal, &sent, 4 * AGE);
        assert_int_equal(known_as(journal, document), 0);
        job_free(&first);
        job_free(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK(test_what_is_long_past_is_forgotten),
        DISK(test_what_waits_is_not_forgotten),
        DISK(test_what_came_again_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
