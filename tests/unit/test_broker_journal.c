/* test_broker_journal.c - what was committed is there again after opening, in order, once; what is
 * finished isn't; the dead stay dead. */
#include "tests/unit/journal_fixture.h"

static uint64_t add(struct journal *journal, const char *path, const char *flow,
                    const char *document)
{
    uint64_t known_seq;
    struct job *job = append(journal, path, flow, document, &known_seq);
    uint64_t seq = job->seq;
    job_free(&job);
    return seq;
}

struct waiting {
    struct journal *journal;
    char text[512]; /* "flow:path,path;" */
    uint64_t seqs[64], bytes;
    unsigned count;
};

static void see_job(void *context, struct job **job)
{
    struct waiting *waiting = context;
    size_t len = strlen(waiting->text);
    snprintf(waiting->text + len, sizeof waiting->text - len, "%s,", (*job)->path);
    waiting->seqs[waiting->count++] = (*job)->seq;
    assert_int_equal((*job)->state, JOB_READY);
    assert_int_equal((*job)->stage, STAGE_INGEST);
    job_free(job);
}

static void see_flow(void *context, bool urgent, struct slice flow, uint64_t reports,
                     uint64_t bytes)
{
    struct waiting *waiting = context;
    struct error error;
    size_t len = strlen(waiting->text);
    snprintf(waiting->text + len, sizeof waiting->text - len, "%.*s:", SLICE_ARGS(flow));
    waiting->bytes += bytes;
    unsigned before = waiting->count;
    assert_int_equal(
        journal_load(waiting->journal, urgent, flow, 0, 1000, see_job, waiting, &error), STATUS_OK);
    assert_int_equal(waiting->count - before, reports);
}

static struct waiting look(struct journal *journal)
{
    struct waiting waiting = {.journal = journal};
    struct error error;
    assert_int_equal(journal_flows(journal, see_flow, &waiting, &error), STATUS_OK);
    return waiting;
}

static void test_recovery(void **state)
{
    struct fixture *fixture = *state;
    uint64_t first = add(fixture->journal, "1", "a", "one");
    add(fixture->journal, "2", "b", "two");
    add(fixture->journal, "3", "a", "three");
    commit(fixture->journal);
    uint64_t last = add(fixture->journal, "4", "!now", "four");
    commit(fixture->journal);
    add(fixture->journal, "5", "a", "never committed");
    reopen(fixture);

    struct waiting waiting = look(fixture->journal);
    assert_string_equal(waiting.text, "!now:4,a:1,3,b:2,");
    assert_int_equal(waiting.bytes, 3 + 3 + 5 + 4);
    assert_int_equal(waiting.seqs[0], last);
    assert_int_equal(waiting.seqs[1], first);
    struct buffer document = {0};
    struct error error;
    assert_int_equal(journal_document(fixture->journal, first, &document, &error), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&document), SLICE("one")));
    buffer_release(&document);
    assert_true(journal_next_seq(fixture->journal) > last);
}

static void test_removed_stays_removed(void **state)
{
    struct fixture *fixture = *state;
    uint64_t known_seq;
    struct job *job = append(fixture->journal, "1", "a", "one", &known_seq);
    add(fixture->journal, "2", "a", "two");
    commit(fixture->journal);
    journal_remove(fixture->journal, job);
    commit(fixture->journal);
    reopen(fixture);
    struct waiting waiting = look(fixture->journal);
    assert_string_equal(waiting.text, "a:2,");
    struct buffer document = {0};
    assert_int_equal(journal_document(fixture->journal, job->seq, &document, NULL), STATUS_AGAIN);
    buffer_release(&document);
    job_free(&job);
}

static void test_numbers_never_fall(void **state)
{
    struct fixture *fixture = *state;
    uint64_t known_seq;
    struct job *job = append(fixture->journal, "1", "a", "one", &known_seq);
    commit(fixture->journal);
    journal_remove(fixture->journal, job);
    commit(fixture->journal);
    for (unsigned i = 0; i < 3; i++) {
        reopen(fixture);
        uint64_t seq = add(fixture->journal, "2", "a", "two");
        assert_true(seq > job->seq);
        job->seq = seq;
        commit(fixture->journal);
    }
    job_free(&job);
}

