/* outcomes.c - tells what became of each document and keeps the counts. Owned by the submitting
 * thread. */
#include "deploy/commands/outcomes.h"

#include "deploy/commands/command.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

struct earlier {
    uint64_t seq;
    char *path;
    UT_hash_handle hh;
};

static void remember(struct outcomes *outcomes, const struct submission *submission)
{
    struct earlier *entry;
    HASH_FIND(hh, outcomes->earlier, &submission->seq, sizeof submission->seq, entry);
    if (entry)
        return;
    entry = memory_zero(sizeof *entry);
    entry->seq = submission->seq;
    entry->path = memory_copy_text(submission->path);
    HASH_ADD(hh, outcomes->earlier, seq, sizeof entry->seq, entry);
}

void outcomes_line(void *context, const char *line)
{
    struct outcomes *outcomes = context;
    progress_clear(&outcomes->progress);
    complain(outcomes->command, EXIT_DONE, "%s", line);
}

static void say(struct outcomes *outcomes, const char *path, struct slice text)
{
    struct buffer line = {0};
    buffer_format(&line, "%s: %.*s", path, SLICE_ARGS(text));
    outcomes_line(outcomes, line.data);
    buffer_release(&line);
}

static void tell_known(struct outcomes *outcomes, const struct submission *submission)
{
    struct earlier *first;
    struct buffer text = {0};
    HASH_FIND(hh, outcomes->earlier, &submission->known_seq, sizeof submission->known_seq, first);
    if (first)
        buffer_format(&text, TR("is the same as %s: the same bytes count only once"), first->path);
    else
        buffer_format(&text,
                      TR("is the same as report %" PRIu64
                         ", submitted before: the same bytes count only once"),
                      submission->known_seq);
    say(outcomes, submission->path, buffer_slice(&text));
    buffer_release(&text);
}

static void take_accepted(struct outcomes *outcomes, const struct submission *submission)
{
    outcomes->accepted++;
    outcomes->progress.done += !outcomes->wait;
    if (submission->known_seq)
        tell_known(outcomes, submission);
    else
        remember(outcomes, submission);
}

static void take_done(struct outcomes *outcomes, const struct submission *submission)
{
    outcomes->progress.done++;
    outcomes->aggregated++;
    outcomes->duplicates += submission->outcome == OUTCOME_DUPLICATE;
    outcomes->stale += submission->outcome == OUTCOME_STALE;
    if (submission->outcome == OUTCOME_STALE)
        say(outcomes, submission->path,
            SLICE(TR("a later version of the same report is in force: this one changed nothing; "
                     "`xianzhi "
                     "submit --again` (or run) puts it in force all the same")));
    if (submission->outcome == OUTCOME_WITHDRAWN)
        say(outcomes, submission->path,
            SLICE(TR(
                "somebody has withdrawn this document: it counts nowhere until `xianzhi documents "
                "restore` lets it come back")));
    if (submission->outcome == OUTCOME_RIVAL)
        say(outcomes, submission->path,
            SLICE(
                TR("is another document of a unit and year that has one, and no version of it: "
                   "both are kept; `xianzhi documents` shows which is counted, `xianzhi documents "
                   "choose` says which should be (同一单位同一年度有两份不同的报告)")));
}

static void tell_refused(struct outcomes *outcomes, const struct submission *submission)
{
    struct buffer text = {0};
    buffer_add(&text, submission->text);
    if (submission->retry_ms)
        buffer_format(&text, TR(": nothing was kept, try again after %u ms"), submission->retry_ms);
    say(outcomes, submission->path, buffer_slice(&text));
    buffer_release(&text);
}

void outcomes_tell(void *context, const struct submission *submission)
{
    struct outcomes *outcomes = context;
    switch (submission->news) {
    case SUBMISSION_ACCEPTED:
        take_accepted(outcomes, submission);
        break;
    case SUBMISSION_DONE:
        take_done(outcomes, submission);
        break;
    case SUBMISSION_DEAD:
        outcomes->progress.done++;
        outcomes->progress.dead = ++outcomes->dead;
        say(outcomes, submission->path, submission->text);
        break;
    case SUBMISSION_REFUSED:
        outcomes->progress.done++;
        outcomes->refused++;
        tell_refused(outcomes, submission);
        break;
    case SUBMISSION_SLOWED:
        if (!outcomes->slowed)
            say(outcomes, submission->path, submission->text);
        outcomes->slowed = true;
        break;
    }
    progress_draw(&outcomes->progress);
}

void outcomes_release(struct outcomes *outcomes)
{
    struct earlier *entry, *next;
    HASH_ITER(hh, outcomes->earlier, entry, next)
    {
        HASH_DEL(outcomes->earlier, entry);
        free(entry->path);
        free(entry);
    }
}
