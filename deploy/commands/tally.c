/* tally.c - tells what became of each document and keeps the counts. Owned by the submitting
 * thread. */
#include "deploy/commands/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

struct earlier {
    uint64_t seq;
    char *path;
    UT_hash_handle hh;
};

static void remember(struct tally *tally, const struct submission *submission)
{
    struct earlier *entry;
    HASH_FIND(hh, tally->earlier, &submission->seq, sizeof submission->seq, entry);
    if (entry)
        return;
    entry = memory_zero(sizeof *entry);
    entry->seq = submission->seq;
    entry->path = memory_copy_text(submission->path);
    HASH_ADD(hh, tally->earlier, seq, sizeof entry->seq, entry);
}

void tally_line(void *context, const char *line)
{
    struct tally *tally = context;
    progress_clear(&tally->progress);
    fprintf(stderr, "xianzhi %s: %s\n", tally->command, line);
}

static void say(struct tally *tally, const char *path, struct slice text)
{
    struct buffer line = {0};
    buffer_format(&line, "%s: %.*s", path, SLICE_ARGS(text));
    tally_line(tally, line.data);
    buffer_release(&line);
}

static void tell_known(struct tally *tally, const struct submission *submission)
{
    struct earlier *first;
    struct buffer text = {0};
    HASH_FIND(hh, tally->earlier, &submission->known_seq, sizeof submission->known_seq, first);
    if (first)
        buffer_format(&text, "is the same as %s, already counted", first->path);
    else
        buffer_format(&text, "is the same as report %" PRIu64 ", submitted before: already counted",
                      submission->known_seq);
    say(tally, submission->path, buffer_slice(&text));
    buffer_release(&text);
}

static void take_accepted(struct tally *tally, const struct submission *submission)
{
    tally->accepted++;
    tally->progress.done += !tally->wait;
    if (submission->known_seq)
        tell_known(tally, submission);
    else
        remember(tally, submission);
}

static void take_done(struct tally *tally, const struct submission *submission)
{
    tally->progress.done++;
    tally->applied +=
        submission->outcome == OUTCOME_APPLIED || submission->outcome == OUTCOME_REPLACED;
    tally->duplicates += submission->outcome == OUTCOME_DUPLICATE;
    tally->stale += submission->outcome == OUTCOME_STALE;
    if (submission->outcome == OUTCOME_STALE)
        say(tally, submission->path,
            SLICE("a later version of the same report is in force: this one changed nothing"));
}

void tally_tell(void *context, const struct submission *submission)
{
    struct tally *tally = context;
    switch (submission->news) {
    case SUBMISSION_ACCEPTED:
        take_accepted(tally, submission);
        break;
    case SUBMISSION_DONE:
        take_done(tally, submission);
        break;
    case SUBMISSION_DEAD:
        tally->progress.done++;
        tally->progress.dead = ++tally->dead;
        say(tally, submission->path, submission->text);
        break;
    case SUBMISSION_REFUSED:
        tally->progress.done++;
        tally->refused++;
        say(tally, submission->path, submission->text);
        break;
    case SUBMISSION_SLOWED:
        if (!tally->slowed)
            say(tally, submission->path, submission->text);
        tally->slowed = true;
        break;
    }
    progress_draw(&tally->progress);
}

void tally_release(struct tally *tally)
{
    struct earlier *entry, *next;
    HASH_ITER(hh, tally->earlier, entry, next)
    {
        HASH_DEL(tally->earlier, entry);
        free(entry->path);
        free(entry);
    }
}