static void test_known_bytes(void **state)
{
    struct fixture *fixture = *state;
    uint64_t known_seq;
    struct job *job = append(fixture->journal, "1", "a", "same", &known_seq);
    assert_int_equal(known_seq, 0);
    uint64_t first = job->seq;
    job_free(&job);
    job = append(fixture->journal, "2", "a", "same", &known_seq); /* in the same batch */
    assert_int_equal(known_seq, first);
    job_free(&job);
    commit(fixture->journal);
    reopen(fixture);
    job = append(fixture->journal, "3", "a", "same", &known_seq);
    assert_int_equal(known_seq, first);
    job_free(&job);
    job = append(fixture->journal, "4", "a", "other", &known_seq);
    assert_int_equal(known_seq, 0);
    job_free(&job);
}

static void keep(void *context, struct job **loaded)
{
    *(struct job **)context = *loaded;
    *loaded = NULL;
}

static void test_attempts_survive(void **state)
{
    struct fixture *fixture = *state;
    uint64_t known_seq;
    struct job *job = append(fixture->journal, "1", "a", "one", &known_seq);
    commit(fixture->journal);
    job->attempts = 3;
    job->suspect = true;
    job->cause = CAUSE_CRASHED;
    job->first_ms = 11;
    job->last_ms = 22;
    journal_note(fixture->journal, job);
    struct error error;
    assert_int_equal(journal_commit(fixture->journal, false, &error), STATUS_OK);
    job_free(&job);
    reopen(fixture);

    struct waiting waiting = look(fixture->journal);
    assert_int_equal(waiting.count, 1);
    struct job **found = &job;
    assert_int_equal(journal_load(fixture->journal, false, SLICE("a"), 0, 1, keep, found, &error),
                     STATUS_OK);
    assert_int_equal(job->attempts, 3);
    assert_true(job->suspect);
    assert_int_equal(job->cause, CAUSE_CRASHED);
    assert_int_equal(job->first_ms, 11);
    assert_int_equal(job->last_ms, 22);
    job_free(&job);
}

static bool see_letter(void *context, const struct entry *letter)
{
    struct waiting *waiting = context;
    size_t len = strlen(waiting->text);
    snprintf(waiting->text + len, sizeof waiting->text - len, "%.*s %s %s %.*s;",
             SLICE_ARGS(letter->path), stage_name(letter->stage), cause_name(letter->cause),
             SLICE_ARGS(letter->reason));
    return true;
}

static void letters_are(struct journal *journal, const char *expected)
{
    struct waiting waiting = {.journal = journal};
    struct error error;
    assert_int_equal(journal_dead(journal, 0, see_letter, &waiting, &error), STATUS_OK);
    assert_string_equal(waiting.text, expected);
}

static void live_and_die(struct journal *journal, struct fixture *fixture)
{
    uint64_t known_seq;
    struct job *job = append(journal, "1", "a", "one", &known_seq);
    uint64_t seq = job->seq;
    commit(journal);
    bury(journal, job, "no year");
    commit(journal);
    job_free(&job);
    if (fixture) {
        reopen(fixture);
        journal = fixture->journal;
        assert_string_equal(look(journal).text, "");
    }
    letters_are(journal, "1 extract rejected no year;");

    struct entry letter;
    struct buffer storage = {0}, document = {0};
    struct error error;
    assert_int_equal(journal_letter(journal, seq, &letter, &storage, &error), STATUS_OK);
    assert_true(slice_equal(letter.worker, SLICE("host/1")));
    assert_int_equal(journal_document(journal, seq, &document, &error), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&document), SLICE("one")));
    buffer_release(&document);
    buffer_release(&storage);

    assert_int_equal(journal_replay(journal, seq + 1, &job, &error), STATUS_AGAIN);
    assert_int_equal(journal_replay(journal, seq, &job, &error), STATUS_OK);
    assert_int_equal(job->seq, seq);
    assert_int_equal(job->state, JOB_READY);
    assert_int_equal(job->stage, STAGE_INGEST);
    assert_int_equal(job->attempts, 0);
    commit(journal);
    letters_are(journal, "");
    if (fixture) {
        reopen(fixture);
        journal = fixture->journal;
        assert_string_equal(look(journal).text, "a:1,");
    }
    bury(journal, job, "again");
    commit(journal);
    job_free(&job);
    assert_int_equal(journal_drop(journal, seq + 1, &error), STATUS_AGAIN);
    assert_int_equal(journal_drop(journal, seq, &error), STATUS_OK);
    commit(journal);
    letters_are(journal, "");
    assert_int_equal(journal_document(journal, seq, &document, &error), STATUS_AGAIN);
}

static void test_dead_letters(void **state)
{
    struct fixture *fixture = *state;
    live_and_die(fixture->journal, fixture);
}

static void test_dead_letters_in_memory(void **state)
{
    (void)state;
    struct journal *journal;
    struct error error;
    assert_int_equal(journal_open(&journal, NULL, 0, &error), STATUS_OK);
    assert_true(journal_in_memory(journal));
    live_and_die(journal, NULL);
    journal_close(&journal);
}

