/* journal_fixture.h - a journal in a temporary folder, and reports that come, go and die, shared by
 * its tests. */
#ifndef XIANZHI_TESTS_JOURNAL_FIXTURE_H
#define XIANZHI_TESTS_JOURNAL_FIXTURE_H

#include "broker/journal.h"
#include "proto/base/digest.h"

// clang-format off
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DISK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

struct fixture {
    char folder[64], data[80];
    struct journal *journal;
};

static inline void reopen(struct fixture *fixture)
{
    struct error error = {0};
    journal_close(&fixture->journal);
    if (journal_open(&fixture->journal, fixture->data, 8 << 20, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static inline int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/xianzhi-journal-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return -1;
    snprintf(fixture->data, sizeof fixture->data, "%s/data", fixture->folder);
    *state = fixture;
    reopen(fixture);
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    journal_close(&fixture->journal);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->folder);
    int code = system(command);
    free(fixture);
    return code;
}

static inline struct job *append(struct journal *journal, const char *path, const char *flow,
                                 const char *document, uint64_t *known_seq)
{
    struct error error = {0};
    struct job *job =
        job_new(journal_next_seq(journal), slice_of(path), slice_of(flow), flow[0] == '!');
    assert_int_equal(journal_append(journal, job, slice_of(document), false, known_seq, &error),
                     STATUS_OK);
    return job;
}

static inline void commit(struct journal *journal)
{
    struct error error = {0};
    if (journal_commit(journal, true, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static inline void bury(struct journal *journal, struct job *job, const char *reason)
{
    job->state = JOB_DEAD;
    job->stage = STAGE_EXTRACT;
    job->cause = CAUSE_REJECTED;
    job->attempts = 1;
    struct entry letter = entry_of_job(job);
    letter.reason = slice_of(reason);
    letter.worker = SLICE("host/1");
    journal_bury(journal, job, &letter);
}

#endif