/* A letter that goes with the next commit is none any more: it is neither dropped twice nor
 * replayed besides. Of the same document's letters the one that goes is told. */
static void test_a_letter_goes_once(void **state)
{
    struct fixture *fixture = *state;
    struct journal *journal = fixture->journal;
    struct error error;
    uint64_t known_seq;
    struct job *job = append(journal, "/in/1", "a", "one", &known_seq), *again = NULL;
    commit(journal);
    bury(journal, job, "no year");
    commit(journal);
    assert_int_equal(journal_drop(journal, job->seq, &error), STATUS_OK);
    assert_int_equal(journal_drop(journal, job->seq, &error), STATUS_AGAIN);
    assert_int_equal(journal_replay(journal, job->seq, &again, &error), STATUS_AGAIN);
    commit(journal);
    job_free(&job);

    job = append(journal, "/in/2", "a", "two", &known_seq);
    commit(journal);
    bury(journal, job, "no year");
    commit(journal);
    again = append(journal, "/in/2", "a", "two", &known_seq);
    commit(journal);
    struct entry letter = entry_of_job(again);
    letter.cause = CAUSE_REJECTED;
    letter.document = true;
    struct replaced_letter gone = journal_bury(journal, again, &letter);
    assert_int_equal(gone.seq, job->seq);
    assert_int_equal(gone.cause, CAUSE_REJECTED);
    commit(journal);
    job_free(&job);
    job_free(&again);
}

/* Pages that were read are known again, and go with the report, whichever stage failed since. */
static void test_pages_outlive_later_stages(void **state)
{
    struct fixture *fixture = *state;
    struct error error;
    uint64_t known_seq;
    struct buffer record = {0};
    struct job *job = append(fixture->journal, "scan", "a", "picture", &known_seq), *loaded = NULL;
    commit(fixture->journal);
    job->stage = STAGE_OCR;
    job_set(&job->record, SLICE("two pages"));
    journal_keep_pages(fixture->journal, job);
    job->stage = STAGE_EXTRACT;
    journal_note(fixture->journal, job);
    commit(fixture->journal);
    job_free(&job);
    reopen(fixture);
    assert_int_equal(journal_load(fixture->journal, false, SLICE("a"), 0, 1, keep, &loaded, &error),
                     STATUS_OK);
    assert_true(loaded->pages);
    assert_int_equal(journal_pages(fixture->journal, loaded->seq, &record), STATUS_OK);
    assert_true(slice_equal(buffer_slice(&record), SLICE("two pages")));
    journal_remove(fixture->journal, loaded);
    commit(fixture->journal);
    assert_int_equal(journal_pages(fixture->journal, loaded->seq, &record), STATUS_AGAIN);
    job_free(&loaded);
    buffer_release(&record);
}

static void test_load_in_pages(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < 10; i++) {
        char path[8];
        snprintf(path, sizeof path, "%u", i);
        add(fixture->journal, path, i % 2 ? "a" : "ab", path);
    }
    commit(fixture->journal);
    struct waiting waiting = {.journal = fixture->journal};
    struct error error;
    uint64_t after = 0;
    for (unsigned before = 1; before != waiting.count; after = waiting.seqs[waiting.count - 1]) {
        before = waiting.count;
        assert_int_equal(
            journal_load(fixture->journal, false, SLICE("a"), after, 2, see_job, &waiting, &error),
            STATUS_OK);
    }
    assert_string_equal(waiting.text, "1,3,5,7,9,");
}

static void test_held_and_facts(void **state)
{
    struct fixture *fixture = *state;
    struct journal *second;
    struct error error = {0};
    assert_int_equal(journal_open(&second, fixture->data, 0, &error), STATUS_AGAIN);
    assert_null(second);
    add(fixture->journal, "1", "a", "one");
    commit(fixture->journal);
    struct journal_facts facts = journal_facts(fixture->journal);
    assert_true(facts.syncs > 0 && facts.sync_p99_us >= facts.sync_p50_us);
    assert_true(facts.disk_bytes > 0 && facts.free_bytes > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK(test_recovery),
        DISK(test_removed_stays_removed),
        DISK(test_numbers_never_fall),
        DISK(test_known_bytes),
        DISK(test_attempts_survive),
        DISK(test_dead_letters),
        DISK(test_a_letter_goes_once),
        DISK(test_pages_outlive_later_stages),
        DISK(test_load_in_pages),
        DISK(test_held_and_facts),
        cmocka_unit_test(test_dead_letters_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
